import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Plan, QueryPlan } from "../../plan/plan.ts";
import { BatchLedger, type Ends } from "../counters.ts";
import type { RunEvent } from "../events.ts";
import type { JobEvent } from "../job-process.ts";
import type { KafkaCluster } from "../kafka-cluster.ts";
import { Follower } from "./follower.ts";

// The timers of this module are not among those that are faked.
vi.mock("node:timers/promises", () => ({
  setTimeout: (ms: number, value: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise((resolve, reject) => {
      setTimeout(resolve, ms, value);
      signal.addEventListener("abort", () => reject(new Error("The operation was aborted")), { once: true });
    }),
}));
beforeEach(() => void vi.useFakeTimers());

let opened: Follower | undefined;
afterEach(() => {
  opened?.close();
  vi.useRealTimers();
});

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

function query(name: string): QueryPlan {
  return { name, from: name, owns: [], topics: [name], fingerprint: {} };
}

function batch(name: string, offset: number): JobEvent {
  const nothing = { dead: {}, filtered: {}, added: {}, broken: {}, late: {} };
  const counts = { rows: 1, records: {}, written: 1, repeats: 0, ms: 1, stateRows: 0, openWindows: 0, watermark: null };
  return { event: "batch", query: name, batch: offset, ...nothing, ...counts, offsets: { [name]: { "0": offset } }, latest: {} };
}

function degraded(name: string): JobEvent {
  return { event: "degraded", service: "mongodb", query: name, attempt: 1, message: "away" };
}

/** A follower of `orders` and `sales`, over a Kafka that answers with `topics`, or not while they are undefined. */
function following(topics: Ends | undefined) {
  const kafka = { topics };
  const endOffsets = vi.fn(async () => {
    if (kafka.topics === undefined) throw new Error("Kafka is away");
    return kafka.topics;
  });
  const cluster: KafkaCluster = {
    admin: {} as KafkaCluster["admin"],
    clusterId: "fake",
    topicIds: async () => ({}),
    endOffsets,
    close: async () => {},
  };
  const plan: Plan = {
    ...{ format: 1, pipeline: "shop", spec: "", deadLetters: "dead", shufflePartitions: 1 },
    ...{ sources: [], topics: [], streams: [], collections: [], queries: [query("orders"), query("sales")] },
  };
  const told: RunEvent[] = [];
  const fail = vi.fn<(problem: Error) => void>();
  const ledger = new BatchLedger(["orders", "sales"], (name) => [name]);
  const follower = new Follower(plan, cluster, ledger, (event) => told.push(event), fail);
  opened = follower;
  const states = () => told.flatMap((event) => (event.event === "state" ? [[event.state, event.reason]] : []));
  return { follower, kafka, endOffsets, told, fail, states };
}

const idle: Ends = { orders: {}, sales: {} };
const RUNNING = ["RUNNING", undefined];
const DRAINING = ["DRAINING", undefined];

test("runs from the first batch on, and says so once", () => {
  const { follower, states } = following(idle);
  follower.take({ event: "started", query: "orders" });
  expect(states()).toEqual([]);
  follower.take(batch("orders", 1));
  follower.take(batch("orders", 2));
  expect(states()).toEqual([RUNNING]);
});

test("is degraded until every voice has taken its word back", () => {
  const { follower, states } = following(idle);
  follower.take(degraded("orders"));
  follower.take(degraded("orders"));
  follower.take(degraded("sales"));
  follower.take({ event: "recovered", service: "mongodb", query: "orders" });
  follower.take({ event: "recovered", service: "mongodb", query: "sales" });
  expect(states()).toEqual([
    ["DEGRADED", "mongodb: away"],
    ["DEGRADED", "mongodb: away; mongodb: away"],
    ["DEGRADED", "mongodb: away"],
    RUNNING,
  ]);
});

test("two that see the same service are told apart", () => {
  const { follower, states } = following(idle);
  follower.serviceNews({ service: "kafka", state: "degraded", message: "silent" }, "ingest of a");
  follower.serviceNews({ service: "kafka", state: "lost" }, "ingest of b");
  follower.serviceNews({ service: "kafka", state: "ready" }, "ingest of a");
  follower.serviceNews({ service: "kafka", state: "ready" }, "ingest of b");
  expect(states()).toEqual([["DEGRADED", "silent"], ["DEGRADED", "silent; lost"], ["DEGRADED", "lost"], RUNNING]);
});

test("what the job sees of a service by itself is news of the service, not of a query", () => {
  const { follower, told, states } = following(idle);
  follower.take({ event: "degraded", service: "mongodb", query: null, attempt: 1, message: "away" });
  follower.take({ event: "recovered", service: "mongodb", query: null });
  expect(states()).toEqual([["DEGRADED", "away"], RUNNING]);
  expect(told.filter(({ event }) => event !== "state")).toEqual([
    { event: "service", service: "mongodb", state: "degraded", message: "away" },
    { event: "service", service: "mongodb", state: "ready" },
  ]);
});

test("a batch shows that the job and its query are well again, and no more", () => {
  const { follower, states } = following(idle);
  const error = { type: "E", message: "no such column", line: null };
  follower.serviceNews({ service: "spark", state: "degraded", message: "ended" });
  follower.take({ event: "failed", query: "orders", error, restarts: 1, final: false });
  follower.take(degraded("sales"));
  follower.take(batch("orders", 1));
  expect(states().at(-1)).toEqual(["DEGRADED", "mongodb: away"]);
  follower.take(batch("sales", 1));
  expect(states().at(-1)).toEqual(RUNNING);
});

test("drains once, and what recovers then is draining", () => {
  const { follower, states } = following(idle);
  follower.drain();
  follower.drain();
  follower.take(degraded("orders"));
  follower.take(batch("orders", 1));
  expect(states()).toEqual([DRAINING, ["DEGRADED", "mongodb: away"], DRAINING]);
});

test("a stall degrades the run, ends with a batch, and ends the run where none comes", async () => {
  const { follower, fail, states } = following({ orders: { "0": 7 }, sales: {} });
  await pass(58);
  expect(states()).toEqual([]);
  await pass(2);
  expect(states().at(-1)).toEqual(["DEGRADED", "no batch was committed for 60 s although orders has 7 records to go"]);
  follower.take(batch("orders", 1));
  await pass(2);
  expect(states().at(-1)).toEqual(RUNNING);
  await pass(296);
  expect(fail).not.toHaveBeenCalled();
  await pass(2);
  expect(fail).toHaveBeenCalledWith(expect.objectContaining({ code: "run/stalled" }));
});

test("a Kafka that is away for three minutes on end ends the run", async () => {
  const { kafka, fail } = following(undefined);
  await pass(180);
  kafka.topics = idle;
  await pass(2);
  kafka.topics = undefined;
  // The first look that fails is at 184 s.
  await pass(182);
  expect(fail).not.toHaveBeenCalled();
  await pass(2);
  expect(fail).toHaveBeenCalledWith(expect.objectContaining({ code: "kafka/lost" }));
});

test("looks no more once it is closed", async () => {
  const { follower, endOffsets } = following(idle);
  follower.close();
  await pass(10);
  expect(endOffsets).not.toHaveBeenCalled();
});

test("has caught up when every query has committed what its topics held when it was asked", async () => {
  const { follower, kafka, states } = following({ orders: { "0": 2 }, sales: { "0": 1 } });
  const done = vi.fn();
  const caughtUp = follower.caughtUp(new AbortController().signal).then(done);
  await pass(0);
  expect(states()).toEqual([DRAINING]);
  kafka.topics = { orders: { "0": 9 }, sales: { "0": 9 } };
  follower.take(batch("orders", 2));
  await pass(0);
  expect(done).not.toHaveBeenCalled();
  follower.take(batch("sales", 1));
  await caughtUp;
});

test("has caught up at once where nothing is left, as soon as Kafka answers", async () => {
  const { follower, kafka } = following(undefined);
  const done = vi.fn();
  const caughtUp = follower.caughtUp(new AbortController().signal).then(done);
  await pass(10);
  expect(done).not.toHaveBeenCalled();
  kafka.topics = idle;
  await pass(2);
  await caughtUp;
});

test.each([
  ["Kafka is away", undefined],
  ["batches are missing", { orders: { "0": 2 }, sales: {} }],
])("gives up catching up with the reason of the signal while %s", async (_, topics) => {
  const { follower } = following(topics);
  const over = new AbortController();
  const reason = new Error("the run is over");
  const rejected = expect(follower.caughtUp(over.signal)).rejects.toBe(reason);
  await pass(1);
  over.abort(reason);
  await pass(2);
  await rejected;
});
