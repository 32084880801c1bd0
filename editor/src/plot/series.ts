/** How a line is told from others without its colour: `dash` as canvas and SVG take it. `colour` is the name of a custom property. */
export interface SeriesStyle {
  colour: string;
  dash: number[];
}

const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3], [4, 2], [12, 5]];
const COLOURS = 6;

/** The style of the series at a place; after all dashes in their own colour they come in others. */
export function styleOf(at: number): SeriesStyle {
  return { colour: `--series-${at % COLOURS}`, dash: DASHES[(at + Math.floor(at / COLOURS)) % DASHES.length] ?? [] };
}
