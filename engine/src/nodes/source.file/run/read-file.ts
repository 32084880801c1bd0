import type { SourceFileConfig } from "@pipeline-engine/schemas/types";
import type { Column } from "../../../column-type.ts";
import { parseColumns } from "../../../columns-notation.ts";
import { parseByteSize } from "../../../duration.ts";
import { csvColumns, csvHeader, csvRecords, headerMistake } from "../../csv.ts";
import { type SourceContext, SourceFailure, type SourceItem } from "../../source-run.ts";
import { beginningOf, bytesFrom, type FoundFile, isPacked } from "./files.ts";
import { createPace, until } from "./pace.ts";
import { parquetRows } from "./parquet.ts";
import { headMark, MARKED_BYTES, type Position } from "./position.ts";
import { type Cut, createRecordCutter, cutOf } from "./record-cutter.ts";

/** What is not set need not be there. */
export type FileConfig = Omit<SourceFileConfig, "csv" | "replay" | "metadata"> &
  Partial<Pick<SourceFileConfig, "csv" | "replay">>;

/** Reads files of one source. */
export interface FileReader {
  /** Hands over a file from a position on to the end that was found; `whole`: what stands behind the last line feed is a line too. */
  read(file: FoundFile, from: Position, whole: boolean): Promise<Position>;
}

interface Source {
  context: SourceContext<FileConfig>;
  columns: readonly Column[];
  maxBytes: number;
  decoder: InstanceType<typeof TextDecoder>;
  /** When a record is due; absent: at once. */
  due: ((record: string) => number) | undefined;
}

/** How the lines of one file become records. */
type Records = (lines: readonly Uint8Array[]) => Uint8Array[];

const HEADER_BYTES = 65_536;

export function fileReader(context: SourceContext<FileConfig>): FileReader {
  const { config } = context;
  const columns = parseColumns(config.columns, "").value ?? [];
  const pace = config.replay && { path: config.replay.pace.split("."), speed: config.replay.speed };
  const type = csvColumns(columns).find(([path]) => path === config.replay?.pace)?.[1];
  const source: Source = {
    context,
    columns,
    maxBytes: parseByteSize(config.maxLine) ?? 1_048_576,
    decoder: new TextDecoder(config.encoding, { fatal: true, ignoreBOM: true }),
    due: pace && type ? createPace({ ...pace, type }) : undefined,
  };
  return { read: (file, from, whole) => readFile(source, file, from, whole) };
}

/** Lines are written to the end of a file; a file that is packed, or Parquet, is made as a whole. */
function isMadeWhole({ name }: FoundFile, format: FileConfig["format"]): boolean {
  return format === "parquet" || isPacked(name);
}

/** Throws where a file is no longer the one that was read up to a position. `seen`: what it was when it was read last in this run. */
export async function checkUnchanged(
  file: FoundFile,
  format: FileConfig["format"],
  { offset, head }: Position,
  seen: FoundFile | undefined,
): Promise<void> {
  const hint = "put the file back that was read, or give the new one a name behind it";
  if (!isMadeWhole(file, format) && file.size < offset)
    throw new SourceFailure(`${file.name} has ${file.size} bytes, and ${offset} were read of it`, hint);
  const isOther = seen !== undefined && seen.identity !== file.identity;
  const beginning = await beginningOf(file, MARKED_BYTES);
  if (isOther || (offset > 0 && headMark(beginning, markedOf(format, offset)) !== head))
    throw new SourceFailure(`${file.name} is another file than the one that was read`, hint);
}

/** A place in Parquet counts rows, and the file's beginning is marked whole. */
function markedOf(format: FileConfig["format"], offset: number): number {
  return format === "parquet" ? MARKED_BYTES : offset;
}

async function readParquet(source: Source, file: FoundFile, from: Position): Promise<Position> {
  const { signal } = source.context;
  let position: Position = { ...from, head: headMark(await beginningOf(file, MARKED_BYTES), MARKED_BYTES), size: 0 };
  for await (const rows of parquetRows(file, source.columns, from.offset)) {
    const cuts = rows.map((row, at) => cutOf(Buffer.from(row), source.maxBytes, position.offset + at + 1));
    await emit(
      source,
      itemsOf(
        cuts,
        cuts.map(({ end }) => JSON.stringify({ ...position, offset: end })),
        asTheyAre,
      ),
    );
    position = { ...position, offset: position.offset + rows.length };
    if (signal.aborted) break;
  }
  return position;
}

