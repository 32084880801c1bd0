import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page, Route } from "playwright-core";
import { expect, it } from "vitest";
import type { CaptureReply } from "../src/api/client.ts";
import { axeFindings, type Opened, openSpec, projectsInBrowser, setTheme, show } from "./browser.ts";

/** Two sources with a topic each; only of one is there a sample. */
const SPEC = `version: 1
name: shop
nodes:
  - { id: orders, type: source.http, config: { url: https://shop.example/orders, columns: { id: string! } } }
  - { id: stream, type: kafka.topic, from: orders, config: { topic: shop.orders } }
  - { id: returns, type: source.http, config: { url: https://shop.example/returns, columns: { id: string! } } }
  - { id: returned, type: kafka.topic, from: returns, config: { topic: shop.returns } }
  - { id: both, type: transform.union, from: [stream, returned] }
  - { id: stored, type: sink.mongodb, from: both, config: { collection: orders, key: id } }
`;
const FILE = "pipelines/samples/shop.orders.ndjson";

const openProject = projectsInBrowser();
let opened: Opened;
let page: Page;

async function begin(selected: string): Promise<void> {
  opened = await openProject({ shop: SPEC });
  page = opened.page;
  await writeSample("before");
  await openSpec(opened, "shop", 6);
  await page.locator(`[data-outline="${selected}"]`).click();
}

async function writeSample(...ids: string[]): Promise<void> {
  await mkdir(join(opened.root, "pipelines/samples"), { recursive: true });
  await writeFile(join(opened.root, FILE), ids.map((id) => `${JSON.stringify({ id })}\n`).join(""));
}

const dock = () => page.getByRole("tabpanel");
const sampleOf = (source: string) => dock().getByRole("region", { name: `Sample of ${source}` });
const button = (source: string) => sampleOf(source).getByRole("button", { name: /^Capture/ });
const said = (source: string) => sampleOf(source).getByRole("status");
const focused = () => page.evaluate(() => document.activeElement?.textContent);

/** Lets the server answer what it answers where a topic has records, which this machine has not. */
async function answered(
  answer: (asked: { source: string; records: number; replace: boolean }, route: Route) => Promise<unknown>,
) {
  await page.route("**/capture", async (route) => void (await answer(route.request().postDataJSON(), route)));
}

async function expectAxeClean(): Promise<void> {
  for (const theme of ["light", "dark"] as const) {
    await setTheme(page, theme);
    expect(await axeFindings(page), theme).toEqual([]);
  }
}

it("says of each source that a node reads where its rows come from, and offers to take them from the topic", async () => {
  await begin("both");
  await sampleOf("orders").getByText(`orders: 1 record of ${FILE}`).waitFor();
  await sampleOf("returns").getByText("There is no sample of the source `returns`").waitFor();
  expect(await button("returns").textContent()).toBe("Capture 100 records from the topic");
  await expectAxeClean();
  await page.locator('[data-outline="stream"]').click();
  await sampleOf("returns").waitFor({ state: "detached" });
  await sampleOf("orders").waitFor();
});

it("says that no stack runs and what to do, and that the server is lost", async () => {
  await begin("returned");
  opened.forgive("409");
  opened.forgive("ERR_CONNECTION_REFUSED");
  await button("returns").click();
  const alert = sampleOf("returns").getByRole("alert");
  await alert.getByText("The local stack does not run, so there is nothing to look at. Press Run, or start it").waitFor();
  await expectAxeClean();
  await opened.editor.close();
  await button("returns").press("Enter");
  await alert.getByText("server does not answer").waitFor();
});

it("takes a count that the server takes, and says which those are", async () => {
  await begin("returned");
  const count = sampleOf("returns").getByLabel("Records");
  for (const wrong of ["0", "1001", "1.5", ""]) {
    await count.fill(wrong);
    await said("returns").getByText("From 1 to 1,000 records").waitFor();
    expect(await button("returns").getAttribute("aria-disabled")).toBe("true");
  }
  await count.fill("1");
  await sampleOf("returns").getByRole("button", { name: "Capture 1 record from the topic" }).waitFor();
});

