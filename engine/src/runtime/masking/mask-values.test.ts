import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { secret, surroundings, WRITTEN } from "../../../test/support/secret-forms.ts";
import { maskValues } from "./mask-values.ts";

const written = Object.entries(WRITTEN);

// fast-check prints the seed of a run that fails.
describe("a secret is covered", () => {
  test.each(written)("%s", (_name, write) => {
    fc.assert(
      fc.property(secret, surroundings, surroundings, (value, before, after) => {
        const form = write(value);
        const told = maskValues([value])(before + form + after);
        expect(told).not.toContain(form);
        expect(told).toContain("•");
      }),
      { numRuns: 200 },
    );
  });

  test("though others overlap with it, begin it or stand inside of it", () => {
    fc.assert(
      fc.property(secret, secret, fc.nat({ max: 20 }), fc.nat({ max: 20 }), (a, b, cut, shared) => {
        const values = [a, a.slice(0, 6 + (cut % a.length)), a.slice(-shared) + b, b].map((value) => value.trim());
        const told = maskValues(values)(`<${a}${b}>`);
        expect(told).toMatch(/^<[•\s]+>$/u);
        for (const value of values.filter(({ length }) => length >= 6)) expect(maskValues(values)(value)).toMatch(/^[•\s]+$/u);
      }),
    );
  });

  test("in whatever order they stand", () => {
    const mask = maskValues(["first-secret", "other-secret"]);
    expect(mask("first%2Dsecret, other-secret, first-secret, other%2Dsecret")).toBe(
      "••••••••••••••, ••••••••••••, ••••••••••••, ••••••••••••••",
    );
  });

  test("with the same value again and again, and against its own beginning", () => {
    expect(maskValues(["abcabc"])("abcabcabc abcabcab")).toBe("••••••••• ••••••ab");
  });

  test("where a text was cut in the middle of it", () => {
    const mask = maskValues(["correct horse"]);
    expect(mask("it said correct ho…")).toBe("it said ••••••• ••…");
    expect(mask(`${"x".repeat(200)}correct`)).toBe(`${"x".repeat(200)}•••••••`);
    expect(mask("it is correct")).toBe("it is correct");
    expect(mask("the cor…")).toBe("the cor…");
  });
});

describe("a short secret", () => {
  const mask = maskValues(["7", "cat"]);

  test.each([
    ["mongodb://user:cat@host/cat", "mongodb://user:•••@host/cat"],
    ["mongodb://7:7@host:7/", "mongodb://7:•@host:7/"],
    ["https://host/?token=cat&cat=7", "https://host/?token=•••&cat=7"],
    ["password=cat and a cat", "password=••• and a •••"],
    ['{"password":"7","rows":7}', '{"password":"•","rows":7}'],
    ['{"said":"{\\"password\\":\\"cat\\"}"}', '{"said":"{\\"password\\":\\"•••\\"}"}'],
  ])("is covered where secrets stand: %s", (text, told) => {
    expect(mask(text)).toBe(told);
  });

  test.each(["7 rows of 77", "cat", "concatenated", "password: concatenated, 77", "batch 7: cat://host:7/"])(
    "leaves %s as it is",
    (text) => {
      expect(mask(text)).toBe(text);
    },
  );

  test("is covered in a field whose name says so", () => {
    expect(mask("cat 77", true)).toBe("••• 77");
  });
});

test("what holds no secret is left byte for byte", () => {
  const other = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.array(surroundings, { maxLength: 8 }).map((texts) => texts.join("")),
    fc.json(),
    fc.webUrl({ withQueryParameters: true }),
  );
  const mask = maskValues(["zq9!Kd#7vX", "wT%41\\u0042 ~q", "J7"]);
  fc.assert(
    fc.property(other, (text) => {
      expect(mask(text)).toBe(text);
    }),
    { numRuns: 500 },
  );
});

test("a text of backslashes and percent signs alone takes no longer than any other", () => {
  const mask = maskValues(['"\\%2541\\"!']);
  for (const sign of ["\\", "%", "%25", "\\x", '"', "\\u005c"]) {
    const text = sign.repeat(20_000);
    expect(mask(text)).toBe(text);
  }
});
