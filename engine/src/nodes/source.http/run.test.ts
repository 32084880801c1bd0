import { createHash } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { body, fromOf, numbers, read } from "../../../test/support/source-reading.ts";
import { streamServers } from "../../../test/support/test-server.ts";
import type { SourceItem } from "../source-run.ts";
import { run } from "./run.ts";

const { serve } = streamServers();

describe("a clean stream", () => {
  test("is read to its end, the last line without a line end included", async () => {
    const url = await serve((_request, response) => response.end('\ufeff{"a":1}\r\n\n{"a":"ü"}\n{"a":3}'));
    const reading = read(url);
    expect(await reading.end).toBe("ended");
    expect(reading.texts()).toEqual(['{"a":1}', '{"a":"ü"}', '{"a":3}']);
    expect(reading.items.every((item) => item.sequence === undefined)).toBe(true);
    expect(reading.reports).toEqual([{ event: "connected", url }]);
  });

  test("is asked for without compression, with the user's headers and parameters", async () => {
    let seen: IncomingMessage | undefined;
    const url = await serve((request, response) => {
      seen = request;
      response.end("1\n");
    });
    const address = url.replace("http://", "http://me:p%40ss@");
    const reading = read(`${address}?shop=1`, {
      headers: { "X-Key": "secret", Accept: "text/x-sales" },
      resume: { parameter: "from" },
      resumeFrom: 5,
    });
    await reading.end;
    expect(seen?.headers).toMatchObject({ accept: "text/x-sales", "accept-encoding": "identity", "x-key": "secret" });
    expect(seen?.headers.authorization).toBe(`Basic ${Buffer.from("me:p@ss").toString("base64")}`);
    expect(seen?.url).toBe("/stream?shop=1&from=5");
    expect(reading.items.map((item) => item.sequence)).toEqual([5]);
    expect(JSON.stringify(reading.reports)).not.toMatch(/secret|p@ss|p%40ss/);
  });

  test("ends without once: the source comes back for more", async () => {
    const url = await serve((request, response) => response.end(body(numbers(fromOf(request), fromOf(request) + 3))));
    const reading = read(url, { once: false, resume: { parameter: "from" }, until: 6 });
    expect(await reading.end).toBe("aborted");
    expect(reading.texts()).toEqual(numbers(0, 6));
  });
});

test("the node's config is understood", async () => {
  const url = await serve((request, response, visit) => {
    response.write(`${"x".repeat(2000)}\n${fromOf(request)}\n`);
    if (visit > 0) response.end();
  });
  const items: SourceItem[] = [];
  const config = {
    url,
    format: "ndjson" as const,
    headers: {},
    maxLine: "1KiB",
    idleTimeout: "200ms",
    resume: { parameter: "from" },
  };
  const emit = async (some: SourceItem[]) => void items.push(...some);
  const end = await run({
    node: "n",
    config,
    resumeFrom: 7,
    once: true,
    emit,
    report: () => {},
    signal: new AbortController().signal,
  });
  expect(end).toBe("ended");
  expect(items.map((item) => [item.kind, item.sequence])).toEqual([
    ["oversized", 7],
    ["record", 8],
    ["oversized", 9],
    ["record", 10],
  ]);
});

