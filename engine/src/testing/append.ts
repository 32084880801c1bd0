import { isCollection, isMap, isScalar, isSeq, type Pair, parseDocument, type YAMLMap } from "yaml";
import { flowText } from "./flow.ts";

/** A test as it is written. */
export interface WrittenTest {
  name: string;
  arrived?: string;
  /** Source → its records. */
  given: Record<string, unknown[]>;
  /** Stream → its rows, or what else becomes of them. */
  expect: Record<string, unknown[] | Record<string, unknown>>;
}

/** The file of tests that a pipeline without one gets. `schema`: where the contract of such files lies, or nothing. */
export function newFile(schema: string, test: WrittenTest): string {
  const first = schema === "" ? "" : `# yaml-language-server: $schema=${schema}\n`;
  return `${first}version: 1\ntests:\n${itemOf(test, "  ")}`;
}

/** The text with one more test at the end of its list; every other byte stays. Undefined where there is no place for it that is sure. */
export function withTest(text: string, test: WrittenTest): string | undefined {
  const document = parseDocument(text, { version: "1.2", schema: "core", keepSourceTokens: true });
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  const place = placeIn(text, document.contents, test);
  if (place === undefined) return undefined;
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const changed = text.slice(0, place.at) + place.put.replaceAll("\n", end) + text.slice(place.at);
  return holds(document.toJS() as object, changed, test) ? changed : undefined;
}

/** The file says what it said before, and the test. */
function holds(before: { tests?: unknown[] | null }, changed: string, test: WrittenTest): boolean {
  const after = parseDocument(changed, { version: "1.2", schema: "core" });
  const expected = { ...before, tests: [...(before.tests ?? []), test] };
  return after.errors.length === 0 && JSON.stringify(after.toJS()) === JSON.stringify(expected);
}

function placeIn(text: string, root: YAMLMap, test: WrittenTest): { at: number; put: string } | undefined {
  const pairs = root.items as Pair[];
  const at = pairs.findIndex(({ key }) => isScalar(key) && key.value === "tests");
  const list = pairs[at]?.value;
  if (!isCollection(list) || !isSeq(list) || !list.range) return undefined;
  if (list.flow) return { at: list.range[1] - 1, put: `${list.items.length > 0 ? ", " : ""}${JSON.stringify(test)}` };
  const first = text.slice(0, list.range[0]);
  const indent = first.slice(first.lastIndexOf("\n") + 1);
  if (indent.trim() !== "") return undefined;
  const next = pairs[at + 1]?.key;
  const stop = isScalar(next) && next.range ? text.lastIndexOf("\n", next.range[0]) + 1 : text.length;
  const end = next === undefined ? text.length : endOfContent(text, stop);
  const isLineOpen = end > 0 && text[end - 1] !== "\n";
  return { at: end, put: `${isLineOpen ? "\n" : ""}\n${itemOf(test, indent)}` };
}

/** Before blank lines and comments that stand above what begins at `stop`. */
function endOfContent(text: string, stop: number): number {
  let end = stop;
  while (end > 0) {
    const start = text.lastIndexOf("\n", end - 2) + 1;
    if (!/^\s*(#.*)?$/.test(text.slice(start, end).trimEnd())) return end;
    end = start;
  }
  return end;
}

function itemOf({ name, arrived, given, expect }: WrittenTest, indent: string): string {
  const lines = [
    `- name: ${flowText(name)}`,
    ...(arrived === undefined ? [] : [`  arrived: ${arrived}`]),
    "  given:",
    ...Object.entries(given).flatMap(([source, records]) => listOf(source, records, "    ")),
    "  expect:",
    ...Object.entries(expect).flatMap(([stream, told]) => expectationOf(stream, told)),
  ];
  return lines.map((line) => `${indent}${line}\n`).join("");
}

function expectationOf(stream: string, told: WrittenTest["expect"][string]): string[] {
  if (Array.isArray(told)) return listOf(stream, told, "    ");
  const parts = Object.entries(told).flatMap(([word, value]) =>
    Array.isArray(value) ? listOf(word, value, "      ") : [`      ${word}: ${flowText(value)}`],
  );
  return [`    ${stream}:`, ...parts];
}

function listOf(name: string, items: readonly unknown[], indent: string): string[] {
  if (items.length === 0) return [`${indent}${name}: []`];
  return [`${indent}${name}:`, ...items.map((item) => `${indent}  - ${flowText(item)}`)];
}
