import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page, Request } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  axeFindings,
  eventually,
  type Opened,
  openList,
  openSpec,
  placesOf,
  projectsInBrowser,
  show,
  textOf,
} from "./browser.ts";
import { SHOP } from "./shop.ts";

const openProject = projectsInBrowser();
let opened: Opened;
let page: Page;

async function begin(text = SHOP, nodes = 3): Promise<void> {
  opened = await openProject({ shop: text });
  page = opened.page;
  await openSpec(opened, "shop", nodes);
}

const { step, outline, field } = placesOf(() => page);
const undo = async () => {
  await page.getByRole("button", { name: "Undo" }).click();
};

/** Lines that are only in one of two texts. */
function changedLines(a: string, b: string): { gone: string[]; come: string[] } {
  const [left, right] = [a.split("\n"), b.split("\n")];
  return { gone: left.filter((line) => !right.includes(line)), come: right.filter((line) => !left.includes(line)) };
}

describe("the list", () => {
  it("shows every pipeline with what is wrong with it, and makes new ones", async () => {
    opened = await openProject({ shop: SHOP, broken: "version: 1\nname: broken\nnodes: [{ id: a, type: source.htp }]\n" });
    page = opened.page;
    await openList(opened);
    await page.getByText("1 error").waitFor();
    await page.getByText("Valid", { exact: true }).waitFor();
    await page.getByLabel("Name").fill("second");
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByText("This pipeline is empty").waitFor();
    expect(await opened.onDisk("second")).toBe("version: 1\nname: second\nnodes: []\n");
  });
});

describe("links", () => {
  it("with Ctrl open a tab, and leave the page where it is", async () => {
    await begin();
    const context = page.context();
    const opens = async (name: string, path: string) => {
      const before = page.url();
      const isWanted = (request: Request) => request.isNavigationRequest() && new URL(request.url()).pathname === path;
      const [tab] = await Promise.all([
        context.waitForEvent("page"),
        context.waitForEvent("request", isWanted),
        page.getByRole("link", { name }).click({ modifiers: ["Control"] }),
      ]);
      expect(page.url()).toBe(before);
      await tab.close();
    };
    await opens("Pipelines", "/");
    await page.getByRole("link", { name: "Pipelines" }).click();
    await opens("shop", "/specs/shop");
    await page.getByRole("link", { name: "shop" }).click();
    await page.getByRole("heading", { name: "shop" }).waitFor();
  });
});

describe("the canvas", () => {
  it("takes a node that is dragged from the palette", async () => {
    await begin();
    await page
      .locator('[data-type="transform.filter"]')
      .dragTo(page.locator(".react-flow__pane"), { targetPosition: { x: 300, y: 60 } });
    await outline("filter").waitFor();
    const text = await textOf(page);
    expect(text.startsWith(SHOP.trimEnd())).toBe(true);
    expect(text).toContain("type: transform.filter");
    await undo();
    await eventually(() => textOf(page)).toBe(SHOP);
  });

  it("connects where a handle is dragged to another node, and says why where it cannot", async () => {
    await begin(`${SHOP}  - id: large\n    type: transform.filter\n    config: { where: total > 100 }\n`, 4);
    await dragHandle("stream", "large");
    await eventually(() => textOf(page)).toContain("- id: large\n    type: transform.filter\n    from: stream\n");
    const before = await textOf(page);
    await page.locator('.react-flow__edge[data-id="stream→large"]').waitFor();
    await dragHandle("orders", "large");
    await page.getByText("records rest in a topic").waitFor();
    expect(await textOf(page)).toBe(before);
  });

  it("puts a node that is dropped on an edge into it, and heals the edge when it is deleted", async () => {
    await begin();
    const edge = page.locator('.react-flow__edge[data-id="stream→stored"] .react-flow__edge-path');
    const box = await edge.boundingBox();
    if (box === null) throw new Error("no edge");
    await dropAt("transform.filter", box.x + box.width / 2, box.y + box.height / 2);
    await eventually(() => textOf(page)).toMatch(/- id: stored\n {4}type: sink.mongodb\n {4}from: filter\n/);
    expect(await textOf(page)).toMatch(/type: transform.filter\n {4}from: stream\n/);
    await step("filter").click();
    await page.keyboard.press("Delete");
    await eventually(() => textOf(page)).toBe(SHOP);
  });

  it("keeps places in a file of their own, and undoes a move", async () => {
    await begin();
    const box = await step("stored").boundingBox();
    if (box === null) throw new Error("no node");
    await page.mouse.move(box.x + 60, box.y + 12);
    await page.mouse.down();
    await page.mouse.move(box.x + 60, box.y + 92, { steps: 5 });
    await page.mouse.up();
    await eventually(async () => ((await step("stored").boundingBox())?.y ?? 0) - box.y).toBeGreaterThan(60);
    expect(await textOf(page)).toBe(SHOP);
    await undo();
    await eventually(async () => Math.abs(((await step("stored").boundingBox())?.y ?? 0) - box.y)).toBeLessThan(2);
  });

  it("greys what it cannot read, loses nothing, and a reload brings back what was not saved", async () => {
    await begin();
    await show(page, "YAML");
    await page.getByLabel("YAML of the pipeline").click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("\n  broken: [");
    await page.getByText("cannot be read as YAML").waitFor();
    expect(await page.locator("[data-step]").count()).toBe(3);
    const typed = await textOf(page);
    await page.reload();
    await eventually(() => textOf(page)).toBe(typed);
    expect(await opened.onDisk("shop")).toBe(SHOP);
  });
});

