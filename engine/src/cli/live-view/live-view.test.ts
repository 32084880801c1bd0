import { PassThrough } from "node:stream";
import { expect, test, vi } from "vitest";
import type { Plan } from "../../plan/plan.ts";
import { printable } from "../print.ts";
import { fakeRun, shape, summary } from "./fake-run.ts";
import { liveView } from "./live-view.ts";
import { lag, perSecond, rate } from "./measure.ts";
import { bar, count, duration, sparkline } from "./picture.ts";
import { reduce, tick } from "./reduce.ts";
import { render, renderLine } from "./render.ts";
import { type RunView, shapeOf, startView } from "./run-view.ts";
import { printSummary } from "./summary.ts";

const plain = { colour: false, width: 100 };

function viewAt(ms: number, width = 100): { view: RunView; text: string } {
  let view = startView(shape, 0);
  for (const [at, event] of fakeRun()) if (at <= ms) view = reduce(view, event, at);
  view = tick(view, ms);
  return { view, text: render(view, { ...plain, width }) };
}

test("before the first row the view says what it waits for", () => {
  expect(viewAt(7_000).text).toMatchInlineSnapshot(`
    "○ STARTING  retail on local  7 s
    ✓ kafka ready   ✓ mongodb ready   … spark starting

    SOURCE        rows/s                        read  in Kafka
    transactions       0                           0         0
       ↓
    TOPIC                lag
    retail.transactions    –
       ↓
    QUERY → SINK                   batch  took  rows/s  new  replaced
    store_sales → sales                –     –       –    –         –
    store_trend → sales_by_region      –     –       –    –         –

    Ctrl-C finishes what was read and ends"
  `);
});

test("in the middle of a run it shows the flow from source to collections", () => {
  expect(viewAt(19_900).text).toMatchInlineSnapshot(`
    "● RUNNING  retail on local  19 s

    SOURCE        rows/s                          read  in Kafka
    transactions     980              ▇███▇▇▇█  10,018    10,014
       ↓
    TOPIC                        lag
    retail.transactions  ~2,137 rows
       ↓
    QUERY → SINK                   batch    took  rows/s    new  replaced  filtered  watermark
    store_sales → sales               #9  640 ms   1,000  9,700        80         6          –
    store_trend → sales_by_region     #8  980 ms   1,000      5        35         –  12:00:03Z

    ✗ 192 dead letters
      transactions  record/not-json 100, record/missing-column 90, source/line-too-long 1
      store_sales   sink/validator 1

    Ctrl-C finishes what was read and ends"
  `);
});

test("on a narrow terminal nothing of a query is cut off", () => {
  const { text } = viewAt(23_000, 60);
  for (const fact of ["batch #10", "640 ms", "10,670 new", "88 replaced", "3 late", "watermark 12:01:03Z"])
    expect(text).toContain(fact);
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
});

test("a fault is a word, an icon and a reason, and the lag grows while the job stands still", () => {
  const { text, view } = viewAt(24_400);
  expect(text).toMatchInlineSnapshot(`
    "▲ DEGRADED  retail on local  24 s  mongodb
    ✓ kafka ready   ▲ mongodb degraded: connection refused, attempt 2   ✓ spark ready

    SOURCE        rows/s                          read  in Kafka
    transactions     975         ▇███▇▇▇████▇▇  14,891    14,887
       ↓
    TOPIC                        lag
    retail.transactions  ~4,877 rows
       ↓
    QUERY → SINK                      batch    took  rows/s     new  replaced  filtered  late  watermark
    ▲ store_sales → sales (degraded)    #10  640 ms     200  10,670        88         6     –          –
    store_trend → sales_by_region       #10  980 ms     345       6        42         –     3  12:01:03Z

    ✗ 211 dead letters
      transactions  record/not-json 110, record/missing-column 99, source/line-too-long 1
      store_sales   sink/validator 1

    ▲ store_sales: MongoDB does not answer: connection refused

    Ctrl-C finishes what was read and ends"
  `);
  expect(lag(view, "retail.transactions")).toBeGreaterThan(lag(viewAt(20_000).view, "retail.transactions") ?? 0);
  expect(viewAt(24_600).text).toContain("● RUNNING");
});

