import { dirname, join } from "node:path";
import type { Artefact } from "../../artefacts/index.ts";
import type { Plan } from "../../plan/plan.ts";
import { applyPlan } from "../apply.ts";
import {
  beginningOf,
  type Checkpoint,
  chooseCheckpoints,
  recordFingerprints,
  type Surroundings,
  whatChanged,
  wholeWindows,
} from "../checkpoints.ts";
import { addedUp, grandTotal } from "../counters.ts";
import { EnvironmentProblem } from "../environment-problem.ts";
import type { Listener, SummaryEvent } from "../events.ts";
import { allTopics, startsOf } from "../existing-topics.ts";
import type { IngestResult } from "../ingest/index.ts";
import { connectKafka } from "../kafka-cluster.ts";
import { connectMongo } from "../mongo.ts";
import { stopOrphans } from "../orphans.ts";
import { type Project, pipelineDirs } from "../project.ts";
import { retainedSince } from "../retained.ts";
import type { OpenedTarget, Services } from "../services.ts";
import { engineState } from "../state.ts";
import { TABLES } from "../tables.ts";
import { type Defer, withCleanup } from "../with-cleanup.ts";
import { deadline } from "./deadline.ts";
import { enoughToRead } from "./existing-ends.ts";
import { Follower } from "./follower.ts";
import { openLedger } from "./open-ledger.ts";
import { refreshTables, type Tables } from "./refresh-tables.ts";
import { dropRunFolder, keepAsLatest, makeRunFolder } from "./run-folder.ts";
import { secretsOf } from "./secrets.ts";
import { startSources } from "./sources.ts";
import { jobSettings, jobStarter } from "./start-job.ts";
import { superviseJob } from "./supervised-job.ts";

/** What to run, and until when. */
export interface RunRequest {
  plan: Plan;
  artefacts: Artefact[];
  /** Tables in files, which the artefacts hold as they were read, and the files as they are now. */
  lookups: Tables;
  project: Project;
  /** The target's name. */
  target: string;
  opened: OpenedTarget;
  listener: Listener;
  /** Each source ends after its present end. */
  once: boolean;
  /** The run drains after this many records of each source. */
  records?: number;
  /** The run drains after this many milliseconds. */
  forMs?: number;
  /** First Ctrl-C: drain. */
  drain: AbortSignal;
  /** Second Ctrl-C: end now. */
  force: AbortSignal;
}

/**
 * Runs a pipeline until it is told to end, then drains: the sources stop, Kafka acknowledges, every query commits what the topics hold.
 * Throws an EnvironmentProblem where a service is gone for good; what Kafka acknowledged until then is safe there.
 */
export async function runPipeline(request: RunRequest): Promise<SummaryEvent> {
  return withCleanup((defer) => runAndDrain(request, (undo) => defer(() => Promise.race([undo(), graceAfter(request.force)]))));
}

/** Resolves a second after a forced end: what hangs, such as the farewell to a broker that stands still, is waited for no longer. */
function graceAfter(force: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const soon = () => void setTimeout(resolve, 1000);
    if (force.aborted) soon();
    else force.addEventListener("abort", soon, { once: true });
  });
}

async function runAndDrain(request: RunRequest, defer: Defer): Promise<SummaryEvent> {
  const { plan, listener } = request;
  const startedAt = performance.now();
  listener({ event: "state", state: "STARTING" });
  const trouble = new AbortController();
  const fail = (problem: Error) => trouble.abort(problem);

  const early = await startEarly(request, defer);
  const services = await request.opened.services;
  const mongo = await connectMongo(services.mongodb.uri);
  defer(() => mongo.close());
  const kafka = await connectKafka(services.kafka);
  defer(() => kafka.close());
  const db = mongo.db(services.mongodb.database);
  const state = engineState(db);
  const lease = await state.lease(plan.pipeline, (reason) => fail(leaseLost(reason)));
  defer(() => lease.release());
  // The job of an engine that crashed ends by itself, but only after its batch: until then it would write beside the new one.
  await stopOrphans(pipelineDirs(request.project, request.target, plan.pipeline).runs);

  const created = await applyPlan(plan, kafka, db, listener);
  const topics = allTopics(plan);
  const epochs = await state.epochs(kafka.clusterId, topics, await kafka.topicIds(topics), created);
  const before = await state.appliedPlan(plan.pipeline);
  const surroundings = { cluster: kafka.clusterId, epochs, before };
  const { checkpoints, windowsFrom } = await prepareCheckpoints(request, services, surroundings);
  const starts = await startsOf(plan, kafka, state, epochs);
  const ledger = await openLedger(plan, checkpoints, starts, kafka.admin);
  await state.recordPlan(plan);

  await early.begin();
  const follower = new Follower(plan, kafka, ledger, listener, fail);
  defer(() => follower.close());
  const job = superviseJob(
    {
      ...early,
      settings: jobSettings(services, {
        ...{ checkpoints, epochs, starts, windowsFrom },
        secrets: secretsOf(plan, request.project),
        filesFrom: request.project.root,
        tables: join(dirname(early.folder.script), TABLES),
      }),
    },
    (event) => follower.take(event),
    (message) => follower.serviceNews({ service: "spark", state: "degraded", message }),
  );
  defer(() => job.kill());
  job.ended.catch(fail);
  defer(refreshTables(request.lookups, dirname(early.folder.script), listener));

  const asked = endAsked(request, defer);
  // Kafka may take its time to acknowledge: who pressed Ctrl-C sees at once that it was heard.
  asked.addEventListener("abort", () => follower.drain(), { once: true });
  const over = AbortSignal.any([trouble.signal, request.force]);
  const ending = AbortSignal.any([asked, over]);
  const from = Object.fromEntries(Object.keys(starts).map((topic) => [topic, ledger.from(topic)]));
  const enough = enoughToRead({ ...request, from, kafka, signal: ending });
  const sources = await startSources({
    ...request,
    kafka: services.kafka,
    kafkaNews: (source, news) => follower.serviceNews(news, `ingest of ${source}`),
    signal: ending,
    recordGap: (gap) => state.recordGap(plan.pipeline, gap),
  });
  defer(() => sources.close());
  services.onHealth((news) => {
    follower.serviceNews(news);
    if (news.state === "lost") fail(news.problem);
  });

  const [results, ends] = await unless(over, Promise.all([sources.ended, enough]));
  job.drain();
  await follower.caughtUp(over, ends);
  await unless(over, job.stop());
  listener({ event: "state", state: "STOPPED" });
  return summaryOf(plan, results, follower, (performance.now() - startedAt) / 1000);
}

