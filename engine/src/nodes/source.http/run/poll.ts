import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { Agent } from "undici";
import { createBackoff } from "../../backoff.ts";
import { type SourceContext, type SourceEnd, SourceFailure, type SourceItem } from "../../source-run.ts";
import { shownUrl } from "./address.ts";
import { type Answer, ask, Unavailable } from "./connect.ts";
import { type CsvAnswer, csvElements } from "./csv-answer.ts";
import { elementsOf } from "./json-elements.ts";
import { oversized } from "./line-splitter.ts";
import { firstPage, nextPage, type Page, type Paging } from "./pages.ts";
import { describe } from "./read-stream.ts";

/** What polling needs: references resolved, sizes and times as numbers. */
export interface PollSettings {
  url: string;
  headers: Record<string, string>;
  everyMs: number;
  /** The answer is CSV, written so; absent: JSON. */
  csv?: CsvAnswer;
  /** Where in the answer the list of records is; absent: the answer itself. */
  records?: string[];
  paging?: Paging;
  /** The longest record, in bytes. */
  maxLineBytes: number;
  idleTimeoutMs: number;
  /** How long a server that was never reached is tried; 120 s by default. */
  firstConnectMs?: number;
}

/** The largest answer that is read, unpacked, in bytes. */
export const maxAnswerBytes = 67_108_864;
const connectTimeoutMs = 10_000;
const unzip = promisify(gunzip);

interface Poll {
  context: SourceContext<PollSettings>;
  dispatcher: Agent;
  /** What the server said of the answer that a poll begins with, so that it need not send it again. */
  known: { url: string; etag?: string; modified?: string } | undefined;
  /** Where the next poll begins. */
  cursor: string | undefined;
  /** False until an answer was understood. */
  reached: boolean;
}

interface ReadPage {
  text: string;
  texts: string[];
  link: string | undefined;
}

/** Asks every so often for JSON or CSV and hands over its records, page by page, until aborted; with `once` a single time. */
export async function poll(context: SourceContext<PollSettings>): Promise<SourceEnd> {
  const { config, signal } = context;
  const { idleTimeoutMs: idle } = config;
  const dispatcher = new Agent({ bodyTimeout: idle, headersTimeout: idle, connect: { timeout: connectTimeoutMs } });
  const state: Poll = { context, dispatcher, known: undefined, cursor: context.cursor, reached: false };
  try {
    while (!signal.aborted) {
      const began = performance.now();
      await pollOnce(state);
      if (signal.aborted) break;
      if (context.once) return "ended";
      const rest = began + config.everyMs - performance.now();
      await delay(Math.max(0, rest), undefined, { signal }).catch(() => undefined);
    }
    return "aborted";
  } finally {
    await dispatcher.destroy();
  }
}

async function pollOnce(state: Poll): Promise<void> {
  const { context } = state;
  const { url, paging } = context.config;
  let page: Page | undefined = firstPage(url, paging, state.cursor);
  let before: string | undefined;
  while (page !== undefined && !context.signal.aborted) {
    const read = await persist(state, page);
    // A server that does not know the parameter sends the same page for ever.
    if (read === undefined || (paging?.by === "page" && read.text === before)) return;
    before = read.text;
    const answer = { text: read.text, link: read.link, records: read.texts.length };
    const next = nextPage(url, paging, page, answer);
    await context.emit(itemsOf(state, read.texts, next));
    if (keeps(paging) && next?.cursor !== undefined) state.cursor = next.cursor;
    page = next;
  }
}

/** Each record says where to read on after it: at its own page, or at the next one after the page's last. */
function itemsOf(state: Poll, texts: string[], next: Page | undefined): SourceItem[] {
  const { maxLineBytes, paging } = state.context.config;
  return texts.map((text, index) => {
    const after = index === texts.length - 1 ? (next?.cursor ?? state.cursor) : state.cursor;
    const cursor = keeps(paging) && after !== undefined ? { cursor: after } : {};
    const bytes = Buffer.from(text);
    return bytes.length > maxLineBytes ? { ...oversized(bytes), ...cursor } : { kind: "record", bytes, ...cursor };
  });
}

function keeps(paging: Paging | undefined): boolean {
  return paging?.by === "cursor" && paging.keep;
}