test("every line keeps within the width, at any width, with and without colour", () => {
  for (const width of [30, 60, 80, 200]) {
    for (const line of viewAt(24_400, width).text.split("\n")) expect(line.length).toBeLessThanOrEqual(width);
  }
});

test("reduce leaves the view it was given as it was", () => {
  const view = Object.freeze(viewAt(19_900).view);
  const before = JSON.stringify(view);
  for (const [, event] of fakeRun()) reduce(view, event, 20_000);
  expect(JSON.stringify(view)).toBe(before);
});

test("a query that the shape did not name joins with its first event", () => {
  let view = startView({ ...shape, sources: [], topics: [], queries: [] }, 0);
  for (const [at, event] of fakeRun()) view = reduce(view, event, at);
  expect(view.queries.map((query) => query.query)).toEqual(["store_sales", "store_trend"]);
  expect(view.topics).toEqual(["retail.transactions"]);
  expect(view.sources[0]?.read).toBeGreaterThan(26_000);
});

test("a rate falls to nothing when nothing comes", () => {
  const samples = [0, 1, 2, 3, 4, 5, 6].map((second) => ({ at: second * 1000, total: second * 500 }));
  expect(rate(samples, 6_900)).toBe(500);
  expect(rate(samples, 60_000)).toBe(0);
  expect(rate([], 1)).toBe(0);
  expect(perSecond(samples, 7_100, 4)).toEqual([500, 500, 500, 500]);
  expect(perSecond(samples, 9_100, 4)).toEqual([500, 500, 0, 0]);
});

test("the last lines of a log tell a run without a terminal", () => {
  expect(renderLine(viewAt(19_900).view)).toMatchInlineSnapshot(
    `"[00:19] RUNNING  transactions 10,018 read, 980/s  lag ~2,137  sales 9,700 new, 80 replaced, batch 640 ms  sales_by_region 5 new, 35 updated, batch 980 ms, watermark 12:00:03Z  192 dead letters: transactions record/not-json 100, record/missing-column 90, source/line-too-long 1; store_sales sink/validator 1"`,
  );
});

test("the summary shows where the records went", () => {
  expect(printSummary(summary, new Set(["store_trend"]), plain)).toMatchInlineSnapshot(`
    "■ done  retail in 38 s, 710 rows/s
      read           27,000  ████████████████████████
      in Kafka       26,996  ████████████████████████
      → store_sales  26,243  ███████████████████████▍  and 200 with a key that was there: replaced
      → store_trend      15  ▏                         and 96 updates of windows written before
      filtered out       12  ▏
      dead letters      541  ▌                         in retail.dead-letters
      ✗ transactions: record/not-json 284, record/missing-column 255, source/line-too-long 1
      ✗ store_sales: sink/validator 1
      · \`engine explain record/not-json\` says why, and how to mend it
      ! 17 rows came behind the watermark and were left out
      · 5 windows are still open; later rows complete them
      ! 1 gap in which records may have been missed
    "
  `);
});

test("the summary shows rows made besides, and which rules were broken", () => {
  const more = { ...summary, added: 1_234, broken: { sound: { early: 3, small: 0, positive: 1_200 }, whole: { any: 0 } } };
  const lines = printSummary(more, new Set(), plain).split("\n");
  expect(lines.filter((line) => /besides|break/.test(line))).toEqual([
    "  rows made besides   1,234  █▏                        by taking lists apart",
    "  ! sound: rows that break early 3, positive 1,200",
  ]);
});

