import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  axeFindings,
  eventually,
  type Opened,
  openSpec,
  placesOf,
  projectsInBrowser,
  setTheme,
  show,
  textOf,
} from "./browser.ts";

const SPEC = `version: 1
name: shop
nodes:
  - id: orders
    type: source.http
    config:
      url: demo://retail # the simulator
      columns:
        id: string!
        at: timestamp! # of the till
        store: { city: string, zip: string }
        total: double
  - id: stream
    type: kafka.topic
    from: orders
    config: { topic: shop.orders, retention: 7d } # a week
  - id: large
    type: transform.filter
    from: stream
    config:
      where: total > 100 # in euro
  - id: by_city
    type: transform.aggregate
    from: large
    config:
      window: { on: at, size: 1m, watermark: 2m }
      by: [store.city]
      compute: { revenue: sum(total) }
  - id: stored
    type: sink.mongodb
    from: large
    config:
      collection: orders
      key: id
      indexes:
        - { fields: { at: 1 } }
`;

const openProject = projectsInBrowser();
let opened: Opened;
let page: Page;

async function begin(node: string, text = SPEC): Promise<void> {
  opened = await openProject({ shop: text });
  page = opened.page;
  await openSpec(opened, "shop", 5);
  await page.locator(`[data-outline="${node}"]`).click();
  await page.locator("[data-field]").first().waitFor();
}

const { field } = placesOf(() => page);
const input = (label: string) => page.getByLabel(label, { exact: true });
/** The text is that of the spec with these parts replaced, and nothing else. */
const becomes = (...replaced: [string, string][]) =>
  eventually(() => textOf(page)).toBe(replaced.reduce((text, [from, to]) => text.replace(from, to), SPEC));
const enter = async (label: string, text: string) => {
  await input(label).fill(text);
  await input(label).press("Enter");
};
/** What a screen reader says of a control besides its name. */
const described = async (label: string) => {
  const ids = (await input(label).getAttribute("aria-describedby")) ?? "";
  const all = await Promise.all(ids.split(" ").map((id) => page.locator(`[id="${id}"]`).textContent()));
  return all.join(" ");
};

describe("a duration", () => {
  it("is a number and a unit, or typed as in YAML; what is none is refused", async () => {
    await begin("stream");
    await enter("Retention", "90s");
    await becomes(["7d", "90s"]);
    await eventually(() => input("Retention").inputValue()).toBe("90");
    await input("Unit: Retention").selectOption("minutes");
    await becomes(["7d", "90m"]);
    await enter("Retention", "1.5");
    await page.getByRole("alert").getByText("1.5 is not a duration such as 7d, 1h, 2m, 30s or 500ms.").waitFor();
    expect(await described("Retention")).toContain("is not a duration");
    await becomes(["7d", "90m"]);
    await page.getByRole("button", { name: "Back to the default: Retention" }).click();
    await becomes([", retention: 7d", ""]);
  });
});

describe("a number", () => {
  it("is none yet at a minus or an exponent: a pause there writes nothing, and whoever leaves it there keeps what was", async () => {
    const three = SPEC.replace("retention: 7d", "retention: 7d, partitions: 3");
    await begin("stream", three);
    // Without a clock nobody can say that nothing was written upon a pause.
    await page.clock.install();
    await input("Partitions").click();
    await page.keyboard.press("Control+a");
    for (const key of "1e") {
      await page.keyboard.press(key);
      await page.clock.runFor(key === "e" ? 2000 : 0);
    }
    expect(await textOf(page)).toBe(three);
    await page.keyboard.press("1");
    await page.keyboard.press("Enter");
    await eventually(() => textOf(page)).toBe(three.replace("partitions: 3", "partitions: 10"));
    await page.keyboard.press("Control+a");
    await page.keyboard.press("-");
    await page.keyboard.press("Enter");
    await eventually(() => input("Partitions").inputValue()).toBe("10");
    expect(await textOf(page)).toBe(three.replace("partitions: 3", "partitions: 10"));
  });
});

describe("a clipboard that is denied", () => {
  it("is told, with what to do", async () => {
    await begin("stream");
    await page.locator('[data-outline="large"]').click({ modifiers: ["Control"] });
    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new DOMException("denied", "NotAllowedError"));
    });
    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await page.getByRole("alert").getByText("Select the nodes on the canvas and press Ctrl-C").waitFor();
  });
});