/** Asks for a page until it comes. Undefined where the server says that nothing is new, or the run is over. */
async function persist(state: Poll, page: Page): Promise<ReadPage | undefined> {
  const { context } = state;
  const backoff = createBackoff();
  const giveUpAt = Date.now() + (context.config.firstConnectMs ?? 120_000);
  for (;;) {
    try {
      const read = await readPage(state, page);
      if (!state.reached || backoff.attempt > 0) context.report({ event: "connected", url: shownUrl(page.url) });
      state.reached = true;
      return read;
    } catch (error) {
      if (context.signal.aborted) return undefined;
      if (error instanceof SourceFailure || !(error instanceof Error)) throw error;
      const asked = error instanceof Unavailable ? error.retryAfter : undefined;
      const retryInMs = backoff.next(asked);
      const message = describe(error);
      if (!state.reached && Date.now() + (asked === undefined ? retryInMs : 0) > giveUpAt)
        throw new SourceFailure(message, "check `url`, and that the server runs");
      context.report({ event: "degraded", message, attempt: backoff.attempt, retryInMs });
      await delay(retryInMs, undefined, { signal: context.signal }).catch(() => undefined);
      if (context.signal.aborted) return undefined;
    }
  }
}

async function readPage(state: Poll, page: Page): Promise<ReadPage | undefined> {
  const { config, signal } = state.context;
  const accept = config.csv === undefined ? "application/json" : "text/csv";
  const wanted = { accept, "accept-encoding": "gzip", ...conditionOf(state, page) };
  const answer = await ask(page.url, { headers: config.headers, wanted, dispatcher: state.dispatcher, signal });
  if (answer.status === 304) {
    for await (const _ of answer.body);
    return undefined;
  }
  const shown = shownUrl(page.url);
  const text = await textOf(answer, shown);
  const elements = config.csv === undefined ? elementsOf(text, config.records) : csvElements(text, config.csv);
  if (elements.kind === "unreadable") throw new Unavailable(`${shown} answered something that is no ${elements.wanted}`);
  if (elements.kind === "wrong-header") throw refused(state, `the header of ${shown} ${elements.message}`, elements.hint);
  if (elements.kind === "no-list") throw noList(state, shown, elements.found);
  remember(state, page, answer);
  return { text, texts: elements.texts, link: answer.header("link") };
}

function noList(state: Poll, shown: string, found: string): Error {
  const path = (state.context.config.records ?? []).join(".");
  return refused(
    state,
    `${shown} has ${found} at \`${path}\` and no list`,
    "see where the list stands, and name it in `records`",
  );
}

/** A server that gave records before has a bad moment; one that never did is asked for the wrong thing. */
function refused({ reached }: Poll, message: string, hint: string): Error {
  return reached ? new Unavailable(message) : new SourceFailure(message, hint);
}

/** A page that leads to others must come again, since they may have changed though it did not. */
function remember(state: Poll, page: Page, answer: Answer): void {
  const { paging } = state.context.config;
  if (paging !== undefined && !keeps(paging)) return;
  const etag = answer.header("etag");
  const modified = answer.header("last-modified");
  state.known = { url: page.url, ...(etag !== undefined && { etag }), ...(modified !== undefined && { modified }) };
}

function conditionOf({ known }: Poll, page: Page): Record<string, string> {
  if (known?.url !== page.url) return {};
  return {
    ...(known.etag !== undefined && { "if-none-match": known.etag }),
    ...(known.modified !== undefined && { "if-modified-since": known.modified }),
  };
}

async function textOf(answer: Answer, shown: string): Promise<string> {
  const bytes = await bytesOf(answer.body, shown);
  const packed = answer.header("content-encoding") === "gzip";
  const plain = packed ? await unzip(bytes, { maxOutputLength: maxAnswerBytes }).catch(badPacking(shown)) : bytes;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(plain);
  } catch {
    throw new Unavailable(`${shown} answered something that is no UTF-8`);
  }
}

function badPacking(shown: string) {
  return (error: NodeJS.ErrnoException): never => {
    throw error.code === "ERR_BUFFER_TOO_LARGE" ? tooLarge(shown) : new Unavailable(`${shown} answered with gzip that is broken`);
  };
}

async function bytesOf(body: AsyncIterable<Uint8Array>, shown: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxAnswerBytes) throw tooLarge(shown);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(shown: string): SourceFailure {
  return new SourceFailure(
    `${shown} answers with more than 64 MiB`,
    "ask for smaller pages, with a parameter in `url` and `pages`",
  );
}
