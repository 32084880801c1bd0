import type { NodeContext } from "./node-kind.ts";

/** What the rooms that make HTTP requests share. */
interface Asking {
  auth: { type: string; user: string | null; header: string | null } | null;
  headers: Record<string, string>;
}

/** Reports credentials that lack a part, or that are sent twice. */
export function checkAuth({ config, report }: NodeContext<Asking>): void {
  const { auth, headers } = config;
  if (auth === null) return;
  const missing =
    auth.type === "basic" && auth.user === null ? "user" : auth.type === "header" && auth.header === null ? "header" : undefined;
  if (missing !== undefined) {
    const message = `\`type: ${auth.type}\` needs \`${missing}\`.`;
    report(["auth", "type"], { code: "http/missing-setting", message, hint: `add \`${missing}\`` });
  }
  const name = (auth.type === "header" ? auth.header : "authorization")?.toLowerCase();
  const other = Object.keys(headers).find((header) => header.toLowerCase() === name);
  if (other === undefined) return;
  const message = `\`auth\` sends the header \`${other}\`, which \`headers\` sets too.`;
  report(["auth"], { code: "http/wrong-setting", message, hint: "keep one of the two" });
}