describe("a reference", () => {
  it("is a value, a variable with a default, or a file", async () => {
    await begin("orders");
    await input("Where it comes from: URL").selectOption("Variable");
    await enter("URL", "SHOP_URL");
    await becomes(["demo://retail #", "${env:SHOP_URL} #"]);
    await enter("Without the variable: URL", "demo://retail");
    await becomes(["demo://retail #", "${env:SHOP_URL:-demo://retail} #"]);
    await enter("URL", "${file:urls/shop}");
    await becomes(["demo://retail #", "${file:urls/shop} #"]);
    await eventually(() => input("URL").inputValue()).toBe("urls/shop");
  });

  it("to a secret is never the secret itself, and shows none that stands in the text", async () => {
    const secret = "hunter2!-in-plain";
    await begin("orders", SPEC.replace("      columns:", `      auth: { type: bearer, secret: "${secret}" }\n      columns:`));
    await page.getByText("A secret stands in the text in plain sight.").waitFor();
    expect(await page.locator("fieldset").first().allTextContents()).not.toContainEqual(expect.stringContaining(secret));
    expect(await input("Secret").inputValue()).toBe("");
    await enter("Secret", "an other secret");
    await page.getByText("This is no name of an environment variable").waitFor();
    expect(await textOf(page)).toContain(secret);
    await enter("Secret", "SHOP_TOKEN");
    await becomes(["      columns:", '      auth: { type: bearer, secret: "${env:SHOP_TOKEN}" }\n      columns:']);
  });
});

describe("a column", () => {
  it("is chosen by keys from the columns that come in, with their types", async () => {
    await begin("by_city");
    await input("Add: By").pressSequentially("store.");
    await page.getByRole("option", { name: "store.zip string" }).waitFor();
    await input("Add: By").press("ArrowDown");
    await input("Add: By").press("ArrowDown");
    await input("Add: By").press("Enter");
    await becomes(["[store.city]", "[store.city, store.zip]"]);
    await page.getByRole("button", { name: "Remove store.city" }).click();
    await becomes(["[store.city]", "[store.zip]"]);
  });
});

describe("an expression", () => {
  it("is completed, says its type, and where it is wrong while it is typed", async () => {
    await begin("large");
    await field("where").getByText("gives boolean").waitFor();
    await input("Where").click();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("lengt");
    await page.locator(".cm-tooltip-autocomplete").getByText("length").first().waitFor();
    await page.locator(".cm-completionInfo").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.type("stor");
    await page.locator(".cm-tooltip-autocomplete").getByText("store.zip").waitFor();
    await page.keyboard.type("e.zi) > 3");
    await field("where").getByText("zi").last().waitFor();
    await field("where").locator(".cm-lintRange-error").waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("length(store.zip) > 3");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Enter");
    await becomes(["total > 100", "length(store.zip) > 3"]);
    await page.keyboard.type(" and");
    await page.keyboard.press("Control+z");
    await eventually(() => input("Where").textContent()).toBe("length(store.zip) > 3");
  });
});

describe("a map", () => {
  it("takes new entries with their value, and writes over none that is there", async () => {
    await begin("by_city");
    await enter("Add: Compute", "revenue");
    await page.getByRole("alert").getByText("revenue is there already. Choose another name.").waitFor();
    await becomes();
    await enter("Add: Compute", "orders");
    await eventually(() => input("Compute: orders").evaluate((one) => one === document.activeElement)).toBe(true);
    await becomes();
    await page.keyboard.type("count(*)");
    await page.keyboard.press("Enter");
    await becomes(["revenue: sum(total)", "revenue: sum(total), orders: count(*)"]);
    await enter("Compute: name of orders", "revenue");
    await page.getByRole("alert").getByText("stands there already").waitFor();
    await enter("Compute: name of revenue", "turnover");
    await becomes(["revenue: sum(total)", "turnover: sum(total), orders: count(*)"]);
    await page.getByRole("button", { name: "Remove orders" }).click();
    await becomes(["revenue", "turnover"]);
  });
});

describe("a window", () => {
  it("says what it does, and changes its kind", async () => {
    await begin("by_city");
    await page.getByText("One-minute windows over at, a row may be 2 minutes late.").waitFor();
    await page.getByRole("radio", { name: "Sessions" }).check();
    await becomes(["size: 1m", "gap: 1m"]);
    await page.getByText("Sessions over at that end once nothing comes for one minute, a row may be 2 minutes late.").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await becomes();
    await page.getByRole("radio", { name: "Sliding" }).focus();
    await page.keyboard.press("Space");
    await enter("Slide", "10s");
    await becomes(["watermark: 2m", "watermark: 2m, slide: 10s"]);
    await page.getByText("One-minute windows over at, a new one every 10 seconds,").waitFor();
    await page.getByRole("button", { name: "Clear: Window" }).click();
    await becomes(["      window: { on: at, size: 1m, watermark: 2m }\n", ""]);
    await page.getByRole("button", { name: "Set up: Window" }).click();
    await page.getByText("Say which column holds the time of a row").waitFor();
  });
});

