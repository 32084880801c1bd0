import type { IncomingMessage } from "node:http";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { streamServers } from "../../../../test/support/test-server.ts";
import { parseColumns } from "../../../columns-notation.ts";
import { SourceFailure, type SourceItem, type SourceReport } from "../../source-run.ts";
import { type PollSettings, poll } from "./poll.ts";

const { serve } = streamServers();

type Wish = Partial<PollSettings> & { once?: boolean; cursor?: string; until?: number };

/** Polls, by default once, else until so many records have come. */
async function read(url: string, { once, cursor, until, ...settings }: Wish = {}) {
  const controller = new AbortController();
  const items: SourceItem[] = [];
  const reports: SourceReport[] = [];
  const end = await poll({
    node: "n",
    config: { url, headers: {}, everyMs: 1, maxLineBytes: 1000, idleTimeoutMs: 5000, ...settings },
    ...(cursor !== undefined && { cursor }),
    once: once ?? until === undefined,
    emit: async (some) => {
      items.push(...some);
      if (until !== undefined && items.length >= until) controller.abort();
    },
    report: (news) => reports.push(news),
    signal: controller.signal,
  });
  const texts = items.map((item) => (item.kind === "record" ? Buffer.from(item.bytes).toString() : "oversized"));
  return { end, items, reports, texts, cursors: items.map((item) => item.cursor) };
}

const query = (request: IncomingMessage, name: string) => new URL(request.url ?? "", "http://x").searchParams.get(name);

test("the records of an answer keep their own text", async () => {
  const url = await serve((_request, response) =>
    response.end('{"data":{"rows":[ {"id": 1.50, "t": "a]\\"}"},\n[],"x", 1e3 ]}}'),
  );
  const { texts, end } = await read(url, { records: ["data", "rows"] });
  expect(end).toBe("ended");
  expect(texts).toEqual(['{"id": 1.50, "t": "a]\\"}"}', "[]", '"x"', "1e3"]);
});

test("an answer in gzip is unpacked, and one record over the cap keeps its head alone", async () => {
  const url = await serve((request, response) => {
    expect(request.headers["accept-encoding"]).toBe("gzip");
    response.setHeader("content-encoding", "gzip");
    response.end(gzipSync(`[{"a":1},"${"x".repeat(2000)}"]`));
  });
  const { texts, items } = await read(url);
  expect(texts).toEqual(['{"a":1}', "oversized"]);
  expect(items[1]).toMatchObject({ kind: "oversized", length: 2002 });
});

test("rows of CSV become records, and one that is no row stays as it is", async () => {
  const columns = parseColumns({ id: "string!", shop: { city: "string" }, n: "int" }, "").value ?? [];
  const answers = ['id;shop.city;n\r\n"a;\n1";Rome;1\r\nb;2\r\n', 'id;"', "id;shop.city;m\n", "", "id;n;shop.city\nc;3;Oslo\n"];
  const url = await serve((request, response, visit) => {
    expect(request.headers.accept).toBe("text/csv");
    response.end(answers[visit]);
  });
  const { texts, reports } = await read(url, { csv: { columns, header: true, delimiter: ";" }, until: 3 });
  expect(texts).toEqual(['{"id":"a;\\n1","shop":{"city":"Rome"},"n":1}', "b;2", '{"id":"c","shop":{"city":"Oslo"},"n":3}']);
  expect(reports.flatMap((news) => (news.event === "degraded" ? [news.message] : []))).toEqual([
    `${url} answered something that is no CSV`,
    `the header of ${url} has no column \`n\``,
  ]);
});

test("a first answer of CSV with another header is final", async () => {
  const url = await serve((_request, response) => response.end("idd\n1\n"));
  const columns = parseColumns({ id: "string" }, "").value ?? [];
  await expect(read(url, { csv: { columns, header: true, delimiter: "," } })).rejects.toThrow(/has no column `id`/);
});

