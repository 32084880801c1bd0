import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { PlanReply } from "../src/api/client.ts";
import { axeFindings, eventually, type Opened, openList, openSpec, placesOf, projectsInBrowser, setTheme } from "./browser.ts";

const SPEC = `# The web shop's orders.
version: 1
name: shop

nodes:
  - id: orders   # the shop sends them
    type: source.http
    config: { url: demo://retail, columns: { id: string!, total: double! } }

  - id: stream
    type: kafka.topic
    from: orders
    config:
      topic: shop.orders # one for all shops
      partitions: 2

  - id: large
    type: transform.filter
    from: stream
    config: { where: total > 100 }

  - id: stored
    type: sink.mongodb
    from: large
    config: { collection: orders, key: id }
`;

const openProject = projectsInBrowser();
let opened: Opened;
let page: Page;

/** Opens the pipeline with a panel below the canvas, in a project that is a git repository where `commit` says so. */
async function begin(panel: string, { text = SPEC, nodes = 4, commit = false } = {}): Promise<void> {
  opened = await openProject({ shop: text });
  page = opened.page;
  if (commit) commitAll();
  await openSpec(opened, "shop", nodes);
  await page.getByRole("tab", { name: panel, exact: true }).click();
}

function commitAll(): void {
  for (const args of [
    ["init", "-q"],
    ["add", "."],
    ["commit", "-q", "-m", "first"],
  ])
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...args], { cwd: opened.root, stdio: "ignore" });
}

const dock = () => page.getByRole("tabpanel");
const { outline } = placesOf(() => page);

/** Sets a text of the form of a node. */
async function setField(node: string, name: string, value: string): Promise<void> {
  await outline(node).click();
  await page.getByRole("tab", { name: "Form", exact: true }).click();
  const input = page.locator(`[data-field="${name}"] :is(input, textarea, [contenteditable=true])`).first();
  await input.fill(value);
  await input.press("Enter");
}

async function expectAxeClean(): Promise<void> {
  for (const theme of ["light", "dark"] as const) {
    await setTheme(page, theme);
    expect(await axeFindings(page), theme).toEqual([]);
  }
}

describe("the plan", () => {
  it("shows what a run would make, and with what it was compared", async () => {
    await begin("Plan");
    await dock().getByText("compared with nothing: the local stack does not run").waitFor();
    await dock().getByText("4 to create").waitFor();
    const topics = dock().getByRole("region", { name: "Kafka topics" }).getByRole("listitem");
    await eventually(() => topics.allInnerTexts().then((all) => all.map((one) => one.replace(/\s+/g, " ").trim()))).toEqual([
      "create shop.orders 2 partitions",
      "create shop.dead-letters 1 partition",
    ]);
    await dock().getByRole("region", { name: "MongoDB collections" }).getByText("orders", { exact: true }).waitFor();
    await dock().getByRole("region", { name: "Checkpoints" }).getByText("from the earliest record").waitFor();
    await expectAxeClean();
  });

  it("is of the saved text, says so, and follows when another text is saved", async () => {
    await begin("Preview");
    await setField("stream", "topic", "shop.all");
    await page.getByRole("button", { name: "Plan", exact: true }).click();
    await dock().getByText("this is the plan of the saved text").waitFor();
    await dock().getByText("shop.orders", { exact: true }).waitFor();
    await dock().getByRole("button", { name: "Save" }).click();
    await dock().getByText("shop.all", { exact: true }).waitFor();
    expect(await dock().getByText("this is the plan of the saved text").count()).toBe(0);
  });

  it("of a text with errors leads to the problems, and of a target that refuses says what it refuses", async () => {
    await begin("Plan", { text: SPEC.replace("where: total >", "where: totl >") });
    opened.forgive("422");
    await dock().getByRole("alert").getByText("`totl`").waitFor();
    await expectAxeClean();
    expect(await dock().getByRole("button", { name: "Run" }).isDisabled()).toBe(true);
    await dock().getByRole("button", { name: "Show the problems" }).click();
    await dock().getByRole("button", { name: /totl/ }).waitFor();
    await opened.writeSpec("shop", SPEC);
    await writeFile(join(opened.root, "targets.yaml"), "version: 1\ndefault: local\ntargets:\n  local: { kind: lokal }\n");
    await page.getByRole("tab", { name: "Plan", exact: true }).click();
    await dock().getByRole("alert").getByText("lokal").waitFor();
  });

  it("tells each action by a word, puts what is refused first, and how to mend it", async () => {
    await begin("Preview");
    const reply: PlanReply = {
      target: "local",
      compared: true,
      changes: [
        { action: "keep", kind: "collection", name: "orders", detail: "" },
        { action: "update", kind: "topic", name: "shop.dead-letters", detail: "retention" },
        { action: "refuse", kind: "topic", name: "shop.orders", detail: "has 4 partitions", hint: "set `partitions: 4`" },
      ],
    };
    await page.route("**/api/plan", (route) => route.fulfill({ json: reply }));
    await page.getByRole("tab", { name: "Plan", exact: true }).click();
    await dock().getByText("1 to update, 1 to keep, 1 to refuse").waitFor();
    await dock().getByText("compared with what runs there now").waitFor();
    await dock().getByText("A run does not begin while something is refused").waitFor();
    expect(await dock().getByRole("listitem").first().textContent()).toMatch(
      /refuse.*shop\.orders.*has 4 partitions.*To mend it: set `partitions: 4`/,
    );
    await expectAxeClean();
    await page.route("**/api/plan", (route) => route.fulfill({ json: { ...reply, changes: [] } }));
    await dock().getByRole("button", { name: "Compare again" }).click();
    await dock().getByText("nothing to change").waitFor();
  });
});

