import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, type Opened, open, openSpec, show, textOf, troublesOf } from "./browser.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const BROKEN = "version: 1\nname: broken\nnodes: [{ id: a, type: source.htp }]\n";

interface Axe {
  run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

let browser: Browser;
let opened: Opened;
let retail: string;
const troubles: string[][] = [];

beforeAll(async () => {
  browser = await launch();
  retail = await readFile(new URL("../../pipelines/retail.yaml", import.meta.url), "utf8");
  opened = await open(browser, { retail, broken: BROKEN, empty: "version: 1\nname: empty\nnodes: []\n" });
});
afterAll(async () => {
  await opened.close();
  await browser.close();
  // Where no stack runs, the panels that ask for it are answered with 409; the conflict is one of 412.
  const forgiven = /\b(409|412)\b/;
  expect(troubles.flat().filter((trouble) => !forgiven.test(trouble))).toEqual([]);
});

/** A page of somebody else: another window, another taste. */
async function pageWith(options: BrowserContextOptions, theme?: "light" | "dark"): Promise<Page> {
  const context = await browser.newContext({ locale: "en-US", viewport: { width: 1280, height: 720 }, ...options });
  if (theme !== undefined) await context.addInitScript((name) => localStorage.setItem("theme", name), theme);
  const page = await context.newPage();
  troubles.push(troublesOf(page));
  await page.goto(opened.editor.invite());
  await page.getByText("retail.yaml").waitFor();
  return page;
}
const openIn = (page: Page, id: string, nodes: number) => openSpec({ ...opened, page }, id, nodes);

/** What axe finds, and what the theme lets nobody read. */
async function findings(page: Page, where: string): Promise<string[]> {
  await page.addScriptTag({ path: AXE }).catch(() => {});
  const { violations } = await page.evaluate(() => (window as unknown as { axe: Axe }).axe.run());
  return violations.map(({ id, nodes }) => `${where}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}

describe.each(["light", "dark"] as const)("%s: axe finds nothing", (theme) => {
  it("in the list, in the editor, in each panel, each dialog and each notice", async () => {
    const page = await pageWith({ bypassCSP: true }, theme);
    const found = await findings(page, "list");
    const look = async (where: string) => found.push(...(await findings(page, where)));

    await openIn(page, "empty", 0);
    await page.getByText("This pipeline is empty").waitFor();
    await look("empty pipeline");
    await openIn(page, "broken", 0);
    await page.getByText("1 error").waitFor();
    await page.getByRole("tab", { name: /Problems/ }).click();
    await page.getByRole("button", { name: /source.htp/ }).waitFor();
    await look("problems");

    await openIn(page, "retail", 6);
    await page.locator('[data-outline="sales_by_region"]').click();
    await page.locator("[data-field]").first().waitFor();
    await look("form");
    await show(page, "YAML");
    await page.getByLabel("YAML of the pipeline").waitFor();
    await look("YAML");
    for (const tab of await page.locator("[role=tablist]").last().getByRole("tab").all()) {
      await tab.click();
      await page.getByRole("tabpanel").locator(":scope > *").first().waitFor();
      await look(`panel ${await tab.textContent()}`);
    }
    for (const [key, dialog] of [
      ["n", "Add a node"],
      ["c", "Connect to…"],
      ["F2", "Rename"],
      ["/", "Find a node"],
      ["?", "Keyboard shortcuts"],
    ] as const) {
      await page.locator('[data-outline="sales"]').click();
      await page.keyboard.press(key);
      await page.getByRole("dialog", { name: dialog }).waitFor();
      await look(`dialog ${dialog}`);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
    await page.locator('[data-outline="sales"]').click();
    await page.keyboard.press("Alt+ArrowDown");
    await page.getByTitle("Unsaved changes").waitFor();
    await opened.writeSpec("retail", `${retail}# theirs\n`);
    await page.getByText("The file has changed on disk").waitFor();
    await look("conflict");
    await page.getByRole("button", { name: "Take theirs" }).click();
    await opened.writeSpec("retail", retail);
    expect(found).toEqual([]);
    await page.context().close();
  });
});

it("whoever asked for less motion sees none", async () => {
  const page = await pageWith({ reducedMotion: "reduce" });
  await openIn(page, "retail", 6);
  const moving = () => page.evaluate(() => document.getAnimations().length);
  await page.locator('[data-outline="sales"]').click();
  await page.locator(".react-flow__controls-zoomin").click();
  await page.locator("[data-step=sales]").hover();
  // An edge as React Flow moves it, to see that it would not.
  await page
    .locator(".react-flow__edge")
    .first()
    .evaluate((edge) => edge.classList.add("animated"));
  expect(await moving()).toBe(0);
  await page.keyboard.press("n");
  await page.getByRole("dialog").waitFor();
  expect(await moving()).toBe(0);
  const animated = await page.evaluate(() =>
    [...document.querySelectorAll("*")]
      .filter((element) => {
        const { animationName, transitionDuration } = getComputedStyle(element);
        return animationName !== "none" || /[1-9]/.test(transitionDuration);
      })
      .map((element) => element.className.toString()),
  );
  expect(animated).toEqual([]);
  await page.context().close();
});

