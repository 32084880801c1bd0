/** What a number among the options may be. */
export interface Bounds {
  low: number;
  high: number;
  whole: boolean;
}

/** A share, from none to all. */
export const fraction: Bounds = { low: 0, high: 1, whole: false };

/**
 * Reads the options of a simulator from a query over `defaults`: numbers by their bounds, and `start` as an instant in ms since 1970. Names in `others`
 * belong to someone else and are passed over. Mistakes are told as full sentences.
 */
export function readOptions<Options extends { start?: number }>(
  query: URLSearchParams,
  defaults: Options,
  bounds: Record<Exclude<keyof Options & string, "start">, Bounds>,
  others: readonly string[] = [],
): { options: Options; problems: string[] } {
  const options: Options = { ...defaults };
  const problems: string[] = [];
  for (const [name, text] of query) {
    if (name === "start") {
      const start = Date.parse(text);
      if (Number.isNaN(start)) problems.push(`\`start=${text}\` is not an ISO 8601 instant`);
      else options.start = start;
    } else if (Object.hasOwn(bounds, name)) {
      const bound = bounds[name as keyof typeof bounds];
      const value = numberIn(text, bound);
      if (value === undefined) problems.push(`\`${name}=${text}\` is not ${expected(bound)}`);
      else Object.assign(options, { [name]: value });
    } else if (!others.includes(name)) {
      problems.push(`there is no option \`${name}\`; the options are ${optionNames(bounds).join(", ")}`);
    }
  }
  return { options, problems };
}

/** The names of all options, in the order in which the documentation shows them. */
export function optionNames(bounds: Record<string, Bounds>): string[] {
  return [...Object.keys(bounds), "start"];
}

function numberIn(text: string, { low, high, whole }: Bounds): number | undefined {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return value >= low && value <= high && (!whole || Number.isInteger(value)) ? value : undefined;
}

function expected({ low, high, whole }: Bounds): string {
  return `a ${whole ? "whole " : ""}number from ${low} to ${high}`;
}
