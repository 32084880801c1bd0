import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openText, rawText } from "./raw-text.ts";

describe("a file that is opened and written again", () => {
  it("is the same byte for byte, with a byte order mark and CR LF too", () => {
    const line = fc.string().map((text) => text.replaceAll(/[\r\n\uFEFF]/g, ""));
    fc.assert(
      fc.property(fc.array(line), fc.boolean(), fc.constantFrom("\n", "\r\n"), (lines, bom, end) => {
        const raw = (bom ? "\uFEFF" : "") + lines.join(end);
        const { text, form, isMixed } = openText(raw);
        expect(text).toBe(lines.join("\n"));
        expect(isMixed).toBe(false);
        expect(rawText(text, form)).toBe(raw);
      }),
    );
  });

  it("says so where its lines end in two ways", () => {
    expect(openText("a\r\nb\r\nc\n")).toMatchObject({ isMixed: true, form: { lineEnd: "\r\n" } });
  });
});
