import type { Finding } from "../diagnostic.ts";
import { joinPointer } from "../pointer.ts";
import { readGiven } from "../preview/given-record.ts";
import type { NodePreview } from "../preview/index.ts";

/** The records that a test gives to a source, each as its source would send it: text is taken as it is. What is wrong with their facts is told. */
export function givenRecords(
  records: unknown,
  pointer: string,
  source: NodePreview | undefined,
  arrived: bigint | undefined,
  tell: (pointer: string, code: string, finding: Omit<Finding, "code" | "pointer">) => void,
): string[] {
  const texts = (Array.isArray(records) ? (records as unknown[]) : []).map(recordText);
  const timed = source?.outputs.flatMap(({ columns }) => columns).find(({ fact }) => fact === "timestamp");
  for (const [i, text] of texts.entries()) {
    const given = readGiven(text);
    const at = joinPointer(pointer, i);
    if ("mistake" in given) tell(at, "test/wrong-record", { message: `In this record ${given.mistake}.`, hint: given.hint });
    else if (timed !== undefined && arrived === undefined && given.facts.timestamp === undefined)
      tell(at, "test/no-arrival", {
        message: `\`${timed.name}\` is when the record came to Kafka, and nothing says when that was.`,
        hint: "say `arrived` for the test, or `{ $record: { … }, $timestamp: 2026-01-05T12:00:00Z }` for the record",
      });
  }
  return texts;
}

/** A record as its source would send it: text is taken as it is. */
export function recordText(record: unknown): string {
  return typeof record === "string" ? record : JSON.stringify(record);
}
