import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { read } from "../../../../test/support/source-reading.ts";
import { streamServers } from "../../../../test/support/test-server.ts";
import type { SourceItem } from "../../source-run.ts";
import { createEventSplitter } from "./sse-events.ts";

const { serve } = streamServers();

const plain = (items: SourceItem[]) =>
  items.map((item) => [item.kind === "record" ? Buffer.from(item.bytes).toString() : "oversized", item.cursor]);

const cut = (text: string, cap = 100) => plain(createEventSplitter(cap).push(Buffer.from(text)));

describe("events", () => {
  test("are the data between blank lines, with the last id", () => {
    const text = '\ufeff: hello\nid: 7\nevent: sale\ndata: {"a":1}\n\ndata:x\r\ndata: y\r\n\r\nid\ndata: z\n\n\nid: 9\n\n';
    expect(cut(text)).toEqual([
      ['{"a":1}', "7"],
      ["x\ny", "7"],
      ["z", undefined],
    ]);
  });

  test("that are not whole are none, and their id does not count", () => {
    const events = createEventSplitter(100, "5");
    expect(events.push(Buffer.from("id: 6\ndata: half"))).toEqual([]);
    expect(events.cut()).toBeGreaterThan(0);
    expect(events.lastId).toBe("5");
    expect(plain(events.push(Buffer.from("data: whole\n\n")))).toEqual([["whole", "5"]]);
  });

  test("over the cap keep their head, whether of one line or of many", () => {
    expect(cut(`data: ${"x".repeat(101)}\n\ndata: ${"x".repeat(100)}\n\n`)).toEqual([
      ["oversized", undefined],
      ["x".repeat(100), undefined],
    ]);
    expect(cut(`id: 1\n${"data: xxxxxxxxxx\n".repeat(12)}\ndata: y\n\n`)).toEqual([
      ["oversized", "1"],
      ["y", "1"],
    ]);
  });

  test("do not depend on how the bytes are chunked", () => {
    const event = fc.record({
      id: fc.stringMatching(/^[a-z0-9]{1,5}$/),
      lines: fc.array(fc.stringMatching(/^[a-zü ]{0,12}$/), { minLength: 1 }),
    });
    fc.assert(
      fc.property(fc.array(event), fc.constantFrom("\n", "\r\n"), fc.array(fc.nat(40)), (events, end, sizes) => {
        const text = events
          .map(({ id, lines }) => [`id: ${id}`, ...lines.map((line) => `data: ${line}`), "", ""].join(end))
          .join("");
        const bytes = Buffer.from(text);
        const splitter = createEventSplitter(10_000);
        const items: SourceItem[] = [];
        let at = 0;
        for (const size of [...sizes, bytes.length]) {
          items.push(...splitter.push(bytes.subarray(at, at + size)));
          at += size;
        }
        const expected = events.map(({ id, lines }) => [lines.join("\n"), id]).filter(([data]) => data !== "");
        expect(plain(items)).toEqual(expected);
      }),
    );
  });
});

test("a stream that is cut goes on after its last event, and nothing is missing", async () => {
  const asked: (string | string[] | undefined)[] = [];
  const url = await serve((request, response, visit) => {
    asked.push(request.headers["last-event-id"]);
    expect(request.headers.accept).toBe("text/event-stream");
    response.write(`id: ${visit}\ndata: ${visit}\n\nid: half\ndata: ha`);
    setImmediate(() => response.destroy());
  });
  const reading = read(url, { format: "sse", once: false, until: 2 });
  expect(await reading.end).toBe("aborted");
  expect(reading.texts()).toEqual(["0", "1"]);
  expect(asked.slice(0, 2)).toEqual([undefined, "0"]);
  expect(reading.reports.map(({ event }) => event)).not.toContain("gap");
});

test("without ids what was sent meanwhile is a gap", async () => {
  const url = await serve((_request, response, visit) => response.end(`data: ${visit}\n\n`));
  const reading = read(url, { format: "sse", once: false, until: 2 });
  await reading.end;
  expect(reading.reports.map(({ event }) => event)).toContain("gap");
});