describe("form and text", () => {
  it("the form changes the line that it is about, and no other", async () => {
    await begin();
    await outline("stream").click();
    await field("topic").getByRole("textbox").fill("shop.all");
    await field("topic").getByRole("textbox").press("Enter");
    await eventually(async () => changedLines(SHOP, await textOf(page))).toEqual({
      gone: ["      topic: shop.orders # one for all shops"],
      come: ["      topic: shop.all # one for all shops"],
    });
    await field("partitions").getByRole("spinbutton").fill("4");
    await field("partitions").getByRole("spinbutton").press("Enter");
    await eventually(async () => changedLines(SHOP, await textOf(page)).come).toContain("      partitions: 4");
    await undo();
    await undo();
    await eventually(() => textOf(page)).toBe(SHOP);
    await eventually(() => field("topic").getByRole("textbox").inputValue()).toBe("shop.orders");
  });

  it("what is typed as YAML moves the canvas and the form", async () => {
    await begin();
    await show(page, "YAML");
    await page.locator(".cm-line", { hasText: "from: orders" }).click();
    await page.keyboard.press("End");
    for (const _ of "orders") await page.keyboard.press("Backspace");
    await page.keyboard.type("nobody");
    await page.getByText("1 error").waitFor();
    await page.getByRole("tab", { name: /Problems/ }).click();
    await page.getByRole("tabpanel").getByText("there is no such node").waitFor();
  });

  it("a mistake in a setting is told at the field", async () => {
    await begin();
    await outline("stored").click();
    await field("key").locator("input").first().fill("idd");
    await field("key").locator("input").first().press("Enter");
    await field("key").getByText("is no column of these rows").waitFor();
  });
});

describe("the preview", () => {
  it("shows the rows of the sample into and out of a node, and why rows were dropped", async () => {
    await begin();
    await outline("stream").click();
    await page.getByText("out: 0 rows").waitFor();
    await page
      .getByText(/column `id` is required and missing/)
      .first()
      .waitFor();
  });

  it("shows the rows of what has samples, and says which source above a node has none", async () => {
    const more = [
      "  - { id: away, type: source.http, config: { url: https://shop.example, columns: { id: string! } } }",
      "  - { id: second, type: kafka.topic, from: away, config: { topic: shop.second } }",
      "  - { id: kept, type: sink.mongodb, from: second, config: { collection: kept, key: id } }",
    ];
    const text = SHOP.replace("id: string!, total: double!", "transaction_id: string!").replace(
      /key: "?id"?/g,
      "key: transaction_id",
    );
    await begin(text + more.join("\n"), 6);
    await outline("stream").click();
    await page.getByText("out: 200 rows").waitFor();
    expect(await page.getByText("There is no sample").count()).toBe(0);
    await outline("kept").click();
    await page.getByText("There is no sample of the source `away`").waitFor();
  });
});

