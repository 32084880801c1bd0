import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseColumns } from "../../columns-notation.ts";
import type { SourceItem } from "../source-run.ts";
import { recordMaker } from "./run/make-record.ts";
import { generatorSource, run } from "./run.ts";

const notation = { id: "string!", total: "double", n: "int", at: "timestamp", shop: { city: "string" }, tags: ["string"] };
const rules = {
  id: { count: 1 },
  total: { between: [1, 5] },
  n: { between: [3, 4] },
  at: { start: "2026-01-01T00:00:00Z" },
  "shop.city": { pick: ["Rome", "Oslo"] },
  tags: { pick: ["new"] },
};
const none = { malformed: 0, missing: 0, repeated: 0 };
const columns = parseColumns(notation, "").value ?? [];

function texts(count: number, faults = none, seed = 1): string[] {
  const make = recordMaker({ columns, rules, faults, seed });
  return Array.from({ length: count }, (_, n) => make(n, 0));
}

/** What a run hands over: the sequences and the texts. */
async function handedOver(config: { records: number; faults?: object }, resumeFrom?: number) {
  const items: SourceItem[] = [];
  const end = await run({
    node: "a",
    config: { columns: notation, rules, seed: 1, rate: 1_000_000, faults: {}, ...config } as never,
    ...(resumeFrom !== undefined && { resumeFrom }),
    once: false,
    emit: async (more) => void items.push(...more),
    report: () => {},
    signal: new AbortController().signal,
  });
  return { end, items: items.map((item) => [item.sequence, item.kind === "record" ? Buffer.from(item.bytes).toString() : ""]) };
}

describe("a generated record", () => {
  it("follows its rules", () => {
    for (const [n, text] of texts(200).entries()) {
      const record = JSON.parse(text);
      expect(record).toMatchObject({ id: String(n + 1), at: new Date(Date.UTC(2026, 0, 1, 0, 0, n)).toISOString() });
      expect([3, 4]).toContain(record.n);
      expect(["Rome", "Oslo"]).toContain(record.shop.city);
      expect(new Set(record.tags)).toEqual(new Set(["new"]));
      expect(record.total >= 1 && record.total <= 5).toBe(true);
    }
  });

  it("hangs on seed and number alone", () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 32 - 1 }), fc.nat({ max: 1_000_000 }), (seed, n) => {
        const one = recordMaker({ columns, rules, faults: none, seed });
        const other = recordMaker({ columns, rules, faults: none, seed });
        other(n + 1, 0);
        expect(other(n, 0)).toBe(one(n, 0));
      }),
      { numRuns: 50 },
    );
    expect(texts(20, none, 2)).not.toEqual(texts(20, none, 1));
  });
});

describe("faults", () => {
  const sound = texts(2000);

  it("cut, thin out and repeat their share, and leave the others as they were", () => {
    const malformed = texts(2000, { ...none, malformed: 0.1 });
    const cut = malformed.filter((text, n) => text !== sound[n]);
    expect(cut.length).toBeGreaterThan(140);
    expect(cut.length).toBeLessThan(260);
    for (const text of cut) expect(() => JSON.parse(text)).toThrow();

    const thin = texts(2000, { ...none, missing: 0.1 }).filter((text, n) => text !== sound[n]);
    expect(thin.length).toBeGreaterThan(140);
    expect(thin.length).toBeLessThan(260);
    for (const text of thin) expect(Object.keys(JSON.parse(text))).toHaveLength(columns.length - 1);

    const repeated = texts(2000, { ...none, repeated: 0.1 });
    const again = [...repeated.keys()].filter((n) => repeated[n] !== sound[n]);
    expect(again.length).toBeGreaterThan(140);
    expect(again.length).toBeLessThan(260);
    for (const n of again) expect(repeated[n]).toBe(repeated[n - 1]);
  });
});

describe("a run", () => {
  it("makes as many records as it is told, numbered from 0", async () => {
    const { end, items } = await handedOver({ records: 1500 });
    expect(end).toBe("ended");
    expect(items).toEqual(texts(1500).map((text, n) => [n, text]));
  });

  it("goes on where it stopped", async () => {
    const all = await handedOver({ records: 50 });
    expect(generatorSource.isNumbered?.({} as never)).toBe(true);
    const rest = await handedOver({ records: 50 }, 20);
    expect(rest.items).toEqual(all.items.slice(20));
  });

  it("ends when it is told to", async () => {
    const stop = new AbortController();
    const emit = async () => stop.abort();
    const config = { columns: notation, rules, seed: 1, rate: 100, faults: {} };
    const context = { node: "a", config: config as never, once: false, emit, report: () => {}, signal: stop.signal };
    await expect(run(context)).resolves.toBe("aborted");
  });
});
