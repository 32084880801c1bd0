import { createHash } from "node:crypto";

/** How far the files of a source have been read. They are read in the order of their names, so one place says it all. */
export interface Position {
  /** The file, relative to the project's folder. */
  file: string;
  /** Bytes of it, unpacked, or rows of Parquet, that need not be read again. */
  offset: number;
  /** What the file began with, up to 1,024 of those bytes, as a hash: another file under the same name has another one. */
  head: string;
  /** Bytes that it had; 0 where that says nothing, because the offset is no place in them. */
  size: number;
  /** When the newest of the files before it was changed, in ms since 1970: one that is newer was changed since. */
  before: number;
}

/** So many bytes of a file's beginning tell it from another one. */
export const MARKED_BYTES = 1024;

/** The hash of what a file of which `offset` bytes were read began with. */
export function headMark(beginning: Uint8Array, offset: number): string {
  return createHash("sha256")
    .update(beginning.subarray(0, Math.min(offset, MARKED_BYTES)))
    .digest("hex")
    .slice(0, 16);
}

/** Reads a cursor. One of another version of the engine, or of another kind, counts as none. */
export function readPosition(cursor: string | undefined): Position | undefined {
  try {
    const { file, offset, head, size, before } = JSON.parse(cursor ?? "{}") as Partial<Position>;
    if (typeof file !== "string" || typeof head !== "string") return undefined;
    if (typeof offset !== "number" || typeof size !== "number" || typeof before !== "number") return undefined;
    return { file, offset, head, size, before };
  } catch {
    return undefined;
  }
}
