const RESERVED = new Set("and or not in is null like between case when then else end true false".split(" "));

/** True for the words that cannot be a bare column name; such a column is written in backticks. */
export function isReserved(word: string): boolean {
  return RESERVED.has(word.toLowerCase());
}
