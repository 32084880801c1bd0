import type { SourceHttpConfig } from "@pipeline-engine/schemas/types";

/** The user's headers together with the one that `auth` stands for. References are resolved. */
export function headersOf({
  headers,
  auth,
}: {
  headers: SourceHttpConfig["headers"];
  auth?: SourceHttpConfig["auth"];
}): Record<string, string> {
  switch (auth?.type) {
    case undefined:
      return headers;
    case "bearer":
      return { ...headers, authorization: `Bearer ${auth.secret}` };
    case "basic":
      return { ...headers, authorization: `Basic ${Buffer.from(`${auth.user}:${auth.secret}`).toString("base64")}` };
    case "header":
      return { ...headers, [auth.header ?? ""]: auth.secret };
  }
}
