import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { type Opened, openSpec, projectsInBrowser, show, textOf } from "./browser.ts";

const SPEC = `version: 1
name: shop
nodes:
  - id: orders
    type: source.http
    config:
      url: demo://retail
      columns: { id: string!, at: timestamp!, total: double }
  - id: stream
    type: kafka.topic
    from: orders
    config: { topic: shop.orders }
  - id: large
    type: transform.filter
    from: stream
    config:
      where: round(total, 2) > 100
  - id: stored
    type: sink.mongodb
    from: large
    config:
      collection: orders
      key: id
`;

const openProject = projectsInBrowser();
let opened: Opened;
let page: Page;

async function begin(): Promise<void> {
  opened = await openProject({ shop: SPEC });
  page = opened.page;
  await openSpec(opened, "shop", 4);
  await show(page, "YAML");
  await page.getByLabel("YAML of the pipeline").click();
}

describe("the text", () => {
  it("says what a setting, a function, a column and a node are, where the mouse rests", async () => {
    await begin();
    const told = page.locator(".cm-told");
    const rest = async (word: string, told: string) => {
      const box = await page.evaluate((text) => {
        const walker = document.createTreeWalker(document.querySelector("[aria-label^=YAML]") as Element, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
          const at = node.textContent?.indexOf(text) ?? -1;
          if (at === -1) continue;
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + text.length);
          const { x, y, width, height } = range.getBoundingClientRect();
          return { x: x + width / 2, y: y + height / 2 };
        }
        return { x: 0, y: 0 };
      }, word);
      await page.mouse.move(5, 5);
      await page.mouse.move(box.x, box.y, { steps: 3 });
      await page.locator(".cm-told").getByText(told).first().waitFor();
    };
    await rest("collection", "The name of the collection.");
    expect(await told.locator("pre").textContent()).toContain('such as "sales"');
    await rest("round", "round(");
    await rest("total, 2", "total: double");
    await rest("large", "The rows of large");
    expect(await told.locator("pre").textContent()).toBe("id: string!\nat: timestamp!\ntotal: double");
    await rest("sink.mongodb", "MongoDB collection");
  });

  it("offers settings, choices, nodes and columns where each may stand", async () => {
    await begin();
    const offered = page.locator(".cm-tooltip-autocomplete");
    await page.keyboard.press("Control+End");
    await page.keyboard.type("      mod");
    await offered.getByText("mode", { exact: true }).waitFor();
    await page.keyboard.type("e: ins");
    await offered.getByText("insert", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.type("ert\n");
    await page.keyboard.type("timeSeries: { timeF");
    await offered.getByText("timeField", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.type("ield: a");
    await offered.getByText("timestamp!", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.type("t }");
    await expect.poll(() => textOf(page)).toContain("mode: insert\n      timeSeries: { timeField: at }");
  });
});
