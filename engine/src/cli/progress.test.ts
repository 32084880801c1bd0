import { Writable } from "node:stream";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { amount, barLine, type SetupEvent, setupProgress } from "./progress.ts";

const event = (over: Partial<SetupEvent> = {}): SetupEvent => ({
  event: "setup",
  step: "spark",
  label: "Spark 4.2.0",
  done: 0,
  total: 450_100_000,
  unit: "bytes",
  ...over,
});

/** A stream that keeps what is written; a terminal of `columns` where they are given. */
function stream(columns?: number): { stream: NodeJS.WriteStream; text(): string } {
  let text = "";
  const sink = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  const terminal = columns === undefined ? {} : { isTTY: true, columns, rows: 24, hasColors: () => false };
  return { stream: Object.assign(sink, terminal) as unknown as NodeJS.WriteStream, text: () => text };
}

describe("a bar", () => {
  const long = "confluent_kafka-2.16.1-cp311-cp311-manylinux_2_28_x86_64.whl";
  const cases = [
    event(),
    event({ done: 450_099_999 }),
    event({ done: 450_100_000 }),
    event({ label: long, done: 1 }),
    event({ label: "日本語のパッケージ名前名前", done: 5 }),
  ];

  it.each([20, 30, 40, 60, 80, 100, 200])("fits %i columns", (width) => {
    for (const shown of cases) {
      const line = barLine({ event: shown, ms: 3_599_999 }, { colour: false, width });
      expect(stringWidth(line)).toBeLessThan(width);
    }
  });

  it("is as wide with colours as without", () => {
    for (const shown of cases) {
      const [plain, coloured] = [false, true].map((colour) => barLine({ event: shown, ms: 1_500 }, { colour, width: 80 }));
      expect(stringWidth(coloured ?? "")).toBe(stringWidth(plain ?? ""));
      expect(coloured).not.toBe(plain);
    }
  });

  it("shows name, bar, amount and time at the usual width, and drops the bar, then the time", () => {
    const half = { event: event({ done: 225_050_000 }), ms: 12_345 };
    expect(barLine(half, { colour: false, width: 80 })).toBe(
      "↓ Spark 4.2.0                       ██████······  225.1 of 450.1 MB  12 s",
    );
    expect(barLine(half, { colour: false, width: 50 })).toBe("↓ Spark 4.2.0             225.1 of 450.1 MB  12 s");
    expect(barLine(half, { colour: false, width: 36 })).toBe("↓ Spark 4.2.0     225.1 of 450.1 MB");
  });
});

it("counts in the unit of the step", () => {
  expect(amount({ done: 12_300_000, total: 43_000_000, unit: "bytes" })).toBe("12.3 of 43.0 MB");
  expect(amount({ done: 12_300_000, total: 0, unit: "bytes" })).toBe("12.3 MB");
  expect(amount({ done: 0, total: 0, unit: "bytes" })).toBe("");
  expect(amount({ done: 3, total: 44, unit: "files" })).toBe("3 of 44 files");
  expect(amount({ done: 0, total: 1, unit: "steps" })).toBe("");
});

it("is a line a quarter where there is no terminal, under the step's own name", () => {
  const out = stream();
  let now = 0;
  const progress = setupProgress(out.stream, () => now);
  progress.show(event({ total: 0 }));
  for (const [done, label] of [
    [0, "a.tar.gz"],
    [30, "a.tar.gz"],
    [40, "b.whl"],
    [60, "c.whl"],
    [100, "Spark 4.2.0"],
  ] as const) {
    now += 1_000;
    progress.show(event({ done, total: 100, unit: "files", label }));
  }
  progress.stop();
  expect(out.text()).toBe(
    "set-up: Spark 4.2.0\nset-up: Spark 4.2.0  30 of 100 files\nset-up: Spark 4.2.0  60 of 100 files\nset-up: Spark 4.2.0  done in 5 s\n",
  );
});

it("leaves the finished bars on a terminal, and is busy until the last has ended", () => {
  const out = stream(80);
  const progress = setupProgress(out.stream, () => 0);
  progress.show(event({ done: 5 }));
  expect(progress.busy()).toBe(true);
  progress.show(event({ done: 450_100_000 }));
  expect(progress.busy()).toBe(false);
  progress.stop();
  expect(out.text()).toMatch(/✓ Spark 4\.2\.0 .* 450\.1 of 450\.1 MB {2}0 ms\n/);
});
