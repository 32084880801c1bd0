import { once } from "node:events";
import { PassThrough } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import { secret, WRITTEN } from "../../test/support/secret-forms.ts";
import { maskSaid, maskTold } from "../runtime/masking/mask-told.ts";
import { maskValues } from "../runtime/masking/mask-values.ts";
import { RunLog } from "./run-log.ts";

const written = fc.constantFrom(...Object.values(WRITTEN));

// fast-check prints the seed of a run that fails.
test("a secret in the log is covered wherever the stream is cut into pieces", async () => {
  const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(secret, fc.array(written, { minLength: 1, maxLength: 4 }), cuts, async (value, writes, places) => {
      const lines = writes.map((write) => `26/11/27 WARN said ${write(value)} it`);
      const log = new RunLog(maskSaid(maskTold(maskValues([value]))));
      const stream = new PassThrough();
      log.follow(stream);
      const bytes = Buffer.from(`${lines.join("\n")}\n`);
      const borders = [0, ...places.map((place) => place % bytes.length).sort((a, b) => a - b), bytes.length];
      for (const [index, border] of borders.entries()) stream.write(bytes.subarray(borders[index - 1] ?? 0, border));
      stream.end();
      await once(stream, "close");
      const told = log.after(0).map(({ text }) => text);
      expect(told).toHaveLength(lines.length);
      expect(told.join("\n")).toMatch(/^26/);
      for (const write of writes) expect(told.join("\n")).not.toContain(write(value));
    }),
  );
});

test("the newest lines are kept, each with its number, and long ones are cut behind what is covered", async () => {
  const log = new RunLog(maskTold(maskValues(["correct horse"])));
  const stream = new PassThrough();
  log.follow(stream);
  for (let line = 1; line <= 2001; line++) stream.write(`${line}\n`);
  stream.end(`${"x".repeat(1997)}correct horse\n`);
  await once(stream, "close");
  expect(log.after(0)).toHaveLength(2000);
  expect(log.after(2001)).toMatchObject([{ number: 2002, text: `${"x".repeat(1997)}•••` }]);
});