describe("a pattern that takes for ever", () => {
  it("is given up and said, and what is typed next is looked at", async () => {
    const filter = (pattern: string) =>
      `${SHOP}\n  - { id: some, type: transform.filter, from: stream, config: { where: "regexp_like(id, '${pattern}')" } }\n`;
    await begin(SHOP);
    const samples = join(opened.root, "pipelines", "samples");
    await mkdir(samples, { recursive: true });
    await writeFile(join(samples, "shop.orders.ndjson"), `{"id":"${"a".repeat(60)}!","total":1}\n`);
    await opened.writeSpec("shop", filter("^(a+)+$"));
    // The first preview hangs; what comes meanwhile waits behind it, and is asked for again.
    await page.reload();
    await outline("some").waitFor();
    await opened.writeSpec("shop", filter("^(a|aa)+$").replace("id: some", "id: others"));
    await outline("others").waitFor();
    await page.getByRole("alert").getByText("longer than 10 seconds").waitFor();
    await opened.writeSpec("shop", filter("^a+!$"));
    await outline("some").click();
    await page.getByText("out: 1 rows").waitFor();
  });
});

describe("for everyone", () => {
  it("axe finds nothing on any screen, in light and in dark", async () => {
    await begin();
    const screens: Record<string, () => Promise<unknown>> = {
      editor: () => outline("stored").click(),
      yaml: () => show(page, "YAML"),
      problems: () => page.getByRole("tab", { name: /Problems/ }).click(),
      dialog: () => page.getByRole("button", { name: "Add a node: stream" }).click({ force: true }),
      list: () => page.goto(`${opened.editor.origin}/`).then(() => page.getByText("Valid", { exact: true }).waitFor()),
    };
    for (const theme of ["light", "dark"]) {
      await page.evaluate((name) => localStorage.setItem("theme", name), theme);
      await openSpec(opened, "shop", 3);
      for (const [name, go] of Object.entries(screens)) {
        await go();
        expect(await axeFindings(page), `${name}, ${theme}`).toEqual([]);
      }
    }
  });
});

describe("the keyboard", () => {
  it("alone builds a pipeline of four nodes", async () => {
    await begin("version: 1\nname: shop\nnodes: []\n", 0);
    await page.locator("header h1").waitFor();
    for (const [word, id] of [
      ["generator", "generator"],
      ["kafka topic", "topic"],
      ["filter", "filter"],
      ["mongodb collection", "mongodb"],
    ] as const) {
      await page.keyboard.press("n");
      await page.getByRole("dialog").getByRole("searchbox").waitFor();
      await page.keyboard.type(word);
      await page.keyboard.press("Enter");
      await outline(id).waitFor();
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
    const text = await textOf(page);
    expect([...text.matchAll(/from: (\w+)/g)].map(([, from]) => from)).toEqual(["generator", "topic", "filter"]);
    await page.keyboard.press("F2");
    await page.getByRole("dialog").getByRole("textbox").waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("stored");
    await page.keyboard.press("Enter");
    await outline("stored").waitFor();
    await page.keyboard.press("Control+s");
    await eventually(() => opened.onDisk("shop")).toContain("- id: stored");
  });
});

async function dragHandle(from: string, to: string): Promise<void> {
  // It waits until the node stands still: a new edge has all of them laid out anew.
  await step(to).hover();
  const source = await step(from).locator(".react-flow__handle.source").boundingBox();
  const target = await step(to).locator(".react-flow__handle.target").boundingBox();
  if (source === null || target === null) throw new Error("no handle");
  await page.mouse.move(source.x + source.width / 2, source.y + source.height / 2);
  await page.mouse.down();
  await page.mouse.move(target.x + 40, target.y + 5, { steps: 4 });
  await page.mouse.move(target.x + target.width / 2, target.y + target.height / 2, { steps: 4 });
  await page.mouse.up();
}

/** Drags a node type to a place of the page. */
async function dropAt(type: string, x: number, y: number): Promise<void> {
  const canvas = page.locator(".react-flow__pane");
  const box = await canvas.boundingBox();
  if (box === null) throw new Error("no canvas");
  await page.locator(`[data-type="${type}"]`).dragTo(canvas, { targetPosition: { x: x - box.x, y: y - box.y }, force: true });
}
