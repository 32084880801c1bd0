import {
  columnsIn,
  FUNCTIONS,
  type Outcome,
  prepareGroup,
  prepareRow,
  printFailed,
  printValue,
  type Row,
  readPlain,
} from "../../../src/expression/index.ts";
import { decodeSql, encode, encodeSql } from "./canonical.ts";
import { type ParityCase, parityCases, typeOf } from "./cases.ts";
import { edgeRows, PARITY_COLUMNS, rowOf } from "./edges.ts";
import { runInSpark, type SparkResult } from "./run-spark.ts";

/** Where the two worlds differ: one expression on one row. */
export interface Difference {
  of: string;
  text: string;
  row: string;
  evaluator: string;
  spark: string;
}

/** How one function (or the operators) fared. `refused`: the evaluator does not take these expressions, Spark alone ran them. */
export interface Agreement {
  of: string;
  expressions: number;
  refused: number;
  cases: number;
  agree: number;
}

export const SEED = 20_240_229;
const ROWS = 260;
const GROUPS = 14;
/** So many expressions in one query: more make generated code that the JVM does not compile. */
const TOGETHER = 40;

interface Pool {
  rows: Row[];
  groups: number[];
  /** The row or group of an example. */
  places: Map<ParityCase, number>;
}

/** Runs every case over every row in Spark and in the evaluator. */
export async function runParity(): Promise<{ agreements: Agreement[]; differences: Difference[] }> {
  const cases = parityCases();
  const pool = poolOf(cases);
  const kinds = [
    { grouped: false, where: "place = 0", cases: cases.filter((one) => !one.aggregate && isConstant(one)) },
    { grouped: false, where: `grp < 0 OR place < ${ROWS}`, cases: cases.filter((one) => !one.aggregate && !isConstant(one)) },
    { grouped: true, where: "grp >= 0", cases: cases.filter((one) => one.aggregate) },
  ];
  const chunks = kinds.flatMap((kind) =>
    Array.from({ length: Math.ceil(kind.cases.length / TOGETHER) }, (_, at) => ({
      ...kind,
      cases: kind.cases.slice(at * TOGETHER, (at + 1) * TOGETHER),
    })),
  );
  const results = await runInSpark({
    columns: PARITY_COLUMNS.map(({ name, type }) => ({ name, read: decodeSql(type, `\`${name}\``) })),
    rows: pool.rows.map((row) => PARITY_COLUMNS.map(({ name, type }) => encode(type, row[name] ?? null))),
    groups: pool.groups,
    batches: chunks.map(({ cases: some, where, grouped }) => ({
      where,
      grouped,
      select: some.map((one) => [encodeSql(typeOf(one), `(${printValue(one.typed)})`), `(${printFailed(one.typed) ?? "false"})`]),
    })),
  });
  return compared(
    chunks.flatMap((chunk, at) => chunk.cases.map((one, i) => ({ one, result: results[at]?.[i] ?? { error: "no result" } }))),
    pool,
  );
}

function isConstant({ typed }: ParityCase): boolean {
  return columnsIn(typed).length === 0;
}

/** The edge rows, which are also the rows of groups, then every example's own rows. */
function poolOf(cases: readonly ParityCase[]): Pool {
  const rows = edgeRows(ROWS, SEED);
  const groups = rows.map((_, at) => at % GROUPS);
  const places = new Map<ParityCase, number>();
  let group = GROUPS;
  for (const one of cases) {
    const { example } = one;
    if (example?.rows !== undefined) {
      places.set(one, group);
      for (const plain of example.rows) {
        rows.push(rowOf(plain));
        groups.push(group);
      }
      group++;
    } else if (example !== undefined) {
      places.set(one, isConstant(one) ? 0 : rows.length);
      if (isConstant(one)) continue;
      rows.push(rowOf(example.row ?? {}));
      groups.push(-1);
    }
  }
  return { rows, groups, places };
}

function compared(
  results: { one: ParityCase; result: SparkResult }[],
  pool: Pool,
): { agreements: Agreement[]; differences: Difference[] } {
  const agreements = new Map<string, Agreement>();
  const differences: Difference[] = [];
  const single = pool.rows.flatMap((_, place) => (pool.groups[place] === -1 || place < ROWS ? [place] : []));
  for (const { one, result } of results) {
    const tally = agreements.get(one.of) ?? { of: one.of, expressions: 0, refused: 0, cases: 0, agree: 0 };
    agreements.set(one.of, tally);
    tally.expressions++;
    const inputs = one.aggregate
      ? groupsOf(pool)
      : (isConstant(one) ? [0] : single).map((place) => ({ key: place, rows: [place] }));
    const found = differencesOf(one, result, inputs, pool);
    if (found.refused) tally.refused++;
    tally.cases += found.cases;
    tally.agree += found.cases - found.differences.length;
    differences.push(...found.differences);
  }
  const order = ["contracts", "operators", ...FUNCTIONS.map((entry) => entry.name)];
  return { agreements: [...agreements.values()].sort((a, b) => order.indexOf(a.of) - order.indexOf(b.of)), differences };
}

