import fc from "fast-check";
import { expect, test } from "vitest";
import { parseReferences, resolveReferences } from "./reference.ts";

const files = (path: string) => {
  if (path === "/run/secret") return "s3cret\n";
  throw new Error("ENOENT");
};

test("takes a text apart", () => {
  expect(parseReferences("a${env:X}b${env:Y:-http://z?q=1}${file:/run/secret}")).toEqual({
    parts: [
      "a",
      { kind: "env", name: "X" },
      "b",
      { kind: "env", name: "Y", default: "http://z?q=1" },
      { kind: "file", path: "/run/secret" },
    ],
    mistakes: [],
  });
});

test.each([
  ["${X}", 0, 4, "did you mean `${env:X}`?"],
  ["a ${env:X", 2, 9, "add the closing `}`"],
  ["${env:1X}", 0, 9, "write `${env:NAME}`, `${env:NAME:-default}` or `${file:path}`"],
  ["${file:}", 0, 8, "write `${env:NAME}`, `${env:NAME:-default}` or `${file:path}`"],
])("%s is a mistake", (text, from, to, hint) => {
  expect(parseReferences(text).mistakes).toMatchObject([{ from, to, hint }]);
});

test("resolves from the environment and from files, and names all that is missing", () => {
  expect(resolveReferences("${env:A}-${env:B:-b}-${file:/run/secret}", { A: "1", B: "" }, files)).toEqual({
    value: "1-b-s3cret",
  });
  expect(resolveReferences("${env:A}${env:toString}${file:/none}", {}, files).missing).toEqual([
    { reference: "${env:A}", reason: "the environment variable A is not set" },
    { reference: "${env:toString}", reason: "the environment variable toString is not set" },
    { reference: "${file:/none}", reason: "/none cannot be read: ENOENT" },
  ]);
});

test("never throws, and without mistakes loses nothing", () => {
  const piece = fc.constantFrom("${", "}", "env:", "file:", "A", ":-", "$", " ", "x");
  fc.assert(
    fc.property(
      fc.array(piece).map((pieces) => pieces.join("")),
      (text) => {
        const { parts, mistakes } = parseReferences(text);
        const shown = parts.map((part) => {
          if (typeof part === "string") return part;
          return part.kind === "file"
            ? `\${file:${part.path}}`
            : `\${env:${part.name}${part.default === undefined ? "" : `:-${part.default}`}}`;
        });
        if (mistakes.length === 0) expect(shown.join("")).toBe(text);
      },
    ),
  );
});
