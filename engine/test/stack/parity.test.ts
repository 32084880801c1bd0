import { writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { agreementTable, runParity, SEED } from "../support/parity/parity.ts";

it(`the evaluator and Spark agree on every expression (seed ${SEED})`, async () => {
  const { agreements, differences } = await runParity();
  console.log(agreementTable(agreements));
  if (process.env.PARITY_REPORT) writeFileSync(process.env.PARITY_REPORT, JSON.stringify(differences, null, 1));
  expect(differences.slice(0, 40)).toEqual([]);
});