test("small pictures", () => {
  expect(sparkline([0, 1, 4, 8])).toBe(" ▁▄█");
  expect(bar(1, 1_000_000, 10)).toBe("▏");
  expect(bar(10, 10, 3)).toBe("███");
  expect(bar(0, 10, 3)).toBe("");
  expect([840, 1500, 12_000, 187_000, 7_500_000, 194_400_000].map(duration)).toEqual([
    "840 ms",
    "1.5 s",
    "12 s",
    "3 min 07 s",
    "2 h 05 min",
    "2 d 6 h",
  ]);
  expect(count(1234567)).toBe("1,234,567");
});

test("a stranger's text cannot steer the terminal", () => {
  const view = reduce(startView(shape, 0), { event: "warning", code: "x", message: "\u001b[2Jgone" }, 1);
  expect(render(view, plain)).toContain(printable("\u001b[2Jgone"));
});

test("a shape is read off a plan", () => {
  const plan: Pick<Plan, "pipeline" | "sources" | "topics" | "queries"> = {
    pipeline: "retail",
    sources: [{ node: "transactions", type: "source.http", topic: "retail.transactions", partitions: 2, settings: {} }],
    topics: [{ name: "retail.transactions", partitions: 2, replication: 1, retentionMs: 1, maxMessageBytes: 1_114_112 }],
    queries: shape.queries.map(({ query, topics, collection, updates }) => ({
      name: query,
      from: "sales",
      sink: {
        node: query,
        type: "sink.mongodb",
        module: "mongodb",
        call: "upsert",
        arguments: { collection: collection ?? null, output_mode: updates ? "update" : "append" },
      },
      owns: [],
      guards: [],
      topics,
      fingerprint: {},
    })),
  };
  expect(shapeOf(plan, "local")).toEqual(shape);
});

