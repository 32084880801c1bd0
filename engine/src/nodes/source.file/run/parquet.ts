import { type FileHandle, open } from "node:fs/promises";
import { type FileMetaData, parquetMetadataAsync, parquetReadObjects, parquetSchema, type SchemaTree } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { Column } from "../../../column-type.ts";
import { didYouMean } from "../../../diagnostic.ts";
import { isoText } from "../../../expression/values/instant-text.ts";
import { SourceFailure } from "../../source-run.ts";
import { type FoundFile, unreadable } from "./files.ts";
import { parquetJson } from "./parquet-json.ts";

/** So many rows are held at a time. */
const ROWS_AT_ONCE = 10_000;
const MICROS_PER_MILLI = 1000n;

/** Times as text, with all of their digits. */
const PARSERS = {
  timestampFromMilliseconds: (millis: bigint) => isoText(BigInt(millis) * MICROS_PER_MILLI),
  timestampFromMicroseconds: (micros: bigint) => isoText(BigInt(micros)),
  timestampFromNanoseconds: (nanos: bigint) => isoText(BigInt(nanos) / 1000n),
  dateFromDays: (days: number) => isoText(BigInt(days) * 86_400_000_000n).slice(0, 10),
};

/** The rows of a Parquet file from one of them on, each the text of a JSON object of the `columns`, in groups. Throws a `SourceFailure` where there are none. */
export async function* parquetRows(found: FoundFile, columns: readonly Column[], from: number): AsyncGenerator<string[]> {
  const handle = await open(found.path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(found.name, error);
  });
  try {
    const file = { byteLength: found.size, slice: (start: number, end?: number) => bytesOf(handle, start, end ?? found.size) };
    const metadata = await parquetMetadataAsync(file);
    const schema = parquetSchema(metadata);
    checkColumns(found, schema, columns);
    const names = columns.map(({ name }) => name);
    const toJson = parquetJson(schema);
    keepDigits(metadata);
    const last = Number(metadata.num_rows);
    for (let start = from; start < last; start += ROWS_AT_ONCE) {
      const rowEnd = Math.min(start + ROWS_AT_ONCE, last);
      const read = { file, metadata, columns: names, rowStart: start, rowEnd, compressors, parsers: PARSERS, utf8: false };
      yield (await parquetReadObjects(read)).map(toJson);
    }
  } catch (error) {
    if (error instanceof SourceFailure) throw error;
    if (error instanceof Error && "code" in error) throw unreadable(found.name, error as NodeJS.ErrnoException);
    const reason = error instanceof Error ? error.message : String(error);
    throw new SourceFailure(`${found.name} cannot be read as Parquet (${reason})`, "see whether the file was written to its end");
  } finally {
    await handle.close();
  }
}

async function bytesOf(handle: FileHandle, start: number, end: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(end - start);
  let read = 0;
  while (read < bytes.length) {
    const { bytesRead } = await handle.read(bytes, read, bytes.length - read, start + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return bytes.buffer;
}

function checkColumns({ name }: FoundFile, schema: SchemaTree, columns: readonly Column[]): void {
  const there = schema.children.map(({ element }) => element.name);
  const missing = columns.find((column) => !there.includes(column.name));
  if (missing === undefined) return;
  const hint = didYouMean(missing.name, there) ?? `it has ${there.slice(0, 20).join(", ")}`;
  throw new SourceFailure(`${name} has no column \`${missing.name}\``, hint);
}

/** The library makes a double of a decimal; without its mark it gives the digits. */
function keepDigits(metadata: FileMetaData): void {
  for (const element of metadata.schema) {
    if (element.converted_type !== "DECIMAL" && element.logical_type?.type !== "DECIMAL") continue;
    delete element.converted_type;
    delete element.logical_type;
  }
}
