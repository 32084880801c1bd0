import { didYouMean, type Finding } from "../diagnostic.ts";
import type { Document } from "../document.ts";
import type { Moved } from "../pointer.ts";
import type { NodePreview } from "../preview/index.ts";
import { testValidators } from "../validate/catalogue.gen.ts";
import { copied, record, shape } from "../validate/shape.ts";
import type { KnownStream } from "./known-streams.ts";
import type { Testable } from "./stand-ins.ts";

/** What is known of a file of tests while it is read, and what has been found wrong with it. */
export interface Reader {
  document: Document;
  pipeline: Testable;
  nodes: readonly NodePreview[];
  sources: readonly string[];
  streams: ReadonlyMap<string, KnownStream>;
  findings: Finding[];
  moved: Moved[];
}

/** A part of the file as its contract wants it, and what is wrong with it. */
export function part(document: Document, value: unknown, pointer: string, which: keyof typeof testValidators) {
  return shape(document, value, pointer, testValidators[which], (given) => copied(given));
}

/** The part as its contract wants it; what is wrong with it is noted. */
export function read(
  reader: Reader,
  value: unknown,
  pointer: string,
  which: keyof typeof testValidators,
): Record<string, unknown> {
  const { value: filled, findings, moved } = part(reader.document, value, pointer, which);
  reader.findings.push(...findings);
  reader.moved.push(...moved);
  return record(filled);
}

/** Notes a name that there is not, with the one that was meant. */
export function unknown(
  reader: Reader,
  pointer: string,
  code: string,
  message: string,
  given: string,
  known: readonly string[],
): void {
  tell(reader, pointer, code, { message, hint: didYouMean(given, known) ?? `there are ${known.join(", ")}`, on: "key" });
}

/** Notes a mistake. */
export function tell(reader: Reader, pointer: string, code: string, finding: Omit<Finding, "code" | "pointer">): void {
  reader.findings.push({ code, pointer, ...finding });
}
