import type { BatchEvent, Counts, RunEvent } from "../../runtime/events.ts";
import type { RunShape } from "./run-view.ts";

/** The retail pipeline, as its plan gives it. */
export const shape: RunShape = {
  pipeline: "retail",
  target: "local",
  sources: [{ node: "transactions", topic: "retail.transactions" }],
  topics: ["retail.transactions"],
  queries: [
    { query: "store_sales", topics: ["retail.transactions"], collection: "sales", updates: false },
    { query: "store_trend", topics: ["retail.transactions"], collection: "sales_by_region", updates: true },
  ],
};

/** An event and the millisecond of the run at which it came. */
export type Timed = [at: number, event: RunEvent];

/** A run of 40 seconds: set-up, a plan, rows, a fault of MongoDB, a drain. Made by hand, in the shape of a real one. */
export function fakeRun(): Timed[] {
  const events: Timed[] = [...setup(), ...starting()];
  for (let second = 10; second <= 36; second++) events.push(...oneSecond(second));
  const at = (ms: number, event: RunEvent) => events.push([ms, event]);
  at(20_500, { event: "service", service: "mongodb", state: "degraded", message: "connection refused, attempt 2" });
  at(20_510, { event: "query", query: "store_sales", state: "degraded", message: "MongoDB does not answer: connection refused" });
  at(20_520, { event: "state", state: "DEGRADED", reason: "mongodb" });
  at(24_500, { event: "query", query: "store_sales", state: "recovered" });
  at(24_510, { event: "service", service: "mongodb", state: "ready" });
  at(24_520, { event: "state", state: "RUNNING" });
  at(30_000, { event: "source", node: "transactions", news: gap });
  at(36_500, { event: "state", state: "DRAINING" });
  at(37_900, { event: "query", query: "store_sales", state: "stopped" });
  at(37_950, { event: "query", query: "store_trend", state: "stopped" });
  at(38_000, { event: "state", state: "STOPPED" });
  at(38_010, summary);
  return events.sort(([a], [b]) => a - b);
}

/** What the fake run ends with. */
export const summary: RunEvent & { event: "summary" } = {
  event: "summary",
  pipeline: "retail",
  read: 27_000,
  produced: 26_996,
  deadLettered: 541,
  deadLetters: {
    transactions: { "record/not-json": 284, "record/missing-column": 255, "source/line-too-long": 1 },
    store_sales: { "sink/validator": 1 },
  },
  filtered: 12,
  late: 17,
  added: 0,
  broken: {},
  openWindows: 5,
  gaps: 1,
  sinks: { store_sales: { written: 26_243, repeats: 200 }, store_trend: { written: 15, repeats: 96 } },
  seconds: 38.01,
};

const gap = {
  event: "gap",
  from: "2026-11-24T12:00:29.812Z",
  to: "2026-11-24T12:00:30.000Z",
  reason: "the source cannot resume",
} as const;

function setup(): Timed[] {
  const events: Timed[] = [];
  for (let i = 0; i <= 20; i++) {
    events.push([
      i * 150,
      { event: "setup", step: "python", label: "Python packages", done: i * 21_000_000, total: 420_000_000, unit: "bytes" },
    ]);
    if (i >= 5)
      events.push([
        i * 150 + 20,
        { event: "setup", step: "kafka", label: "Kafka 4.4.0", done: (i - 5) * 3, total: 45, unit: "files" },
      ]);
  }
  return events;
}

function starting(): Timed[] {
  const create = (kind: "topic" | "collection" | "validator" | "index", name: string, detail: string): RunEvent => ({
    event: "change",
    action: "create",
    kind,
    name,
    detail,
  });
  return [
    [3_200, { event: "state", state: "STARTING" }],
    [3_210, { event: "service", service: "kafka", state: "starting" }],
    [3_220, { event: "service", service: "mongodb", state: "starting" }],
    [3_800, { event: "service", service: "mongodb", state: "ready" }],
    [5_600, { event: "service", service: "kafka", state: "ready" }],
    [5_700, create("topic", "retail.transactions", "2 partitions, keeps 7d")],
    [5_710, create("topic", "retail.dead-letters", "1 partition, keeps 30d")],
    [5_720, create("collection", "sales", "with a validator")],
    [5_730, create("index", "sales.store_id_1_timestamp_-1", "store_id ascending, timestamp descending")],
    [5_740, create("collection", "sales_by_region", "with a validator")],
    [5_800, { event: "service", service: "spark", state: "starting" }],
    [6_000, { event: "source", node: "transactions", news: { event: "connected", url: "demo://retail" } }],
    [8_900, { event: "service", service: "spark", state: "ready" }],
    [8_950, { event: "query", query: "store_sales", state: "started" }],
    [9_000, { event: "query", query: "store_trend", state: "started" }],
    [9_010, { event: "state", state: "RUNNING" }],
  ];
}

function oneSecond(second: number): Timed[] {
  const read = (second - 9) * 1000 + Math.round(120 * Math.sin(second));
  const refused: { deadLettered: number; dead: Counts } =
    second > 15 ? { deadLettered: 1, dead: { "source/line-too-long": 1 } } : { deadLettered: 0, dead: {} };
  const events: Timed[] = [
    [second * 1000, { event: "ingest", node: "transactions", read, produced: read - 4, ...refused, skipped: 0 }],
  ];
  if (second >= 21 && second <= 24) return events;
  const caughtUp = second === 25 ? 5 : 1;
  events.push([second * 1000 + 400, batch("store_sales", second, 1000 * caughtUp, read)]);
  if (second % 2 === 0) events.push([second * 1000 + 600, batch("store_trend", second, 2000, read)]);
  return events;
}

function batch(query: string, second: number, rows: number, read: number): BatchEvent {
  const sales = query === "store_sales";
  return {
    event: "batch",
    query,
    batch: second - 10,
    rows,
    records: { "retail.transactions": rows },
    written: sales ? Math.round(rows * 0.97) : 1,
    repeats: sales ? Math.round(rows * 0.008) : 7,
    dead: sales
      ? {
          transactions: { "record/not-json": 10, "record/missing-column": 9 },
          store_sales: second === 12 ? { "sink/validator": 1 } : {},
        }
      : {},
    filtered: sales && second % 3 === 0 ? { sales: 2 } : {},
    late: sales || second < 20 ? {} : { sales_by_region: 3 },
    ms: sales ? 640 : 980,
    offsets: { "retail.transactions": { "0": read / 2, "1": read / 2 - 4 } },
    latest: { "retail.transactions": { "0": read / 2, "1": read / 2 } },
    watermark: sales ? null : `2026-11-24T12:0${Math.floor(second / 20)}:03.120Z`,
    added: {},
    broken: {},
    stateRows: sales ? 0 : 20,
    openWindows: sales ? 0 : 20,
  };
}
