import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { eventually, type Opened, openSpec, placesOf, projectsInBrowser, show, textOf } from "./browser.ts";

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

const { step, outline, field } = placesOf(() => page);
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

describe("undo and redo", () => {
  /** Where the nodes are drawn. */
  const places = () =>
    page
      .locator(".react-flow__node")
      .evaluateAll((all) =>
        Object.fromEntries(all.map((one) => [one.getAttribute("data-id"), (one as HTMLElement).style.transform])),
      );
  const state = async () => ({ text: await textOf(page), places: await places() });

  it("lead through text, form, canvas and places, step by step, back to the file and on again", async () => {
    await begin();
    const states = [await state()];
    const changed = async (what: "text" | "places", ...nodes: string[]) => {
      const before = states.at(-1)?.[what];
      await eventually(async () => (await state())[what]).not.toEqual(before);
      for (const node of nodes) await step(node).waitFor();
      states.push(await state());
    };
    await show(page, "YAML");
    await page.locator(".cm-line", { hasText: "# The web shop's orders." }).click();
    await press("End");
    await page.keyboard.insertText(" All of them.");
    await changed("text");
    await show(page, "Form");
    await outline("stream").click();
    await field("topic").getByRole("textbox").fill("shop.all");
    await field("topic").getByRole("textbox").press("Enter");
    await step("stream").getByText("shop.all").waitFor();
    await changed("text");
    await page
      .locator('[data-type="transform.filter"]')
      .dragTo(page.locator(".react-flow__pane"), { targetPosition: { x: 300, y: 60 } });
    await changed("text", "filter");
    await outline("filter").click();
    await press("Alt+ArrowDown");
    await changed("places");
    for (const earlier of states.slice(0, -1).reverse()) {
      await press("Control+KeyZ");
      await eventually(state).toEqual(earlier);
    }
    expect(await textOf(page)).toBe(SPEC);
    expect(await page.getByRole("button", { name: "Undo" }).isDisabled()).toBe(true);
    expect(await page.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
    for (const later of states.slice(1)) {
      await press("Control+Shift+KeyZ");
      await eventually(state).toEqual(later);
    }
    await press("Control+s");
    await eventually(() => opened.onDisk("shop")).toBe(states.at(-1)?.text);
    expect(await opened.layoutOnDisk("shop")).toContain('"filter"');
  });
});

describe("side outputs", () => {
  it("are read by keyboard alone: the first by what is added, each by a node that is chosen", async () => {
    const parts = `  - id: parts
    type: transform.split
    from: stream
    config: { outputs: { big: total > 100, small: total <= 100 } }
`;
    const seen = "  - id: seen\n    type: sink.console\n";
    await begin(SPEC.replace(/ {2}- id: large[\s\S]*?> 100 }\n/, parts).replace("from: large", "from: parts.big") + seen, 5);
    const goToParts = async () => {
      await page.getByRole("treeitem").first().focus();
      await press("Home", "ArrowDown", "ArrowDown");
      await page.locator(".react-flow__node.selected [data-step=parts]").waitFor();
    };
    const isValid = () => page.getByRole("status").getByText("Valid").waitFor();
    await goToParts();
    await press("c");
    const choices = page.getByRole("dialog").getByRole("listitem");
    await choices.first().waitFor();
    expect(await choices.allTextContents()).toEqual([
      expect.stringMatching(/^big → seen /),
      expect.stringMatching(/^small → stored /),
      expect.stringMatching(/^small → seen /),
    ]);
    await page.waitForFunction(() => document.activeElement?.closest("[role=dialog] li") != null);
    await press("Tab", "Tab", "Enter");
    await eventually(() => textOf(page)).toContain("- id: seen\n    type: sink.console\n    from: parts.small\n");
    await isValid();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await goToParts();
    await press("n");
    await page.getByRole("dialog").getByRole("searchbox").waitFor();
    await page.keyboard.type("console");
    await press("Enter");
    await eventually(() => textOf(page)).toMatch(/id: console\n {4}type: sink.console\n {4}from: parts.big\n/);
    await isValid();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await goToParts();
    await page.getByRole("navigation").getByRole("searchbox").focus();
    await page.keyboard.type("console");
    await press("Enter");
    await eventually(() => textOf(page)).toMatch(/id: console_2\n {4}type: sink.console\n {4}from: parts.big\n/);
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

describe("the outline", () => {
  it("is walked past an id that is none", async () => {
    await begin(`${SPEC}  - { id: 'b"c', type: transform.filter, from: stream, config: { where: total > 5 } }\n`, 5);
    await page.getByRole("treeitem").first().focus();
    const last = page.getByRole("treeitem").last();
    for (const key of ["Home", "End"]) await press(key);
    await eventually(() => last.evaluate((row) => row === document.activeElement)).toBe(true);
    expect(
      await page.evaluate(() => [...document.querySelectorAll("[data-outline]")].map((row) => row.getAttribute("data-outline"))),
    ).toContain('b"c');
    await outline("stream").focus();
    for (const _ of ["large", "stored"]) await press("ArrowDown");
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