describe("the job", () => {
  const marked = () =>
    dock()
      .locator(".cm-line[class*=marked]")
      .evaluateAll((all) => [...new Set(all.map((one) => one.getAttribute("data-job-node")))]);
  const selected = () => page.locator('[role="treeitem"][aria-selected="true"]').getAttribute("data-outline");

  it("stands beside the YAML: a node leads to its lines, and a line to its node and its place", async () => {
    await begin("Job");
    await dock().locator('[data-job-node="large"]').first().waitFor();
    await outline("stored").click();
    await eventually(marked).toEqual(["stored"]);
    await dock().locator('[data-job-node="large"]', { hasText: "total" }).click();
    await eventually(marked).toEqual(["large"]);
    expect(await selected()).toBe("large");
    expect(await page.getByRole("tab", { name: "YAML" }).getAttribute("aria-selected")).toBe("true");
    await eventually(() => page.locator("aside .cm-selectionBackground").count()).toBeGreaterThan(0);
    await expectAxeClean();
    await page.keyboard.press("Control+End");
    for (const _ of [1, 2, 3]) await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await eventually(selected).toBe("stored");
    await page.getByRole("button", { name: "Enlarge the panel" }).click();
    await dock().locator('[data-job-node="stream"]', { hasText: "shop.orders" }).click();
    await eventually(selected).toBe("stream");
  });

  it("cannot be typed into, and shows its other files", async () => {
    await begin("Job");
    await dock().locator('[data-job-node="large"]').first().click();
    const before = await dock().locator(".cm-content").textContent();
    await page.keyboard.type("x = 1");
    expect(await dock().locator(".cm-content").textContent()).toBe(before);
    await dock().getByText("Library (").click();
    await dock().getByRole("button", { name: "io/kafka.py" }).click();
    await dock().getByRole("textbox", { name: "Text of stream_job/io/kafka.py" }).getByText("def read(").waitFor();
    await dock().getByRole("button", { name: "topics.json" }).click();
    await dock().getByRole("textbox", { name: "Text of topics.json" }).getByText("shop.dead-letters").waitFor();
  });

  it("is of the saved text, and says why a node has no line", async () => {
    await begin("Job");
    await dock().getByText("A click on a line").waitFor();
    await outline("orders").click();
    await dock().getByText("the engine itself brings its records into Kafka").waitFor();
    await setField("stream", "topic", "shop.all");
    await dock().getByText("this is the job of the saved text").waitFor();
    await dock().locator(".cm-line", { hasText: 'topic="shop.orders"' }).waitFor();
    await dock().getByRole("button", { name: "Save" }).click();
    await dock().locator(".cm-line", { hasText: 'topic="shop.all"' }).waitFor();
  });

  it("of a text with errors leads to the problems", async () => {
    await begin("Job", { text: SPEC.replace("where: total >", "where: totl >") });
    opened.forgive("422");
    await dock().getByRole("alert").getByText("`totl`").waitFor();
    await dock().getByRole("button", { name: "Show the problems" }).click();
    await dock().getByRole("button", { name: /totl/ }).waitFor();
  });
});