test("an answer that is unchanged is not read again", async () => {
  const seen: (string | undefined)[] = [];
  const url = await serve((request, response, visit) => {
    seen.push(request.headers["if-none-match"]);
    response.setHeader("etag", visit < 2 ? '"one"' : '"two"');
    if (visit === 1) response.writeHead(304).end();
    else response.end(`[${visit}]`);
  });
  const { texts, end } = await read(url, { until: 2 });
  expect(end).toBe("aborted");
  expect(texts).toEqual(["0", "2"]);
  expect(seen.slice(0, 3)).toEqual([undefined, '"one"', '"one"']);
});

test("Link headers lead to the next page, but to no other server", async () => {
  const url = await serve((request, response) => {
    const page = Number(query(request, "page") ?? 1);
    const next = page < 3 ? `/stream?page=${page + 1}` : "http://elsewhere.example/stream?page=4";
    response.setHeader("link", `</stream>; rel="first", <${next}>; title="a, b"; rel="next"`);
    response.end(`[${page}]`);
  });
  expect((await read(url, { paging: { by: "link" } })).texts).toEqual(["1", "2", "3"]);
});

test.each([
  ["an empty page", (page: number) => (page < 2 ? `[${page}]` : "[]"), ["0", "1"]],
  ["a page that is the same", () => "[7]", ["7"]],
])("numbered pages end at %s", async (_name, body, expected) => {
  const url = await serve((request, response) => response.end(body(Number(query(request, "p")))));
  expect((await read(url, { paging: { by: "page", parameter: "p", first: 0 } })).texts).toEqual(expected);
});

const cursorPaging = { by: "cursor" as const, parameter: "after", next: ["next"], keep: true };

test("a kept cursor goes on where the last page ended, in the next poll and in the next run", async () => {
  const asked: (string | null)[] = [];
  const url = await serve((request, response, visit) => {
    const after = query(request, "after");
    asked.push(after);
    if (visit === 2) response.end('{"items":[],"next":null}');
    else response.end(JSON.stringify({ items: [visit, visit], next: `c${visit}` }));
  });
  const wish = { paging: cursorPaging, records: ["items"] };
  const first = await read(url, { ...wish, until: 6 });
  expect(asked.slice(0, 4)).toEqual([null, "c0", "c1", "c1"]);
  // In the middle of a page its own cursor holds: a page that is acknowledged in part is read again.
  expect(first.cursors).toEqual([undefined, "c0", "c0", "c1", "c1", "c3"]);
  asked.splice(0);
  await read(url, { ...wish, cursor: "c3", until: 1 });
  expect(asked[0]).toBe("c3");
});

test("without `keep` each poll begins with the first page, and no record has a cursor", async () => {
  const url = await serve((request, response) =>
    response.end(query(request, "after") === null ? '{"items":[1],"next":5}' : '{"items":[2]}'),
  );
  const { texts, cursors } = await read(url, { paging: { ...cursorPaging, keep: false }, records: ["items"], until: 4 });
  expect(texts).toEqual(["1", "2", "1", "2"]);
  expect(new Set(cursors)).toEqual(new Set([undefined]));
});

test("a bad moment of the server costs no page", async () => {
  const answers = ["[1]", "", "<html>", "[2]", "[]"];
  const url = await serve((_request, response, visit) => {
    if (visit === 1) response.writeHead(429, { "retry-after": "0" });
    response.end(answers[visit]);
  });
  const { texts, reports } = await read(url, { paging: { by: "page", parameter: "p", first: 1 } });
  expect(texts).toEqual(["1", "2"]);
  expect(reports.map(({ event }) => event)).toEqual(["connected", "degraded", "degraded", "connected"]);
});

test("a path that leads to no list ends the source, with the way out", async () => {
  const url = await serve((_request, response) => response.end('{"items":{}}'));
  const error: unknown = await read(url, { records: ["items"] }).catch((each: unknown) => each);
  expect(error).toBeInstanceOf(SourceFailure);
  expect(error).toMatchObject({
    message: expect.stringContaining("an object at `items`"),
    hint: expect.stringContaining("`records`"),
  });
});

test("an answer that unpacks to more than memory should hold ends the source", async () => {
  const bomb = gzipSync(Buffer.alloc(70_000_000, " "));
  const url = await serve((_request, response) => {
    response.setHeader("content-encoding", "gzip");
    response.end(bomb);
  });
  await expect(read(url)).rejects.toThrow(/more than 64 MiB/);
});