describe("indexes", () => {
  it("are built from fields with a direction, unique, expiry and condition", async () => {
    await begin("stored");
    await page.getByText("at ascending", { exact: true }).click();
    await input("Fields: at").selectOption("descending (-1)");
    await becomes(["at: 1", "at: -1"]);
    await page.getByText("at descending", { exact: true }).waitFor();
    await input("Unique").check();
    await enter("Expire after", "30");
    await becomes(["{ at: 1 }", "{ at: -1 }, unique: true, expireAfter: 30d"]);
    await page.getByText("at descending · unique · documents expire after 30 days").waitFor();
    await page.getByRole("button", { name: "Add: Index" }).click();
    const added = page.locator("details").nth(1);
    await added.getByLabel("Add: Fields").fill("store.city");
    await added.getByLabel("Add: Fields").press("Enter");
    await input("Fields: store.city").selectOption("ascending (1)");
    await becomes(["{ at: 1 } }", "{ at: -1 }, unique: true, expireAfter: 30d }\n        - { fields: { store.city: 1 } }"]);
  });
});

describe("the table of columns", () => {
  it("adds, names, types, requires and removes columns, and what is in them", async () => {
    await begin("orders");
    await enter("Add: Columns", "total");
    await page.getByRole("alert").getByText("total stands there already").waitFor();
    await enter("Add: Columns", "paid");
    await becomes(["total: double\n", "total: double\n        paid: string\n"]);
    await input("Type of paid").selectOption("boolean");
    await input("Required: paid").check();
    await becomes(["total: double\n", "total: double\n        paid: boolean!\n"]);
    await enter("Columns: name of at", "sold_at");
    await becomes(["total: double\n", "total: double\n        paid: boolean!\n"], ["  at: t", "  sold_at: t"]);
    await page.getByRole("button", { name: "Remove paid" }).click();
    await becomes(["  at: t", "  sold_at: t"]);
    await input("Unit: sold_at").selectOption("as milliseconds");
    await enter("Add: store", "country");
    await becomes(["  at: timestamp!", "  sold_at: timestamp(ms)!"], ["zip: string }", "zip: string, country: string }"]);
    await input("Type of total").selectOption("list of …");
    await input("Type of an item of total").selectOption("decimal …");
    await becomes(
      ["  at: timestamp!", "  sold_at: timestamp(ms)!"],
      ["zip: string }", "zip: string, country: string }"],
      ["total: double", "total: ['decimal(10,2)']"],
    );
  });
});

describe("a problem", () => {
  const WRONG = SPEC.replace("total > 100", "totl > 100").replace("[store.city]", "[store.town]");

  it("leads to its field where the form is open, and to its place where the text is", async () => {
    await begin("orders", WRONG);
    await page.getByRole("tab", { name: /Problems/ }).click();
    await page.getByRole("tabpanel").getByRole("button", { name: /totl/ }).click();
    await page.waitForFunction(() => document.activeElement?.closest('[data-field="where"]') != null);
    await field("where").getByText("totl").last().waitFor();
    await show(page, "YAML");
    await page.getByRole("tabpanel").getByRole("button", { name: /town/ }).click();
    await page.waitForFunction(() => document.activeElement?.closest(".cm-editor") != null);
    expect(await page.locator('[data-outline="by_city"]').getAttribute("aria-selected")).toBe("true");
  });

  it("is followed by the next one on F8, and by the one before on Shift-F8", async () => {
    await begin("orders", WRONG);
    const isAt = (name: string) =>
      page.waitForFunction((own) => document.activeElement?.closest(`[data-field="${own}"]`) != null, name);
    await page.keyboard.press("F8");
    await isAt("where");
    await page.keyboard.press("F8");
    // That of the node itself stands at its head.
    await page.waitForFunction(() => document.activeElement?.textContent?.includes("Nothing reads") === true);
    await page.keyboard.press("F8");
    await isAt("by");
    await page.keyboard.press("F8");
    await isAt("where");
    await page.keyboard.press("Shift+F8");
    await isAt("by");
  });
});

describe("for everyone", () => {
  it("axe finds nothing in any form, in light and in dark", async () => {
    await begin("orders", SPEC.replace("total > 100", "totl > 100"));
    for (const theme of ["light", "dark"] as const) {
      await setTheme(page, theme);
      for (const node of ["orders", "stream", "large", "by_city", "stored"]) {
        await page.locator(`[data-outline="${node}"]`).click();
        await page.locator("legend code").first().waitFor();
        await page.evaluate(() => {
          for (const fold of document.querySelectorAll("details")) fold.open = true;
        });
        const setUp = page.getByRole("button", { name: /^Set up: / });
        while ((await setUp.count()) > 0) await setUp.first().click();
        expect(await axeFindings(page), `${node}, ${theme}`).toEqual([]);
      }
    }
  });
});