describe("the difference to git", () => {
  const NOW = SPEC.replace("total > 100", "total > 200")
    .replace(/\n {2}- id: stored[\s\S]*$/, "\n  - id: shown\n    type: sink.console\n    from: large\n")
    .replace("# one for all shops", "# for all shops");
  const badges = () => page.locator("[data-mark]").evaluateAll((all) => all.map((one) => one.textContent));
  const listed = () =>
    dock()
      .getByRole("list", { name: "Changed nodes" })
      .getByRole("button")
      .evaluateAll((all) => all.map((one) => one.textContent?.trim().replace(/\s+/g, " ")));

  it("names and marks what was added, changed and removed, in the text and on the canvas", async () => {
    await begin("Diff", { commit: true });
    await dock().getByText("Nothing has changed since git's HEAD.").waitFor();
    await opened.writeSpec("shop", NOW);
    await dock().getByText("Since git's HEAD: 1 added, 1 changed, 1 removed.").waitFor();
    expect(await listed()).toEqual(["changed large Filter", "added shown Console table", "removed stored MongoDB collection"]);
    await dock().getByText("config.where").waitFor();
    expect(await dock().locator("dd del", { hasText: "total > 100" }).count()).toBe(1);
    expect(await dock().locator("dd ins", { hasText: "total > 200" }).count()).toBe(1);
    expect(await badges()).toEqual(["~ changed", "+ added"]);
    await page.getByText("− removed stored").waitFor();
    expect(await outline("large").textContent()).toContain("~ changed");
    await dock().locator(".cm-changedLine", { hasText: "# for all shops" }).waitFor();
    await dock().locator(".cm-deletedChunk", { hasText: "# one for all shops" }).waitFor();
    await expectAxeClean();
    await dock().getByRole("button", { name: "added shown" }).click();
    await eventually(() => outline("shown").getAttribute("aria-selected")).toBe("true");
    await dock().locator(".cm-changedLine", { hasText: "id: shown" }).waitFor();
    await dock().getByRole("button", { name: "removed stored" }).click();
    await dock().locator(".cm-deletedChunk", { hasText: "id: stored" }).waitFor();
    await page.getByRole("tab", { name: "Preview", exact: true }).click();
    await eventually(badges).toEqual([]);
  });

  it("is of what is typed, saved or not, and a moved node is no change", async () => {
    await begin("Diff", { commit: true });
    await dock().getByText("Nothing has changed since git's HEAD.").waitFor();
    const { x = 0, y = 0 } = (await page.locator('[data-step="large"]').boundingBox()) ?? {};
    await page.mouse.move(x + 60, y + 12);
    await page.mouse.down();
    await page.mouse.move(x + 60, y + 92, { steps: 5 });
    await page.mouse.up();
    await page.getByRole("banner").getByRole("button", { name: "Save", exact: true }).click();
    await eventually(() => opened.layoutOnDisk("shop")).toContain("large");
    await dock().getByText("Nothing has changed since git's HEAD.").waitFor();
    await setField("stream", "partitions", "3");
    await dock().getByText("Since git's HEAD: 1 changed. What is not saved yet is compared too.").waitFor();
    await dock().getByText("config.partitions").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await dock().getByText("Nothing has changed since git's HEAD.").waitFor();
    await opened.writeSpec("shop", SPEC.replace("# one for all shops", "# for all shops"));
    await dock().getByText("No node has changed since git's HEAD.").waitFor();
    expect(await badges()).toEqual([]);
    commitAll();
    await dock().getByRole("button", { name: "Compare again" }).click();
    await dock().getByText("Nothing has changed since git's HEAD.").waitFor();
    await opened.writeSpec("shop", `${SPEC}  broken: [`);
    await dock().getByText("The text cannot be read as YAML, so its nodes cannot be compared.").waitFor();
    await dock().locator(".cm-changedLine", { hasText: "broken" }).waitFor();
  });

  it("says where there is nothing to compare with", async () => {
    await begin("Diff");
    await dock().getByText("This project is not in git").waitFor();
    commitAll();
    await opened.writeSpec("other", SPEC.replace("name: shop", "name: other"));
    await openSpec(opened, "other", 4);
    await page.getByRole("tab", { name: "Diff", exact: true }).click();
    await dock().getByText("git's HEAD does not know this file yet").waitFor();
    await expectAxeClean();
  });

  it("marks without rendering a node of the canvas", async () => {
    await begin("Preview", { commit: true });
    await opened.writeSpec("shop", SPEC.replace("total > 100", "total > 200"));
    await page.locator('[data-step="large"]', { hasText: "200" }).waitFor();
    const renders = () => page.evaluate(() => (window as unknown as { stepRenders: { steps: number } }).stepRenders.steps);
    const before = await renders();
    await page.getByRole("tab", { name: "Diff", exact: true }).click();
    await eventually(badges).toEqual(["~ changed"]);
    await page.getByRole("tab", { name: "Preview", exact: true }).click();
    await eventually(badges).toEqual([]);
    expect((await renders()) - before).toBe(0);
  });
});

