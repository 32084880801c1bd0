import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { createGunzip } from "node:zlib";
import { glob } from "tinyglobby";
import { SourceFailure } from "../../source-run.ts";

const PIECE_BYTES = 256 * 1024;

/** A file that is there to be read. */
export interface FoundFile {
  /** Relative to the project's folder, or as the pattern names it. */
  name: string;
  path: string;
  /** Bytes, as they stand on the disk. */
  size: number;
  /** When it got its content or its name, in ms since 1970. */
  changed: number;
  /** Tells it from another file that takes its name. */
  identity: string;
}

/** A file of this name at this moment; undefined where there is none. */
export async function fileAt(root: string, name: string): Promise<FoundFile | undefined> {
  const path = resolve(root, name);
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw unreadable(name, error);
  });
  if (found?.isFile() !== true) return undefined;
  return { name, path, size: found.size, changed: found.ctimeMs, identity: `${found.dev}:${found.ino}` };
}

/** The files that a pattern finds, in the order of their names. A name with brackets that is there as it is written is no pattern. */
export async function filesOf(root: string, pattern: string): Promise<FoundFile[]> {
  const one = await fileAt(root, pattern);
  if (one !== undefined) return [one];
  const names = await glob(pattern, { cwd: root, onlyFiles: true, expandDirectories: false });
  const files = await Promise.all(names.map((name) => fileAt(root, name)));
  return files.filter((file) => file !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The bytes of a file from an offset to the end that was found, unpacked where its name ends in `.gz`. Throws a `SourceFailure` where it cannot be read. */
export async function* bytesFrom({ name, path, size }: FoundFile, offset: number): AsyncGenerator<Uint8Array> {
  try {
    if (!isPacked(name)) {
      if (offset >= size) return;
      yield* createReadStream(path, { start: offset, end: size - 1, highWaterMark: PIECE_BYTES }) as AsyncIterable<Uint8Array>;
      return;
    }
    yield* unpackedFrom(path, offset);
  } catch (error) {
    throw unreadable(name, error as NodeJS.ErrnoException);
  }
}

async function* unpackedFrom(path: string, offset: number): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path);
  const unpacked = createGunzip();
  file.on("error", (error) => unpacked.destroy(error));
  let before = offset;
  try {
    for await (const piece of file.pipe(unpacked) as AsyncIterable<Uint8Array>) {
      if (piece.length > before) yield piece.subarray(before);
      before = Math.max(0, before - piece.length);
    }
  } finally {
    file.destroy();
  }
}

/** The first bytes of a file, at least `length` of them or all there are. */
export async function beginningOf(file: FoundFile, length: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let read = 0;
  for await (const piece of bytesFrom(file, 0)) {
    pieces.push(piece);
    read += piece.length;
    if (read >= length) break;
  }
  return Buffer.concat(pieces);
}

/** A file whose name ends in `.gz` is gzip. */
export function isPacked(name: string): boolean {
  return name.endsWith(".gz");
}

/** What keeps a file from being read, for the one who runs the pipeline. */
export function unreadable(name: string, error: NodeJS.ErrnoException): Error {
  if (error instanceof SourceFailure || error.code === undefined) return error;
  if (error.code === "EACCES")
    return new SourceFailure(`${name} may not be read`, "give whoever runs the pipeline the right to read it");
  if (error.code === "ENOENT")
    return new SourceFailure(`${name} was removed while it was read`, "leave files until they are read");
  if (error.code.startsWith("Z_")) return new SourceFailure(`${name} is no gzip, or ends in the middle`, "pack the file again");
  return new SourceFailure(`${name} cannot be read (${error.code})`, "look at the file and its disk");
}
