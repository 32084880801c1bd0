import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { fakeRun } from "../../engine/src/cli/live-view/fake-run.ts";
import type { BatchEvent } from "../../engine/src/runtime/events.ts";
import type { DeadLettersReply, ResultsReply } from "../src/api/client.ts";
import type { LiveEvent, Told } from "../src/state/live.ts";
import { axeFindings, eventually, type Opened, openSpec, projectsInBrowser } from "./browser.ts";

/** Would run, were it ever anything but text. */
const HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
const BEGUN = Date.parse("2026-11-24T12:00:00Z");

const openProject = projectsInBrowser();
let opened: Opened;
let page: Page;
let retail: string;

beforeAll(async () => {
  retail = await readFile(new URL("../../pipelines/retail.yaml", import.meta.url), "utf8");
});
afterEach(async () => {
  expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
});

/** Opens retail, for which the server knows what a run has told; `say` lets it tell more. */
async function begin(panel: string, told: readonly Told[] = [], text = retail): Promise<void> {
  opened = await openProject({ retail: text });
  page = opened.page;
  await page.addInitScript(() => {
    const listeners = new EventTarget();
    Object.assign(window, {
      EventSource: class {
        addEventListener = listeners.addEventListener.bind(listeners);
        close() {}
      },
      say: (data: unknown) => listeners.dispatchEvent(new MessageEvent("run", { data: JSON.stringify(data) })),
    });
  });
  await knows(told);
  await openSpec(opened, "retail", 5);
  await page.getByRole("tab", { name: panel, exact: true }).click();
}

async function knows(told: readonly Told[]): Promise<void> {
  const entry = { run: "r1", spec: "retail", state: "RUNNING", startedAt: new Date(BEGUN).toISOString(), target: "local" };
  await page.route("**/api/runs", (route) => route.fulfill({ json: told.length === 0 ? [] : [entry] }));
  await page.route("**/api/runs/r1", (route) => route.fulfill({ json: entry }));
  await page.route("**/api/runs/r1/events", (route) => route.fulfill({ json: told }));
}

const say = (...told: Told[]) =>
  page.evaluate((all) => {
    const { say: tell } = window as unknown as { say: (data: unknown) => void };
    for (const one of all) tell({ run: "r1", spec: "retail", ...one });
  }, told);

const panel = () => page.getByRole("tabpanel");

/** A run of retail until a moment, and what it tells besides. */
function runUntil(ms: number, ...more: LiveEvent[]): Told[] {
  const events = fakeRun().filter(([at]) => at < ms);
  return [...events, ...more.map((event) => [ms, event] as const)].map(([at, event], n) => ({
    number: n + 1,
    at: BEGUN + at,
    event,
  }));
}

/** Has axe look at the panel in both themes. */
async function expectAccessible(): Promise<void> {
  for (const theme of ["light", "dark"]) {
    await page.evaluate((name) => {
      document.documentElement.dataset.theme = name;
    }, theme);
    expect(await axeFindings(page), theme).toEqual([]);
  }
}

describe("the canvas", () => {
  /** Each node, and the room that it takes with all that stands on its border and below it. */
  const boxes = () =>
    page.locator("[data-step]").evaluateAll((steps) =>
      steps.map((step) => {
        const { x, y, width, height } = step.getBoundingClientRect();
        const parts = [...step.querySelectorAll(":not(.react-flow__handle, .react-flow__handle *, button, button *)")];
        const [left, right, top, bottom] = (["left", "right", "top", "bottom"] as const).map((side) =>
          [step, ...parts].map((part) => part.getBoundingClientRect()[side]),
        ) as [number[], number[], number[], number[]];
        const room = { left: Math.min(...left), right: Math.max(...right), top: Math.min(...top), bottom: Math.max(...bottom) };
        return { id: step.getAttribute("data-step") ?? "", node: { x, y, width, height }, room };
      }),
    );

  it("keeps the size and place of its nodes when a run begins, and what is told at one covers no other", async () => {
    const note = "What somebody should know of it, and a little more than there is room for.";
    await begin("Run", [], retail.replace(/( {4}type: .*\n)/g, `$1    description: ${note}\n`));
    const before = await boxes();
    const ids = before.map(({ id }) => id);
    expect(ids).toHaveLength(6);
    const batch = fakeRun().find(([, { event }]) => event === "batch")?.[1] as BatchEvent;
    const dead = Object.fromEntries(ids.map((id) => [id, { "record/not-json": 1234 }]));
    const late = Object.fromEntries(ids.map((id) => [id, 56]));
    const latest = { "retail.transactions": { "0": 99_999 } };
    await say(...ids.map((query, n) => ({ number: n + 1, at: BEGUN, event: { ...batch, query, dead, late, latest } })));
    for (const id of ids) await page.locator(`[data-step="${id}"]`).getByText("waiting").waitFor();
    const after = await boxes();
    expect(after.map(({ node }) => node)).toEqual(before.map(({ node }) => node));
    const pairs = after.flatMap((one, at) => after.slice(at + 1).map((other) => [one, other] as const));
    const overlapping = pairs.filter(
      ([{ room: a }, { room: b }]) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom,
    );
    expect(overlapping.map(([one, other]) => `${one.id} and ${other.id}`)).toEqual([]);
    await expectAccessible();
  });
});

