import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type SourceEnd, SourceFailure, type SourceItem, type SourceReport } from "../source-run.ts";
import { type HttpSourceSettings, readStream } from "./run/read-stream.ts";
import { run } from "./run.ts";

type Handler = (request: IncomingMessage, response: ServerResponse, visit: number) => unknown;

const servers: Server[] = [];
async function serve(handler: Handler): Promise<string> {
  let visit = 0;
  const server = createServer((request, response) => void handler(request, response, visit++));
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/stream`;
}
afterEach(async () => {
  for (const server of servers.splice(0)) {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  }
});

interface Reading {
  items: SourceItem[];
  reports: SourceReport[];
  texts(): string[];
  end: Promise<SourceEnd>;
  stop(): void;
}

type Wish = Partial<HttpSourceSettings> & {
  once?: boolean;
  resumeFrom?: number;
  emit?: (items: SourceItem[]) => Promise<void>;
  until?: number;
};

function read(url: string, { once: untilEnd = true, resumeFrom, emit, until, ...settings }: Wish = {}): Reading {
  const controller = new AbortController();
  const items: SourceItem[] = [];
  const reports: SourceReport[] = [];
  const end = readStream({
    node: "transactions",
    config: { url, ...settings },
    ...(resumeFrom !== undefined && { resumeFrom }),
    once: untilEnd,
    emit: async (some) => {
      items.push(...some);
      await emit?.(some);
      if (until !== undefined && items.length >= until) controller.abort();
    },
    report: (news) => reports.push(news),
    signal: controller.signal,
  });
  const texts = () => items.map((item) => (item.kind === "record" ? Buffer.from(item.bytes).toString() : "oversized"));
  return { items, reports, texts, end, stop: () => controller.abort() };
}

const fromOf = (request: IncomingMessage) => Number(new URL(request.url ?? "", "http://x").searchParams.get("from") ?? 0);
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => String(from + n));
const body = (lines: string[]) => lines.map((line) => `${line}\n`).join("");

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
    const reading = read(`${address}?shop=1`, { headers: { "X-Key": "secret" }, resume: { parameter: "from" }, resumeFrom: 5 });
    await reading.end;
    expect(seen?.headers).toMatchObject({ "accept-encoding": "identity", "x-key": "secret" });
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

describe("a refusal", () => {
  test.each([
    [429, "1"],
    [503, new Date(Date.now() + 3_600_000).toUTCString()],
  ])("%i with Retry-After %s is obeyed", async (status, header) => {
    const url = await serve((_request, response, visit) => {
      response.statusCode = visit === 0 ? status : 200;
      if (visit === 0) response.setHeader("Retry-After", header);
      response.end("1\n");
    });
    const began = performance.now();
    const reading = read(url, { firstConnectMs: 10_000_000 });
    if (status === 503) {
      while (reading.reports.length === 0) await new Promise((resolve) => setImmediate(resolve));
      reading.stop();
      expect(await reading.end).toBe("aborted");
      expect(reading.reports).toMatchObject([{ event: "degraded", attempt: 1 }]);
      const [news] = reading.reports;
      expect(news?.event === "degraded" && news.retryInMs > 3_500_000).toBe(true);
    } else {
      expect(await reading.end).toBe("ended");
      expect(performance.now() - began).toBeGreaterThanOrEqual(990);
      expect(reading.reports[0]).toEqual({ event: "degraded", message: `${url} answered 429`, attempt: 1, retryInMs: 1000 });
    }
  });

  test.each([400, 401, 403, 404, 410])("%i is final and says what to do, but no secret", async (status) => {
    const url = await serve((_request, response) => {
      response.statusCode = status;
      response.end("no\n");
    });
    const reading = read(`${url}?token=secret`, { headers: { authorization: "Bearer secret" } });
    const error: unknown = await reading.end.catch((each: unknown) => each);
    expect(error).toBeInstanceOf(SourceFailure);
    if (!(error instanceof SourceFailure)) return;
    expect(error.message).toBe(`${url}?token=*** answered ${status}`);
    expect(error.hint).toBeTruthy();
    expect(`${error.stack}${error.hint}`).not.toContain("secret");
  });

  test("of the first connection is given up in the end", async () => {
    const url = await serve((_request, response) => response.end());
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
    const reading = read(url, { firstConnectMs: 300 });
    await expect(reading.end).rejects.toThrow(/ECONNREFUSED/);
  });

  test("to send plain bytes is final", async () => {
    const url = await serve((_request, response) => response.setHeader("content-encoding", "gzip").end("x"));
    await expect(read(url).end).rejects.toThrow(/content-encoding: gzip/);
  });
});

describe("a redirect", () => {
  test("is followed, the user's headers stay with their origin", async () => {
    const seen: (string | undefined)[] = [];
    const far = await serve((request, response) => {
      seen.push(String(request.headers["x-key"]));
      response.end("far\n");
    });
    const url = await serve((request, response, visit) => {
      seen.push(String(request.headers["x-key"]));
      response.writeHead(307, { location: visit === 0 ? "/other" : far }).end();
    });
    const reading = read(url, { headers: { "x-key": "secret" } });
    expect(await reading.end).toBe("ended");
    expect(seen).toEqual(["secret", "secret", "undefined"]);
    expect(reading.texts()).toEqual(["far"]);
  });

  test("in a circle is an end", async () => {
    const url = await serve((_request, response) => response.writeHead(302, { location: "/stream" }).end());
    await expect(read(url).end).rejects.toThrow(/more than 5 times/);
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
      const piece = Buffer.from(body(numbers(0, 10_000)));
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
    expect(reading.items).toHaveLength(6_000_000);
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