interface Input {
  key: number;
  rows: number[];
}

function groupsOf({ groups }: Pool): Input[] {
  const found = new Map<number, number[]>();
  groups.forEach((group, place) => {
    if (group >= 0) found.set(group, [...(found.get(group) ?? []), place]);
  });
  return [...found].sort(([a], [b]) => a - b).map(([key, rows]) => ({ key, rows }));
}

function differencesOf(
  one: ParityCase,
  result: SparkResult,
  inputs: Input[],
  pool: Pool,
): { refused: boolean; cases: number; differences: Difference[] } {
  const report = (at: string, evaluator: string, spark: string): Difference => ({
    of: one.of,
    text: one.text,
    row: at,
    evaluator,
    spark,
  });
  if ("error" in result) return { refused: false, cases: 1, differences: [report("all", "a value", `threw: ${result.error}`)] };
  const evaluate = evaluatorOf(one);
  const differences: Difference[] = [];
  let cases = 0;
  inputs.forEach(({ key, rows }, at) => {
    const spark = result.failed[at] === null ? "null predicate" : result.failed[at] ? "failed" : shown(result.values[at]);
    if (pool.places.get(one) === key && one.example) {
      const promised = promisedBy(one);
      if (promised !== spark)
        differences.push(report(`its own (${JSON.stringify(one.example.row ?? {})})`, `the table's ${promised}`, spark));
    }
    if (evaluate === undefined) return;
    cases++;
    const outcome = evaluate(rows.map((place) => pool.rows[place] ?? rowOf({})));
    const own = "failed" in outcome ? "failed" : shown(encode(typeOf(one), outcome.value));
    if (own !== spark) differences.push(report(rowText(one, rows, pool), own, spark));
  });
  return { refused: evaluate === undefined, cases, differences };
}

function evaluatorOf(one: ParityCase): ((rows: Row[]) => Outcome) | undefined {
  if (one.aggregate) {
    const prepared = prepareGroup(one.typed);
    return "refused" in prepared ? undefined : prepared.evaluate;
  }
  const prepared = prepareRow(one.typed);
  return "refused" in prepared ? undefined : ([row]) => prepared.evaluate(row ?? rowOf({}));
}

/** What the table promises of an example, which holds for the refused ones as well. */
function promisedBy({ example, typed, text }: ParityCase): string {
  if (example?.failed) return "failed";
  const read = readPlain(typed.type, example?.value ?? null);
  if ("mistake" in read) throw new Error(`${text}: ${read.mistake}`);
  return shown(encode(typed.type, read.value));
}

function shown(text: string | null | undefined): string {
  return text === null || text === undefined ? "null" : `=${text}`;
}

function rowText(one: ParityCase, rows: number[], pool: Pool): string {
  const shownRow = rows.slice(0, 3).map((place) => {
    const parts = columnsIn(one.typed).map(([name = ""]) => {
      const column = PARITY_COLUMNS.find((each) => each.name === name);
      const value = pool.rows[place]?.[name] ?? null;
      const text = typeof value === "string" ? JSON.stringify(value) : column && encode(column.type, value);
      return `${name}=${String(text).slice(0, 120)}`;
    });
    return parts.join(" ");
  });
  return shownRow.join(" | ") + (rows.length > 3 ? ` … ${rows.length} rows` : "");
}

/** The table of agreement as text. */
export function agreementTable(agreements: readonly Agreement[]): string {
  const line = (cells: (string | number)[]) =>
    cells.map((cell, i) => (i === 0 ? String(cell).padEnd(24) : String(cell).padStart(12))).join("");
  const total = (pick: (one: Agreement) => number) => agreements.reduce((sum, one) => sum + pick(one), 0);
  return [
    line(["function", "expressions", "refused", "cases", "agree"]),
    ...agreements.map((one) => line([one.of, one.expressions, one.refused, one.cases, one.agree])),
    line([
      "total",
      total((one) => one.expressions),
      total((one) => one.refused),
      total((one) => one.cases),
      total((one) => one.agree),
    ]),
    "",
    `${total((one) => one.cases).toLocaleString("en")} cases, of which ${total((one) => one.agree).toLocaleString("en")} agree; ${total((one) => one.refused)} expressions are refused by the evaluator, and run in Spark alone.`,
  ].join("\n");
}