describe("the run panel", () => {
  const log = () => panel().locator("[data-level]");
  const chart = (name: string) => panel().locator(`[data-chart="${name}"] [role="img"]`);

  it("shows a run that began before the page was there, and goes on with what it tells", async () => {
    const told = runUntil(20_000);
    await begin("Run", told);
    await panel().getByRole("status").getByText("Running").waitFor();
    await panel().getByText("on local", { exact: true }).waitFor();
    await eventually(() => chart("written").getAttribute("aria-label")).toBe("Written: store_sales 9,700, store_trend 5");
    expect(await chart("rate").getAttribute("aria-label")).toContain("transactions");
    await panel().locator("canvas").nth(5).waitFor();
    await panel().getByRole("row", { name: "in Kafka" }).getByText("10,014").waitFor();
    await page.locator('[data-step="store_sales"]').getByText("9.7K written").waitFor();
    const number = told.length + 1;
    await say({
      number,
      at: BEGUN + 20_000,
      event: { event: "ingest", node: "transactions", read: 12_000, produced: 11_999, deadLettered: 0, dead: {}, skipped: 0 },
    });
    await panel().getByRole("row", { name: "in Kafka" }).getByText("11,999").waitFor();
    await expectAccessible();
  });

  it("asks for what it missed, so that nothing counts twice or never", async () => {
    await begin("Run", runUntil(15_000));
    await panel().getByRole("row", { name: "store_sales" }).getByText("4,850").waitFor();
    const later = runUntil(18_000);
    await knows(later);
    await say(...later.slice(-2));
    await panel().getByRole("row", { name: "store_sales" }).getByText("7,760").waitFor();
  });

  it("says why a run failed and what to do, and leads to the node", async () => {
    await begin(
      "Run",
      runUntil(
        20_000,
        { event: "query", query: "store_sales", state: "failed", message: "not authorized" },
        { event: "problem", code: "job/failed", message: `The Spark job ended. ${HOSTILE}`, hint: "see spark.log" },
        { event: "exit", code: 2 },
      ),
    );
    const alert = panel().getByRole("alert");
    await alert.getByText(`The Spark job ended. ${HOSTILE}`).waitFor();
    await alert.getByText("see spark.log").waitFor();
    await alert.getByText("npx engine explain job/failed").waitFor();
    await alert.getByRole("button", { name: "Show store_sales" }).click();
    await page.locator('.react-flow__node.selected [data-step="store_sales"]').waitFor();
    await page.getByRole("button", { name: "Run", exact: true }).waitFor();
    await expectAccessible();
  });

  it("shows what a command printed that ended without a reason", async () => {
    await begin("Problems (0)", [{ number: 1, at: BEGUN, event: { event: "exit", code: 2 } }]);
    await page.route("**/api/runs/r1/logs**", (route) =>
      route.fulfill({ json: [{ number: 1, at: BEGUN, text: `cannot find ${HOSTILE}` }] }),
    );
    await page.getByRole("tab", { name: "Run", exact: true }).click();
    await panel().getByText("code 2 and gave no reason").waitFor();
    await log().getByText(`cannot find ${HOSTILE}`).waitFor();
  });

  it("has a log by node and text, of the selected node where that is asked for, in which all is text", async () => {
    const warning = { event: "warning", code: "a/b", message: HOSTILE } as const;
    await begin("Run", runUntil(40_000, warning, { event: "exit", code: 0 }));
    await log().getByText(HOSTILE).waitFor();
    await panel().getByLabel("Text").fill("watermark");
    await eventually(() => log().allTextContents()).toEqual([expect.stringContaining("sales_by_region the first rows behind")]);
    await panel().getByLabel("Text").fill("");
    await panel().getByLabel("Node").selectOption("store_trend");
    await eventually(() => log().count()).toBe(2);
    await panel().getByLabel("Follow selection").check();
    await page.locator('[data-outline="transactions"]').click();
    await eventually(() => log().count()).toBe(3);
    await page.locator('[data-outline="store_trend"]').click();
    await eventually(() => log().count()).toBe(2);
    await panel().getByText("5 windows are still open").waitFor();
  });

  it("says what is prepared before anything runs, and what to do where nothing ran", async () => {
    await begin("Run", runUntil(1900));
    await panel().getByText("Kafka 4.4.0: 21 of 45 files").first().waitFor();
    await panel().getByRole("progressbar").waitFor();
    await opened.close();
    await begin("Run");
    await panel().getByText("Save, then press Run").waitFor();
  });
});

