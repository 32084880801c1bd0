import { type Node, parseDocument, stringify } from "yaml";
import { stepsOf } from "../pointer.ts";
import type { TestFailure, TestResult } from "./run-tests.ts";
import type { Expectation, PipelineTest } from "./test-file.ts";

/**
 * The text of a file of tests in which the rows that came stand where others were expected. Of each row only the columns are written that the expectation
 * named, all where it named none. Nothing else of the text changes.
 */
export function updatedText(text: string, tests: readonly PipelineTest[], results: readonly TestResult[]): string {
  const expectations = new Map(
    tests.flatMap(({ batches }) => batches.flatMap(({ expect }) => expect.map((one) => [one.pointer, one] as const))),
  );
  const edits = results.flatMap(({ failures }) =>
    failures.flatMap((failure) => {
      const expectation = expectations.get(failure.pointer);
      return failure.came === undefined || expectation === undefined ? [] : [editOf(text, expectation, failure)];
    }),
  );
  // From the end, so that what stands before keeps its place.
  return edits
    .toSorted((a, b) => b.from - a.from)
    .reduce((changed, { from, to, put }) => changed.slice(0, from) + put + changed.slice(to), text);
}

function editOf(text: string, { pointer, rows }: Expectation, { came }: TestFailure): { from: number; to: number; put: string } {
  const steps = stepsOf(pointer).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  const document = parseDocument(text, { version: "1.2", schema: "core" });
  const isList =
    Array.isArray((document.getIn(steps, true) as { items?: unknown } | undefined)?.items) &&
    document.getIn([...steps, "rows"], true) === undefined;
  const place = isList ? steps : [...steps, "rows"];
  const holder = document.getIn(place.slice(0, -1), true) as { items: { key: Node; value: Node | null }[] };
  const pair = holder.items.find(({ key }) => String(key) === String(place.at(-1)));
  const [keyFrom = 0, keyTo = 0] = pair?.key.range ?? [];
  const [, valueTo = keyTo] = pair?.value?.range ?? [];
  const isFlow = place.some(
    (_, depth) => (document.getIn(place.slice(0, depth), true) as { flow?: boolean } | undefined)?.flow === true,
  );
  const lineStart = text.lastIndexOf("\n", keyFrom) + 1;
  const indent = " ".repeat(keyFrom - lineStart);
  const named = new Set((rows ?? []).flatMap(({ shown }) => Object.keys(shown as object)));
  const written = (came ?? []).map((row) => flow(narrowed(row as Record<string, unknown>, named)));
  const put =
    isFlow || written.length === 0 ? ` [${written.join(", ")}]` : written.map((row) => `\n${indent}  - ${row}`).join("");
  const to = text.slice(keyTo, valueTo).trimEnd().length + keyTo;
  return { from: keyTo, to, put: `:${put}` };
}

function narrowed(row: Record<string, unknown>, named: ReadonlySet<string>): Record<string, unknown> {
  if (named.size === 0) return row;
  return Object.fromEntries(Object.entries(row).filter(([name]) => named.has(name)));
}

function flow(row: Record<string, unknown>): string {
  return stringify(row, { collectionStyle: "flow", flowCollectionPadding: true, lineWidth: 0 }).trimEnd();
}
