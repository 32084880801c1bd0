import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { parse } from "yaml";
import type {} from "../../../engine/test/stack/global-setup.ts";
import { readSale, readTopic, rounded, storedWindows, windowSums } from "../../../engine/test/support/truth.ts";
import { launch, type Opened, open, openList, placesOf, show, textOf } from "../browser.ts";

const NAME = "drawn";
const ENOUGH = 2000;
const mongo = new MongoClient(inject("mongodb"));
let browser: Browser;
let opened: Opened;
let page: Page;

beforeAll(async () => {
  // The runs of the editor inherit this; training would only take time from the other tests.
  process.env.ENGINE_AOT = "off";
  await mongo.connect();
  browser = await launch();
});
afterAll(async () => {
  await opened?.close();
  await browser?.close();
  await mongo.close();
});

it("the retail pipeline, drawn on an empty canvas and run, has its rows in MongoDB", async () => {
  const retail = parse(await readFile(new URL("../../../pipelines/retail.yaml", import.meta.url), "utf8")) as Spec;
  opened = await open(browser, {}, inject("project"));
  page = opened.page;
  await openList(opened);
  await page.getByLabel("Name").fill(NAME);
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByText("This pipeline is empty").waitFor();
  const settings = settingsOf(retail);

  await page
    .locator('[data-type="source.http"]')
    .dragTo(page.locator(".react-flow__pane"), { targetPosition: { x: 40, y: 200 } });
  await named("http", "transactions");
  await page.getByLabel("Where it comes from: URL").selectOption("Value");
  await fill("url", "demo://retail?seed=3&rate=1000&spacing=20&missing=0.003");
  await page.getByText(/^More settings/).click();
  await choose("format", "ndjson");
  await fillYaml(/columns:/, 5, "columns", settings.transactions?.columns);

  await add("transactions", "kafka.topic", "topic", "stream");
  await fill("topic", `${NAME}.transactions`);
  await fill("partitions", "2");
  await fill("retention", "7d");
  await fill("key", "transaction_id");

  await add("stream", "transform.filter", "filter", "sales");
  await fill("where", "summary.total > 0");

  await add("sales", "transform.aggregate", "aggregate", "sales_by_region");
  await page.getByRole("button", { name: "Set up: Window" }).click();
  await fill("on", "timestamp");
  await fill("size", "1m");
  await fill("watermark", "2m");
  await append("by", "store_location.region");
  for (const [column, expression] of Object.entries(settings.sales_by_region?.compute as Record<string, string>))
    await entry("compute", column, expression);

  await add("sales", "sink.mongodb", "mongodb", "store_sales");
  await fill("collection", "sales");
  await append("key", "transaction_id");
  await fillYaml(/collection: sales/, 0, "indexes", settings.store_sales?.indexes);

  await add("sales_by_region", "sink.mongodb", "mongodb", "store_trend");
  await fill("collection", "sales_by_region");
  await append("key", "window_start");
  await append("key", "region");

  // What was drawn is what retail.yaml says, but for the names and the address.
  await expect.poll(async () => drawnLike(retail, parse(await textOf(page)) as Spec), { timeout: 10_000 }).toEqual(retail.nodes);
  await page.getByRole("banner").getByRole("button", { name: "Save" }).click();
  await expect.poll(() => opened.onDisk(NAME)).toBe(await textOf(page));

  await page.getByRole("button", { name: "Run", exact: true }).click();
  const stored = mongo.db(NAME).collection("sales");
  await expect.poll(() => stored.countDocuments(), { timeout: 120_000, interval: 500 }).toBeGreaterThan(ENOUGH);
  await page.locator('[data-step="store_sales"]', { hasText: "written" }).waitFor();
  for (const [from, to] of [
    ["transactions", "stream"],
    ["stream", "sales"],
    ["sales", "store_sales"],
  ])
    await page.locator(`[data-edge-rate="${from}→${to}"]`, { hasText: /[\d.]+k?\/s/ }).waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("status").filter({ hasText: "STOPPED" }).waitFor({ timeout: 120_000 });

  const records = await readTopic(inject("kafka"), `${NAME}.transactions`);
  const letters = await readTopic(inject("kafka"), `${NAME}.dead-letters`);
  const sales = records.flatMap(({ value }) => readSale(value) ?? []);
  expect(letters.length).toBeGreaterThan(0);
  expect(records.length - sales.length).toBe(letters.length);
  expect(await stored.countDocuments()).toBe(sales.filter(({ total }) => total > 0).length);
  expect(rounded(await storedWindows(mongo.db(NAME)))).toEqual(rounded(windowSums(records)));

  const results = await asked("GET", `/results/${NAME}/store_sales?limit=5&sort=-timestamp`);
  expect(results).toMatchObject({ collection: "sales", total: await stored.countDocuments() });
  expect(results.rows).toHaveLength(5);
  expect(results.columns).toContainEqual({ name: "timestamp", type: "time" });
  const dead = (await asked("GET", `/dead-letters/${NAME}`)) as { groups: { node: string; count: number }[] };
  expect(dead.groups.reduce((sum, { count }) => sum + count, 0)).toBe(new Set(letters.map(({ key }) => key)).size);

  await page.getByRole("tab", { name: "Run", exact: true }).click();
  await page.locator('[data-chart="written"] [role="img"][aria-label*="store_trend"]').waitFor();
  await page.locator('[data-outline="store_trend"]').click();
  await page.getByRole("tab", { name: "Results", exact: true }).click();
  const trend = page.getByRole("tabpanel").getByRole("img", { name: /^revenue over window_start: .+, / });
  await trend.locator("canvas").waitFor();
  await page.getByRole("tab", { name: "Dead letters", exact: true }).click();
  await page.getByRole("tabpanel").getByText(`rows in ${NAME}.dead-letters`).waitFor();
  const [largest] = dead.groups;
  await page.getByRole("row", { name: new RegExp(`${largest?.node}.*${largest?.count}`) }).waitFor();

  await captures(new Set(records.map(({ value }) => String(value))));
  expect(opened.troubles).toEqual([]);
});

