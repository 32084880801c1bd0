import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { RowsEvent } from "../../runtime/events.ts";
import { shape } from "./fake-run.ts";
import { liveView } from "./live-view.ts";
import { printRows } from "./shown-rows.ts";

const event: RowsEvent = {
  event: "rows",
  query: "look",
  batch: 7,
  columns: ["id", "name", "at"],
  rows: [
    ["1", "Ada\nLovelace", null],
    ["2", "\u001b[2J", "2026-01-05 12:00:00"],
  ],
  left: 1,
};

test("rows stand in a table, as many columns of it as the paper takes, and nothing of them steers the terminal", () => {
  expect(printRows(event, { colour: false, width: 80 })).toMatchInlineSnapshot(`
    "look #7
      id  name           at
      1   Ada\\nLovelace  null
      2   \\u001b[2J      2026-01-05 12:00:00
      … 1 more row
    "
  `);
  expect(printRows(event, { colour: false, width: 24 })).toMatchInlineSnapshot(`
    "look #7
      id  name
      1   Ada\\nLovelace
      2   \\u001b[2J
      … 1 more row
      … more columns: at
    "
  `);
});

test("on a terminal the table is written once, above the picture that is drawn over", () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 40, hasColors: () => false });
  const view = liveView(stream as unknown as NodeJS.WriteStream, shape, () => 0);
  view.listen({ event: "state", state: "RUNNING" });
  view.listen(event);
  view.listen({ event: "state", state: "DRAINING" });
  view.end();
  const text = String(stream.read());
  expect(text.split("look #7")).toHaveLength(2);
  expect(text.indexOf("look #7")).toBeLessThan(text.indexOf("DRAINING"));
});
