import { readdirSync, readFileSync } from "node:fs";
import { history, undo } from "@codemirror/commands";
import { EditorState } from "@codemirror/state";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Lexer } from "yaml";
import { facts } from "../compile/facts.ts";
import { openText, rawText } from "../state/raw-text.ts";
import { learnNodeTypes, textAfter } from "./index.ts";
import { nodesOf } from "./spec-nodes.ts";
import { readSpecText } from "./spec-text.ts";
import { nastySpecs } from "./testing/nasty-specs.ts";
import { type Action, act } from "./testing/random-action.ts";
import { type Choice, choice } from "./testing/random-choice.ts";
import { linesGone, linesOf } from "./testing/touched.ts";

learnNodeTypes(facts().types);

// `EDITS_SEED=… EDITS_RUNS=500` tries what it says, or much more than a check has time for.
const seed = Number(process.env.EDITS_SEED ?? Date.now() % 1_000_000_000);
const numRuns = Number(process.env.EDITS_RUNS ?? 3);
console.log(`EDITS_SEED=${seed}`);

const pipelines = new URL("../../../pipelines/", import.meta.url);
const ours = readdirSync(pipelines).filter((name) => name.endsWith(".yaml") && !name.endsWith(".test.yaml"));
const specs = {
  ...nastySpecs,
  ...Object.fromEntries(ours.map((name) => [name, readFileSync(new URL(name, pipelines), "utf8")])),
};

/** What a user can do wrong. Anything else that is refused is an edit that should have been made. */
const MISTAKE =
  /already|circle|reads at most|is a source|is a sink|cannot read|There is no|does not read|Two nodes|is no id|nothing to|no value that a spec|Give the inputs names/;

describe("random edits", () => {
  it.each(Object.entries(specs))("of %s touch only what they are about, and undo gives the bytes back", (_name, spec) => {
    const actions = fc.array(choice, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.constantFrom("\n", "\r\n"), actions, (lineEnd, choices) => {
        const raw = spec.replaceAll("\n", lineEnd);
        const { text, form } = openText(raw);
        let state = EditorState.create({ doc: text, extensions: [history({ newGroupDelay: 0 })] });
        for (const one of choices) state = step(state, one);
        const dispatch = (transaction: { state: EditorState }) => {
          state = transaction.state;
        };
        while (undo({ state, dispatch }));
        expect(rawText(state.doc.toString(), form)).toBe(raw);
      }),
      { seed, numRuns },
    );
  });
});

function step(state: EditorState, chosen: Choice): EditorState {
  const before = state.doc.toString();
  const action = act(before, chosen);
  if (action === undefined) return state;
  const { edit, told } = action;
  if ("refused" in edit) {
    if (!MISTAKE.test(edit.refused)) throw new Error(`${told}: ${edit.refused}\n${before}`);
    return state;
  }
  const after = textAfter(before, edit);
  const next = state.update({ changes: edit.changes }).state;
  expect(next.doc.toString()).toBe(after);
  refuseForeignLines(before, after, action);
  return next;
}

/** The lines that steps which become nodes need: their key, where each begins, and where it is all on one line. */
function becomingNodes(before: string, after: string): Set<number> {
  const [was, is] = [before, after].map((text) => {
    const spec = readSpecText(text);
    return typeof spec === "string" ? undefined : nodesOf(spec);
  });
  if (was?.under !== "steps" || is?.under !== "nodes") return new Set();
  const lines = before.split("\n");
  const all = was.nodes.map(({ path }) => [...linesOf(before, [path], false)].sort((a, b) => a - b));
  const key = lines.findIndex((line) => line.startsWith("steps:"));
  const isFlow = (line: number | undefined) => /^(steps:|-?) *[[{]/.test(lines[line ?? 0]?.trimStart() ?? "");
  return new Set([key, ...all.flatMap((item) => (isFlow(item[0]) ? item : item.slice(0, 1)))]);
}

/** The comments of a text, in its order. */
function commentsOf(text: string): string[] {
  return [...new Lexer().lex(text)].filter((token) => token.startsWith("#"));
}

/** Takes the first of what is equal out of a list; false where there is none. */
function take(list: string[], wanted: string): boolean {
  const found = list.indexOf(wanted);
  if (found !== -1) list.splice(found, 1);
  return found !== -1;
}

/** How many blank lines a text has besides those of some lines. */
function blankLines(text: string, besides: ReadonlySet<number>): number {
  return text.split("\n").filter((line, i) => line.trim() === "" && !besides.has(i)).length;
}

/** Throws where a line is gone that the action is not about, or a comment or blank line that it did not take away. */
function refuseForeignLines(before: string, after: string, { told, edit, about, written = about, removes }: Action): void {
  const allowed = linesOf(before, about, removes);
  for (const line of becomingNodes(before, after)) allowed.add(line);
  const lines = before.split("\n");
  const foreign = linesGone(before, "refused" in edit ? [] : edit.changes).filter(
    (line) => lines[line]?.trim() !== "" && !allowed.has(line),
  );
  if (foreign.length > 0)
    throw new Error(`${told} touches ${JSON.stringify(foreign.map((line) => lines[line]))} of\n${before}\n=====>\n${after}`);
  // One blank line is like another, so which one is gone cannot be said; what is new may bring its own.
  const gone = blankLines(before, allowed) - blankLines(after, removes ? new Set() : linesOf(after, written, false));
  if (gone > 0) throw new Error(`${told} loses ${gone} blank lines of\n${before}\n=====>\n${after}`);
  if (removes) return;
  const kept = commentsOf(after);
  const lost = commentsOf(before).filter((comment) => !take(kept, comment));
  if (lost.length > 0) throw new Error(`${told} loses ${JSON.stringify(lost)} of\n${before}\n=====>\n${after}`);
}
