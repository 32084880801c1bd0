import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import chromium from "@sparticuz/chromium";
import { type Browser, type Page, chromium as playwright } from "playwright-core";
import { afterAll, afterEach, beforeAll, type ExpectStatic, expect } from "vitest";
import { type ServedEditor, serveEditor } from "../../engine/src/api/server.ts";

/** A browser with the editor of a project of its own. */
export interface Opened {
  page: Page;
  root: string;
  editor: ServedEditor;
  /** What the page should not have done: errors, and what its content security policy forbids. */
  troubles: string[];
  /** What the browser writes into its console where the server refuses, such as `409`, is no trouble in this test. */
  forgive(text: string): void;
  /** The text of a pipeline on disk. */
  onDisk(id: string): Promise<string>;
  /** Where its nodes stand; empty where nobody has moved one. */
  layoutOnDisk(id: string): Promise<string>;
  writeSpec(id: string, text: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts the system's Chromium where one is named (`EDITOR_CHROMIUM`), else the one in npm's `@sparticuz/chromium`. */
export async function launch(): Promise<Browser> {
  const executablePath = process.env.EDITOR_CHROMIUM ?? (await chromium.executablePath());
  return playwright.launch({ executablePath, args: ["--no-sandbox"], headless: true });
}

/** Serves the editor for the given pipelines and lets a page in, which shows nothing yet. `root`: a project that is there already. */
export async function open(browser: Browser, specs: Record<string, string>, given?: string): Promise<Opened> {
  const root = given ?? (await mkdtemp(join(tmpdir(), "editor-")));
  const file = (id: string) => join(root, "pipelines", `${id}.yaml`);
  await mkdir(join(root, "pipelines"), { recursive: true });
  if (given === undefined)
    await writeFile(join(root, "targets.yaml"), "version: 1\ndefault: local\ntargets:\n  local: { kind: local }\n");
  for (const [id, text] of Object.entries(specs)) await writeFile(file(id), text);
  const editor = await serveEditor({ root });
  const context = await browser.newContext({ locale: "en-US", viewport: { width: 1680, height: 900 } });
  const page = await context.newPage();
  const seen = troublesOf(page);
  // A conflict answers with 412.
  const forgiven = ["412"];
  await context.request.get(editor.invite(), { maxRedirects: 0 });
  return {
    ...{ page, root, editor },
    get troubles() {
      return seen.filter((trouble) => !forgiven.some((text) => trouble.includes(text)));
    },
    forgive: (text) => void forgiven.push(text),
    onDisk: (id) => readFile(file(id), "utf8"),
    layoutOnDisk: (id) => readFile(join(root, "pipelines", `${id}.layout.json`), "utf8").catch(() => ""),
    // At once, as git does it: nobody sees half a file.
    async writeSpec(id, text) {
      await writeFile(`${file(id)}.new`, text);
      await rename(`${file(id)}.new`, file(id));
    },
    async close() {
      await context.close();
      await editor.close();
      if (given === undefined) await rm(root, { recursive: true, force: true });
    },
  };
}

/** What a page does from now on that it should not: what it throws, what its console calls an error, what its content security policy forbids. */
export function troublesOf(page: Page): string[] {
  const seen: string[] = [];
  page.on("pageerror", (error) => seen.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") seen.push(message.text());
  });
  return seen;
}

/**
 * One browser for a file of tests. What it gives opens a project in it, which is closed after the test; what its page did that its policy forbids, or threw, is a mistake
 * whatever the test was about.
 */
export function projectsInBrowser(): (specs: Record<string, string>) => Promise<Opened> {
  let browser: Browser;
  const projects: Opened[] = [];
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    const ended = projects.splice(0);
    for (const project of ended) await project.close();
    expect(ended.flatMap(({ troubles }) => troubles)).toEqual([]);
  });
  return async (specs) => {
    const project = await open(browser, specs);
    projects.push(project);
    return project;
  };
}

/** The text in the editor, as CodeMirror has it. */
export function textOf(page: Page): Promise<string> {
  return page.evaluate(() => (window as unknown as { editorText: () => string }).editorText());
}

/** Opens the list of pipelines. */
export async function openList({ page, editor }: Opened): Promise<void> {
  await page.goto(editor.origin);
  await page.getByRole("heading", { name: "Pipelines" }).waitFor();
}

/** Opens a pipeline and waits until its nodes stand on the canvas. */
export async function openSpec({ page, editor }: Opened, id: string, nodes: number): Promise<void> {
  await page.goto(`${editor.origin}/specs/${id}`);
  if (nodes === 0) return;
  await page
    .locator("[data-outline]")
    .nth(nodes - 1)
    .waitFor();
  await page
    .locator("[data-step]")
    .nth(nodes - 1)
    .waitFor();
  // The canvas brings its nodes into view once they have been measured.
  await page.waitForFunction(() => document.querySelector("[data-fitted]") !== null);
}

/** The places of a page by what stands there; `page` is the one that is open when they are asked for. */
export function placesOf(page: () => Page) {
  return {
    step: (id: string) => page().locator(`[data-step="${id}"]`),
    outline: (id: string) => page().locator(`[data-outline="${id}"]`),
    field: (name: string) => page().locator(`[data-field="${name}"]`),
  };
}

/** Expects something of what is read again and again until it is so. */
export const eventually = (read: () => Promise<unknown>): ReturnType<ExpectStatic["poll"]> =>
  expect.poll(read, { timeout: 10_000 });

/** Shows the YAML, or the form. */
export async function show(page: Page, side: "Form" | "YAML"): Promise<void> {
  await page.getByRole("tab", { name: side, exact: true }).click();
}

const AXE = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Axe {
  run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

/** What axe finds on the page as it is now. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(await AXE);
  const { violations } = await page.evaluate(() => (window as unknown as { axe: Axe }).axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}

/** Shows the page in a theme. */
export function setTheme(page: Page, theme: "light" | "dark"): Promise<void> {
  return page.evaluate((name) => {
    document.documentElement.dataset.theme = name;
  }, theme);
}
