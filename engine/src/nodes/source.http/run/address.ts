/** How an address is shown: without user and password, and with `***` for every query value, which may be a token. */
export function shownUrl(address: string): string {
  if (address.startsWith("demo:")) return address;
  const url = new URL(address);
  const query = [...url.searchParams.keys()].map((name) => `${encodeURIComponent(name)}=***`).join("&");
  return `${url.protocol}//${url.host}${url.pathname}${query === "" ? "" : `?${query}`}`;
}

/** The address with the query parameter that asks for records from `sequence` on. Other parameters stay as they are written. */
export function resumeUrl(address: string, parameter: string, sequence: number): string {
  const url = new URL(address);
  url.searchParams.set(parameter, String(sequence));
  return url.href;
}

/** Splits `user:password@` off, as the header that it stands for. */
export function splitCredentials(address: string): { url: URL; authorization: string | undefined } {
  const url = new URL(address);
  const { username, password } = url;
  if (username === "" && password === "") return { url, authorization: undefined };
  url.username = "";
  url.password = "";
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { url, authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}
