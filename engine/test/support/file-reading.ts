import { run } from "../../src/nodes/source.file/run.ts";
import type { SourceItem, SourceReport } from "../../src/nodes/source-run.ts";

const textOf = (item: SourceItem) => (item.kind === "record" ? Buffer.from(item.bytes).toString() : `oversized ${item.length}`);

/** Settings of the source, and how the reading ends: by itself, or once `until` items have come. */
export interface FileWish {
  cursor?: string;
  once?: boolean;
  /** Stops once so many have come. */
  until?: number;
  /** Is told of every text. */
  heard?: (text: string) => void;
  [setting: string]: unknown;
}

/** Reads files to their end and says what came. */
export async function readFiles(root: string, { cursor, once = false, until, heard, ...settings }: FileWish = {}) {
  const items: SourceItem[] = [];
  const reports: SourceReport[] = [];
  const stop = new AbortController();
  const config = {
    path: "*.ndjson",
    format: "ndjson",
    columns: { id: "string!" },
    encoding: "utf-8",
    follow: false,
    maxLine: "1KiB",
  };
  const end = await run({
    node: "files",
    config: { ...config, ...settings } as never,
    root,
    once,
    ...(cursor !== undefined && { cursor }),
    emit: async (more) => {
      items.push(...more);
      if (until !== undefined && items.length >= until) stop.abort();
      for (const item of more) heard?.(textOf(item));
    },
    report: (news) => reports.push(news),
    signal: stop.signal,
  });
  const gaps = reports.flatMap((news) => (news.event === "gap" ? [news.reason] : []));
  return { end, items, texts: items.map(textOf), cursors: items.map((item) => item.cursor), gaps, reports };
}
