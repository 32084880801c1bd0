import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const source = new URL("../src/", import.meta.url);
const fixtures = new URL("./errors/", import.meta.url);

/** Codes of mistakes in a spec that no fixture shows, each with the reason and the test that does. */
const ELSEWHERE: Record<string, string> = {
  "yaml/too-large": "a megabyte of text: document.test.ts",
  "expression/too-long": "ten thousand characters: expression/parse.test.ts",
  "files/too-large": "64 MiB: runtime/files-beside.test.ts",
  "lookup/wrong-header": "in the file of a table: tables/table-file.test.ts",
  "lookup/no-rows": "in the file of a table: tables/table-file.test.ts",
  "lookup/too-large": "in the file of a table: tables/table-file.test.ts",
  "target/unknown": "in targets.yaml: targets.test.ts",
  "target/unknown-kind": "in targets.yaml: targets.test.ts",
};

/** Files whose codes are not of a spec's mistakes: they report what is wrong around it, or with a record. */
const NOT_OF_A_SPEC =
  /^(runtime|cli|api|demo|explain|preview|testing|nodes\/[^/]+\/(run|preview)|nodes\/preview-texts)[/.]|\.test\.ts$|\.gen\.ts$/;

/** Every code that the core can report, by the file it stands in. */
function codes(): Map<string, string> {
  const found = new Map<string, string>();
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !NOT_OF_A_SPEC.test(file),
  );
  for (const file of files) {
    const text = readFileSync(new URL(file, source), "utf8");
    for (const [, code] of text.matchAll(/(?<!from )"([a-z]+\/[a-z-]+)"/g)) found.set(code ?? "", file);
    // The checker of expressions names the second word alone.
    for (const [, word] of text.matchAll(/mistaken\([^"`]*"([a-z-]+)"/g)) found.set(`expression/${word}`, file);
    for (const what of ["topic", "collection", "folder"])
      if (text.includes(`plan/duplicate-\${what}`)) found.set(`plan/duplicate-${what}`, file);
  }
  return found;
}

function shown(): Set<string> {
  const texts = readdirSync(fixtures).map((file) => readFileSync(new URL(file, fixtures), "utf8"));
  return new Set(texts.flatMap((text) => [...text.matchAll(/# error: (.+)$/gm)].flatMap(([, list]) => list?.split(", ") ?? [])));
}

test("every code that a spec can earn has a fixture in errors/, or a reason", () => {
  const known = codes();
  expect(known.size).toBeGreaterThan(70);
  const without = [...known].filter(([code]) => !shown().has(code) && !(code in ELSEWHERE));
  expect(without).toEqual([]);
});

test("no fixture and no reason is left of a code that nothing reports", () => {
  const known = codes();
  expect([...shown(), ...Object.keys(ELSEWHERE)].filter((code) => !known.has(code))).toEqual([]);
});
