import { type Document, isMap, isSeq, type Node, parseDocument } from "yaml";
import { stepsOf } from "../pointer.ts";
import { flowText, narrowed } from "./flow.ts";
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
  const document = parseDocument(text, { version: "1.2", schema: "core" });
  const edits = results.flatMap(({ failures }) =>
    failures.flatMap((failure) => {
      const expectation = expectations.get(failure.pointer);
      return failure.came === undefined || expectation === undefined ? [] : [editOf(text, document, expectation, failure)];
    }),
  );
  // From the end, so that what stands before keeps its place.
  return edits
    .toSorted((a, b) => b.from - a.from)
    .reduce((changed, { from, to, put }) => changed.slice(0, from) + put + changed.slice(to), text);
}

interface Edit {
  from: number;
  to: number;
  put: string;
}

function editOf(text: string, document: Document, { pointer, rows }: Expectation, { came }: TestFailure): Edit {
  const steps = stepsOf(pointer).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  const place = isSeq(document.getIn(steps, true)) ? steps : [...steps, "rows"];
  const holder = document.getIn(place.slice(0, -1), true) as { items: { key: Node; value: Node | null }[] };
  const pair = holder.items.find(({ key }) => String(key) === String(place.at(-1)));
  const [keyFrom = 0, keyTo = 0] = pair?.key.range ?? [];
  const [, valueTo = keyTo] = pair?.value?.range ?? [];
  const isFlow = place.some((_, depth) => {
    const around = document.getIn(place.slice(0, depth), true);
    return (isMap(around) || isSeq(around)) && around.flow === true;
  });
  const lineStart = text.lastIndexOf("\n", keyFrom) + 1;
  const indent = " ".repeat(keyFrom - lineStart);
  const named = new Set((rows ?? []).flatMap(({ shown }) => Object.keys(shown as object)));
  const written = (came ?? []).map((row) => flowText(narrowed(row as object, named)));
  const put =
    isFlow || written.length === 0 ? ` [${written.join(", ")}]` : written.map((row) => `\n${indent}  - ${row}`).join("");
  const to = text.slice(keyTo, valueTo).trimEnd().length + keyTo;
  return { from: keyTo, to, put: `:${put}` };
}
