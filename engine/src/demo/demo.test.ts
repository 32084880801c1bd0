import { createHash } from "node:crypto";
import { request } from "undici";
import { afterEach, describe, expect, test } from "vitest";
import { demoAt } from "./index.ts";
import { type DemoOptions, demoDefaults, parseDemoOptions, spacingOf } from "./options.ts";
import { createRecorder, type SentRecord } from "./record.ts";
import { type Demo, startDemo } from "./server.ts";

const start = Date.parse("2026-01-31T12:00:00Z");
const faulty: DemoOptions = {
  ...demoDefaults,
  rate: 0,
  malformed: 0.1,
  missing: 0.1,
  duplicates: 0.1,
  late: 0.1,
  start,
  spacing: 1,
};

const running: Demo[] = [];
async function demo(options: Partial<DemoOptions>): Promise<Demo> {
  const started = await startDemo(options);
  running.push(started);
  return { ...started, url: `${started.url}/stream` };
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
});

async function get(url: string): Promise<{ status: number; body: Buffer; headers: Record<string, unknown> }> {
  // A kept connection may be closed by the server at the moment it is used again.
  const response = await request(url, { reset: true });
  return { status: response.statusCode, body: Buffer.from(await response.body.arrayBuffer()), headers: response.headers };
}
function linesOf(body: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0, end = body.indexOf(10); end !== -1; at = end + 1, end = body.indexOf(10, at))
    lines.push(body.subarray(at, end));
  return lines;
}

describe("records", () => {
  test("are a function of seed, number and options, in any order", () => {
    const forwards = createRecorder({ ...faulty, start });
    const backwards = createRecorder({ ...faulty, start });
    const lines = Array.from({ length: 500 }, (_, n) => forwards.record(n).line);
    for (let n = 499; n >= 0; n--) expect(backwards.record(n).line).toEqual(lines[n]);
    expect(createRecorder({ ...faulty, seed: 2, start }).record(7).line).not.toEqual(lines[7]);
  });

  test("have the shares of faults that were asked for", () => {
    const { record } = createRecorder({ ...faulty, start });
    const counts: Record<string, number> = {};
    for (let n = 0; n < 10_000; n++) counts[record(n).kind] = (counts[record(n).kind] ?? 0) + 1;
    for (const kind of ["malformed", "missing", "duplicate", "late"]) {
      expect(counts[kind], kind).toBeGreaterThan(900);
      expect(counts[kind], kind).toBeLessThan(1100);
    }
  });

  test("say the truth about themselves", () => {
    const { record, sent } = createRecorder({ ...faulty, free: 0.1, start });
    const ids = new Set<string>();
    const variants = new Set<string>();
    for (let n = 0; n < 5000; n++) {
      const { line } = record(n);
      const truth = sent(n);
      const text = Buffer.from(line);
      expect(truth.sha256).toBe(createHash("sha256").update(text).digest("hex"));
      if (truth.variant !== null) variants.add(truth.variant);
      if (truth.kind === "malformed") {
        if (truth.variant !== "type" && truth.variant !== "utf8") expect(isObject(text.toString())).toBe(false);
        if (truth.variant === "utf8") expect(() => new TextDecoder("utf-8", { fatal: true }).decode(text)).toThrow();
        continue;
      }
      const value = JSON.parse(text.toString());
      expect(value.transaction_id ?? null).toBe(truth.transaction_id);
      expect(value.timestamp ?? null).toBe(truth.timestamp);
      expect(value.summary.total ?? null).toBe(truth.total);
      expect(value.store_location.region).toBe(truth.region);
      expect(truth.filtered).toBe(value.summary.total === 0 && truth.kind !== "missing");
      if (truth.kind === "missing") continue;
      const cents = Math.round((value.summary.subtotal + value.summary.tax_amount) * 100);
      expect(Math.round(value.summary.total * 100)).toBe(cents);
      if (truth.kind === "duplicate") {
        expect(Buffer.from(record(truth.original ?? -1).line)).toEqual(text);
        expect(["ok", "late"]).toContain(record(truth.original ?? -1).kind);
      } else {
        expect(ids.has(value.transaction_id)).toBe(false);
        ids.add(value.transaction_id);
        const early = start + n - Date.parse(value.timestamp);
        if (truth.kind === "late") expect(early >= 1000 && early <= 60_000).toBe(true);
        else expect(early).toBe(0);
      }
    }
    expect([...variants].sort()).toEqual(
      ["array", "cut", "summary.total", "text", "timestamp", "trailing", "transaction_id", "type", "utf8"].sort(),
    );
  });

  test("lie lateBy seconds back where that is asked for, duplicates never more than 30 s", () => {
    const late = createRecorder({ ...demoDefaults, late: 1, lateBy: 600, start });
    expect(late.record(5).time).toBe(start + 5 - 600_000);
    const slow = createRecorder({ ...demoDefaults, rate: 1, duplicates: 0.5, start });
    for (let n = 0; n < 500; n++) expect(n - (slow.record(n).original ?? n)).toBeLessThanOrEqual(30);
  });
});

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

