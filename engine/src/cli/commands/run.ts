import { Command, InvalidArgumentError } from "commander";
import { parseDuration } from "../../duration.ts";
import type { RunEvent } from "../../runtime/events.ts";
import { filesBeside } from "../../runtime/files-beside.ts";
import { openTarget } from "../../runtime/run/open-target.ts";
import { runPipeline } from "../../runtime/run/run.ts";
import { secretsOf } from "../../runtime/run/secrets.ts";
import { checkSources } from "../../runtime/run/sources.ts";
import { trainLater } from "../../runtime/training.ts";
import { withCleanup } from "../../runtime/with-cleanup.ts";
import { allowsCode } from "../allowed-code.ts";
import { count } from "../count.ts";
import { endWith } from "../failure.ts";
import { liveView } from "../live-view/live-view.ts";
import { shapeOf } from "../live-view/run-view.ts";
import { type LoadedSpec, loadSpec, renderSpec } from "../load.ts";
import { openOutput } from "../output.ts";
import { chooseTarget } from "../targets.ts";

interface Options {
  target?: string;
  records?: number;
  for?: number;
  once: boolean;
  format: "text" | "json";
}

/** `engine run`: validates, brings up the services, applies the plan and runs the pipeline until its end or Ctrl-C. */
export function runCommand(): Command {
  return new Command("run")
    .description("run a pipeline: services, topics, collections, ingest and the Spark job")
    .argument("<spec>", "a YAML file")
    .option("--target <name>", "a target of targets.yaml")
    .option("--records <n>", "end when this many records of each source are read and committed by every query", count)
    .option("--for <duration>", "end after this time, for example 60s", duration)
    .option("--once", "read each source to its present end, commit everything and end", false)
    .action(async (path: string, options: Options) => {
      const output = openOutput(options.format);
      endWith(await runSpec(await loadSpec(path, output), options, output));
    });
}

async function runSpec(spec: LoadedSpec, options: Options, output: ReturnType<typeof openOutput>) {
  const rendered = await renderSpec(spec);
  const chosen = await chooseTarget(spec.project, options.target, output);
  if (rendered === undefined || chosen === undefined) return 1;
  if (!allowsCode(spec, chosen, output)) return 1;
  checkSources(rendered.plan, spec.project);
  secretsOf(rendered.plan, spec.project);
  const interrupts = catchInterrupts();
  return withCleanup(async (defer) => {
    defer(interrupts.release);
    const view = liveView(output.people, shapeOf(rendered.plan, chosen.name));
    defer(() => view.end());
    const listener = (event: RunEvent) => {
      output.event(event);
      view.listen(event);
    };
    const opened = await openTarget({
      ...chosen,
      project: spec.project,
      database: rendered.plan.pipeline,
      packages: rendered.plan.packages ?? [],
      listener,
      signal: interrupts.drain,
    });
    defer(async () => (await opened.services).stop());
    const summary = await runPipeline({
      ...rendered,
      lookups: { tables: spec.tables, beside: filesBeside(spec.path) },
      project: spec.project,
      target: chosen.name,
      opened,
      listener,
      once: options.once,
      ...(options.records === undefined ? {} : { records: options.records }),
      ...(options.for === undefined ? {} : { forMs: options.for }),
      drain: interrupts.drain,
      force: interrupts.force,
    });
    listener(summary);
    defer(() => trainLater(opened.spark.toolchain));
    return 0 as const;
  });
}

/** The first SIGINT or SIGTERM drains, the second ends at once. */
function catchInterrupts() {
  const drain = new AbortController();
  const force = new AbortController();
  const onSignal = () => {
    const next = drain.signal.aborted ? force : drain;
    next.abort(new DOMException("interrupted", "AbortError"));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    drain: drain.signal,
    force: force.signal,
    release() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms === 0) throw new InvalidArgumentError("It must be a duration such as 60s, 5m or 1h.");
  return ms;
}
