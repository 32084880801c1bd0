import { valueAtPath } from "./json-elements.ts";

/** How a poll gets from one page of an answer to the next. */
export type Paging =
  | { by: "link" }
  | { by: "cursor"; parameter: string; next: string[]; keep: boolean }
  | { by: "page"; parameter: string; first: number };

/** One page: its address, and the cursor that leads to it. */
export interface Page {
  url: string;
  cursor?: string;
  number?: number;
}

/** What the server said with a page. `text` is JSON. */
export interface PageAnswer {
  text: string;
  link: string | undefined;
  records: number;
}

/** Where a poll begins; `cursor` is what an earlier one kept. */
export function firstPage(url: string, paging: Paging | undefined, cursor: string | undefined): Page {
  if (paging?.by === "page") return numbered(url, paging.parameter, paging.first);
  if (paging?.by === "cursor" && cursor !== undefined) return { url: withParameter(url, paging.parameter, cursor), cursor };
  return { url };
}

/** The page after this one, or undefined where the server names none. */
export function nextPage(url: string, paging: Paging | undefined, page: Page, answer: PageAnswer): Page | undefined {
  switch (paging?.by) {
    case undefined:
      return undefined;
    case "link": {
      const target = nextLink(answer.link, page.url);
      return target === undefined || target === page.url ? undefined : { url: target };
    }
    case "page":
      return answer.records === 0 ? undefined : numbered(url, paging.parameter, (page.number ?? paging.first) + 1);
    case "cursor": {
      const cursor = cursorText(valueAtPath(JSON.parse(answer.text), paging.next));
      return cursor === undefined || cursor === page.cursor
        ? undefined
        : { url: withParameter(url, paging.parameter, cursor), cursor };
    }
  }
}

/** The target of `rel="next"` in a Link header (RFC 8288), made whole against the page's address; of the same origin alone. */
export function nextLink(header: string | undefined, base: string): string | undefined {
  for (const [, target = "", parameters = ""] of (header ?? "").matchAll(/<([^>]*)>((?:\s*;\s*[^,;"]+(?:"[^"]*")?)*)/g)) {
    const relations = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(parameters);
    const names = (relations?.[1] ?? relations?.[2] ?? "").toLowerCase().split(/\s+/);
    if (!names.includes("next") || !URL.canParse(target, base)) continue;
    const url = new URL(target, base);
    // A page of another server would be asked with the user's credentials.
    if (url.origin !== new URL(base).origin) return undefined;
    url.username = new URL(base).username;
    url.password = new URL(base).password;
    return url.href;
  }
  return undefined;
}

function numbered(url: string, parameter: string, number: number): Page {
  return { url: withParameter(url, parameter, String(number)), number };
}

function withParameter(address: string, parameter: string, value: string): string {
  const url = new URL(address);
  url.searchParams.set(parameter, value);
  return url.href;
}

function cursorText(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
