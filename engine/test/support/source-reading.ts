import type { IncomingMessage } from "node:http";
import { type HttpSourceSettings, readStream } from "../../src/nodes/source.http/run/read-stream.ts";
import type { SourceEnd, SourceItem, SourceReport } from "../../src/nodes/source-run.ts";

/** What a source has handed over and told so far. */
export interface Reading {
  items: SourceItem[];
  reports: SourceReport[];
  texts(): string[];
  end: Promise<SourceEnd>;
  stop(): void;
}

/** Settings of the source, and how the reading ends: by itself, or once `until` items have come. */
export type Wish = Partial<HttpSourceSettings> & {
  once?: boolean;
  resumeFrom?: number;
  emit?: (items: SourceItem[]) => Promise<void>;
  until?: number;
};

/** Reads a stream, by default to its end. */
export function read(url: string, { once: untilEnd = true, resumeFrom, emit, until, ...settings }: Wish = {}): Reading {
  const controller = new AbortController();
  const items: SourceItem[] = [];
  const reports: SourceReport[] = [];
  const end = readStream({
    node: "transactions",
    config: { url, ...settings },
    ...(resumeFrom !== undefined && { resumeFrom }),
    once: untilEnd,
    emit: async (some) => {
      items.push(...some);
      await emit?.(some);
      if (until !== undefined && items.length >= until) controller.abort();
    },
    report: (news) => reports.push(news),
    signal: controller.signal,
  });
  const texts = () => items.map((item) => (item.kind === "record" ? Buffer.from(item.bytes).toString() : "oversized"));
  return { items, reports, texts, end, stop: () => controller.abort() };
}

/** The number that a resuming reader asks for. */
export const fromOf = (request: IncomingMessage) => Number(new URL(request.url ?? "", "http://x").searchParams.get("from") ?? 0);
/** The lines `from` to `to`, each its own number. */
export const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => String(from + n));
/** Lines as they go over the wire. */
export const body = (lines: string[]) => lines.map((line) => `${line}\n`).join("");
