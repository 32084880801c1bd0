import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page, Route } from "playwright-core";
import { describe, expect, it } from "vitest";
import { eventually, type Opened, openSpec, placesOf, projectsInBrowser, show, textOf } from "./browser.ts";
import { SHOP } from "./shop.ts";

const OTHER = SHOP.replace("name: shop", "name: other").replace("shop.orders", "other.orders");
const LAYOUT = '{ "version": 1, "nodes": { "stored": { "x": 900, "y": 300 } } }\n';

const openProject = projectsInBrowser();
let opened: Opened;
let page: Page;

async function begin(text = SHOP): Promise<void> {
  opened = await openProject({ shop: text, other: OTHER });
  page = opened.page;
  await openSpec(opened, "shop", 3);
}

const { outline, field } = placesOf(() => page);
const topic = () => field("topic").getByRole("textbox");
const saveButton = () => page.getByRole("banner").getByRole("button", { name: "Save" });
const layoutPath = () => join(opened.root, "pipelines", "shop.layout.json");
const placeOf = (id: string) => page.locator(`.react-flow__node[data-id="${id}"]`).evaluate((node) => node.style.transform);

/** Writes a topic as a person does who leaves the field by Enter. */
async function renameTopic(name: string): Promise<void> {
  await outline("stream").click();
  await topic().fill(name);
  await topic().press("Enter");
  await eventually(() => textOf(page)).toContain(name);
}

/** Holds the next answer of a route back; `release` lets it through. */
async function hold(url: string, method: string): Promise<{ isAsked: Promise<void>; release: () => Promise<unknown> }> {
  let asked = () => {};
  let go = () => {};
  const isAsked = new Promise<void>((done) => {
    asked = done;
  });
  const mayGo = new Promise<void>((done) => {
    go = done;
  });
  await page.route(url, async (route: Route) => {
    if (route.request().method() !== method) return route.fallback();
    const response = await route.fetch();
    asked();
    await mayGo;
    await route.fulfill({ response });
  });
  const release = async () => {
    const through = page.waitForResponse((answer) => answer.request().method() === method);
    go();
    await through;
    await page.unroute(url);
  };
  return { isAsked, release };
}

/** Goes to another pipeline by the links of the page, which is not loaded anew. */
async function goTo(id: string): Promise<void> {
  await page.getByRole("link", { name: "Pipelines" }).click();
  await page.locator(`a[href="/specs/${id}"]`).click();
}

describe("save", () => {
  it("writes the file as it is shown, and offers both where it has changed outside", async () => {
    await begin();
    await outline("stream").click();
    await field("topic").getByRole("textbox").fill("shop.all");
    await field("topic").getByRole("textbox").press("Enter");
    await page.getByRole("banner").getByRole("button", { name: "Save" }).click();
    await eventually(() => opened.onDisk("shop")).toBe(SHOP.replace("topic: shop.orders", "topic: shop.all"));
    await opened.writeSpec("shop", `${SHOP}# from outside\n`);
    await eventually(() => textOf(page)).toBe(`${SHOP}# from outside\n`);
    await field("topic").getByRole("textbox").fill("shop.mine");
    await field("topic").getByRole("textbox").press("Enter");
    await eventually(() => textOf(page)).toContain("shop.mine");
    await opened.writeSpec("shop", `${SHOP}# again\n`);
    await page.getByText("The file has changed on disk.").waitFor();
    await page.getByRole("button", { name: "Keep mine" }).click();
    await eventually(() => opened.onDisk("shop")).toBe(
      `${SHOP.replace("topic: shop.orders", "topic: shop.mine")}# from outside\n`,
    );
  });
});

describe("what is still being typed", () => {
  it("is saved too", async () => {
    await begin();
    await outline("stream").click();
    await topic().fill("shop.typed");
    await topic().press("Control+s");
    await eventually(() => opened.onDisk("shop")).toBe(SHOP.replace("topic: shop.orders", "topic: shop.typed"));
  });

  it("is there again after the page was loaded anew at once", async () => {
    await begin();
    await outline("stream").click();
    await topic().fill("shop.typed");
    await page.reload();
    await page.getByText("What you had typed before is here again").waitFor();
    expect(await textOf(page)).toBe(SHOP.replace("topic: shop.orders", "topic: shop.typed"));
  });

  it("is told to be lost where the browser keeps nothing, and the canvas follows all the same", async () => {
    await begin();
    await page.evaluate(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    });
    await outline("stream").click();
    await page.keyboard.press("Delete");
    await page.getByText("This browser keeps nothing for this page").waitFor();
    await outline("stream").waitFor({ state: "detached" });
  });

  it("stays the draft of one page where another has the same pipeline open", async () => {
    await begin();
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.locator('[data-step="stream"]').waitFor();
    await renameTopic("shop.mine");
    await opened.writeSpec("shop", `${SHOP}# from outside\n`);
    await eventually(() => textOf(other)).toBe(`${SHOP}# from outside\n`);
    await other.close();
    expect(await page.evaluate(() => localStorage.getItem("draft:shop"))).toContain("shop.mine");
  });
});

