import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from "node:fs";

const MOST_BYTES = 1024 * 1024;
/** A file may change twice between two ticks of a file system's clock; one that was left alone for longer than a tick has not. */
const SETTLED_MS = 2000;

/** Texts of files, read again only where a file is another by now: at once and without waiting, since what is told next depends on it. */
export class KeptTexts {
  readonly #kept = new Map<string, { version: string; text: string }>();

  /** The text of a file; empty where it is none, or none of at most 1 MiB. */
  read(path: string): string {
    const version = versionOf(path);
    const kept = this.#kept.get(path);
    if (kept !== undefined && version !== undefined && kept.version === version) return kept.text;
    const text = textOf(path);
    if (version === undefined) this.#kept.delete(path);
    else this.#kept.set(path, { version, text });
    return text;
  }
}

/** Names what a file holds; undefined where only reading it tells. */
function versionOf(path: string): string | undefined {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return Date.now() - Math.max(Number(mtimeMs), Number(ctimeMs)) < SETTLED_MS
      ? undefined
      : `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return undefined;
  }
}

/** A pipe is not waited for. */
function textOf(path: string): string {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = fstatSync(file);
      return found.isFile() && found.size <= MOST_BYTES ? readFileSync(file, "utf8") : "";
    } finally {
      closeSync(file);
    }
  } catch {
    return "";
  }
}
