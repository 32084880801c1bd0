import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { FUNCTIONS } from "../../src/expression/index.ts";
import { agreementTable, runParity, SEED } from "../support/parity/parity.ts";

/** Where the table is left, for who reads a log that has no place for it. */
const REPORTS = fileURLToPath(new URL("../../../.engine/reports/", import.meta.url));

it(`the evaluator and Spark agree on every expression (seed ${SEED})`, async () => {
  const { agreements, differences } = await runParity();
  const table = agreementTable(agreements);
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(`${REPORTS}agreement.txt`, `${table}\n`);
  console.log(`${table}\n\nThe table stands in .engine/reports/agreement.txt.`);
  if (process.env.PARITY_REPORT) writeFileSync(process.env.PARITY_REPORT, JSON.stringify(differences, null, 1));
  expect(differences.slice(0, 40)).toEqual([]);
  expect(agreements.map(({ of }) => of)).toEqual(["contracts", "operators", ...FUNCTIONS.map(({ name }) => name)]);
  expect(agreements.filter(({ cases, refused }) => cases === 0 && refused === 0)).toEqual([]);
});
