import { invertedEffects } from "@codemirror/commands";
import { StateEffect, StateField } from "@codemirror/state";

export interface Position {
  x: number;
  y: number;
}

/** Where nodes stand that somebody has moved, by id. */
export type Layout = Readonly<Record<string, Position>>;

/** Replaces the layout; undone together with the text. */
export const setLayout = StateEffect.define<Layout>();

/** The layout is another file, but has a place in the same history. */
export const layoutField = StateField.define<Layout>({
  create: () => ({}),
  update: (value, transaction) => transaction.effects.find((effect) => effect.is(setLayout))?.value ?? value,
});

export const layoutHistory = invertedEffects.of((transaction) =>
  transaction.effects.some((effect) => effect.is(setLayout)) ? [setLayout.of(transaction.startState.field(layoutField))] : [],
);

/** Where a node stands goes with it to another id. */
export function renamed(layout: Layout, from: string, to: string): Layout {
  const { [from]: place, ...others } = layout;
  return place === undefined ? layout : { ...others, [to]: place };
}

/** Without the places of nodes that are gone: another one with such an id begins anew. */
export function without(layout: Layout, ids: readonly string[]): Layout {
  const kept = Object.entries(layout).filter(([id]) => !ids.includes(id));
  return kept.length === Object.keys(layout).length ? layout : Object.fromEntries(kept);
}

/** True where all nodes stand at the same places. */
export function sameLayout(a: Layout, b: Layout): boolean {
  return a === b || layoutText(a, undefined) === layoutText(b, undefined);
}

/** Reads `NAME.layout.json`; what is none counts as empty. */
export function readLayout(text: string | null): Layout {
  if (text === null) return {};
  try {
    const { nodes } = JSON.parse(text) as { nodes?: Record<string, Position> };
    const entries = Object.entries(nodes ?? {}).filter(([, at]) => Number.isFinite(at?.x) && Number.isFinite(at?.y));
    return Object.fromEntries(entries.map(([id, { x, y }]) => [id, { x, y }]));
  } catch {
    return {};
  }
}

/** The layout as a file: keys sorted, a line for each node; null where nobody has moved anything. `ids`: those of the nodes there are, undefined where nobody knows. */
export function layoutText(layout: Layout, ids: ReadonlySet<string> | undefined): string | null {
  const kept = Object.entries(layout)
    .filter(([id]) => ids?.has(id) ?? true)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (kept.length === 0) return null;
  const lines = kept.map(([id, { x, y }]) => `    ${JSON.stringify(id)}: { "x": ${Math.round(x)}, "y": ${Math.round(y)} }`);
  return `{\n  "version": 1,\n  "nodes": {\n${lines.join(",\n")}\n  }\n}\n`;
}