describe("a cut", () => {
  test("in the middle of a line loses and repeats nothing where the source can resume", async () => {
    const url = await serve((request, response, visit) => {
      const from = fromOf(request);
      const to = Math.min(from + 7, 20);
      response.write(body(numbers(from, to)));
      if (visit < 2) response.write(`${to}`.slice(0, 1), () => response.destroy());
      else response.end();
    });
    const reading = read(url, { resume: { parameter: "from" } });
    expect(await reading.end).toBe("ended");
    expect(reading.texts()).toEqual(numbers(0, 20));
    expect(reading.items.map((item) => item.sequence)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(reading.reports.filter((news) => news.event === "discarded")).toEqual([
      { event: "discarded", bytes: 1 },
      { event: "discarded", bytes: 1 },
    ]);
    expect(reading.reports.some((news) => news.event === "gap")).toBe(false);
  });

  test("is a gap where it cannot", async () => {
    const before = Date.now();
    const url = await serve((_request, response, visit) => {
      response.write(`${visit}\n`);
      if (visit === 0) response.write("half", () => response.destroy());
      else response.end();
    });
    const reading = read(url);
    await reading.end;
    expect(reading.texts()).toEqual(["0", "1"]);
    const gap = reading.reports.find((news) => news.event === "gap");
    expect(gap).toBeDefined();
    if (gap?.event !== "gap") return;
    expect(Date.parse(gap.from)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(gap.to)).toBeGreaterThanOrEqual(Date.parse(gap.from));
  });

  test("after silence: a stalled server is given up and asked again", async () => {
    const url = await serve((request, response, visit) => {
      response.write(body(numbers(fromOf(request), 2)));
      if (visit > 0) response.end("2\n");
    });
    const reading = read(url, { idleTimeoutMs: 200, resume: { parameter: "from" } });
    expect(await reading.end).toBe("ended");
    expect(reading.texts()).toEqual(["0", "1", "2"]);
    expect(reading.reports.map((news) => news.event)).toEqual(["connected", "degraded", "connected"]);
  });
});

describe("memory", () => {
  test("stays flat under a line of 200 MB", async () => {
    const length = 200_000_000;
    const piece = Buffer.alloc(65_536, "x");
    const url = await serve(async (_request, response) => {
      response.write("before\n");
      for (let left = length; left > 0; left -= piece.length) {
        if (!response.write(left < piece.length ? piece.subarray(0, left) : piece)) await once(response, "drain");
      }
      response.end("\nafter\n");
    });
    const base = process.memoryUsage.rss();
    let peak = 0;
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss() - base);
    }, 5);
    const reading = read(url);
    await reading.end;
    clearInterval(timer);
    const sha256 = createHash("sha256");
    for (let left = length; left > 0; left -= piece.length) sha256.update(left < piece.length ? piece.subarray(0, left) : piece);
    expect(reading.texts()).toEqual(["before", "oversized", "after"]);
    expect(reading.items[1]).toMatchObject({ kind: "oversized", length, sha256: sha256.digest("hex") });
    expect(reading.items[1]?.kind === "oversized" && reading.items[1].head.length).toBe(1024);
    expect(peak).toBeLessThan(100_000_000);
  });

  test("stays flat while nobody takes the records: the server is held back", async () => {
    let written = 0;
    let held: (() => void) | undefined;
    const url = await serve(async (_request, response) => {
      const piece = Buffer.from(`${"x".repeat(499)}\n`.repeat(100));
      for (let n = 0; n < 600; n++) {
        if (!response.write(piece)) {
          held?.();
          await once(response, "drain");
        }
        written += piece.length;
      }
      response.end();
    });
    const blocked = new Promise<void>((resolve) => {
      held = resolve;
    });
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const reading = read(url, { emit: () => gate });
    await blocked;
    const before = written;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(written - before).toBeLessThan(20_000_000);
    release();
    await reading.end;
    expect(reading.items).toHaveLength(60_000);
  });

  test("an abort is obeyed while waiting for the server", async () => {
    const url = await serve((_request, response) => response.flushHeaders());
    const reading = read(url);
    while (reading.reports.length === 0) await new Promise((resolve) => setImmediate(resolve));
    reading.stop();
    expect(await reading.end).toBe("aborted");
  });

  test("an emit that rejects ends the source with that reason", async () => {
    const url = await serve((_request, response) => response.write("1\n"));
    const reading = read(url, { emit: () => Promise.reject(new Error("the run is over")) });
    await expect(reading.end).rejects.toThrow("the run is over");
  });
});
