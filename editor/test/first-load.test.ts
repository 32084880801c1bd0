import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, open } from "./browser.ts";

/** What the browser has to fetch before it can show the picture of a pipeline, the worker with the engine's core too. */
const MOST_BYTES = 500_000;
/** What the picture does not need, and what is fetched meanwhile or when it is asked for. It is held back here, which shows that nothing waits for it. */
const LATER =
  /\/(language|contracts|columns-of|form|rows|dialogs|run-panel|live-run|targets|preview-panel|plan-panel|job-panel|diff-panel|specs|uPlot)[.-][^/]*$/;

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
});

it("is below 500 kB gzip, the core in its worker included", async () => {
  const retail = await readFile(new URL("../../pipelines/retail.yaml", import.meta.url), "utf8");
  const { page, editor, close } = await open(browser, { retail });
  const fetched = new Map<string, Promise<Buffer>>();
  const isPart = (url: string) => url.startsWith(editor.origin) && !new URL(url).pathname.startsWith("/api/");
  page.context().on("response", (response) => {
    if (isPart(response.url())) fetched.set(response.url(), response.body());
  });
  await page.context().route(LATER, () => {});
  await page.goto(`${editor.origin}/specs/retail`);
  await page.locator("[data-fitted] [data-step]").first().waitFor();
  const sizes = await Promise.all(
    [...fetched].map(async ([url, body]) => ({ name: new URL(url).pathname, bytes: gzipSync(await body, { level: 9 }).length })),
  );
  await close();
  const total = (parts: typeof sizes) => parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const worker = total(sizes.filter(({ name }) => name.includes("/worker-")));
  const all = total(sizes);
  console.info(`first load, gzip: page ${all - worker} bytes, with the worker ${all} bytes, at most ${MOST_BYTES}`);
  expect(worker).toBeGreaterThan(100_000);
  expect(sizes.map(({ name }) => name)).toContain("/specs/retail");
  expect(all, JSON.stringify(sizes)).toBeLessThan(MOST_BYTES);
});