it("everything can be done by keyboard: add, connect, move, rename, remove, run and stop", async () => {
  const page = await pageWith({});
  const asked: string[] = [];
  await page.route(/\/api\/runs(\/.*)?$/, (route) => {
    if (route.request().method() !== "POST") return route.continue();
    asked.push(new URL(route.request().url()).pathname);
    return route.fulfill({ status: 201, json: { run: "retail-1", spec: "retail", state: "STARTING", startedAt: "" } });
  });
  await openIn(page, "retail", 6);
  const focus = (id: string) => page.locator(`[data-outline="${id}"]`).focus();
  const text = () => textOf(page);
  await focus("transactions");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await page.locator('[data-outline="sales"][aria-selected=true]').waitFor();
  await page.keyboard.press("Alt+ArrowDown");
  await page.getByTitle("Unsaved changes").waitFor();
  await page.keyboard.press("n");
  await page.getByRole("dialog").getByRole("searchbox").fill("mongodb collection");
  await page.keyboard.press("Enter");
  await page.locator('[data-outline="mongodb"]').waitFor();
  await page.keyboard.press("F2");
  await page.getByRole("dialog").getByRole("textbox").fill("third");
  await page.keyboard.press("Enter");
  await page.locator('[data-outline="third"]').waitFor();
  await expect.poll(text).toMatch(/- id: third\n {4}type: sink.mongodb\n {4}from: sales\n/);
  await page.keyboard.press("Delete");
  await expect.poll(text).toBe(retail);

  await page.keyboard.press("Escape");
  await page.keyboard.press("n");
  await page.getByRole("dialog").getByRole("searchbox").fill("console table");
  await page.keyboard.press("Enter");
  await page.locator('[data-outline="console"]').waitFor();
  await focus("stream");
  await page.keyboard.press("Space");
  await page.keyboard.press("c");
  await page.getByRole("dialog").getByRole("button", { name: "console" }).press("Enter");
  await expect.poll(text).toMatch(/- id: console\n {4}type: sink.console\n {4}from: stream\n/);
  for (const _ of ["connect", "add"]) await page.keyboard.press("Control+z");
  await expect.poll(text).toBe(retail);

  // What is not valid, or not looked at yet, is not run.
  await page.locator('[data-outline="console"]').waitFor({ state: "detached" });
  await page.locator("header button:enabled", { hasText: "Run" }).waitFor();

  await show(page, "YAML");
  await page.getByLabel("YAML of the pipeline").focus();
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "Stop" }).waitFor();
  expect(await text()).toBe(retail);
  await page.keyboard.press("Control+Shift+Enter");
  await expect.poll(() => asked).toEqual(["/api/runs", "/api/runs/retail-1/stop"]);
  await page.context().close();
});

/** Controls that are cut off, lie outside of the page, or under something else once they are scrolled to. */
function unreachable(): string[] {
  const found: string[] = [];
  const controls = document.querySelectorAll<HTMLElement>(
    "button, a[href], input, select, textarea, [role=treeitem], [role=tab]",
  );
  for (const control of controls) {
    if (control.closest(".react-flow__viewport, [aria-hidden=true], [inert]") || control.checkVisibility?.() === false) continue;
    control.scrollIntoView({ block: "center", inline: "center" });
    const { left, top, width, height } = control.getBoundingClientRect();
    const at = document.elementFromPoint(left + width / 2, top + height / 2);
    const isSeen = at !== null && (control.contains(at) || (at.contains(control) && at.closest("label, li, a, button") !== null));
    if (!isSeen || left < 0 || left + width > innerWidth + 1)
      found.push(
        `${control.tagName} ${control.ariaLabel ?? control.textContent} at ${[left, top, width, height].map(Math.round)} is under ${at?.outerHTML.slice(0, 80)}`,
      );
  }
  scrollTo(0, 0);
  return found;
}

it("a control that lies under something else is noticed", async () => {
  const page = await pageWith({});
  await openIn(page, "retail", 6);
  expect(await page.evaluate(unreachable)).toEqual([]);
  await page.evaluate(() => {
    const cover = document.createElement("div");
    Object.assign(cover.style, { position: "fixed", inset: "0 0 auto auto", width: "60px", height: "40px", zIndex: "99" });
    document.body.append(cover);
  });
  expect(await page.evaluate(unreachable)).toEqual([expect.stringContaining("Run")]);
  await page.context().close();
});

describe.each([
  { width: 1280, height: 720, scale: 1 },
  { width: 1680, height: 900, scale: 1 },
  { width: 3840, height: 2160, scale: 1 },
  // What is left of 1280×720 at 200 %.
  { width: 640, height: 360, scale: 2 },
])("in a window of $width×$height", ({ width, height, scale }) => {
  it("nothing is cut off, covered or out of reach", async () => {
    const page = await pageWith({ viewport: { width, height }, deviceScaleFactor: scale });
    const check = async (where: string) => {
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(over, `${where} scrolls sideways`).toBeLessThanOrEqual(0);
      expect(await page.evaluate(unreachable), where).toEqual([]);
    };
    await check("list");
    await openIn(page, "retail", 6);
    const header = await page
      .locator("header")
      .evaluate((element) => [element.scrollWidth - element.clientWidth, element.clientHeight]);
    expect(header[0]).toBeLessThanOrEqual(0);
    expect(header[1]).toBeLessThan(90);
    await page.locator('[data-outline="sales_by_region"]').click();
    await page.locator("[data-field]").first().waitFor();
    await check("form");
    for (const [part, least] of [
      ["main", 300],
      ["aside", 300],
      ["nav", 200],
    ] as const) {
      const box = await page.locator(part).boundingBox();
      expect(box?.width, part).toBeGreaterThanOrEqual(least);
      expect(box?.height, part).toBeGreaterThanOrEqual(180);
    }
    await show(page, "YAML");
    await check("YAML");
    for (const tab of await page.locator("[role=tablist]").last().getByRole("tab").all()) {
      await tab.click();
      await page.getByRole("tabpanel").locator(":scope > *").first().waitFor();
      await check(`panel ${await tab.textContent()}`);
    }
    await page.locator("header").click();
    await page.keyboard.press("?");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    await check("dialog");
    await dialog.getByRole("button", { name: "Close" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.context().close();
  });
});
