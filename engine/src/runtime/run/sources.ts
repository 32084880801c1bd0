import { type DemoKind, demoAt } from "../../demo/index.ts";
import { runnerOf } from "../../nodes/runners.ts";
import { SourceFailure } from "../../nodes/source-run.ts";
import type { Plan, SourcePlan } from "../../plan/plan.ts";
import { EnvironmentProblem } from "../environment-problem.ts";
import type { Listener } from "../events.ts";
import { type IngestResult, ingest } from "../ingest/index.ts";
import type { KafkaSettings } from "../kafka.ts";
import type { Project } from "../project.ts";
import { resolvedSettings } from "../references.ts";
import { UserMistake } from "../user-mistake.ts";
import type { ServiceReport } from "./follower.ts";

/** What the sources of a run need besides their plans. */
export interface SourcesRequest {
  plan: Plan;
  project: Project;
  kafka: KafkaSettings;
  listener: Listener;
  /** Hears how Kafka takes what a source hands over. */
  kafkaNews(source: string, news: ServiceReport): void;
  once: boolean;
  /** Records each source reads at most. */
  records?: number;
  signal: AbortSignal;
  recordGap(gap: { node: string; from: string; to: string; reason: string }): Promise<void>;
}

/** The sources of a run at work. */
export interface RunningSources {
  /** Resolves when every source has ended and all it read is acknowledged by Kafka. */
  ended: Promise<IngestResult[]>;
  /** Stops the simulators that this run started. */
  close(): Promise<void>;
}

/** Throws what would keep a source from starting, before anything else is started: a reference that leads nowhere, a wrong `demo://` address. */
export function checkSources(plan: Plan, project: Project): void {
  const urls = resolvedSettings(
    Object.fromEntries(plan.sources.map(({ node, settings }) => [node, settings.url ?? null])),
    "spec",
    project.root,
  );
  const settingsOf: Record<string, unknown> = {};
  for (const { node, type, settings } of plan.sources) {
    const url = urls[node];
    if (typeof url === "string" && url.startsWith("demo:")) checkDemo(url, node, type, settings.format);
    else settingsOf[node] = settings;
    if (typeof url === "string" && !/^(demo|https?):$/.test(URL.parse(url)?.protocol ?? "")) throw noAddress(node);
  }
  resolvedSettings(settingsOf, "spec", project.root);
}

function checkDemo(url: string, node: string, type: string, format: unknown): void {
  const { source } = demoOf(url).demo;
  if (source !== type) {
    const message = `\`${url.replace(/\?.*/s, "")}\` is read by \`${source}\`, and ${node} is a \`${type}\`.`;
    throw new UserMistake("demo/bad-address", message, "name the simulator of this type, or change the type");
  }
  if (type === "source.http" && format !== "ndjson") throw notTheDemosFormat(node);
}

function notTheDemosFormat(node: string): UserMistake {
  const message = `The simulator that ${node} reads sends lines of JSON and nothing else.`;
  return new UserMistake("demo/bad-address", message, "set `format: ndjson`");
}

/** Never quotes the address: it may hold a secret. */
function noAddress(node: string): UserMistake {
  const message = `The \`url\` of ${node} is no address once its references are filled in.`;
  return new UserMistake("source/bad-address", message, "it begins with `http://`, `https://` or `demo://`");
}

function demoOf(url: string): { demo: DemoKind; query: URLSearchParams } {
  const found = demoAt(url);
  if ("demo" in found) return found;
  const hint = "see `engine demo --help` for what the simulator understands";
  throw new UserMistake("demo/bad-address", found.problems.join("; "), hint);
}

/** Starts every source of the plan. A `demo://` address starts the bundled simulator on a free port. */
export async function startSources(request: SourcesRequest): Promise<RunningSources> {
  const demos: { stop(): Promise<void> }[] = [];
  const prepared = await Promise.all(
    request.plan.sources.map(async (source) => {
      return { source, settings: await settingsFor(source, demos, request) };
    }),
  );
  const ended = Promise.all(prepared.map(({ source, settings }) => runSource(source, settings, request)));
  ended.catch(() => {});
  return {
    ended,
    async close() {
      await Promise.all(demos.map((demo) => demo.stop()));
    },
  };
}

/** The settings with every reference resolved. What only the real service needs is not asked for where the simulator is read. */
async function settingsFor(
  { node, settings }: SourcePlan,
  demos: { stop(): Promise<void> }[],
  { project, listener }: SourcesRequest,
): Promise<Record<string, unknown>> {
  const what = `source ${node}`;
  const { url } = resolvedSettings({ url: settings.url ?? null }, what, project.root);
  if (typeof url !== "string" || !url.startsWith("demo:")) return resolvedSettings(settings, what, project.root);
  listener({ event: "service", service: "demo", state: "starting" });
  const { demo, query } = demoOf(url);
  const running = await demo.start(query);
  demos.push(running);
  listener({ event: "service", service: "demo", state: "ready", message: running.url });
  return resolvedSettings({ ...settings, ...demo.settings(running.url) } as Record<string, unknown>, what, project.root);
}

async function runSource(source: SourcePlan, settings: Record<string, unknown>, request: SourcesRequest): Promise<IngestResult> {
  const { plan, kafka, listener, once, records, signal } = request;
  const recordings: Promise<void>[] = [];
  const runner = runnerOf(source.type);
  const resumable = runner.isNumbered?.(settings as never) ?? false;
  const result = await ingest({
    kafka,
    pipeline: plan.pipeline,
    specHash: plan.spec,
    topic: source.topic,
    partitions: source.partitions,
    ...(source.key && { key: source.key }),
    deadLetters: plan.deadLetters,
    source: { node: source.node, runner, config: settings, resumable, root: request.project.root },
    once,
    ...(records === undefined ? {} : { limit: records }),
    signal,
    report: (event) => {
      if (event.event === "service") request.kafkaNews(source.node, event);
      else listener(event);
      if (event.event === "source" && event.news.event === "gap") {
        const { from, to, reason } = event.news;
        // A gap that cannot be written is still told: the listener has it.
        recordings.push(request.recordGap({ node: source.node, from, to, reason }).catch(() => {}));
      }
    },
  }).catch((error: unknown) => {
    throw error instanceof SourceFailure ? sourceProblem(source.node, error) : error;
  });
  await Promise.all(recordings);
  return result;
}

/** What the source's server said for good, for the one who runs the pipeline. */
function sourceProblem(node: string, { message, hint }: SourceFailure): EnvironmentProblem {
  return new EnvironmentProblem("source/failed", `The source \`${node}\` ends: ${message}.`, hint ?? "see what its server says");
}