describe("where nodes stand", () => {
  it("is taken over from outside, and left alone by a save that moved nothing", async () => {
    await begin();
    const before = await placeOf("stored");
    await writeFile(layoutPath(), LAYOUT);
    await eventually(() => placeOf("stored")).not.toBe(before);
    await renameTopic("shop.all");
    await saveButton().click();
    await eventually(() => opened.onDisk("shop")).toContain("shop.all");
    expect(await readFile(layoutPath(), "utf8")).toBe(LAYOUT);
  });

  it("is not removed where git has left its marks in the file", async () => {
    const broken = `<<<<<<< HEAD\n${LAYOUT}=======\n`;
    await begin();
    await writeFile(layoutPath(), broken);
    await renameTopic("shop.all");
    await saveButton().click();
    await eventually(() => opened.onDisk("shop")).toContain("shop.all");
    expect(await readFile(layoutPath(), "utf8")).toBe(broken);
  });
});

describe("a file that somebody else changed meanwhile", () => {
  it("is not written over by what was typed before", async () => {
    await begin();
    await outline("stream").click();
    await field("topic").getByRole("textbox").fill("shop.mine");
    await field("topic").getByRole("textbox").press("Enter");
    await eventually(() => textOf(page)).toContain("shop.mine");
    await page.goto("about:blank");
    await opened.writeSpec("shop", `${SHOP}# theirs\n`);
    await openSpec(opened, "shop", 3);
    await page.getByText("The file has changed on disk.").waitFor();
    expect(await textOf(page)).toContain("shop.mine");
    await page.getByRole("button", { name: "Take theirs" }).click();
    await eventually(() => textOf(page)).toBe(`${SHOP}# theirs\n`);
  });

  it("keeps its byte order mark and its line ends", async () => {
    const windows = `\uFEFF${SHOP.replaceAll("\n", "\r\n")}`;
    await begin(windows);
    expect(await page.getByRole("banner").getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
    await outline("stream").click();
    await field("topic").getByRole("textbox").fill("shop.all");
    await field("topic").getByRole("textbox").press("Enter");
    await page.getByRole("banner").getByRole("button", { name: "Save" }).click();
    await eventually(() => opened.onDisk("shop")).toBe(windows.replace("topic: shop.orders", "topic: shop.all"));
  });
});

describe("a conflict", () => {
  it("shows what differs, and theirs keeps its line ends", async () => {
    const windows = `${SHOP}# theirs\n`.replaceAll("\n", "\r\n");
    await begin();
    await renameTopic("shop.mine");
    await opened.writeSpec("shop", windows);
    await page.getByText("The file has changed on disk.").waitFor();
    await page.getByRole("button", { name: "Compare" }).click();
    await page.getByText("From the file on disk to yours: 1 changed.").waitFor();
    await page.locator(".cm-deletedChunk", { hasText: "# theirs" }).waitFor();
    await page.getByRole("button", { name: "Take theirs" }).click();
    await eventually(() => textOf(page)).toBe(`${SHOP}# theirs\n`);
    await renameTopic("shop.all");
    await saveButton().click();
    await eventually(() => opened.onDisk("shop")).toBe(windows.replace("topic: shop.orders", "topic: shop.all"));
  });

  it("is none where the page itself wrote what it is compared with", async () => {
    await begin();
    await renameTopic("shop.first");
    const put = await hold("**/api/specs/shop", "PUT");
    await saveButton().click();
    await put.isAsked;
    await renameTopic("shop.second");
    await put.release();
    await eventually(() => saveButton().isEnabled()).toBe(true);
    await page.reload();
    await page.getByText("What you had typed before is here again").waitFor();
    expect(await textOf(page)).toContain("shop.second");
    expect(await page.getByText("The file has changed on disk.").count()).toBe(0);
  });
});

describe("an answer that comes late", () => {
  it("to a save says nothing of the pipeline that is open by then", async () => {
    await begin();
    await renameTopic("shop.all");
    const put = await hold("**/api/specs/shop", "PUT");
    await saveButton().click();
    await put.isAsked;
    await goTo("other");
    await eventually(() => textOf(page)).toBe(OTHER);
    await put.release();
    await outline("stream").click();
    await topic().fill("other.all");
    await topic().press("Control+s");
    await eventually(() => opened.onDisk("other")).toBe(OTHER.replace("other.orders", "other.all"));
    expect(await page.getByText("The file has changed on disk.").count()).toBe(0);
  });

  it("to an opening does not take the place of the pipeline that was opened meanwhile", async () => {
    await begin();
    await goTo("other");
    await eventually(() => textOf(page)).toBe(OTHER);
    const get = await hold("**/api/specs/shop", "GET");
    await goTo("shop");
    await get.isAsked;
    await goTo("other");
    await eventually(() => textOf(page)).toBe(OTHER);
    await get.release();
    await outline("stored").click();
    expect(await textOf(page)).toBe(OTHER);
    await show(page, "YAML");
    expect(await page.getByLabel("YAML of the pipeline").count()).toBe(1);
  });

  it("to a save hides no change that was made on disk meanwhile", async () => {
    await begin();
    await renameTopic("shop.all");
    const put = await hold("**/api/specs/shop", "PUT");
    const told = page.waitForResponse(
      (answer) => answer.url().endsWith("/api/specs/shop") && answer.request().method() === "GET",
    );
    await saveButton().click();
    await put.isAsked;
    await opened.writeSpec("shop", `${SHOP}# from outside\n`);
    await told;
    await put.release();
    await eventually(() => textOf(page)).toBe(`${SHOP}# from outside\n`);
  });
});
