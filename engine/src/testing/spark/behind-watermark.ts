import { readTimestamp } from "../../expression/values/instant-text.ts";
import type { SparkStep } from "./told.ts";

/**
 * Which rows a stateful step dropped, by place; null for one that has none to tell. Spark counts them and names none: of a window and group all late rows of a
 * batch are one to it. So they are named by the watermark that Spark had, and where that does not go with what it counted, its count is taken.
 */
export function behindWatermark(
  { late, repeats, watermark, came, overlapping }: SparkStep,
  left: readonly string[],
): { late: (string | null)[]; repeats: (string | null)[] } {
  const mark = watermark === null ? undefined : readTimestamp(watermark);
  const behind = (came ?? []).filter(([, last]) => mark !== undefined && BigInt(last) <= mark).map(([place]) => place);
  const named = late > 0 && (behind.length >= late || overlapping) ? behind : nameless(late);
  const known = new Set<string | null>([...left, ...named]);
  const again = (came ?? []).map(([place]) => place).filter((place) => !known.has(place));
  return { late: named, repeats: again.length === repeats ? again : nameless(repeats) };
}

function nameless(count: number): null[] {
  return Array.from({ length: count }, () => null);
}
