import { type Row, toPlain } from "../expression/index.ts";
import { NothingGiven } from "../nodes/given.ts";
import type { Drop } from "../nodes/preview.ts";
import { type NodePreview, openPreview, type PreviewPython, type PreviewTables } from "../preview/index.ts";
import type { TypedDag } from "../types.ts";
import { pair } from "./pair.ts";
import type { Pattern } from "./pattern.ts";
import { firstStandIns } from "./stand-ins.ts";
import { DROPS, type DropWord, type Expectation, type ExpectedDrop, type PipelineTest, type TestBatch } from "./test-file.ts";

/** Something that came otherwise than a test expects it. */
export interface TestFailure {
  /** JSON pointer to the expectation. */
  pointer: string;
  /** The batch, from 1; absent where the test has one. */
  batch?: number;
  stream: string;
  message: string;
  /** What was expected and did not come, as it is written in the test. */
  missing: unknown[];
  /** What came and was not expected, in the form of JSON. */
  unexpected: unknown[];
  /** All that came, where rows were expected. */
  came?: unknown[];
}

export interface TestResult {
  name: string;
  pointer: string;
  failures: TestFailure[];
  /** Why the test could not be run, in half a sentence; then there are no failures. */
  notRun?: string;
}

/** Runs a test on the evaluator, from nothing, batch by batch. */
export async function runTest(
  typed: TypedDag,
  test: PipelineTest,
  python?: PreviewPython,
  tables?: PreviewTables,
): Promise<TestResult> {
  const pipeline = openPreview(typed, python, tables, firstStandIns(typed, test, tables ?? new Map()));
  const shown: NodePreview[][] = [];
  const arrived = test.arrived !== undefined && { arrived: test.arrived };
  try {
    for (const { given, standIns } of test.batches) shown.push(await pipeline.run({ samples: given, standIns, ...arrived }));
  } catch (error) {
    if (error instanceof NothingGiven) return withoutAnswer(test, error.node, error.message);
    throw error;
  }
  return resultOf(test, shown);
}

/** A test whose pipeline asks for what is not given. */
export function withoutAnswer({ name, pointer }: PipelineTest, stream: string, message: string): TestResult {
  return { name, pointer, failures: [{ pointer, stream, message, missing: [], unexpected: [] }] };
}

/** What a test says to what came. `shown`: every node, batch by batch. */
export function resultOf({ name, pointer, batches }: PipelineTest, shown: readonly (readonly NodePreview[])[]): TestResult {
  const failures = batches.flatMap((batch, i) =>
    failuresOf(batch, shown[i] ?? []).map((failure) => (batches.length > 1 ? { ...failure, batch: i + 1 } : failure)),
  );
  return { name, pointer, failures };
}

/** What a batch brought otherwise than it should. */
export function failuresOf({ expect }: TestBatch, nodes: readonly NodePreview[]): TestFailure[] {
  return expect.flatMap((expectation) => {
    const node = nodes.find((one) => one.node === expectation.node);
    if (node === undefined) return [];
    const drops = (Object.keys(DROPS) as DropWord[]).flatMap((word) => dropFailures(expectation, word, node));
    return [...rowFailures(expectation, node), ...drops, ...openFailures(expectation, node)];
  });
}

function rowFailures({ rows: patterns, match, output, stream, pointer }: Expectation, { outputs }: NodePreview): TestFailure[] {
  if (patterns === null) return [];
  const found = outputs.find(({ name }) => name === output) ?? { columns: [], rows: [] };
  const rows = found.rows.map(({ values }) => values);
  const plain = (row: Row) => toPlain({ kind: "struct", fields: [...found.columns] }, row);
  if (match === "ordered") return orderFailures(patterns, rows, plain, { stream, pointer });
  const { left, right } = pair(patterns, rows, (pattern, row) => pattern.fits(row));
  const unexpected = match === "some" ? [] : right;
  if (left.length === 0 && unexpected.length === 0) return [];
  const message = differenceOf(left.length, unexpected.length, "row");
  return [
    { stream, pointer, message, missing: left.map(({ shown }) => shown), unexpected: right.map(plain), came: rows.map(plain) },
  ];
}

function orderFailures(
  patterns: readonly Pattern[],
  rows: readonly Row[],
  plain: (row: Row) => unknown,
  at: { stream: string; pointer: string },
): TestFailure[] {
  const wrong = Array.from({ length: Math.max(patterns.length, rows.length) }, (_, i) => i).filter((i) => {
    const [pattern, row] = [patterns[i], rows[i]];
    return pattern === undefined || row === undefined || !pattern.fits(row);
  });
  const [first] = wrong;
  if (first === undefined) return [];
  return [
    {
      ...at,
      message: `from row ${first + 1} on the rows come otherwise`,
      missing: patterns.slice(first).map(({ shown }) => shown),
      unexpected: rows.slice(first).map(plain),
      came: rows.map(plain),
    },
  ];
}

const NAMES: Record<DropWord, string> = { dead: "dead letter", late: "late row", filtered: "filtered row", repeats: "repeat" };

function dropFailures({ drops, stream, pointer }: Expectation, word: DropWord, { dropped }: NodePreview): TestFailure[] {
  const expected = drops[word];
  if (expected === undefined) return [];
  const found = dropped.filter(({ why }) => why === DROPS[word]);
  const plain = ({ row, code, message }: Drop) => ({ record: row.record ?? null, ...(code !== undefined && { code }), message });
  if (typeof expected === "number") {
    if (expected === found.length) return [];
    const message = `${found.length} instead of ${counted(expected, NAMES[word])}`;
    return [{ stream, pointer, message, missing: [], unexpected: found.map(plain) }];
  }
  const { left, right } = pair(expected, found, fitsDrop);
  if (left.length === 0 && right.length === 0) return [];
  const message = differenceOf(left.length, right.length, NAMES[word]);
  return [{ stream, pointer, message, missing: left.map(shownDrop), unexpected: right.map(plain) }];
}

function fitsDrop({ record, code, message }: ExpectedDrop, drop: Drop): boolean {
  return (record === null || record === drop.row.record) && (code === "" || code === drop.code) && drop.message.includes(message);
}

function shownDrop({ record, code, message }: ExpectedDrop): object {
  return { ...(record !== null && { record }), ...(code !== "" && { code }), ...(message !== "" && { message }) };
}

function openFailures({ open, stream, pointer }: Expectation, node: NodePreview): TestFailure[] {
  const found = node.open ?? 0;
  if (open === null || open === found) return [];
  return [{ stream, pointer, message: `${found} instead of ${counted(open, "open window")}`, missing: [], unexpected: [] }];
}

function differenceOf(missing: number, unexpected: number, what: string): string {
  const parts = [
    ...(missing > 0 ? [`${counted(missing, what)} missing`] : []),
    ...(unexpected > 0 ? [`${counted(unexpected, what)} not expected`] : []),
  ];
  return parts.join(", ");
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
