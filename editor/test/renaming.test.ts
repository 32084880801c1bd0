import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openSpec, projectsInBrowser } from "./browser.ts";

const SPEC = `version: 1
name: shop
nodes:
  - id: orders
    type: source.http
    config: { url: demo://retail, columns: { id: string! } }
  - id: raw # all of them
    type: kafka.topic
    from: orders
    config: { topic: shop.orders }
  - id: store
    type: sink.mongodb
    from: raw
    config: { collection: orders }
`;
const TESTS = "version: 1\ntests:\n  - name: all # of it\n    given: { orders: [] }\n    expect: { raw: [] }\n";
const LAYOUT = '{\n  "version": 1,\n  "nodes": {\n    "raw": { "x": 300, "y": 40 }\n  }\n}\n';

const openProject = projectsInBrowser();

it("a renamed node has its name in the pipeline, the layout and the tests, and undo takes it back in all three", async () => {
  const opened = await openProject({ shop: SPEC });
  const { page, root, onDisk } = opened;
  const beside = (ending: string) => join(root, "pipelines", `shop.${ending}`);
  const files = async () => [
    await onDisk("shop"),
    await readFile(beside("layout.json"), "utf8"),
    await readFile(beside("test.yaml"), "utf8"),
  ];
  await writeFile(beside("layout.json"), LAYOUT);
  await writeFile(beside("test.yaml"), TESTS);
  await openSpec(opened, "shop", 3);
  await page.locator('[data-outline="raw"]').click();
  await page.keyboard.press("F2");
  const name = page.getByRole("dialog").getByRole("textbox");
  await name.fill("all");
  await name.press("Enter");
  await page.locator('[data-outline="all"]').waitFor();
  await page.keyboard.press("Control+s");
  const saved = [
    SPEC.replace("id: raw", "id: all").replace("from: raw", "from: all"),
    LAYOUT.replace("raw", "all"),
    TESTS.replace("raw", "all"),
  ];
  await expect.poll(files, { timeout: 10_000 }).toEqual(saved);
  // One undo: name and place go together.
  await page.locator('[data-outline="all"]').click();
  await page.keyboard.press("Control+z");
  await page.locator('[data-outline="raw"]').waitFor();
  await page.keyboard.press("Control+s");
  await expect.poll(files, { timeout: 10_000 }).toEqual([SPEC, LAYOUT, TESTS]);
});
