import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { axeFindings, openSpec, projectsInBrowser, show, textOf } from "./browser.ts";

/** Would run, were it ever anything but text. No dot, so that a column may be called so. */
const HOSTILE = '<img src=x onerror="hacked=1"><script>hacked=1</script>';
const SPEC = `version: 1
name: shop
nodes:
  - { id: orders, type: source.http, config: { url: demo://retail, columns: { id: string!, note: string } } }
  - { id: stream, type: kafka.topic, from: orders, config: { topic: shop.orders } }
  - { id: stored, type: sink.mongodb, from: stream, config: { collection: orders, key: id } }
`;

const open = projectsInBrowser();

/** Opens the shop with a sample of its own. */
async function openWith(sample: string, spec = SPEC) {
  const project = await open({ shop: spec });
  const folder = join(project.root, "pipelines/samples");
  await mkdir(folder);
  await writeFile(join(folder, "shop.ndjson"), sample);
  await openSpec(project, "shop", 3);
  await project.page.locator("[data-outline=stream]").click();
  return project;
}

describe("a pipeline that does not exist", () => {
  it("is said to, with nothing to press that does nothing, and is shown as soon as it is there", async () => {
    const project = await open({ shop: SPEC });
    const { page, editor } = project;
    project.forgive("404");
    await page.goto(`${editor.origin}/specs/nope`);
    await page.getByRole("heading", { name: "There is no pipeline “nope”" }).waitFor();
    expect(await page.getByRole("button").count()).toBe(0);
    expect(await page.getByText("Valid").count()).toBe(0);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.method()));
    for (const key of ["Control+s", "Control+Enter", "n"]) await page.keyboard.press(key);
    expect(await axeFindings(page)).toEqual([]);
    await project.writeSpec("nope", SPEC);
    await page.locator("[data-step=stream]").waitFor();
    expect(asked.filter((method) => method !== "GET")).toEqual([]);
    await page.goto(`${editor.origin}/specs/nobody`);
    await page.getByRole("link", { name: "All pipelines" }).click();
    await page.getByText("shop.yaml").waitFor();
  });
});

describe("a file that goes while it is open", () => {
  it("keeps its text, and is created again with what was typed", async () => {
    const project = await open({ shop: SPEC });
    const { page, root } = project;
    project.forgive("404");
    await openSpec(project, "shop", 3);
    await show(page, "YAML");
    await page.getByLabel("YAML of the pipeline").click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("# mine");
    await rm(join(root, "pipelines/shop.yaml"));
    await page.getByText("pipelines/shop.yaml is gone").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Save" }).and(page.locator(":enabled")).waitFor();
    expect(await page.getByRole("alert").count()).toBe(1);
    expect(await textOf(page)).toBe(`${SPEC}# mine`);
    await page.getByRole("button", { name: "Create it again" }).click();
    await page.getByRole("alert").waitFor({ state: "detached" });
    await expect.poll(() => project.onDisk("shop")).toBe(`${SPEC}# mine`);
    await page.getByTitle("Unsaved changes").waitFor({ state: "detached" });
  });

  it("is taken up again where it comes back by itself, as when git changes a branch and back", async () => {
    const project = await open({ shop: SPEC });
    const { page, root } = project;
    project.forgive("404");
    await openSpec(project, "shop", 3);
    const [here, away] = ["shop.yaml", "elsewhere.txt"].map((name) => join(root, "pipelines", name)) as [string, string];
    await rename(here, away);
    await page.getByText("pipelines/shop.yaml is gone").waitFor();
    await rename(away, here);
    await page.getByRole("alert").waitFor({ state: "detached" });
    expect(await textOf(page)).toBe(SPEC);
  });
});

describe("what the server refuses is said where it was asked for", () => {
  it("a run of a text that is valid, which names a file that is missing", async () => {
    const lookup = "{ on: { id: id }, columns: { id: string!, manager: string }, file: managers.csv }";
    const project = await open({
      shop: `${SPEC}  - { id: named, type: transform.lookup, from: stream, config: ${lookup} }
  - { id: kept, type: sink.mongodb, from: named, config: { collection: kept, key: id } }
`,
    });
    const { page } = project;
    project.forgive("422");
    await openSpec(project, "shop", 5);
    await page.getByText("Valid").waitFor();
    await page.getByRole("button", { name: "Run", exact: true }).click();
    const alert = page.getByRole("alert").filter({ hasText: "The pipeline has errors, so it cannot run." });
    await alert.getByText(/shop\.yaml:7:\d+: There is no file `managers\.csv`/).waitFor();
    await page.getByRole("button", { name: "Run", exact: true }).and(page.locator(":enabled")).waitFor();
  });

  it("a save that is too large, after which nothing is lost", async () => {
    const large = `${SPEC}# ${"x".repeat(1024 * 1024 - SPEC.length - 10)}\n`;
    const project = await open({ shop: large });
    const { page } = project;
    project.forgive("413");
    await openSpec(project, "shop", 3);
    await page.locator("[data-outline=stream]").click();
    await page.locator("[data-field=topic]").getByRole("textbox").fill("shop.all");
    await page.keyboard.press("Enter");
    await page.getByTitle("Unsaved changes").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("alert").getByText("larger than 1 MiB").waitFor();
    expect(await textOf(page)).toBe(large.replace("shop.orders", "shop.all"));
    expect(await page.getByRole("button", { name: "Save" }).isEnabled()).toBe(true);
    expect(await project.onDisk("shop")).toBe(large);
  });
});

describe("a sample", () => {
  const row = (values: object) => `${JSON.stringify(values)}\n`;

  it("in whose names and values markup stands is text", async () => {
    const spec = SPEC.replace("note: string", `'${HOSTILE}': string`);
    const { page } = await openWith(row({ id: HOSTILE, [HOSTILE]: `${HOSTILE}!` }), spec);
    const panel = page.getByRole("tabpanel");
    await panel.getByRole("cell", { name: HOSTILE, exact: true }).first().waitFor();
    await panel
      .getByRole("cell", { name: `${HOSTILE}!`, exact: true })
      .first()
      .waitFor();
    await panel.getByRole("columnheader", { name: HOSTILE }).first().waitFor();
    expect(await panel.locator("img, script").count()).toBe(0);
    expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
  });

  it("with a row of 5 MB leaves the page usable, and where a cell is cut that is said", async () => {
    const rows = [row({ id: "large", note: "x".repeat(5_000_000) }), row({ id: "small", note: "short" })];
    const { page } = await openWith(rows.join(""));
    const panel = page.getByRole("tabpanel");
    await panel.getByText("out: 2 rows").waitFor();
    await panel
      .getByRole("cell", { name: `${"x".repeat(300)}…`, exact: true })
      .first()
      .waitFor();
    await panel.getByText("Cells are cut after 300 characters.").first().waitFor();
    await page.locator("[data-field=topic]").getByRole("textbox").fill("shop.all");
    await page.keyboard.press("Enter");
    await expect.poll(() => textOf(page)).toContain("topic: shop.all");
    await panel.getByText("out: 2 rows").waitFor();
    await page.locator("[data-outline=stored]").click();
    await panel.getByText("in: 2 rows").waitFor();
    await panel.getByRole("cell", { name: "small", exact: true }).first().waitFor();
  });
});
