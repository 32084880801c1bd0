import type { SourceHttpConfig } from "@pipeline-engine/schemas/types";
import { parseColumns } from "../../columns-notation.ts";
import { parseByteSize, parseDuration } from "../../duration.ts";
import type { SourceContext, SourceEnd, SourceRunner } from "../source-run.ts";
import type { CsvAnswer } from "./run/csv-answer.ts";
import { headersOf } from "./run/headers.ts";
import type { Paging } from "./run/pages.ts";
import { poll } from "./run/poll.ts";
import { readStream } from "./run/read-stream.ts";

/** What is not set need not be there. */
type Optional = "columns" | "auth" | "every" | "csv" | "records" | "pages";
type Config = Omit<SourceHttpConfig, Optional | "metadata"> & Partial<Pick<SourceHttpConfig, Optional>>;

/**
 * Reads an endless stream, coming back after every cut until aborted; with `once` until its first clean end. Or polls JSON or CSV, with `once` a single
 * time. `url` is http or https: whoever runs the source has replaced `demo://`.
 */
export function run({ config, ...context }: SourceContext<Config>): Promise<SourceEnd> {
  const { url, format, every, resume } = config;
  const maxLineBytes = parseByteSize(config.maxLine) ?? 1_048_576;
  const idleTimeoutMs = parseDuration(config.idleTimeout) ?? 60_000;
  const shared = { url, headers: headersOf(config), maxLineBytes, idleTimeoutMs };
  if (format === "ndjson" || format === "sse")
    return readStream({ ...context, config: { ...shared, format, ...(resume && { resume: { parameter: resume.parameter } }) } });
  const everyMs = parseDuration(every ?? "") ?? 0;
  const records = config.records?.split(".");
  const paging = pagingOf(config.pages);
  const csv = format === "csv" && csvOf(config);
  return poll({
    ...context,
    config: { ...shared, everyMs, ...(csv && { csv }), ...(records && { records }), ...(paging && { paging }) },
  });
}

function csvOf({ csv, columns }: Config): CsvAnswer {
  return { columns: parseColumns(columns, "").value ?? [], header: csv?.header ?? true, delimiter: csv?.delimiter ?? "," };
}

function pagingOf(pages: Config["pages"]): Paging | undefined {
  const parameter = pages?.parameter ?? "";
  switch (pages?.by) {
    case undefined:
      return undefined;
    case "link":
      return { by: "link" };
    case "page":
      return { by: "page", parameter, first: pages.first };
    case "cursor":
      return { by: "cursor", parameter, next: (pages.next ?? "").split("."), keep: pages.keep };
  }
}

/** This room's line in the table of runners. */
export const httpSource: SourceRunner<Config> = {
  run,
  isNumbered: ({ resume }) => Boolean(resume),
  hasCursor: ({ format, pages }) => format === "sse" || (pages?.by === "cursor" && pages.keep),
};
