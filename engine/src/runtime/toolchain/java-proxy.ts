/**
 * Java's settings for the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name, one a line as a file of arguments takes them: pip reads the
 * variables, Java does not. Empty without a proxy. May hold a password, so it belongs on no command line.
 */
export function javaProxyArguments(env: NodeJS.ProcessEnv): string[] {
  const all = env.ALL_PROXY || env.all_proxy;
  const lines = [
    ...proxyLines("https", env.HTTPS_PROXY || env.https_proxy || all),
    ...proxyLines("http", env.HTTP_PROXY || env.http_proxy || all),
  ];
  const direct = (env.NO_PROXY || env.no_proxy || "").split(",").map(javaPattern).filter(Boolean);
  if (lines.length > 0 && direct.length > 0) lines.push(setting("http.nonProxyHosts", direct.join("|")));
  // Java sends a password to a proxy for https only when it is told so.
  if (lines.length > 0) lines.push(setting("jdk.http.auth.tunneling.disabledSchemes", ""));
  return lines;
}

function proxyLines(scheme: string, address: string | undefined): string[] {
  if (!address) return [];
  const text = address.includes("://") ? address : `http://${address}`;
  if (!URL.canParse(text)) return [];
  const { protocol, hostname, port, username, password } = new URL(text);
  if (!/^https?:$/.test(protocol)) return [];
  const usual = protocol === "https:" ? "443" : "80";
  const lines = [setting(`${scheme}.proxyHost`, hostname.replace(/^\[|\]$/g, "")), setting(`${scheme}.proxyPort`, port || usual)];
  // Ivy reads the user's name under this one only.
  if (username !== "") lines.push(setting("http.proxyUser", decodeURIComponent(username)));
  if (password !== "") lines.push(setting("http.proxyPassword", decodeURIComponent(password)));
  return lines;
}

/** `.example.com` and `example.com` mean the same host and all below it; Java wants a star for the latter. */
function javaPattern(entry: string): string {
  const host = entry.trim().replace(/:\d+$/, "");
  return host.startsWith(".") ? `*${host}` : host;
}

function setting(name: string, value: string): string {
  return `"-D${name}=${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
