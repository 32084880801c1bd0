import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { axeFindings, eventually, type Opened, openSpec, projectsInBrowser, setTheme } from "./browser.ts";

const SPEC = `version: 1
name: shop
nodes:
  - { id: orders, type: source.http, config: { url: demo://retail, columns: { id: string!, total: double! } } }
  - { id: stream, type: kafka.topic, from: orders, config: { topic: shop.orders } }
  - { id: stored, type: sink.mongodb, from: stream, config: { collection: orders, key: id } }
`;
const LOCAL = "version: 1\ndefault: local\ntargets:\n  local: { kind: local }\n";
const TWO = `${LOCAL}  second: { kind: local }\n`;
const FAR = `${TWO}  away: { kind: services, kafka: { bootstrap: "127.0.0.1:1" }, mongodb: { uri: "mongodb://127.0.0.1:1/", database: shop } }
  company: { kind: services, kafka: { bootstrap: "127.0.0.1:1" }, mongodb: { uri: "\${env:SHOP_MONGODB_UNSET}", database: shop } }
`;

const openProject = projectsInBrowser();
let opened: Opened;
let page: Page;

const writeTargets = (text: string) => writeFile(join(opened.root, "targets.yaml"), text);
const panel = () => page.getByRole("tabpanel");
const showPanel = (name: string) => page.getByRole("tab", { name, exact: true }).click();
const choice = () => panel().getByLabel("Target");
const runButton = () => page.getByRole("banner").getByRole("button", { name: "Run", exact: true });

async function begin(targets: string): Promise<void> {
  opened = await openProject({ shop: SPEC });
  page = opened.page;
  await writeTargets(targets);
  await openSpec(opened, "shop", 3);
}

/** Answers what starts a run without starting one, and gives what was sent. */
async function runsAsked(): Promise<unknown[]> {
  const asked: unknown[] = [];
  const entry = { run: "r1", spec: "shop", state: "RUNNING", startedAt: new Date(0).toISOString(), target: "second" };
  await page.route("**/api/runs", (route) => {
    if (route.request().method() === "GET") return route.fulfill({ json: [] });
    asked.push(route.request().postDataJSON());
    return route.fulfill({ status: 201, json: entry });
  });
  await page.route("**/api/runs/r1", (route) => route.fulfill({ json: entry }));
  return asked;
}

async function expectAxeClean(): Promise<void> {
  for (const theme of ["light", "dark"] as const) {
    await setTheme(page, theme);
    expect(await axeFindings(page), theme).toEqual([]);
  }
}

it("is chosen in the plan's panel, holds for plan, run, results and dead letters, and after the page is loaded anew", async () => {
  await begin(TWO);
  const asked = await runsAsked();
  await showPanel("Plan");
  await panel().getByText("On target local").waitFor();
  expect(await choice().getByRole("option").allTextContents()).toEqual(["local (default)", "second"]);
  expect(await runButton().getAttribute("title")).toBe(null);
  await choice().selectOption("second");
  await panel().getByText("On target second").waitFor();
  await eventually(() => runButton().getAttribute("title")).toBe("Runs on the target second");
  await expectAxeClean();
  opened.forgive("409");
  for (const [name, path] of Object.entries({ Results: "results/shop/stored", "Dead letters": "dead-letters/shop" })) {
    const request = page.waitForRequest(`**/api/${path}?*`);
    await showPanel(name);
    expect(new URL((await request).url()).searchParams.get("target")).toBe("second");
    await panel().getByText("on second", { exact: true }).waitFor();
  }
  await page.reload();
  await eventually(() => runButton().getAttribute("title")).toBe("Runs on the target second");
  await page.keyboard.press("Control+Enter");
  await eventually(async () => asked).toEqual([expect.objectContaining({ spec: "shop", target: "second" })]);
  await eventually(() => choice().inputValue()).toBe("second");
  await panel().getByText("on second", { exact: true }).waitFor();
  await expectAxeClean();
});

it("is known before a run begins, however soon it is asked for", async () => {
  await begin(TWO);
  await page.evaluate((root) => localStorage.setItem(`target:${root}`, "second"), opened.root);
  const asked = await runsAsked();
  let tell = () => {};
  const mayTell = new Promise<void>((resolve) => {
    tell = resolve;
  });
  await page.route("**/api/project", async (route) => {
    await mayTell;
    await route.continue();
  });
  await page.reload();
  await page.locator('[data-outline="stored"]').waitFor();
  await runButton().click();
  await panel().getByRole("status").getByText("Starting").waitFor();
  expect(asked).toEqual([]);
  tell();
  await eventually(async () => asked).toEqual([expect.objectContaining({ target: "second" })]);
});

it("is the default one where the chosen one is gone, and no choice where there is one alone", async () => {
  await begin(TWO);
  await showPanel("Run");
  await choice().selectOption("second");
  await writeTargets(LOCAL.replaceAll("local", "other").replace("kind: other", "kind: local"));
  // Asked at once, it is asked of the one that was there.
  opened.forgive("422");
  await showPanel("Plan");
  await panel().getByText("On target other").waitFor();
  expect(await choice().count()).toBe(0);
  expect(await runButton().getAttribute("title")).toBe(null);
});

it("that does not answer, or lacks a secret, is told where it was asked", async () => {
  await begin(FAR);
  for (const status of ["409", "422", "503"]) opened.forgive(status);
  await showPanel("Plan");
  await choice().selectOption("away");
  await panel().getByRole("alert").getByText("The target away does not answer: Kafka at 127.0.0.1:1").waitFor();
  await showPanel("Results");
  await panel().getByRole("alert").getByText("The target away does not answer").waitFor();
  await showPanel("Run");
  await choice().selectOption("company");
  await showPanel("Dead letters");
  await panel().getByRole("alert").getByText("the environment variable SHOP_MONGODB_UNSET is not set").waitFor();
  await showPanel("Plan");
  await panel().getByRole("alert").getByText("the environment variable SHOP_MONGODB_UNSET is not set").waitFor();
  await runButton().click();
  await panel().getByRole("alert").getByText("the environment variable SHOP_MONGODB_UNSET is not set").waitFor();
  await panel().getByText("on company", { exact: true }).waitFor();
});

it("cannot be chosen from a targets.yaml with mistakes, which is told, and can once it is mended", async () => {
  await begin(LOCAL.replace("kind: local", "kind: lokal"));
  opened.forgive("422");
  await showPanel("Run");
  await panel().getByRole("alert").getByText("targets.yaml:4:18: There is no kind of target `lokal`.").waitFor();
  await panel().getByText("Did you mean `local`?", { exact: true }).waitFor();
  await expectAxeClean();
  await showPanel("Plan");
  await panel().getByRole("alert").getByText("There is no kind of target `lokal`.").waitFor();
  await writeTargets(TWO);
  await panel().getByRole("button", { name: "Compare again" }).click();
  await panel().getByText("On target local").waitFor();
  await choice().selectOption("second");
  await panel().getByText("On target second").waitFor();
});
