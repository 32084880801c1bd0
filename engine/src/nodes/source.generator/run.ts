import { setTimeout as sleep } from "node:timers/promises";
import type { SourceGeneratorConfig } from "@pipeline-engine/schemas/types";
import { parseColumns } from "../../columns-notation.ts";
import type { SourceContext, SourceEnd, SourceRunner } from "../source-run.ts";
import { type Rule, recordMaker } from "./run/make-record.ts";

/** What is not said need not be there. */
type Config = Omit<SourceGeneratorConfig, "rules" | "records" | "metadata"> & { rules: Record<string, Rule>; records?: number };

const TICK_MS = 10;
const LARGEST_BATCH = 1000;

/** Makes records at `rate` a second until there are `records` of them or the run is over. Resumes at the number of the next one. */
export async function run(context: SourceContext<Config>): Promise<SourceEnd> {
  const { config, signal } = context;
  const { rate, seed, records } = config;
  const columns = parseColumns(config.columns, "").value ?? [];
  const { malformed = 0, missing = 0, repeated = 0 } = config.faults;
  const make = recordMaker({ columns, rules: config.rules, faults: { malformed, missing, repeated }, seed });
  const first = context.resumeFrom ?? 0;
  const end = records ?? Number.POSITIVE_INFINITY;
  const began = performance.now();
  context.report({ event: "connected", url: "generator" });
  for (let next = first; next < end; ) {
    if (signal.aborted) return "aborted";
    const due = first + 1 + Math.floor(((performance.now() - began) * rate) / 1000);
    const until = Math.min(due, end, next + LARGEST_BATCH);
    if (until <= next) {
      await sleep(TICK_MS, undefined, { signal }).catch(() => {});
      continue;
    }
    const now = Date.now();
    const items = Array.from({ length: until - next }, (_, index) => ({
      kind: "record" as const,
      bytes: Buffer.from(make(next + index, now)),
      sequence: next + index,
    }));
    await context.emit(items);
    next = until;
  }
  return "ended";
}

/** This room's line in the table of runners. */
export const generatorSource: SourceRunner<Config> = { run, isNumbered: () => true };