describe("demo:// addresses", () => {
  test("are read", () => {
    const { options, problems } = parseDemoOptions(
      new URL("demo://retail?seed=7&rate=0&malformed=0.5&records=20&start=2026-01-31T12:00:00Z").searchParams,
    );
    expect(problems).toEqual([]);
    expect(options).toEqual({ ...demoDefaults, seed: 7, rate: 0, malformed: 0.5, records: 20, start });
    expect(spacingOf(options)).toBe(0.01);
  });

  test("name every mistake", () => {
    const problems = (url: string) => {
      const found = demoAt(url);
      return "problems" in found ? found.problems : [];
    };
    const wrong = problems("demo://retail?seed=x&rates=1&malformed=0.6&late=0.6&missing=&start=soon");
    expect(wrong).toHaveLength(5);
    expect(wrong.join("\n")).toMatch(/seed=x[\s\S]*rates[\s\S]*missing=[\s\S]*start=soon[\s\S]*more than 1/);
    expect(problems("demo://resale")).toEqual([expect.stringContaining("`demo://retail` and `demo://reddit`")]);
    expect(problems("demo://reddit?rate=-1&colour=red")).toHaveLength(2);
    expect(problems("http://x")).toHaveLength(1);
  });
});

describe("the server", () => {
  test("streams, resumes at any record and tells what it sent", async () => {
    const { url } = await demo({ ...faulty, records: 3000 });
    const whole = await get(url);
    expect(whole.headers["content-type"]).toMatch("application/x-ndjson");
    const rest = await get(`${url}?from=1234`);
    expect(Buffer.concat(linesOf(whole.body).slice(1234))).toEqual(Buffer.concat(linesOf(rest.body)));
    const sent = linesOf((await get(url.replace("/stream", "/sent"))).body).map((row): SentRecord => JSON.parse(row.toString()));
    expect(sent.map((row) => row.seq)).toEqual(Array.from({ length: 3000 }, (_, n) => n));
    expect(linesOf(whole.body).map((line) => createHash("sha256").update(line).digest("hex"))).toEqual(
      sent.map((row) => row.sha256),
    );
    const page = linesOf((await get(`${url.replace("/stream", "/sent")}?from=10&to=12`)).body);
    expect(page.map((row) => JSON.parse(row.toString()).seq)).toEqual([10, 11]);
  });

  test("begins its time now, wherever the first reader begins", async () => {
    const before = Date.now();
    const { url } = await demo({ rate: 100_000, records: 1_000_001 });
    const { body } = await get(`${url}?from=1000000`);
    const time = Date.parse(JSON.parse(body.toString()).timestamp);
    expect(time - before).toBeGreaterThanOrEqual(-1);
    expect(time).toBeLessThanOrEqual(Date.now());
  });

  test("keeps to the rate", async () => {
    const { url } = await demo({ rate: 1000 });
    const began = performance.now();
    expect(linesOf((await get(`${url}?records=301`)).body)).toHaveLength(301);
    expect(performance.now() - began).toBeGreaterThan(290);
  });

  test("forgets a reader that went away, and never runs far ahead of a slow one", async () => {
    const server = await demo({ rate: 0 });
    const { body } = await request(server.url);
    for await (const _ of body) break;
    const sent = [...server.sent()].length;
    expect(sent).toBeGreaterThan(0);
    // The socket's buffers on both sides hold a few MB at most.
    expect(sent).toBeLessThan(40_000);
  });

  test("refuses a query with mistakes and names them all", async () => {
    const { url } = await demo({});
    const { status, body } = await get(`${url}?rate=fast&foo=1&from=-1&cutAfter=x`);
    expect(status).toBe(400);
    expect(JSON.parse(body.toString()).problems).toHaveLength(4);
  });

  test("documents itself without loading anything", async () => {
    const { url } = await demo({});
    for (const path of ["/docs", "/redoc"]) {
      const { body } = await get(url.replace("/stream", path));
      expect(body.toString()).toContain("duplicates");
      expect(body.toString()).not.toMatch(/src=|https?:/);
    }
    const description = JSON.parse((await get(url.replace("/stream", "/openapi.json"))).body.toString());
    const named: string[] = description.paths["/stream"].get.parameters.map((each: { name: string }) => each.name);
    expect(named.sort()).toEqual(["from", "start", ...Object.keys(demoDefaults), "records", "lateBy", "spacing"].sort());
  });
});

describe("misbehaviour", () => {
  test("cuts in the middle of a line, once", async () => {
    const { url } = await demo({ rate: 0, records: 100 });
    const { body } = await request(`${url}?cutAfter=10`);
    const chunks: Buffer[] = [];
    await expect(
      (async () => {
        for await (const chunk of body) chunks.push(chunk);
      })(),
    ).rejects.toThrow();
    const got = Buffer.concat(chunks);
    expect(linesOf(got)).toHaveLength(10);
    expect(got.at(-1)).not.toBe(10);
    expect(linesOf((await get(`${url}?cutAfter=10`)).body)).toHaveLength(100);
  });

  test("refuses, stalls and sends a huge line when asked", async () => {
    const { url } = await demo({ rate: 0, records: 5 });
    const refused = await get(`${url}?failStatus=503&retryAfter=2`);
    expect([refused.status, refused.headers["retry-after"]]).toEqual([503, "2"]);
    expect((await get(`${url}?failStatus=503`)).status).toBe(200);
    const began = performance.now();
    expect(linesOf((await get(`${url}?stallAt=2&stallMs=100`)).body)).toHaveLength(5);
    expect(performance.now() - began).toBeGreaterThan(95);
    const huge = linesOf((await get(`${url}?hugeAt=3&hugeBytes=100000`)).body);
    expect(huge).toHaveLength(5);
    const row = JSON.parse(
      (await get(`${url.replace("/stream", "/sent")}?hugeAt=3&hugeBytes=100000&from=3&to=4`)).body.toString(),
    );
    expect(row).toMatchObject({ seq: 3, kind: "oversized", bytes: 100_000 });
    expect(row.sha256).toBe(
      createHash("sha256")
        .update(huge[3] ?? "")
        .digest("hex"),
    );
  });
});