it("asks once however often it is pressed, and says so until the answer is there", async () => {
  await begin("returned");
  opened.forgive("409");
  let asked = 0;
  let answerNow = () => {};
  const mayAnswer = new Promise<void>((resolve) => {
    answerNow = resolve;
  });
  await answered(async (_asked, route) => {
    asked += 1;
    await mayAnswer;
    await route.fulfill({
      status: 409,
      json: { code: "api/no-records", message: "There are no records in the topic shop.returns yet.", hint: "press Run first" },
    });
  });
  await button("returns").click();
  await said("returns").getByText("Reading the topic…").waitFor();
  for (const _ of [1, 2]) await button("returns").click({ force: true });
  await page.locator('[data-outline="stream"]').click();
  await page.locator('[data-outline="returned"]').click();
  await button("returns").click({ force: true });
  answerNow();
  const alert = sampleOf("returns").getByRole("alert");
  await alert.getByText("There are no records in the topic shop.returns yet. Press Run first.").waitFor();
  expect(asked).toBe(1);
  await page.locator('[data-outline="stream"]').click();
  await page.locator('[data-outline="returned"]').click();
  await button("returns").waitFor();
  expect(await alert.count()).toBe(0);
});

it("asks by keyboard whether a sample may be replaced, and makes the rows of the new one at once", async () => {
  await begin("stream");
  opened.forgive("409");
  await answered(async ({ source, records, replace }, route) => {
    if (!replace)
      return route.fulfill({ status: 409, json: { code: "api/sample-exists", message: `There is a sample already: ${FILE}.` } });
    await writeSample("newer", "newest");
    const json: CaptureReply = { source, file: FILE, records: 2, left: records - 2 };
    return route.fulfill({ json });
  });
  await dock().getByRole("cell", { name: "before" }).first().waitFor();
  await sampleOf("orders").getByLabel("Records").fill("3");
  await page.keyboard.press("Enter");
  await dock()
    .getByRole("group", { name: `There is a sample already: ${FILE}.` })
    .waitFor();
  await expectAxeClean();
  expect(await focused()).toBe("Keep it");
  await page.keyboard.press("Escape");
  expect(await focused()).toBe("Capture 3 records from the topic");
  expect(await said("orders").textContent()).toBe("");
  await page.keyboard.press("Enter");
  await dock().getByRole("button", { name: "Keep it" }).waitFor();
  await page.keyboard.press("Shift+Tab");
  expect(await focused()).toBe("Replace it");
  await page.keyboard.press("Enter");
  await said("orders").getByText(`2 records were taken into ${FILE}; 1 could not stand on a line of text`).waitFor();
  await dock().getByRole("cell", { name: "newest" }).first().waitFor();
  expect(await dock().getByRole("cell", { name: "before" }).count()).toBe(0);
  expect(await focused()).toBe("Capture 3 records from the topic");
});

it("of a source that is not saved yet says to save it, and of other changes which topic is read", async () => {
  await begin("stream");
  await show(page, "YAML");
  await page.getByLabel("YAML of the pipeline").click();
  await page.keyboard.press("Control+End");
  const source = "  - { id: fresh, type: source.http, config: { url: https://shop.example/f, columns: { id: string! } } }\n";
  const topic = "  - { id: filled, type: kafka.topic, from: fresh, config: { topic: shop.fresh } }\n";
  await page.keyboard.insertText(source);
  await page.locator('[data-outline="fresh"]').click();
  await sampleOf("fresh").getByText("The pipeline as it is saved has no sample of fresh").waitFor();
  await expectAxeClean();
  await page.locator('[data-outline="stream"]').click();
  await said("orders").getByText("The topic that the saved text names is read").waitFor();
  await page.locator('[data-outline="fresh"]').click();
  await sampleOf("fresh").getByRole("button", { name: "Save" }).click();
  await page.getByLabel("YAML of the pipeline").click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText(topic);
  await page.locator('[data-outline="filled"]').click();
  await sampleOf("fresh").getByRole("button", { name: "Save" }).click();
  await sampleOf("fresh").getByText("There is no sample of the source `fresh`").waitFor();
});