describe("the results panel", () => {
  const REGIONS = ["North", "South", HOSTILE];
  const windows = (minutes: number) =>
    Array.from({ length: minutes }, (_, minute) =>
      REGIONS.map((region, at) => {
        const start = new Date(BEGUN + minute * 60_000).toISOString();
        const revenue = Math.round(1000 + 400 * Math.sin(minute / 3 + at) + 150 * at);
        return { _id: { window_start: start, region }, window_start: start, region, revenue, [HOSTILE]: HOSTILE };
      }),
    ).flat();

  function replyOf(minutes: number, more: Partial<ResultsReply> = {}): ResultsReply {
    const rows = windows(minutes);
    const types = { _id: "object", window_start: "time", region: "text", revenue: "number", [HOSTILE]: "text" } as const;
    const columns = Object.entries(types).map(([name, type]) => ({ name, type }));
    return { collection: "sales_by_region", columns, rows, total: rows.length, notes: [], ...more };
  }

  const answers = (reply: object, status = 200) =>
    page.route("**/api/results/**", (route) => route.fulfill({ json: reply, status }));
  const chart = () => panel().getByRole("img");

  it("draws a sink's documents over time, a line for each region, and shows them as text", async () => {
    await begin("Problems (0)");
    await answers(replyOf(20, { total: 4321, notes: ["Texts above 2,000 characters are cut."] }));
    await page.locator('[data-outline="store_trend"]').click();
    await page.getByRole("tab", { name: "Results", exact: true }).click();
    await panel().getByText("the newest 60 of about 4,321 documents").waitFor();
    await panel().getByText("Texts above 2,000 characters are cut.").waitFor();
    await eventually(() => chart().getAttribute("aria-label")).toMatch(/^revenue over window_start: .*North .*, South /);
    await panel().getByRole("columnheader", { name: HOSTILE }).waitFor();
    await panel().getByRole("cell", { name: HOSTILE }).first().waitFor();
    await expectAccessible();
    await panel().getByLabel("Show").selectOption("number of documents");
    await panel().getByLabel("for each").selectOption("(nothing)");
    await eventually(() => chart().getAttribute("aria-label")).toBe(
      "number of documents over window_start: number of documents 3",
    );
    await panel().getByLabel("over", { exact: true }).selectOption("region");
    await eventually(() => chart().getAttribute("aria-label")).toContain("North 20, South 20");
  });

  it("follows a run, and another sink is another question", async () => {
    const told = runUntil(20_000);
    await begin("Problems (0)", told);
    await answers(replyOf(2));
    await page.getByRole("tab", { name: "Results", exact: true }).click();
    await panel().getByText("sales_by_region: 6 documents").waitFor();
    await answers(replyOf(3));
    const batch = told.findLast(({ event }) => event.event === "batch" && event.query === "store_sales")?.event as LiveEvent;
    await say({ number: told.length + 1, at: BEGUN + 20_000, event: batch });
    await panel().getByText("sales_by_region: 9 documents").waitFor();
    const asked = page.waitForRequest("**/api/results/retail/store_trend**");
    await panel().getByLabel("Sink").selectOption("store_trend");
    await asked;
    await page.locator('.react-flow__node.selected [data-step="store_trend"]').waitFor();
  });

  it("says that no stack runs and what to do, and keeps what it showed", async () => {
    await begin("Results");
    await panel().getByRole("alert").getByText("The local stack does not run").waitFor();
    await panel().getByText("Press Run, or start it with `engine stack up`.").waitFor();
    await expectAccessible();
    await answers(replyOf(2));
    await panel().getByRole("button", { name: "Refresh" }).click();
    await panel().getByText("6 documents").waitFor();
    opened.forgive("409");
    await answers({ code: "api/no-stack", message: "The local stack does not run." }, 409);
    await panel().getByRole("button", { name: "Refresh" }).click();
    await panel().getByText("What is shown is of").waitFor();
    await panel().getByText("6 documents").waitFor();
  });

  it("shows an empty collection, and cells that are large as what a cell can show", async () => {
    await begin("Problems (0)");
    await answers({ ...replyOf(0), rows: [] });
    await page.getByRole("tab", { name: "Results", exact: true }).click();
    await panel().getByText("holds no document yet").waitFor();
    const rows = Array.from({ length: 500 }, (_, at) => ({
      name: `n${at}`,
      text: "x".repeat(2000),
      list: new Array(100).fill("y".repeat(100)),
    }));
    await answers({ ...replyOf(0), columns: ["name", "text", "list"].map((name) => ({ name, type: "text" })), rows, total: 500 });
    await panel().getByRole("button", { name: "Refresh" }).click();
    await panel().getByText("500 documents").waitFor();
    expect(await panel().getByRole("row").count()).toBe(101);
    const longest = await panel()
      .getByRole("cell")
      .evaluateAll((cells) => Math.max(...cells.map((cell) => cell.textContent?.length ?? 0)));
    expect(longest).toBeLessThan(200);
  });
});

