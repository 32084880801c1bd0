// Takes the pictures of the README from the real product, a run on the local stack among them: `node editor/scripts/screenshot.js`.
import { fileURLToPath } from "node:url";
import chromium from "@sparticuz/chromium";
import { chromium as playwright } from "playwright-core";
import { serveEditor } from "../../engine/dist/api/server.js";

/** Minutes of windows, so that there is something to see over time. */
const RUN_SECONDS = Number(process.env.SCREENSHOT_SECONDS ?? 240);

const root = fileURLToPath(new URL("../..", import.meta.url));
const editor = await serveEditor({ root });
const browser = await playwright.launch({
  executablePath: process.env.EDITOR_CHROMIUM ?? (await chromium.executablePath()),
  args: ["--no-sandbox"],
});
const page = await (await browser.newContext({ locale: "en-US", viewport: { width: 1440, height: 860 } })).newPage();
page.setDefaultTimeout(180_000);
const take = (name) => page.screenshot({ path: fileURLToPath(new URL(`../screenshots/${name}.png`, import.meta.url)) });
const button = (name) => page.getByRole("button", { name, exact: true });

try {
  await page.goto(editor.invite());
  await page.getByRole("link", { name: /retail/ }).click();
  await page.waitForSelector("[data-fitted]");
  await page.locator('[data-outline="sales_by_region"]').click();
  await page.getByText("out:").waitFor();
  await take("draw");

  await button("Run").click();
  await page
    .getByText(/^Running/)
    .first()
    .waitFor();
  await page.waitForTimeout(RUN_SECONDS * 1000);
  await take("run");
  await page.locator('[data-outline="store_trend"]').click();
  await page.getByRole("tab", { name: "Results", exact: true }).click();
  await page.getByRole("tabpanel").locator("canvas").first().waitFor();
  await take("results");
} finally {
  if (await button("Stop").isVisible()) await button("Stop").click();
  await button("Run").waitFor();
  await browser.close();
  await editor.close();
}
