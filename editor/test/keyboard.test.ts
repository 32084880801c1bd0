import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { type Opened, openSpec, projectsInBrowser, show, textOf } from "./browser.ts";

const SPEC = `# The web shop's orders.
version: 1
name: shop
nodes:
  - id: orders # the shop sends them
    type: source.http
    config: { url: demo://retail, columns: { id: string!, total: double! } }
  - id: stream
    type: kafka.topic
    from: orders
    config: { topic: shop.orders }
  - id: large
    type: transform.filter
    from: stream
    config: { where: total > 100 }
  - id: stored
    type: sink.mongodb
    from: large
    config: { collection: orders, key: id }
`;

const openProject = projectsInBrowser();
let opened: Opened;
let page: Page;

async function begin(text = SPEC, nodes = 4): Promise<void> {
  opened = await openProject({ shop: text });
  page = opened.page;
  await openSpec(opened, "shop", nodes);
}

const step = (id: string) => page.locator(`[data-step="${id}"]`);
const outline = (id: string) => page.locator(`[data-outline="${id}"]`);
const field = (name: string) => page.locator(`[data-field="${name}"]`);
const eventually = (read: () => Promise<unknown>) => expect.poll(read, { timeout: 10_000 });
const press = (...keys: string[]) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());

describe("Ctrl Shift Z", () => {
  it("does again what was undone, on the page, in the text and in the line of an expression", async () => {
    await begin();
    await outline("large").click();
    await press("Delete");
    await outline("large").waitFor({ state: "detached" });
    const without = await textOf(page);
    const redoes = async () => {
      await press("Control+KeyZ");
      await eventually(() => textOf(page)).toBe(SPEC);
      await press("Control+Shift+KeyZ");
      await eventually(() => textOf(page)).toBe(without);
    };
    await redoes();
    await press("Control+KeyZ");
    await outline("large").click();
    await field("where").locator(".cm-content").click();
    await press("Control+Shift+KeyZ");
    await eventually(() => textOf(page)).toBe(without);
    await show(page, "YAML");
    await page.getByLabel("YAML of the pipeline").click();
    await redoes();
  });
});

describe("CapsLock", () => {
  it("changes no key", async () => {
    await begin();
    await outline("stored").click();
    await press("Delete");
    await outline("stored").waitFor({ state: "detached" });
    await press("Control+S");
    await eventually(() => opened.onDisk("shop")).not.toContain("stored");
    await press("N");
    await page.getByRole("dialog").getByRole("searchbox").waitFor();
  });
});

describe("a dialog that is still being fetched", () => {
  it.each([
    ["n", "Delete"],
    ["F2", "c"],
    ["c", "Control+KeyZ"],
  ])("keeps the keys to itself: %s, then %s", async (asks, next) => {
    await begin();
    await outline("stored").click();
    await press("Delete");
    await outline("stored").waitFor({ state: "detached" });
    const before = await textOf(page);
    let arrive = (): void => {};
    const fetched = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    await page.route(/\/dialogs-[^/]*\.js$/, async (route) => {
      await fetched;
      await route.continue();
    });
    await outline("large").click();
    await press(asks, next);
    arrive();
    const title = { n: "Add a node", F2: "Rename", c: "Connect to…" }[asks] ?? "";
    await page.getByRole("dialog").getByRole("heading", { name: title }).waitFor();
    expect(await textOf(page)).toBe(before);
  });
});

describe("Delete", () => {
  it("means the selected nodes on the canvas, in the outline and where nothing has the focus, and nowhere else", async () => {
    await begin();
    await outline("stored").click();
    for (const tab of [/^Problems/, /^Run/]) {
      await page.getByRole("tab", { name: tab }).focus();
      await press("Delete", "Backspace");
    }
    await page.getByRole("button", { name: "Duplicate", exact: true }).focus();
    await press("Delete", "Backspace");
    expect(await textOf(page)).toBe(SPEC);
    const places: (() => Promise<unknown>)[] = [
      () => outline("stored").click(),
      () => step("stored").click(),
      () => page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur()),
    ];
    for (const goTo of places) {
      await outline("stored").click();
      await goTo();
      await press("Delete");
      await outline("stored").waitFor({ state: "detached" });
      await press("Control+KeyZ");
      await outline("stored").waitFor();
    }
  });
});
