// Takes the picture of the README from the real product: `node editor/scripts/screenshot.js`.
import { fileURLToPath } from "node:url";
import chromium from "@sparticuz/chromium";
import { chromium as playwright } from "playwright-core";
import { serveEditor } from "../../engine/dist/api/server.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const editor = await serveEditor({ root });
const browser = await playwright.launch({
  executablePath: process.env.EDITOR_CHROMIUM ?? (await chromium.executablePath()),
  args: ["--no-sandbox"],
});
const page = await (await browser.newContext({ locale: "en-US", viewport: { width: 1440, height: 860 } })).newPage();
await page.goto(editor.invite());
await page.getByRole("link", { name: /retail/ }).click();
await page.waitForSelector("[data-fitted]");
await page.locator('[data-outline="sales_by_region"]').click();
await page.getByText("out:").waitFor();
await page.screenshot({ path: fileURLToPath(new URL("../screenshot.png", import.meta.url)) });
await browser.close();
await editor.close();
