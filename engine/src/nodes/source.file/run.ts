import { setTimeout as sleep } from "node:timers/promises";
import { type SourceContext, type SourceEnd, SourceFailure, type SourceRunner } from "../source-run.ts";
import { type FoundFile, filesOf } from "./run/files.ts";
import { type Position, readPosition } from "./run/position.ts";
import { checkUnchanged, type FileConfig, type FileReader, fileReader } from "./run/read-file.ts";

/** How often a file that is followed is looked at. */
const LOOK_MS = 200;

interface Reading {
  context: SourceContext<FileConfig>;
  reader: FileReader;
  position: Position | undefined;
  /** What the present file was when it was read last: it is read again only once it is another. */
  seen: FoundFile | undefined;
  /** Of each of these it was told that it is not read. */
  told: Set<string>;
}

/** Reads the files of a pattern in the order of their names to their end; with `follow` also what is written to the last of them, and what comes behind it. */
export async function run(context: SourceContext<FileConfig>): Promise<SourceEnd> {
  const { config, signal } = context;
  const reading: Reading = {
    context,
    reader: fileReader(context),
    position: readPosition(context.cursor),
    seen: undefined,
    told: new Set(),
  };
  const isFollowing = config.follow && !context.once;
  for (let look = 0; !signal.aborted; look++) {
    const files = await filesOf(context.root ?? ".", config.path);
    if (files.length === 0) tellOfNone(reading, isFollowing, look);
    if (reading.position !== undefined) tellOfChanged(reading, reading.position, files);
    await readOn(reading, files);
    if (signal.aborted) break;
    if (!isFollowing) return "ended";
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
  return "aborted";
}

async function readOn(reading: Reading, files: readonly FoundFile[]): Promise<void> {
  const { context, reader } = reading;
  const { signal, config } = context;
  for (const [at, file] of files.entries()) {
    const { position, seen } = reading;
    if (signal.aborted) return;
    if (position !== undefined && file.name < position.file) continue;
    const own = position?.file === file.name ? position : undefined;
    if (own !== undefined && seen !== undefined && isSame(seen, file)) {
      // What was left of its last line is whole once another file follows.
      if (at === files.length - 1 || own.offset >= file.size) continue;
    }
    if (own !== undefined) await checkUnchanged(file, config.format, own, seen);
    const before = own?.before ?? Math.max(0, ...files.slice(0, at).map(({ changed }) => changed));
    const isLast = at === files.length - 1;
    if (own === undefined || seen === undefined) context.report({ event: "connected", url: file.name });
    const from: Position = own ?? { file: file.name, offset: 0, head: "", size: 0, before };
    reading.position = await reader.read(file, from, !config.follow || !isLast);
    reading.seen = file;
  }
}

function isSame(one: FoundFile, other: FoundFile): boolean {
  return one.identity === other.identity && one.size === other.size && one.changed === other.changed;
}

function tellOfNone({ context }: Reading, isFollowing: boolean, look: number): void {
  const { path } = context.config;
  const message = `no file is at \`${path}\``;
  if (!isFollowing) throw new SourceFailure(message, "a relative path begins at the folder with `targets.yaml`");
  if (look === 0) context.report({ event: "degraded", message, attempt: 1, retryInMs: LOOK_MS });
}

/** Files are read in the order of their names, so what changes behind the present one is left out, and that is told. */
function tellOfChanged({ context, told }: Reading, { file, offset, size, before }: Position, files: readonly FoundFile[]): void {
  const changed = files.filter((each) => each.name < file && each.changed > before && !told.has(each.name));
  for (const { name } of changed) told.add(name);
  const gap = (at: number, reason: string) => {
    const time = new Date(at).toISOString();
    context.report({ event: "gap", from: time, to: time, reason });
  };
  if (changed.length > 0) {
    const names = changed.slice(0, 5).map(({ name }) => name);
    const others = changed.length > names.length ? ` and ${changed.length - names.length} others` : "";
    const reason = `${names.join(", ")}${others} came or changed after ${file} was begun, and names are read in order`;
    gap(Math.max(...changed.map((each) => each.changed)), reason);
  }
  if (offset >= size || told.has(file) || files.some(({ name }) => name === file)) return;
  told.add(file);
  gap(Date.now(), `${file} was removed before it was read to its end`);
}

/** This room's line in the table of runners. */
export const fileSource: SourceRunner<FileConfig> = { run, hasCursor: () => true };
