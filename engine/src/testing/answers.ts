import { type Column, columnAt } from "../column-type.ts";
import { didYouMean } from "../diagnostic.ts";
import { readPlain } from "../expression/index.ts";
import { type JsonNode, readJson } from "../expression/values/json.ts";
import type { Asked, GivenAnswer, ReportGiven } from "../nodes/given.ts";
import { columnPaths } from "../nodes/paths.ts";
import { readObject } from "../preview/record.ts";
import { recordText } from "./given.ts";

/** An answer as a test has it, its defaults filled in. */
export interface WrittenAnswer {
  when: Record<string, unknown>;
  answer?: unknown;
  status: number | null;
}

/** Says that it is not the row's fault: too slow, too early, too many, or who asks is not known. */
const AWAY = [401, 407, 408, 425, 429];

/** Reads an answer as the step would. Mistakes go to `report`, at their place in it. */
export function readAnswer(written: WrittenAnswer, asked: Asked, columns: readonly Column[], report: ReportGiven): GivenAnswer[] {
  const { status } = written;
  const hasAnswer = Object.hasOwn(written, "answer");
  if (hasAnswer === (status !== null)) {
    const message = hasAnswer ? "An answer with a `status` that refuses has no `answer`." : "Nothing is said of what comes back.";
    report([], { code: "test/wrong-answer", message, hint: "say either `answer` or `status`" });
    return [];
  }
  const when = Object.entries(written.when).flatMap(([path, value]) => readCondition(path, value, asked, columns, report));
  const text = hasAnswer ? { text: recordText(written.answer) } : {};
  const outcome = status === null ? outcomeOf(recordText(written.answer), asked) : statusOutcome(status);
  const way = "row" in outcome ? undefined : outcome.code === "http/away" ? "whenAway" : "onError";
  if ("code" in outcome && way !== undefined && asked[way] === "fail")
    report([hasAnswer ? "answer" : "status"], {
      code: "test/wrong-answer",
      message: `With \`${way}: fail\` this ends the query, and no row comes of it: ${outcome.message}.`,
      hint: `give what fits the columns, or set \`${way}\` to \`keep\` or \`dead-letter\``,
    });
  return [{ when, outcome, ...text }];
}

function readCondition(path: string, plain: unknown, { told }: Asked, columns: readonly Column[], report: ReportGiven) {
  const column = columnAt(columns, path.split("."));
  const isTold = told.some((each) => path === each || path.startsWith(`${each}.`));
  if (column === undefined || !isTold) {
    const known = isTold ? columnPaths(columns) : told;
    const message = column === undefined ? `There is no column \`${path}\`.` : `The endpoint is not told \`${path}\`.`;
    const hint =
      didYouMean(path, known) ?? (told.length > 0 ? `it is told ${told.join(", ")}` : "leave out `when`: it is told nothing");
    report(["when", path], { code: "test/unknown-column", message, hint, on: "key" });
    return [];
  }
  const { type } = column;
  const read = readPlain(type, plain);
  const mistake = ["list", "map", "struct", "binary"].includes(type.kind)
    ? "Only single values can be compared here."
    : "mistake" in read && `${read.mistake}, which \`${path}\` is.`;
  if (mistake === false && "value" in read) return [{ path, type, value: read.value }];
  report(["when", path], { code: "test/wrong-value", message: mistake || "It is no value." });
  return [];
}

function statusOutcome(status: number): { code: string; message: string } {
  return { code: status >= 500 || AWAY.includes(status) ? "http/away" : "http/refused", message: `status ${status}` };
}

function outcomeOf(text: string, { columns, places }: Asked): GivenAnswer["outcome"] {
  const node = isJson(text) ? readJson(text) : undefined;
  const isNothing = node?.kind === "word" && node.text === "null";
  if (node === undefined || (node.kind !== "object" && node.kind !== "array" && !isNothing))
    return { code: "http/unreadable", message: `the answer is no JSON object: ${text.slice(0, 200)}` };
  const fields = columns.flatMap(({ name }): [string, JsonNode][] => {
    const found = nodeAt(node, places[name] ?? name);
    return found === undefined ? [] : [[name, found]];
  });
  const read = readObject(fields, columns);
  return "row" in read ? read : { code: "http/unreadable", message: read.message };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The value at a dotted path, in which a number names an element of a list; of two of one name the last. */
function nodeAt(node: JsonNode, path: string): JsonNode | undefined {
  let found: JsonNode | undefined = node;
  for (const step of path.split(".")) {
    if (found?.kind === "array") found = /^\d+$/.test(step) ? found.items[Number(step)] : undefined;
    else found = found?.kind === "object" ? found.fields.findLast(([name]) => name === step)?.[1] : undefined;
  }
  return found;
}