/** Spark takes longest to start, so it begins before there is anything to read. Until `begin` nothing of it is to stay. */
async function startEarly({ plan, project, target, opened, artefacts }: RunRequest, defer: Defer) {
  const { runs } = pipelineDirs(project, target, plan.pipeline);
  const folder = await makeRunFolder(runs, artefacts);
  const start = jobStarter(opened.spark, folder);
  const first = start();
  first.catch(() => {});
  let begun = false;
  defer(async () => {
    if (begun) return;
    const process = await first;
    process.kill("SIGKILL");
    await process.exited;
    await dropRunFolder(folder);
  });
  const begin = async () => {
    await keepAsLatest(runs, folder);
    begun = true;
  };
  return { folder, start, first, begin };
}

/** Aborts when the user or the clock asks the run to drain. */
function endAsked({ drain, forMs }: RunRequest, defer: Defer): AbortSignal {
  if (forMs === undefined) return drain;
  const { signal, cancel } = deadline(forMs);
  defer(cancel);
  return AbortSignal.any([drain, signal]);
}

async function prepareCheckpoints(
  { plan, project, target, opened, listener }: RunRequest,
  services: Services,
  surroundings: Surroundings,
): Promise<{ checkpoints: Checkpoint[]; windowsFrom: Record<string, string> }> {
  const dir = opened.spark.checkpoints ?? pipelineDirs(project, target, plan.pipeline).checkpoints;
  const checkpoints = await chooseCheckpoints(plan, dir, surroundings);
  for (const { query, version, changed } of checkpoints) {
    if (changed.length === 0) continue;
    const keepsAll = plan.queries.find(({ name }) => name === query)?.sink?.keepsAll;
    const message = `${query} starts with a new checkpoint (v${version}), from ${beginningOf(plan, query)} that Kafka keeps: ${whatChanged(changed)}.${keepsAll ? " What it writes again stands beside what it wrote before." : ""}`;
    listener({ event: "warning", code: "checkpoint/new-version", message, hint: "the older version stays on disk" });
  }
  // Before the fingerprint, by which a new checkpoint begins to exist.
  const windowsFrom = await wholeWindows(plan, checkpoints, (topics) => retainedSince(services.kafka, topics));
  for (const { query, isNew } of checkpoints) {
    const from = windowsFrom[query];
    if (!isNew || from === undefined) continue;
    const message = `${query} leaves the windows alone that begin before ${from}: Kafka no longer keeps all of their records.`;
    listener({
      event: "warning",
      code: "checkpoint/partial-windows",
      message,
      hint: "a longer `retention` of the topic keeps more",
    });
  }
  await recordFingerprints(plan, checkpoints, surroundings);
  return { checkpoints, windowsFrom };
}

/** Waits for `work`, but rejects with the signal's reason where that comes first. */
async function unless<T>(over: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    if (over.aborted) reject(over.reason);
    over.addEventListener("abort", () => reject(over.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}

function summaryOf(plan: Plan, results: IngestResult[], follower: Follower, seconds: number): SummaryEvent {
  const ofAll = (pick: (result: IngestResult) => number) => results.reduce((sum, result) => sum + pick(result), 0);
  const sinks = plan.queries.flatMap(({ name, sink }) => (sink === undefined ? [] : [name]));
  const { dead, ...totals } = follower.totals(sinks);
  const existing = plan.existingTopics ?? [];
  const refused = Object.fromEntries(plan.sources.map(({ node }, at) => [node, results[at]?.dead ?? {}]));
  const deadLetters = addedUp([refused, dead]);
  const deadLettered = grandTotal(deadLetters);
  return {
    event: "summary",
    pipeline: plan.pipeline,
    read: ofAll((result) => result.read) + existing.reduce((sum, { name }) => sum + follower.read(name), 0),
    produced: ofAll((result) => result.produced),
    deadLettered,
    ...(deadLettered > 0 && { deadLetters }),
    ...totals,
    gaps: ofAll((result) => result.gaps.length),
    seconds: Math.round(seconds * 10) / 10,
  };
}

function leaseLost(reason: string): EnvironmentProblem {
  return new EnvironmentProblem("run/lease-lost", `The run ends: ${reason}.`, "see who runs it with `engine status`");
}
