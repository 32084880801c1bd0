import { createHash } from "node:crypto";
import type { ChangeStreamDocument } from "mongodb";
import type { SourceItem } from "../../source-run.ts";
import { documentText } from "./document-text.ts";

/** So many bytes are kept of a document that is too long. */
const HEAD_BYTES = 1024;

/** How a change becomes a record. */
export interface RecordSettings {
  /** The field that says what happened; without it deletions are left out. */
  operation?: string;
  /** Bytes. */
  longest: number;
}

/** The document as it is after the change; undefined where the change leaves none to show. */
export function recordOf(change: ChangeStreamDocument, { operation, longest }: RecordSettings): SourceItem | undefined {
  const document = documentAfter(change);
  if (document === undefined || (change.operationType === "delete" && operation === undefined)) return undefined;
  const told = operation === undefined ? document : { ...document, [operation]: change.operationType };
  const bytes = Buffer.from(documentText(told));
  const cursor = JSON.stringify(change._id);
  if (bytes.length <= longest) return { kind: "record", bytes, cursor };
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { kind: "oversized", head: bytes.subarray(0, HEAD_BYTES), length: bytes.length, sha256, cursor };
}

/** An update of a document that is gone by now has none: its deletion follows. */
function documentAfter(change: ChangeStreamDocument): object | undefined {
  switch (change.operationType) {
    case "insert":
    case "replace":
    case "update":
      return change.fullDocument ?? undefined;
    case "delete":
      return change.documentKey;
    default:
      return undefined;
  }
}
