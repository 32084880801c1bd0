import { setTimeout as delay } from "node:timers/promises";
import { Agent } from "undici";
import { createBackoff } from "../../backoff.ts";
import { type SourceContext, type SourceEnd, SourceFailure, type SourceItem, type SourceReport } from "../../source-run.ts";
import { resumeUrl, shownUrl } from "./address.ts";
import { connect, Unavailable } from "./connect.ts";
import { createLineSplitter } from "./line-splitter.ts";
import { createEventSplitter } from "./sse-events.ts";

/** What reading a stream needs: references resolved, sizes and times as numbers, http or https only. */
export interface HttpSourceSettings {
  url: string;
  /** Lines of JSON, which is the default, or server-sent events. */
  format?: "ndjson" | "sse";
  headers?: Record<string, string>;
  /** The longest line that is a record; 1 MiB by default. */
  maxLineBytes?: number;
  /** How long the server may be silent; 60 s by default. */
  idleTimeoutMs?: number;
  /** The query parameter that names the first record wanted. Without it the source cannot resume. */
  resume?: { parameter: string } | null;
  /** How long a server that was never reached is tried; 120 s by default. One that once answered is tried until the run ends. */
  firstConnectMs?: number;
}

const connectTimeoutMs = 10_000;
/** A connection that lived so long, or brought so many records, was a good one: the next wait is short again. */
const goodAfterMs = 60_000;
const goodAfterRecords = 1000;

interface Progress {
  /** The sequence of the next record, counted in non-blank lines. */
  next: number;
  /** Records of the present connection. */
  records: number;
  /** When the last bytes arrived, in ms since 1970; undefined before the first. */
  heardAt: number | undefined;
  connected: boolean;
  /** The id of the last event, "" where there is none. */
  lastId: string;
  /** How long the server itself wants to be left alone after a cut, in ms. */
  retryMs: number | undefined;
}

/** Reads an endless stream of lines or events, coming back after every cut until aborted; with `once` until its first clean end. */
export async function readStream(context: SourceContext<HttpSourceSettings>): Promise<SourceEnd> {
  const { config, signal } = context;
  const idle = config.idleTimeoutMs ?? 60_000;
  const dispatcher = new Agent({ bodyTimeout: idle, headersTimeout: idle, connect: { timeout: connectTimeoutMs } });
  const progress: Progress = {
    next: context.resumeFrom ?? 0,
    records: 0,
    heardAt: undefined,
    connected: false,
    lastId: context.cursor ?? "",
    retryMs: undefined,
  };
  const backoff = createBackoff();
  const giveUpAt = Date.now() + (config.firstConnectMs ?? 120_000);
  try {
    while (!signal.aborted) {
      const connectedAt = Date.now();
      const failure = await readOnce(context, dispatcher, progress);
      if (signal.aborted) break;
      if (failure === undefined && context.once) return "ended";
      if (progress.records >= goodAfterRecords || (progress.records > 0 && Date.now() - connectedAt >= goodAfterMs))
        backoff.reset();
      const asked = failure instanceof Unavailable ? failure.retryAfter : undefined;
      const retryInMs = asked === undefined ? Math.max(backoff.next(), progress.retryMs ?? 0) : backoff.next(asked);
      const message = failure === undefined ? `${shownUrl(config.url)} ended the stream` : describe(failure);
      // A server that says when to come back is waited for, however long that is, and asked once more.
      if (!progress.connected && Date.now() + (asked === undefined ? retryInMs : 0) > giveUpAt)
        throw new SourceFailure(message, "check `url`, and that the server runs");
      context.report({ event: "degraded", message, attempt: backoff.attempt, retryInMs });
      await delay(retryInMs, undefined, { signal }).catch(() => undefined);
    }
    return "aborted";
  } finally {
    await dispatcher.destroy();
  }
}

/** One connection from beginning to end. Returns what ended it, undefined for a clean end or an abort; throws where no retry helps. */
async function readOnce(
  context: SourceContext<HttpSourceSettings>,
  dispatcher: Agent,
  progress: Progress,
): Promise<Error | undefined> {
  const { config, signal } = context;
  const splitter = createSplitter(config, progress);
  const parameter = config.resume?.parameter;
  const url = parameter === undefined ? config.url : resumeUrl(config.url, parameter, progress.next);
  progress.records = 0;
  let emitting = false;
  const hand = async (lines: SourceItem[]) => {
    if (lines.length === 0) return;
    progress.records += lines.length;
    const items = parameter === undefined ? lines : numbered(lines, progress);
    emitting = true;
    await context.emit(items);
    emitting = false;
  };
  try {
    const body = await connect(url, { headers: config.headers ?? {}, wanted: wantedFor(config, progress), dispatcher, signal });
    progress.connected = true;
    context.report({ event: "connected", url: shownUrl(url) });
    if (parameter === undefined && progress.lastId === "") reportGap(context, progress);
    for await (const chunk of body) {
      progress.heardAt = Date.now();
      await hand(splitter.push(chunk));
      if (signal.aborted) return undefined;
    }
    await hand(splitter.end());
    const unfinished = splitter.cut();
    if (unfinished > 0) context.report({ event: "discarded", bytes: unfinished });
    return undefined;
  } catch (error) {
    if (signal.aborted) return undefined;
    if (emitting || error instanceof SourceFailure || !(error instanceof Error)) throw error;
    const bytes = splitter.cut();
    if (bytes > 0) context.report({ event: "discarded", bytes });
    return error;
  }
}

interface Splitter {
  push(chunk: Uint8Array): SourceItem[];
  end(): SourceItem[];
  cut(): number;
}

function createSplitter({ format, maxLineBytes = 1_048_576 }: HttpSourceSettings, progress: Progress): Splitter {
  if (format !== "sse") return createLineSplitter(maxLineBytes);
  const events = createEventSplitter(maxLineBytes, progress.lastId);
  return {
    push(chunk) {
      const items = events.push(chunk);
      progress.lastId = events.lastId;
      progress.retryMs = events.retryMs ?? progress.retryMs;
      return items;
    },
    end: () => [],
    cut: () => events.cut(),
  };
}

function wantedFor({ format }: HttpSourceSettings, { lastId }: Progress): Record<string, string> {
  if (format !== "sse") return {};
  // A header's value goes over the wire as Latin-1, an id is UTF-8.
  const id = Buffer.from(lastId).toString("latin1");
  return { accept: "text/event-stream", ...(id !== "" && { "last-event-id": id }) };
}

function numbered(lines: SourceItem[], progress: Progress): SourceItem[] {
  return lines.map((line) => ({ ...line, sequence: progress.next++ }));
}

function reportGap(context: SourceContext<HttpSourceSettings>, progress: Progress): void {
  if (progress.heardAt === undefined) return;
  const gap: SourceReport = {
    event: "gap",
    from: new Date(progress.heardAt).toISOString(),
    to: new Date().toISOString(),
    reason: `the connection to ${shownUrl(context.config.url)} was made anew and the source cannot resume`,
  };
  context.report(gap);
}

/** The error's text without anything of the request: undici's messages hold addresses and ports but no headers or paths. */
export function describe(error: Error): string {
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  const text = `${error.message}${cause}`;
  return text === "" ? ((error as NodeJS.ErrnoException).code ?? error.name) : text;
}