describe("the list of pipelines", () => {
  const entry = (id: string) => page.getByRole("link", { name: id });

  it("shows what each is, whether it is valid, and its last run, and follows what changes", async () => {
    opened = await openProject({ shop: SPEC.replace("name: shop", "name: shop\ndescription: All orders of the shop.") });
    page = opened.page;
    await openList(opened);
    await entry("shop.yaml").getByText("Valid", { exact: true }).waitFor();
    await entry("shop.yaml").getByText("All orders of the shop.").waitFor();
    await entry("shop.yaml").getByText("not run since the editor was started").waitFor();
    await opened.writeSpec("broken", "version: 1\nname: broken\nnodes: [{ id: a, type: source.htp }]\n");
    await entry("broken.yaml").getByText("1 error").waitFor();
    await expectAxeClean();
    const spec = { etag: "", errors: 0, warnings: 1, modified: "" };
    const lastRun = { state: "STOPPED", at: "2026-01-02T03:04:05.000Z" };
    const specs = [
      { ...spec, id: "a", name: "a", lastRun: { ...lastRun, state: "RUNNING" } },
      { ...spec, id: "b", name: "b", lastRun: { ...lastRun, exit: 0 } },
      { ...spec, id: "c", name: "c", lastRun: { ...lastRun, exit: 130 } },
      { ...spec, id: "d", name: "d", lastRun: { ...lastRun, exit: 1 } },
    ];
    await page.route("**/api/specs", (route) => route.fulfill({ json: specs }));
    await page.reload();
    for (const [id, words] of Object.entries({ a: "running since", b: "ended", c: "stopped", d: "failed" }))
      await entry(`${id}.yaml`).getByText(words).waitFor();
    await expectAxeClean();
  });

  it("says why a name cannot be taken, and makes nothing of it", async () => {
    opened = await openProject({ shop: SPEC });
    page = opened.page;
    await openList(opened);
    await entry("shop.yaml").waitFor();
    const create = page.getByRole("button", { name: "Create" });
    await create.click();
    await page.getByRole("alert").getByText("A name is made of small letters").waitFor();
    await page.getByLabel("Name").fill("Store Sales");
    await page.getByRole("alert").getByText("Try `store-sales`.").waitFor();
    await create.click();
    expect(await page.getByLabel("Name").getAttribute("aria-invalid")).toBe("true");
    await page.getByLabel("Name").fill("shop");
    await page.getByRole("alert").getByText("There is a pipeline `shop` already.").waitFor();
    await expectAxeClean();
    expect(await opened.onDisk("shop")).toBe(SPEC);
  });

  it("makes one from another, which writes into nothing of the other's, and from an example", async () => {
    opened = await openProject({ shop: SPEC });
    page = opened.page;
    await openList(opened);
    await entry("shop.yaml").waitFor();
    await page.getByLabel("Name").fill("store-sales");
    await page.getByLabel("Start from").selectOption("project/shop");
    await page.getByText("gets the new name").waitFor();
    await page.getByRole("button", { name: "Create" }).click();
    await outline("stored").waitFor();
    expect(await opened.onDisk("store-sales")).toBe(
      SPEC.replace("name: shop", "name: store-sales")
        .replace("topic: shop.orders", "topic: store-sales.orders")
        .replace("collection: orders", "collection: store_sales_orders"),
    );
    await page.getByRole("link", { name: "Pipelines" }).click();
    await entry("store-sales.yaml").waitFor();
    await page.getByLabel("Name").fill("sales");
    await page.getByLabel("Start from").selectOption({ label: "retail" });
    await page.getByRole("button", { name: "Create" }).click();
    await outline("sales_by_region").waitFor();
    expect(await opened.onDisk("sales")).toContain("topic: sales.transactions");
    await page.getByText("✓ Valid").waitFor();
  });
});
