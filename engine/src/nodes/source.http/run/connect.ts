import { type Dispatcher, request } from "undici";
import { retryAfterMs } from "../../backoff.ts";
import { SourceFailure } from "../../source-run.ts";
import { shownUrl, splitCredentials } from "./address.ts";

/** An answer that a later attempt may better. `retryAfter` is what the server asked for, in ms. */
export class Unavailable extends Error {
  readonly retryAfter: number | undefined;
  constructor(message: string, retryAfter?: number) {
    super(message);
    this.name = "Unavailable";
    this.retryAfter = retryAfter;
  }
}

const maxRedirects = 5;
/** How much of an answer that is not the stream is read to keep the connection. */
const maxErrorBytes = 65_536;
const redirects = new Set([301, 302, 303, 307, 308]);
/** 408, 425 and 429 are the 4xx that ask to come again. */
const passing = new Set([408, 425, 429]);

/** What a connection needs besides the address. */
export interface ConnectSettings {
  /** The user's headers. */
  headers: Record<string, string>;
  /** Headers of our own, in lower case: which format is wanted, what is known already. They win over the user's, but for `accept`. */
  wanted?: Record<string, string>;
  dispatcher: Dispatcher;
  signal: AbortSignal;
}

/** An answer with status 200, or 304 where that was asked for. Header names are in lower case. */
export interface Answer {
  status: 200 | 304;
  header(name: string): string | undefined;
  body: AsyncIterable<Uint8Array>;
}

const streamWanted = {
  accept: "application/x-ndjson, application/json;q=0.9, */*;q=0.1",
  "accept-encoding": "identity",
};

/** Asks for a stream and returns its body, which is never compressed. */
export async function connect(address: string, settings: ConnectSettings): Promise<AsyncIterable<Uint8Array>> {
  return (await ask(address, { ...settings, wanted: { ...streamWanted, ...settings.wanted } })).body;
}

/**
 * Asks once. Follows up to five redirects; the user's headers go to no other origin than the configured one. Throws `Unavailable` where
 * another attempt may help and `SourceFailure` where none will.
 */
export async function ask(address: string, settings: ConnectSettings): Promise<Answer> {
  let { url, authorization } = splitCredentials(address);
  const origin = url.origin;
  for (let hops = 0; hops <= maxRedirects; hops++) {
    const own =
      url.origin === origin ? { ...(authorization !== undefined && { authorization }), ...lowerCase(settings.headers) } : {};
    const { accept: format, ...fixed } = settings.wanted ?? {};
    const headers = { ...(format !== undefined && { accept: format }), ...own, ...fixed };
    const { dispatcher, signal } = settings;
    const answer = await request(url, { method: "GET", headers, dispatcher, signal });
    const location = redirects.has(answer.statusCode) ? textOf(answer.headers.location) : undefined;
    if (location === undefined) return accept(answer, shownUrl(url.href), settings.wanted ?? {});
    await answer.body.dump({ limit: maxErrorBytes });
    url = targetOf(location, url);
  }
  throw new SourceFailure(`${shownUrl(address)} redirects more than ${maxRedirects} times`, "name the final address in `url`");
}

async function accept(answer: Dispatcher.ResponseData, shown: string, wanted: Record<string, string>): Promise<Answer> {
  const { statusCode: status, headers, body } = answer;
  const conditional = "if-none-match" in wanted || "if-modified-since" in wanted;
  if (status === 200 || (status === 304 && conditional)) {
    const encoding = textOf(headers["content-encoding"]) ?? "identity";
    const asked = wanted["accept-encoding"] ?? "identity";
    if (encoding === "identity" || encoding === asked) return { status, body, header: (name) => textOf(headers[name]) };
    body.on("error", () => undefined).destroy();
    throw new SourceFailure(`${shown} sends \`content-encoding: ${encoding}\` though only ${asked} was asked for`);
  }
  await body.dump({ limit: maxErrorBytes });
  if (status >= 500 || passing.has(status)) {
    const asked = status === 429 || status === 503 ? retryAfterMs(textOf(headers["retry-after"]), Date.now()) : undefined;
    throw new Unavailable(`${shown} answered ${status}`, asked);
  }
  throw new SourceFailure(`${shown} answered ${status}`, hintFor(status));
}

function targetOf(location: string, base: URL): URL {
  const target = URL.canParse(location, base.href) ? new URL(location, base) : undefined;
  if (target?.protocol !== "http:" && target?.protocol !== "https:")
    throw new SourceFailure(`${shownUrl(base.href)} redirects to nowhere`);
  if (base.protocol === "https:" && target.protocol === "http:") {
    throw new SourceFailure(`${shownUrl(base.href)} redirects from https to http`, "name an https address in `url`");
  }
  // Credentials in a redirect are the server's, not the user's.
  target.username = "";
  target.password = "";
  return target;
}

function hintFor(status: number): string {
  switch (status) {
    case 401:
      return "the server wants credentials: name them in `auth`, by a reference";
    case 403:
      return "the credentials are known to the server but may not read this stream";
    case 404:
    case 410:
      return "check the path of `url`";
    default:
      return status < 300
        ? "the stream must be answered with status 200"
        : "check `url` and `headers`; trying again will not help";
  }
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
