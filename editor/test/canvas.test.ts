import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { eventually, type Opened, openSpec, placesOf, projectsInBrowser, show, textOf } from "./browser.ts";

const SPEC = `# The web shop's orders.
version: 1
name: shop

nodes:
  - id: orders   # the shop sends them
    type: source.http
    config: { url: demo://retail, columns: { id: string!, total: double!, placed: timestamp! } }

  - id: stream
    type: kafka.topic
    from: orders
    config: { topic: shop.orders, key: id }

  # Only what is worth it.
  - id: large
    type: transform.filter
    description: Small orders are of no interest.
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

async function begin(text = SPEC, nodes = 4): Promise<void> {
  opened = await openProject({ shop: text });
  page = opened.page;
  await openSpec(opened, "shop", nodes);
}

const { step, outline } = placesOf(() => page);
const undo = () => page.getByRole("button", { name: "Undo" }).click();
const selected = () =>
  page.locator(".react-flow__node.selected [data-step]").evaluateAll((all) => all.map((one) => one.getAttribute("data-step")));

async function boxOf(selector: string): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new Error(`no ${selector}`);
  return box;
}

async function middleOf(selector: string): Promise<{ x: number; y: number }> {
  const { x, y, width, height } = await boxOf(selector);
  return { x: x + width / 2, y: y + height / 2 };
}

/** Presses the mouse at one place and lets it go at another, as a hand does. */
async function drag(from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 5 });
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await page.mouse.up();
}

/** A place on the canvas where nothing stands. */
async function nowhere(): Promise<{ x: number; y: number }> {
  const { x, y, width } = await boxOf(".react-flow__pane");
  return { x: x + width / 2, y: y + 60 };
}

const source = (id: string, output = "") =>
  `[data-step="${id}"] .react-flow__handle.source${output === "" ? "" : `[data-handleid="${output}"]`}`;
const target = (id: string, input = "") =>
  `[data-step="${id}"] .react-flow__handle.target${input === "" ? "" : `[data-handleid="${input}"]`}`;

describe("the palette", () => {
  it("is searched, and a type that is dragged out stands where it is let go, as one step of the history", async () => {
    await begin();
    await page.getByRole("navigation").getByRole("searchbox").fill("dedup");
    expect(await page.locator("nav [data-type]").count()).toBe(1);
    const at = await nowhere();
    await drag(await middleOf('[data-type="transform.deduplicate"]'), at);
    await outline("deduplicate").waitFor();
    await eventually(async () => Math.abs((await middleOf('[data-step="deduplicate"]')).x - at.x)).toBeLessThan(12);
    await undo();
    await eventually(() => textOf(page)).toBe(SPEC);
  });

  it("offers what may read a node where its handle is dragged to nothing, and the new node stands there and reads it", async () => {
    await begin();
    const at = await nowhere();
    await drag(await middleOf(source("stream")), at);
    const dialog = page.getByRole("dialog");
    await dialog.locator('[data-type="transform.filter"]').waitFor();
    expect(await dialog.locator('[data-type^="source."]').count()).toBe(0);
    await dialog.locator('[data-type="sink.console"]').click();
    await eventually(() => textOf(page)).toMatch(/type: sink.console\n {4}from: stream\n/);
    await eventually(async () => Math.abs((await boxOf('[data-step="console"]')).x - at.x)).toBeLessThan(12);
  });

  it("offers what may read a node behind its +", async () => {
    await begin();
    await step("large").hover();
    await step("large").getByRole("button", { name: "Add a node: large" }).click();
    await page.getByRole("dialog").locator('[data-type="sink.console"]').click();
    await eventually(() => textOf(page)).toMatch(/type: sink.console\n {4}from: large\n/);
  });
});

describe("an edge", () => {
  const JOIN = `version: 1
