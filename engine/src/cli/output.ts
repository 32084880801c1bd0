import type { Diagnostic } from "../diagnostic.ts";
import type { RunEvent } from "../runtime/events.ts";
import { type ChangeEvent, diagnosticLines, paperOf, printChanges, printDiagnostics } from "./print.ts";

/** Where a command's words go: data for machines on stdout, text for people on stdout where no data is, else on stderr. */
export interface Output {
  format: "text" | "json";
  /** The stream for people. */
  people: NodeJS.WriteStream;
  diagnostics(diagnostics: readonly Diagnostic[], text: string): void;
  changes(changes: readonly ChangeEvent[]): void;
  /** One JSON event; nothing in text format. */
  event(event: RunEvent | Record<string, unknown>): void;
  /** A line for people. */
  say(text: string): void;
}

/** The output of a command in the format that the user chose. */
export function openOutput(format: "text" | "json"): Output {
  const people = format === "json" ? process.stderr : process.stdout;
  return {
    format,
    people,
    diagnostics(diagnostics, text) {
      if (format === "json") process.stdout.write(diagnosticLines(diagnostics));
      if (diagnostics.length > 0) process.stderr.write(printDiagnostics(diagnostics, () => text, paperOf(process.stderr)));
    },
    changes(changes) {
      if (format === "json") for (const change of changes) process.stdout.write(`${JSON.stringify(change)}\n`);
      else people.write(printChanges(changes, paperOf(people)));
    },
    event(event) {
      if (format === "json") process.stdout.write(`${JSON.stringify(event)}\n`);
    },
    say(text) {
      people.write(`${text}\n`);
    },
  };
}