describe("the dead letters", () => {
  const example = (n: number): DeadLettersReply["groups"][number]["examples"][number] => ({
    message: `the column total is missing ${n}`,
    value: n === 0 ? HOSTILE : "x".repeat(4000),
    bytes: n === 0 ? HOSTILE.length : 5_000_000,
    at: "2026-11-24T12:00:00.500Z",
    ...(n === 0 && { topic: "retail.transactions", partition: 1, offset: "42" }),
  });
  const reply: DeadLettersReply = {
    topic: "retail.dead-letters",
    groups: [
      {
        node: "transactions",
        code: "record/missing-required",
        why: "It lacks one.",
        mend: "Take the `!` away.",
        count: 4300,
        examples: [example(0), example(1)],
      },
      { node: "gone", code: "made/up", count: 20, examples: [example(0)] },
    ],
    read: 4320,
    more: true,
  };
  const answers = (json: object) => page.route("**/api/dead-letters/**", (route) => route.fulfill({ json }));

  it("are grouped, explained, shown as text, and lead to their node", async () => {
    await begin("Problems (0)");
    await answers(reply);
    await page.getByRole("tab", { name: "Dead letters", exact: true }).click();
    await panel().getByText("the newest 4,320 rows in retail.dead-letters").waitFor();
    await panel()
      .getByRole("row", { name: /transactions.*4,300/ })
      .waitFor();
    await panel().getByText("Take the `!` away.").waitFor();
    await panel().getByText(HOSTILE, { exact: true }).waitFor();
    await panel().getByText("retail.transactions, partition 1, offset 42").waitFor();
    await panel().getByText("5,000,000 bytes, cut").waitFor();
    await expectAccessible();
    await panel().getByRole("button", { name: "Show transactions" }).click();
    await page.locator('.react-flow__node.selected [data-step="transactions"]').waitFor();
    await panel().getByRole("button", { name: "made/up" }).click();
    await panel().getByText("npx engine explain made/up").waitFor();
    await panel().getByText("gone is no longer in the pipeline").waitFor();
  });

  it("are opened from the bars of the run, and may be none", async () => {
    await begin("Run", runUntil(20_000));
    await answers({ ...reply, groups: [], read: 0, more: false });
    await panel().getByRole("button", { name: "dead letters" }).click();
    await panel().getByText("No row was refused: retail.dead-letters is empty.").waitFor();
  });

  it("say that no stack runs and what to do", async () => {
    await begin("Dead letters");
    opened.forgive("409");
    await panel().getByRole("alert").getByText("The local stack does not run").waitFor();
    await panel().getByText("Press Run, or start it with `engine stack up`.").waitFor();
  });
});