name: shop
nodes:
  - { id: orders, type: source.http, config: { url: demo://retail, columns: { id: string!, at: timestamp! } } }
  - { id: placed, type: kafka.topic, from: orders, config: { topic: shop.placed } }
  - { id: paid, type: kafka.topic, config: { topic: shop.paid, columns: { id: string!, at: timestamp! } } }
  - id: both
    type: transform.join
    from: { left: placed }
    config:
      on: { id: id }
      left: { time: at, watermark: 1m }
      right: { time: at, watermark: 1m }
      prefix: paid_
  - id: parts
    type: transform.split
    from: placed
    config:
      outputs: { early: "id = 'a'", late: "id = 'b'" }
`;

  it("ends at the input of the name where it is let go", async () => {
    await begin(JOIN, 5);
    await drag(await middleOf(source("paid")), await middleOf(target("both", "right")));
    await eventually(() => textOf(page)).toContain("from: { left: placed, right: paid }");
  });

  it("begins at the side output whose handle is dragged", async () => {
    await begin(JOIN, 5);
    await drag(await middleOf(source("parts", "late")), await middleOf(target("both", "right")));
    await eventually(() => textOf(page)).toContain("from: { left: placed, right: parts.late }");
  });

  it("that cannot be is refused with the reason, on the body of a node too", async () => {
    await begin();
    await drag(await middleOf(source("orders")), await middleOf('[data-step="stored"]'));
    await page.getByText("Put a `kafka.topic` between them").waitFor();
    await drag(await middleOf(source("large")), await middleOf(target("stream")));
    await page.getByText("`stream` (kafka.topic) cannot read `large`").waitFor();
    expect(await textOf(page)).toBe(SPEC);
  });

  it("is taken out where it is selected and deleted", async () => {
    await begin();
    const { x, y } = await middleOf('.react-flow__edge[data-id="large→stored"] .react-flow__edge-path');
    await page.mouse.click(x, y);
    await page.locator(".react-flow__edge.selected").waitFor({ state: "attached" });
    await page.keyboard.press("Delete");
    await eventually(() => textOf(page)).toBe(SPEC.replace("    from: large\n", ""));
  });
});

describe("an edge that is selected", () => {
  it("is not selected any more when it went away and comes back", async () => {
    await begin();
    await drag(await middleOf(source("stream")), await middleOf('[data-step="stored"]'));
    const edge = page.locator('.react-flow__edge[data-id="stream→stored"]');
    await edge.waitFor({ state: "attached" });
    await page.keyboard.press("Escape");
    await edge.focus();
    await page.keyboard.press("Enter");
    await page.locator(".react-flow__edge.selected").waitFor({ state: "attached" });
    await page.keyboard.press("Control+z");
    await edge.waitFor({ state: "detached" });
    await page.keyboard.press("Control+y");
    await edge.waitFor({ state: "attached" });
    expect(await page.locator(".react-flow__edge.selected").count()).toBe(0);
    const text = await textOf(page);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Delete");
    expect(await textOf(page)).toBe(text);
  });
});

describe("two nodes of one id", () => {
  it("are drawn as one while one of them is being renamed, and leave nothing behind", async () => {
    await begin();
    const drawn = (selector: string, name: string) =>
      page.locator(selector).evaluateAll((all, attribute) => all.map((one) => one.getAttribute(attribute) ?? "").sort(), name);
    const steps = () => drawn("[data-step]", "data-step");
    const edges = () => drawn(".react-flow__edge", "data-id");
    await show(page, "YAML");
    await page.getByLabel("YAML of the pipeline").click();
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText("  - { id: large, type: transform.filter, from: stream, config: { where: total > 5 } }\n");
    await page.getByRole("status").getByText("1 error").waitFor();
    expect(await steps()).toEqual(["large", "orders", "stored", "stream"]);
    expect(await edges()).toEqual(["large→stored", "orders→stream", "stream→large"]);
    await page.locator(".cm-line", { hasText: "{ id: large" }).click();
    await page.keyboard.press("Home");
    await page.keyboard.insertText("# ");
    await eventually(steps).toEqual(["large", "orders", "stored", "stream"]);
    await page.getByRole("status").getByText("Valid").waitFor();
    expect(await edges()).toEqual(["large→stored", "orders→stream", "stream→large"]);
  });
});

describe("several nodes", () => {
  it("are selected by a box or one by one, copied as YAML with their comments, and pasted beside each other", async () => {
    await begin();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await step("large").click();
    await page.keyboard.down("Control");
    await step("stored").click();
    await page.keyboard.up("Control");
    await eventually(selected).toEqual(["large", "stored"]);
    await page.getByText("2 nodes are selected.").waitFor();
    await page.keyboard.press("Control+c");
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain("# Only what is worth it.\n- id: large\n");
    await page.keyboard.press("Control+v");
    await eventually(() => textOf(page)).toContain("- id: large_2\n");
    const text = await textOf(page);
    expect(text.startsWith(SPEC.trimEnd())).toBe(true);
    expect(text).toMatch(/- id: stored_2\n {4}type: sink.mongodb\n {4}from: large_2\n/);
    await eventually(selected).toEqual(["large_2", "stored_2"]);
    await page.keyboard.press("Delete");
    await eventually(() => textOf(page)).toBe(SPEC);
  });

  it("are marked by a box that is drawn around them, and cut", async () => {
    await begin();
    const [first, last] = [await boxOf('[data-step="large"]'), await boxOf('[data-step="stored"]')];
    await page.keyboard.down("Shift");
    await drag({ x: first.x - 12, y: first.y - 30 }, { x: last.x + last.width + 10, y: last.y + last.height + 20 });
    await page.keyboard.up("Shift");
    await eventually(selected).toEqual(["large", "stored"]);
    await page.keyboard.press("Control+x");
    await eventually(() => textOf(page)).not.toContain("large");
    await page.keyboard.press("Control+v");
    await eventually(() => textOf(page)).toContain("# Only what is worth it.\n  - id: large\n");
  });

  it("are duplicated, all of them where all are selected", async () => {
    await begin();
    await outline("stored").click();
    await page.keyboard.press("Control+d");
    await eventually(() => textOf(page)).toMatch(/- id: stored_2\n {4}type: sink.mongodb\n {4}from: large\n/);
    await undo();
    await page.locator(".react-flow__pane").click({ position: await nowhere() });
    await page.keyboard.press("Control+a");
    await eventually(selected).toHaveLength(4);
  });

  it("that are pasted and hold no nodes are refused with what to do", async () => {
    await begin();
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData("text/plain", "hello");
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
    });
    await page.getByText("What was copied holds no nodes.").waitFor();
  });
});

describe("a node", () => {
  it("is found by what it does, and comes into view", async () => {
    await begin(large(300), 0);
    await page.locator("[data-fitted]").waitFor();
    await page.keyboard.press("/");
    await page.getByRole("dialog").getByRole("searchbox").fill("total > 287");
    await page.keyboard.press("Enter");
    await step("f287").waitFor();
    await eventually(selected).toEqual(["f287"]);
  });

  it("marks the nodes beside it, and shows its note", async () => {
    await begin();
    await step("large").hover();
    await eventually(() => page.locator('[class*="neighbour"] [data-step]').count()).toBe(3);
    await step("large").getByText("Small orders are of no interest.").waitFor();
    await outline("stored").click();
    const note = page.getByLabel("Description", { exact: true });
    await note.fill("For the report.");
    await note.press("Enter");
    await eventually(() => textOf(page)).toContain("    description: For the report.\n");
    await step("stored").getByText("For the report.").waitFor();
  });

  it("is moved by keys, and tidied back", async () => {
    await begin();
    await page.getByRole("button", { name: /Tidy/ }).click();
    expect(await page.getByRole("button", { name: "Undo" }).isDisabled()).toBe(true);
    await outline("stored").click();
    const before = await boxOf('[data-step="stored"]');
    await page.keyboard.press("Alt+ArrowDown");
    await page.keyboard.press("Alt+ArrowDown");
    await eventually(async () => (await boxOf('[data-step="stored"]')).y - before.y).toBeGreaterThan(15);
    await page.getByRole("banner").getByRole("button", { name: "Save" }).click();
    await eventually(() => opened.layoutOnDisk("shop")).toContain('"stored"');
    await page.getByRole("button", { name: /Tidy/ }).click();
    await eventually(async () => Math.abs((await boxOf('[data-step="stored"]')).y - before.y)).toBeLessThan(2);
    const save = page.getByRole("button", { name: "Save" });
    await save.click();
    await eventually(() => save.isDisabled()).toBe(true);
    await page.keyboard.press("Alt+ArrowDown");
    await eventually(() => save.isDisabled()).toBe(false);
    await page.getByRole("button", { name: /Tidy/ }).click();
    await eventually(() => save.isDisabled()).toBe(true);
  });

  it("stands in the overview", async () => {
    await begin();
    expect(await page.locator(".react-flow__minimap-node").count()).toBe(4);
  });
});

/** One source, its topic, and many filters that read each other. */
function large(nodes: number): string {
  const filters = Array.from({ length: nodes - 2 }, (_, n) => {
    const from = n % 20 === 0 ? "stream" : `f${n - 1}`;
    return `  - { id: f${n}, type: transform.filter, from: ${from}, config: { where: total > ${n} } }\n`;
  });
  return `version: 1
name: shop
nodes:
  - { id: orders, type: source.http, config: { url: demo://retail, columns: { id: string!, total: double! } } }
  - { id: stream, type: kafka.topic, from: orders, config: { topic: shop.orders } }
${filters.join("")}`;
}

interface Renders {
  steps: number;
  live: number;
  byNode: Record<string, number>;
}

const MOVES = 40;

describe("a large pipeline", () => {
  const renders = () => page.evaluate(() => structuredClone((window as unknown as { stepRenders: Renders }).stepRenders));
  const since = (before: Renders, after: Renders) =>
    Object.keys(after.byNode).filter((id) => after.byNode[id] !== before.byNode[id]);

  async function openLarge(nodes: number): Promise<number> {
    opened = await openProject({ shop: large(nodes) });
    page = opened.page;
    await page.addInitScript(() => {
      const look = () => {
        if (document.querySelector("[data-fitted] [data-step]") === null) requestAnimationFrame(look);
        else setTimeout(() => Object.assign(window, { usableAt: performance.now() }));
      };
      requestAnimationFrame(look);
    });
    // Stands in for the server's stream of events, so that one event after the other can be sent.
    await page.addInitScript(() => {
      const listeners = new EventTarget();
      Object.assign(window, {
        EventSource: class {
          addEventListener = listeners.addEventListener.bind(listeners);
          close() {}
        },
        say: (data: unknown) => listeners.dispatchEvent(new MessageEvent("run", { data: JSON.stringify(data) })),
      });
    });
    await page.goto(`${opened.editor.origin}/specs/shop`);
    return untilUsable();
  }

  /** Milliseconds from the address to the picture in view, and a page that answers. */
  async function untilUsable(): Promise<number> {
    await page.locator("[data-fitted]").waitFor();
    await step(await stepInTheMiddle()).click();
    await page.locator(".react-flow__node.selected").waitFor();
    return page.evaluate(() => (window as unknown as { usableAt: number }).usableAt);
  }

  /** Some steps stand across the canvas's border, where a browser scrolls before it clicks. */
  function stepInTheMiddle(): Promise<string> {
    return page.evaluate(() => {
      const { left, top, width, height } = document.querySelector(".react-flow")?.getBoundingClientRect() ?? new DOMRect();
      const distance = (element: HTMLElement) => {
        const box = element.getBoundingClientRect();
        return Math.hypot(box.x + box.width / 2 - left - width / 2, box.y + box.height / 2 - top - height / 2);
      };
      const steps = [...document.querySelectorAll<HTMLElement>("[data-step]")];
      return steps.sort((one, other) => distance(one) - distance(other))[0]?.dataset.step ?? "";
    });
  }

  it.each([500, 1000])("of %i nodes renders only what is dragged, and is usable soon", async (nodes) => {
    let usable = await openLarge(nodes);
    // What else the machine does must not decide it.
    for (let again = 0; nodes === 500 && usable > 2000 && again < 8; again++) {
      await page.reload();
      usable = Math.min(usable, await untilUsable());
    }
    await outline(`f${nodes - 3}`).waitFor({ state: "attached" });
    const p95 = await dragAround();
    console.info(`${nodes} nodes: usable after ${Math.round(usable)} ms; a move of a drag p95 ${p95.toFixed(1)} ms`);
    if (nodes > 500) return;
    expect(usable).toBeLessThan(2000);
    expect(p95).toBeLessThan(33);
  });

  /** Drags a node, counts what is rendered meanwhile, and gives the milliseconds that the page computes for 95 of 100 moves at most, whatever else the machine does. */
  async function dragAround(): Promise<number> {
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    const busy = async () => {
      const { metrics } = await session.send("Performance.getMetrics");
      return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0) * 1000;
    };
    const { x, y } = await boxOf(`[data-step="${await stepInTheMiddle()}"]`);
    await page.mouse.move(x + 30, y + 8);
    await page.mouse.down();
    await page.mouse.move(x + 40, y + 18);
    const before = await renders();
    const costs: number[] = [];
    for (let n = 1; n <= MOVES; n++) {
      const begun = await busy();
      await page.mouse.move(x + 40 + n, y + 18 + n);
      costs.push((await busy()) - begun);
    }
    const after = await renders();
    await page.mouse.up();
    expect(since(before, after).length).toBeLessThanOrEqual(3);
    expect((after.steps - before.steps) / MOVES).toBeLessThanOrEqual(3);
    return costs.sort((one, other) => one - other)[Math.floor(MOVES * 0.95)] ?? 0;
  }

  it.each([500, 1000])("of %i nodes renders one node for one event of a run", async (nodes) => {
    await openLarge(nodes);
    const id = await stepInTheMiddle();
    const batch = { event: "batch", query: id, rows: 10, ms: 5, written: 10, dead: {}, late: {}, offsets: {}, latest: {} };
    let number = 0;
    const say = () => {
      number += 1;
      return page.evaluate(
        async (told) => {
          (window as unknown as { say: (data: unknown) => void }).say({ run: "r1", spec: "shop", ...told });
          await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        },
        { number, at: number * 1000, event: batch },
      );
    };
    await say();
    await step(id).getByText("10 written").waitFor();
    for (let n = 2; n <= 5; n++) {
      const before = await renders();
      await say();
      await step(id)
        .getByText(`${n * 10} written`)
        .waitFor();
      const after = await renders();
      expect({ live: after.live - before.live, steps: since(before, after) }).toEqual({ live: 1, steps: [] });
    }
  });
});

describe("the outline", () => {
  it("is walked by keys along what nodes read, and leads to the settings", async () => {
    await begin();
    await page.getByRole("tree").getByRole("treeitem").first().focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    await eventually(selected).toEqual(["large"]);
    await page.keyboard.press("Shift+ArrowDown");
    await eventually(selected).toEqual(["large", "stored"]);
    await page.keyboard.press("ArrowLeft");
    await eventually(selected).toEqual(["large"]);
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.closest('[data-field="where"]') != null);
  });
});

describe("problems", () => {
  it("lead to the node, its field and its line", async () => {
    await begin(SPEC.replace("total > 100", "totl > 100"));
    await page.getByRole("tab", { name: /Problems/ }).click();
    await page.getByRole("tabpanel").getByRole("button", { name: /totl/ }).click();
    await eventually(selected).toEqual(["large"]);
    await show(page, "Form");
    await page.locator('[data-field="where"]').getByText("totl").first().waitFor();
  });
});