test("without a terminal: a line every five seconds and one for every change of state", () => {
  vi.useFakeTimers({ now: 0 });
  try {
    const stream = Object.assign(new PassThrough(), { isTTY: false });
    const view = liveView(stream as unknown as NodeJS.WriteStream, shape);
    let at = 0;
    for (const [ms, event] of fakeRun()) {
      vi.advanceTimersByTime(ms - at);
      at = ms;
      view.listen(event);
    }
    view.end();
    view.listen({ event: "state", state: "RUNNING" });
    expect(String(stream.read())).toMatchInlineSnapshot(`
      "set-up: Python packages  0.0 of 420.0 MB
      set-up: Python packages  105.0 of 420.0 MB
      set-up: Kafka 4.4.0  0 of 45 files
      set-up: Kafka 4.4.0  12 of 45 files
      set-up: Python packages  210.0 of 420.0 MB
      set-up: Kafka 4.4.0  24 of 45 files
      set-up: Python packages  315.0 of 420.0 MB
      set-up: Kafka 4.4.0  36 of 45 files
      set-up: Python packages  done in 3 s
      set-up: Kafka 4.4.0  done in 2.3 s
      [00:03] STARTING  transactions 0 read, 0/s  sales 0 new  sales_by_region 0 new
      kafka starting
      mongodb starting
      mongodb ready
      kafka ready
      + create  topic       retail.transactions            2 partitions, keeps 7d
      + create  topic       retail.dead-letters            1 partition, keeps 30d
      + create  collection  sales                          with a validator
      + create  index       sales.store_id_1_timestamp_-1  store_id ascending, timestamp descending
      + create  collection  sales_by_region                with a validator

      5 to create

      spark starting
      transactions connected to demo://retail
      [00:08] STARTING  transactions 0 read, 0/s  sales 0 new  sales_by_region 0 new
      spark ready
      store_sales started
      store_trend started
      [00:09] RUNNING  transactions 0 read, 0/s  sales 0 new  sales_by_region 0 new
      [00:14] RUNNING  transactions 5,119 read, 1,046/s  lag ~3,243  sales 3,880 new, 32 replaced, batch 640 ms  sales_by_region 2 new, 14 updated, batch 980 ms, watermark 12:00:03Z  77 dead letters: transactions record/not-json 40, record/missing-column 36; store_sales sink/validator 1
      [00:19] RUNNING  transactions 10,018 read, 980/s  lag ~2,137  sales 8,730 new, 72 replaced, batch 640 ms  sales_by_region 5 new, 35 updated, batch 980 ms, watermark 12:00:03Z  173 dead letters: transactions record/not-json 90, record/missing-column 81, source/line-too-long 1; store_sales sink/validator 1
      mongodb degraded: connection refused, attempt 2
      store_sales degraded: MongoDB does not answer: connection refused
      [00:20] DEGRADED (mongodb)  transactions 11,110 read, 1,006/s  lag ~3,229  sales 10,670 new, 88 replaced, batch 640 ms  sales_by_region 5 new, 35 updated, batch 980 ms, watermark 12:00:03Z  211 dead letters: transactions record/not-json 110, record/missing-column 99, source/line-too-long 1; store_sales sink/validator 1
      store_sales recovered
      mongodb ready
      [00:24] RUNNING  transactions 14,891 read, 975/s  lag ~4,877  sales 10,670 new, 88 replaced, batch 640 ms  sales_by_region 6 new, 42 updated, batch 980 ms, watermark 12:01:03Z  211 dead letters: transactions record/not-json 110, record/missing-column 99, source/line-too-long 1; store_sales sink/validator 1
      [00:29] RUNNING  transactions 19,920 read, 1,006/s  lag ~1,809  sales 19,400 new, 160 replaced, batch 640 ms  sales_by_region 8 new, 56 updated, batch 980 ms, watermark 12:01:03Z  306 dead letters: transactions record/not-json 160, record/missing-column 144, source/line-too-long 1; store_sales sink/validator 1
      transactions gap from 2026-11-24T12:00:29.812Z to 2026-11-24T12:00:30.000Z: the source cannot resume
      [00:34] RUNNING  transactions 25,063 read, 1,029/s  lag ~947  sales 24,250 new, 200 replaced, batch 640 ms  sales_by_region 11 new, 77 updated, batch 980 ms, watermark 12:01:03Z  401 dead letters: transactions record/not-json 210, record/missing-column 189, source/line-too-long 1; store_sales sink/validator 1
      [00:36] DRAINING  transactions 26,881 read, 986/s  lag ~2,765  sales 26,190 new, 216 replaced, batch 640 ms  sales_by_region 11 new, 77 updated, batch 980 ms, watermark 12:01:03Z  439 dead letters: transactions record/not-json 230, record/missing-column 207, source/line-too-long 1; store_sales sink/validator 1
      store_sales stopped
      store_trend stopped
      [00:38] STOPPED  transactions 26,881 read  lag ~936  sales 26,190 new, 216 replaced, batch 640 ms  sales_by_region 12 new, 84 updated, batch 980 ms, watermark 12:01:03Z  439 dead letters: transactions record/not-json 230, record/missing-column 207, source/line-too-long 1; store_sales sink/validator 1
      ■ done  retail in 38 s, 710 rows/s
        read           27,000  ████████████████████████
        in Kafka       26,996  ████████████████████████
        → store_sales  26,243  ███████████████████████▍  and 200 with a key that was there: replaced
        → store_trend      15  ▏                         and 96 updates of windows written before
        filtered out       12  ▏
        dead letters      541  ▌                         in retail.dead-letters
        ✗ transactions: record/not-json 284, record/missing-column 255, source/line-too-long 1
        ✗ store_sales: sink/validator 1
        · \`engine explain record/not-json\` says why, and how to mend it
        ! 17 rows came behind the watermark and were left out
        · 5 windows are still open; later rows complete them
        ! 1 gap in which records may have been missed
      "
    `);
  } finally {
    vi.useRealTimers();
  }
});