async function readFile(source: Source, file: FoundFile, from: Position, wanted: boolean): Promise<Position> {
  const { context, maxBytes } = source;
  const { signal, config } = context;
  if (config.format === "parquet") return readParquet(source, file, from);
  const whole = wanted || isPacked(file.name);
  const beginning = await beginningOf(file, HEADER_BYTES);
  checkEncoding(file, beginning);
  const size = isPacked(file.name) ? 0 : file.size;
  const head = openRecords(source, file, beginning, whole);
  // A header that is still being written: the next look will find it.
  if (head === undefined) return { ...from, size };
  let position: Position = { ...from, offset: Math.max(from.offset, head.begin), size };
  position.head = headMark(beginning, position.offset);
  const cutter = createRecordCutter({ maxBytes, quoted: config.format === "csv", from: position.offset });
  const hand = async (cuts: Cut[]) => {
    const places = cuts.map(({ end }) => {
      const mark = position.offset >= MARKED_BYTES ? position.head : headMark(beginning, end);
      position = { ...position, offset: end, head: mark };
      return JSON.stringify(position);
    });
    await emit(source, itemsOf(cuts, places, head.records));
  };
  for await (const piece of bytesFrom(file, position.offset)) {
    await hand(cutter.push(piece));
    if (signal.aborted) return position;
  }
  if (whole) await hand(cutter.end());
  return position;
}

function itemsOf(cuts: readonly Cut[], places: readonly string[], records: Records): SourceItem[] {
  const made = records(cuts.flatMap((cut) => (cut.kind === "record" ? [cut.bytes] : [])));
  let next = 0;
  return cuts.map((cut, at): SourceItem => {
    const cursor = places[at] ?? "";
    if (cut.kind === "record") return { kind: "record", bytes: made[next++] ?? cut.bytes, cursor };
    return { kind: "oversized", head: cut.head, length: cut.length, sha256: cut.sha256, cursor };
  });
}

/** Hands over what is due, and waits for what is not. */
async function emit({ context, due }: Source, items: SourceItem[]): Promise<void> {
  let ready: SourceItem[] = [];
  for (const item of due === undefined ? [] : items) {
    const at = item.kind === "record" ? (due?.(Buffer.from(item.bytes).toString()) ?? 0) : 0;
    if (at > performance.now()) {
      if (ready.length > 0) await context.emit(ready);
      ready = [];
      await until(at, context.signal);
      if (context.signal.aborted) return;
    }
    ready.push(item);
  }
  const rest = due === undefined ? items : ready;
  if (rest.length > 0) await context.emit(rest);
}

function checkEncoding({ name }: FoundFile, beginning: Uint8Array): void {
  const [first, second] = beginning;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    throw new SourceFailure(`${name} is written in UTF-16`, "save it in UTF-8, or in windows-1252 with `encoding: windows-1252`");
}

/** How the lines of a file become records, and where the first one begins. Undefined where the file has no header yet. */
function openRecords(
  source: Source,
  file: FoundFile,
  beginning: Uint8Array,
  whole: boolean,
): { records: Records; begin: number } | undefined {
  const { config } = source.context;
  if (config.format === "ndjson") return { records: config.encoding === "utf-8" ? asTheyAre : recoded(source), begin: 0 };
  const { header: hasHeader, delimiter } = config.csv ?? { header: true, delimiter: "," };
  const paths = csvColumns(source.columns).map(([path]) => path);
  if (!hasHeader) return { records: rowsOf(source, paths, delimiter), begin: 0 };
  const line = firstLine(beginning, whole);
  if (line === undefined) {
    if (beginning.length < HEADER_BYTES) return undefined;
    throw new SourceFailure(`the header of ${file.name} does not end`, "see whether a quote in its first line is left open");
  }
  const header = csvHeader(textOf(source, line.bytes) ?? "", delimiter);
  const mistake =
    header === undefined ? { message: "is no line of CSV", hint: "look at its quotes" } : headerMistake(header, source.columns);
  if (header === undefined || mistake !== undefined)
    throw new SourceFailure(`the header of ${file.name} ${mistake?.message}`, mistake?.hint);
  return { records: rowsOf(source, header, delimiter), begin: line.end };
}

function firstLine(beginning: Uint8Array, whole: boolean): { bytes: Uint8Array; end: number } | undefined {
  const cutter = createRecordCutter({ maxBytes: HEADER_BYTES, quoted: true, from: 0 });
  const [first = whole && beginning.length < HEADER_BYTES ? cutter.end()[0] : undefined] = cutter.push(beginning);
  return first?.kind === "record" ? first : undefined;
}

const asTheyAre: Records = (lines) => [...lines];

function recoded(source: Source): Records {
  return (lines) => lines.map((line) => Buffer.from(textOf(source, line) ?? ""));
}

/** A row that cannot be read in its encoding is handed over as it is, and becomes a dead letter. */
function rowsOf(source: Source, header: readonly string[], delimiter: string): Records {
  const toRecords = csvRecords(header, source.columns, delimiter);
  return (lines) => {
    const texts = lines.map((line) => textOf(source, line));
    const made = toRecords(texts.filter((text) => text !== undefined));
    let next = 0;
    return lines.map((line, at) => (texts[at] === undefined ? line : Buffer.from(made[next++] ?? "")));
  };
}

function textOf({ decoder }: Source, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
