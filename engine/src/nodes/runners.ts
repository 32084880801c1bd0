import { fileSource } from "./source.file/run.ts";
import { generatorSource } from "./source.generator/run.ts";
import { httpSource } from "./source.http/run.ts";
import { mongodbSource } from "./source.mongodb/run.ts";
import { redditSource } from "./source.reddit/run.ts";
import type { SourceRunner } from "./source-run.ts";

/** The sources that run in this process: one line a type. */
const runners: Record<string, SourceRunner<never>> = {
  "source.http": httpSource,
  "source.reddit": redditSource,
  "source.file": fileSource,
  "source.generator": generatorSource,
  "source.mongodb": mongodbSource,
};

/** The runtime half of a source's room. The catalogue and this table name the same sources; `rooms.test.ts` checks it. */
export function runnerOf(type: string): SourceRunner<never> {
  const runner = runners[type];
  if (runner === undefined) throw new Error(`no runner for ${type}`);
  return runner;
}
