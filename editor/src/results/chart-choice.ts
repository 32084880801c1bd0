import type { Leaf } from "./leaves.ts";

/** What a chart is of; `y` undefined counts documents, `series` undefined draws one line. */
export interface Choice {
  x: string;
  y: string | undefined;
  series: string | undefined;
}

/** The columns that each of the three may be. */
export interface Options {
  x: Leaf[];
  y: Leaf[];
  series: Leaf[];
}

const MOST_LINES = 12;
const ID = /(^|[._])(id|key|zip|code|number|offset|partition|year)$|^_id\b/i;

export function optionsOf(leaves: readonly Leaf[]): Options {
  return {
    x: leaves.filter(({ type }) => type !== "number"),
    y: leaves.filter(({ type, isDigits }) => type === "number" || isDigits),
    series: leaves.filter(({ type, isDigits }) => type === "text" && !isDigits),
  };
}

/** What fits best: a time, else a text for `x`, a number that is no name of something, and a text with few values for the lines. Undefined where there is neither time nor text. */
export function bestChoice(leaves: readonly Leaf[]): Choice | undefined {
  const { x: places, y: numbers, series: texts } = optionsOf(leaves);
  const named = (list: readonly Leaf[], name: RegExp) => list.find(({ path }) => name.test(path));
  const times = places.filter(({ type, distinct }) => type === "time" && distinct > 1);
  const few = texts.filter(({ path, distinct }) => distinct > 1 && distinct <= MOST_LINES && !ID.test(path));
  const x = named(times, /(^|[._])start$/i) ?? named(times, /time|_at$|^at$/i) ?? times[0] ?? byFew(few) ?? places[0];
  if (x === undefined) return undefined;
  const y = numbers.find(({ path, isDigits }) => !isDigits && !ID.test(path)) ?? numbers.find(({ path }) => !ID.test(path));
  const series = x.type === "time" ? byFew(few) : undefined;
  return { x: x.path, y: y?.path, series: series?.path };
}

function byFew(leaves: readonly Leaf[]): Leaf | undefined {
  return named(leaves) ?? [...leaves].sort((a, b) => a.distinct - b.distinct)[0];
}

/** What a person would draw lines for, where a column says so by its name. */
function named(leaves: readonly Leaf[]): Leaf | undefined {
  return leaves.find(({ path }) => /(^|[._])(region|category|country|kind|type|status|channel)$/i.test(path));
}

/** The choice with what somebody else chose in it, as far as the columns still have it. */
export function choiceWith(best: Choice, wanted: Partial<Choice>, options: Options): Choice {
  const has = (list: readonly Leaf[], path: string | undefined) => path === undefined || list.some((leaf) => leaf.path === path);
  return {
    x: wanted.x !== undefined && has(options.x, wanted.x) ? wanted.x : best.x,
    y: "y" in wanted && has(options.y, wanted.y) ? wanted.y : best.y,
    series: "series" in wanted && has(options.series, wanted.series) ? wanted.series : best.series,
  };
}
