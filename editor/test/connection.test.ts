import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { serveEditor } from "../../engine/src/api/server.ts";
import { launch, open, openSpec, textOf } from "./browser.ts";

const SPEC = `version: 1
name: shop
nodes:
  - { id: orders, type: source.http, config: { url: demo://retail, columns: { id: string! } } }
  - { id: stream, type: kafka.topic, from: orders, config: { topic: shop.orders } }
`;

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
});

it("says that the server is away, and goes on when it is back, with what was typed and what has changed meanwhile", async () => {
  const opened = await open(browser, { shop: SPEC, other: SPEC });
  const { page, root, editor } = opened;
  await openSpec(opened, "shop", 2);
  const list = await page.context().newPage();
  await list.goto(editor.origin);
  await list.getByLabel("Name").fill("half-a-na");

  await page.getByRole("button", { name: "Add a node: stream" }).click();
  await page.getByRole("dialog").locator('[data-type="sink.mongodb"]').click();
  await page.locator("[data-outline]").nth(2).waitFor();
  const typed = await textOf(page);
  await editor.close();
  for (const each of [page, list]) await each.getByText("server does not answer").waitFor();
  await page.getByRole("banner").getByRole("button", { name: "Save" }).click();
  await opened.writeSpec("shop", SPEC.replace("shop.orders", "shop.all"));

  // A project keeps its port, so what the browser keeps for it is found again.
  const again = await serveEditor({ root });
  expect(again.origin).toBe(editor.origin);
  for (const each of [page, list]) await each.getByText("was started again").waitFor();
  await page.context().request.get(again.invite());
  for (const each of [page, list]) await each.getByText("was started again").waitFor({ state: "detached" });

  await page.getByText("The file has changed on disk").waitFor();
  expect(await list.getByLabel("Name").inputValue()).toBe("half-a-na");
  expect(await page.getByText("server does not answer").count()).toBe(0);
  expect(await textOf(page)).toBe(typed);
  await page.getByRole("button", { name: "Keep mine" }).click();
  await expect.poll(() => opened.onDisk("shop")).toBe(typed);
  await again.close();
  await page.context().close();
});

it("brings back what was moved and not saved", async () => {
  const opened = await open(browser, { shop: SPEC });
  const { page } = opened;
  await openSpec(opened, "shop", 2);
  await page.locator('[data-outline="stream"]').click();
  const place = async () =>
    /translate\([^)]*\)/.exec((await page.locator('[data-id="stream"]').getAttribute("style")) ?? "")?.[0];
  const before = await place();
  await page.keyboard.press("Alt+ArrowDown");
  await expect.poll(place).not.toBe(before);
  const moved = await place();
  await page.getByTitle("Unsaved changes").waitFor();
  await page.reload();
  await page.getByTitle("Unsaved changes").waitFor();
  await expect.poll(place).toBe(moved);
  expect(await opened.layoutOnDisk("shop")).toBe("");
  expect(opened.troubles).toEqual([]);
  await opened.close();
});
