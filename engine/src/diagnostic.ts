/** How bad a finding is: an `error` stops every later stage, a `warning` is only shown. */
export type Severity = "error" | "warning";

/** Where a finding points: offsets are UTF-16 code units from the start of the file, line and column count from 1. */
export interface Place {
  file: string;
  /** JSON pointer (RFC 6901) into the document, `""` for the whole of it. */
  pointer: string;
  from: number;
  to: number;
  line: number;
  column: number;
}

/** A user's mistake as data. `code` is a stable word pair such as `aggregate/missing-watermark`. */
export interface Diagnostic {
  code: string;
  severity: Severity;
  /** A full sentence that quotes the user's value. */
  message: string;
  /** The fix, where it is known. */
  hint?: string;
  at: Place;
}

/** A diagnostic before it has a place: what the pure stages report, located later by the document. */
export interface Finding {
  code: string;
  severity?: Severity;
  message: string;
  hint?: string;
  pointer: string;
  /** Point at the key instead of the value. */
  on?: "key" | "value";
  /** A range inside the scalar's own text, for a mistake in the middle of an expression. */
  inner?: { from: number; to: number };
}

/** What a stage returns: its result, absent when an error made it meaningless, and everything it found. */
export interface Checked<T> {
  value?: T;
  findings: Finding[];
}

/** True when at least one finding stops the next stage. */
export function hasErrors(findings: readonly { severity?: Severity }[]): boolean {
  return findings.some((finding) => (finding.severity ?? "error") === "error");
}

/** The known name nearest to `given`, or undefined when none is near enough to be a likely typo. */
export function nearest(given: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(given.length / 3)) + 1;
  const lower = given.toLowerCase();
  for (const name of known) {
    // Every letter more or less is one edit.
    if (Math.abs(name.length - given.length) >= bestDistance) continue;
    const distance = editDistance(lower, name.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** A hint of the form "did you mean `x`?", or undefined. */
export function didYouMean(given: string, known: Iterable<string>): string | undefined {
  const name = nearest(given, known);
  return name === undefined ? undefined : `did you mean \`${name}\`?`;
}

/** Damerau-Levenshtein distance with adjacent transpositions (optimal string alignment), or any number from `enough` on that it is not less than. */
function editDistance(a: string, b: string, enough: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) value = Math.min(value, (beforeLast[j - 2] ?? 0) + 1);
      row.push(value);
    }
    // A transposition looks back two rows.
    if (Math.min(...row) >= enough && Math.min(...last) >= enough) return enough;
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
