import { keyText } from "../../nodes/kafka.topic/key-text.ts";

/** The record's key as UTF-8: the text of the value at `path`. Null where there is none, and for an object or list. */
export function keyOf(bytes: Buffer, path: readonly string[]): Buffer | null {
  const text = keyText(bytes.toString(), path);
  return text === null ? null : Buffer.from(text);
}
