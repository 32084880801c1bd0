import { expect, it } from "vitest";
import { openSpec, projectsInBrowser } from "./browser.ts";

const SPEC = `version: 1
name: shop
nodes:
  - { id: orders, type: source.http, config: { url: demo://retail, columns: { id: string! } } }
  - { id: stream, type: kafka.topic, from: orders, config: { topic: shop.orders } }
  - { id: stored, type: sink.mongodb, from: stream, config: { collection: orders, key: id } }
`;

const openProject = projectsInBrowser();

it("a node that is added beside one that was moved stands beside it", async () => {
  const opened = await openProject({ shop: SPEC });
  const { page } = opened;
  await openSpec(opened, "shop", 3);
  const place = async (id: string) => {
    const style = (await page.locator(`.react-flow__node[data-id="${id}"]`).getAttribute("style")) ?? "";
    const [, x, y] = /translate\((-?\d+)px, (-?\d+)px\)/.exec(style) ?? [];
    return { x: Number(x), y: Number(y) };
  };
  await page.locator('[data-outline="stream"]').click();
  for (let moved = 1; moved <= 20; moved++) {
    const { y } = await place("stream");
    await page.keyboard.press("Alt+ArrowDown");
    await expect.poll(async () => (await place("stream")).y).toBe(y + 20);
  }
  const moved = await place("stream");
  await page.keyboard.press("n");
  await page.getByRole("dialog").getByRole("searchbox").fill("console table");
  await page.keyboard.press("Enter");
  await page.locator('[data-step="console"]').waitFor();
  expect(await place("console")).toEqual({ x: moved.x + 276, y: moved.y });
  // Its place is part of the same step: one undo takes both.
  await page.keyboard.press("Control+z");
  await page.locator('[data-step="console"]').waitFor({ state: "detached" });
  await page.keyboard.press("Control+s");
  await expect.poll(() => opened.layoutOnDisk("shop")).toContain('"stream"');
  expect(await opened.layoutOnDisk("shop")).not.toContain("console");
});