/** Takes records of the topic as the sample, and again in place of the first; the preview is of those. */
async function captures(inTopic: ReadonlySet<string>): Promise<void> {
  const file = `pipelines/samples/${NAME}.transactions.ndjson`;
  // What is there already is a refusal.
  opened.forgive("409");
  await outline("stream").click();
  await page.getByRole("tab", { name: "Preview", exact: true }).click();
  const sample = page.getByRole("region", { name: "Sample of transactions" });
  await sample.getByText("that the simulator made").waitFor();
  for (const count of [20, 30]) {
    await sample.getByLabel("Records").fill(String(count));
    await sample.getByRole("button", { name: `Capture ${count} records from the topic` }).click();
    if (count === 30) await sample.getByRole("button", { name: "Replace it" }).click();
    await sample.getByText(`${count} records were taken into ${file}`).waitFor();
    await sample.getByText(`transactions: ${count} records of ${file}`).waitFor();
    const lines = (await readFile(join(inject("project"), file), "utf8")).trimEnd().split("\n");
    expect(lines).toHaveLength(count);
    expect(lines.filter((line) => !inTopic.has(line))).toEqual([]);
    const ids = lines.flatMap((line) => readSale(Buffer.from(line))?.id ?? []);
    const out = page.getByRole("tabpanel").getByRole("region", { name: /^out: / });
    await expect.poll(() => out.getByRole("cell").allInnerTexts()).toEqual(expect.arrayContaining(ids));
  }
}

interface Spec {
  name: string;
  nodes: { id: string; type: string; from?: unknown; config: Record<string, unknown> }[];
}

function settingsOf(spec: Spec): Record<string, Record<string, unknown>> {
  return Object.fromEntries(spec.nodes.map(({ id, config }) => [id, config]));
}

/** The nodes of a drawn pipeline with retail's topic and address, in retail's order. */
function drawnLike(retail: Spec, drawn: Spec): unknown[] {
  const { transactions, stream } = settingsOf(retail);
  const nodes = drawn.nodes.map((node) => {
    if (node.id === "transactions") return { ...node, config: { ...node.config, url: transactions?.url } };
    if (node.id === "stream") return { ...node, config: { ...node.config, topic: stream?.topic } };
    return node;
  });
  return retail.nodes.map(({ id }) => nodes.find((node) => node.id === id));
}

/** What the page's own server answers it. */
function asked(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const headers = { "content-type": "application/json", "x-pipeline-editor": "1" };
  return page.evaluate(async ([at, init]) => (await (await fetch(`/api${at}`, init)).json()) as Record<string, unknown>, [
    path,
    { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) },
  ] as const);
}

const { outline, field } = placesOf(() => page);

/** A new node below another, by the + at its side. */
async function add(above: string, type: string, given: string, id: string): Promise<void> {
  await page.getByRole("button", { name: "Fit View" }).click();
  await page.locator(`[data-step="${above}"]`).hover();
  await page.getByRole("button", { name: `Add a node: ${above}`, exact: true }).click();
  await page.getByRole("dialog").locator(`[data-type="${type}"]`).click();
  await named(given, id);
}

async function named(given: string, id: string): Promise<void> {
  await outline(given).waitFor();
  await page.keyboard.press("F2");
  const name = page.getByRole("dialog").getByRole("textbox");
  await name.fill(id);
  await name.press("Enter");
  await outline(id).waitFor();
}

async function fill(name: string, text: string): Promise<void> {
  const input = field(name).locator("input, textarea, .cm-content").first();
  await input.fill(text);
  // A list of columns closes when the cursor goes on; in an expression Tab would take what is offered.
  if ((await input.getAttribute("contenteditable")) === null) await input.press("Tab");
  else await input.blur();
}

/** Writes a setting of the selected node in its text, in place of what stands on its line and the one below, or behind the first setting. */
async function fillYaml(after: RegExp, lines: number, name: string, value: unknown): Promise<void> {
  await show(page, "YAML");
  await page.locator(".cm-line").filter({ hasText: after }).last().click();
  await page.keyboard.press("Home");
  if (lines === 0) await page.keyboard.press("End");
  for (let line = 1; line < lines; line++) await page.keyboard.press("Shift+ArrowDown");
  if (lines > 0) await page.keyboard.press("Shift+End");
  await page.keyboard.insertText(`${lines === 0 ? "\n      " : ""}${name}: ${JSON.stringify(value)}`);
  await show(page, "Form");
  await field(name).waitFor();
}

async function choose(name: string, option: string): Promise<void> {
  await field(name).getByRole("combobox").selectOption(option);
}

/** One more text of a list. */
async function append(name: string, text: string): Promise<void> {
  const input = field(name).locator("input").last();
  await input.fill(text);
  await input.press("Enter");
  await expect.poll(() => field(name).locator("input").last().inputValue()).toBe("");
}

/** A name of a map with what it is computed from; new where there is none. */
async function entry(name: string, key: string, expression: string): Promise<void> {
  const input = field(name).getByLabel(new RegExp(`: ${key}$`));
  if ((await input.count()) === 0) await append(name, key);
  await write(input, expression);
  await input.press("Enter");
}

/** Writes into a field in place of what stands there, as a person does: `fill` lets the browser style what it puts into an editor, which its policy forbids. */
async function write(input: Locator, text: string): Promise<void> {
  await input.click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(text);
}
