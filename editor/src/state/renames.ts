import { invertedEffects } from "@codemirror/commands";
import { StateEffect, StateField } from "@codemirror/state";
import { renameInTests, textAfter } from "../document/index.ts";
import { openText, rawText } from "./raw-text.ts";

/** A node that got another id. */
export interface Renamed {
  from: string;
  to: string;
}

/** Replaces the renames; undone together with the text. */
export const setRenames = StateEffect.define<readonly Renamed[]>();

/** The nodes that got other ids, one after the other. The tests of the pipeline stand in a file that is not open: they follow when it is saved. */
export const renamesField = StateField.define<readonly Renamed[]>({
  create: () => [],
  update: (value, transaction) => transaction.effects.find((effect) => effect.is(setRenames))?.value ?? value,
});

export const renamesHistory = invertedEffects.of((transaction) =>
  transaction.effects.some((effect) => effect.is(setRenames)) ? [setRenames.of(transaction.startState.field(renamesField))] : [],
);

/** What must be renamed in a file that knows of the renames that were saved: those that were undone since, backwards, and the new ones. */
export function pending(saved: readonly Renamed[], now: readonly Renamed[]): Renamed[] {
  let same = 0;
  while (same < Math.min(saved.length, now.length) && saved[same] === now[same]) same += 1;
  const undone = saved.slice(same).toReversed();
  return [...undone.map(({ from, to }) => ({ from: to, to: from })), ...now.slice(same)];
}

/** The file of tests after renames, or the sentence that says why it cannot follow. */
export function testsAfter(raw: string, renames: readonly Renamed[]): { tests: string } | { refused: string } {
  const { text, form } = openText(raw);
  let after = text;
  for (const { from, to } of renames) {
    const edit = renameInTests(after, from, to);
    if ("refused" in edit) return edit;
    after = textAfter(after, edit);
  }
  return { tests: rawText(after, form) };
}
