import type { SourceHttpConfig } from "@pipeline-engine/schemas/types";
import { parseByteSize, parseDuration } from "../../duration.ts";
import type { SourceContext, SourceEnd, SourceRunner } from "../source-run.ts";
import { readStream } from "./run/read-stream.ts";

/**
 * Reads an endless NDJSON stream, coming back after every cut until aborted; with `once` until its first clean end. `url` is http or
 * https: whoever runs the source has replaced `demo://`.
 */
export function run({ config, ...context }: SourceContext<Omit<SourceHttpConfig, "columns">>): Promise<SourceEnd> {
  const { url, headers, maxLine, idleTimeout, resume } = config;
  const maxLineBytes = parseByteSize(maxLine);
  const idleTimeoutMs = parseDuration(idleTimeout);
  const settings = {
    url,
    headers,
    ...(maxLineBytes !== undefined && { maxLineBytes }),
    ...(idleTimeoutMs !== undefined && { idleTimeoutMs }),
    ...(resume && { resume: { parameter: resume.parameter } }),
  };
  return readStream({ ...context, config: settings });
}

/** This room's line in the table of runners. */
export const httpSource: SourceRunner<Omit<SourceHttpConfig, "columns">> = { run };
