import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { lstat, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type CompiledSpec, compileSpec, textVersion } from "../runtime/compiled-spec.ts";

/** What a client may call a spec: never a path. */
export const ID = /^[a-z0-9][a-z0-9_-]{0,63}$/;

const MOST_BYTES = 1024 * 1024;
const DRAFT = /\.[0-9a-f]{12}\.tmp$/;
/** A younger one may be about to take its place. */
const DRAFT_IS_OLD_MS = 60_000;

/** The files of one spec as they are on disk. */
export interface SpecFile {
  id: string;
  text: string;
  etag: string;
  layout: string | null;
  tests: string | null;
}

/** What is written; `undefined` leaves a file as it is, null removes it. */
export interface Writing {
  text: string;
  layout?: string | null | undefined;
  tests?: string | undefined;
}

/** Why a file is not read or written. `status` is that of the answer. */
export class FileRefused extends Error {
  readonly status: number;
  readonly code: string;
  readonly more: Record<string, unknown>;

  constructor(status: number, code: string, message: string, more: Record<string, unknown> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.more = more;
  }
}

/** The specs of a folder, each known by the name of its file without `.yaml`. */
export class SpecFiles {
  readonly folder: string;
  /** What is being written: one change of a spec waits for the other, so that it sees the text that is there then. */
  readonly #writing = new Map<string, Promise<unknown>>();

  /** `folder` is that of the pipelines, such as `/shop/pipelines`. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** Removes what a save left behind that was cut off. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.folder)) {
      const path = join(this.folder, name);
      const written = DRAFT.test(name) ? await lstat(path).catch(() => undefined) : undefined;
      if (written !== undefined && Date.now() - written.mtimeMs > DRAFT_IS_OLD_MS) await rm(path, { force: true });
    }
  }

  /** The file of a spec; throws where the id is none. */
  path(id: string, ending = ".yaml"): string {
    if (!ID.test(id)) throw new FileRefused(404, "api/unknown-spec", "There is no pipeline of that name.");
    return join(this.folder, id + ending);
  }

  async ids(): Promise<string[]> {
    const names = await readdir(this.folder).catch(() => [] as string[]);
    const ids = names.flatMap((name) => (name.endsWith(".yaml") && !name.endsWith(".test.yaml") ? [name.slice(0, -5)] : []));
    return ids.filter((id) => ID.test(id)).sort();
  }

  async read(id: string): Promise<SpecFile> {
    const text = await textOf(this.path(id));
    if (text === null) throw new FileRefused(404, "api/unknown-spec", `There is no pipeline \`${id}\` any more.`);
    const [layout, tests] = await Promise.all([textOf(this.path(id, ".layout.json")), textOf(this.path(id, ".test.yaml"))]);
    return { id, text, etag: etagOf(text), layout, tests };
  }

  /** A spec compiled as the command line does, with the files that it names. */
  async compiled(id: string): Promise<CompiledSpec> {
    return compileSpec(this.path(id), (await this.read(id)).text, `${id}.yaml`);
  }

  /** When it was last written; undefined where it is gone. */
  async modified(id: string): Promise<Date | undefined> {
    return (await lstat(this.path(id)).catch(() => undefined))?.mtime;
  }

  async create(id: string, text: string): Promise<SpecFile> {
    if (!ID.test(id))
      throw new FileRefused(
        400,
        "api/bad-name",
        "A pipeline's name is made of small letters, digits, `-` and `_`, and begins with a letter or digit.",
      );
    await mkdir(this.folder, { recursive: true });
    if ((await lstat(this.path(id)).catch(() => undefined)) !== undefined)
      throw new FileRefused(409, "api/spec-exists", `There is a pipeline \`${id}\` already.`);
    await replaceFile(this.path(id), text);
    return this.read(id);
  }

  /** Writes over what the client knows; where the file is another by now nothing is written, and the other text is handed over. */
  write(id: string, etag: string | undefined, { text, layout, tests }: Writing): Promise<SpecFile> {
    return this.#alone(id, async () => {
      await this.#holds(id, etag);
      // The text is the last: where this is cut off, the old one still holds for whoever saves, and saving again mends everything.
      await replaceFiles([
        ...(tests === undefined ? [] : [{ path: this.path(id, ".test.yaml"), text: tests }]),
        ...(layout === undefined ? [] : [{ path: this.path(id, ".layout.json"), text: layout }]),
        { path: this.path(id), text },
      ]);
      return this.read(id);
    });
  }

  /** Removes a spec and its layout; its tests stay. */
  remove(id: string, etag: string | undefined): Promise<void> {
    return this.#alone(id, async () => {
      await this.#holds(id, etag);
      for (const ending of [".layout.json", ".yaml"]) await rm(this.path(id, ending), { force: true });
    });
  }

  async #alone<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = this.#writing.get(id) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#writing.set(
      id,
      mine.catch(() => {}),
    );
    return mine;
  }

  async #holds(id: string, etag: string | undefined): Promise<void> {
    const now = await this.read(id);
    if (etag === undefined) throw new FileRefused(428, "api/no-etag", "A change must say which text it is made to (If-Match).");
    if (etag === now.etag) return;
    throw new FileRefused(412, "api/conflict", `\`${id}.yaml\` has changed on disk.`, { text: now.text, etag: now.etag });
  }
}

/** Names a text; two texts have the same one only if they are the same. */
export function etagOf(text: string): string {
  return `"${textVersion(text)}"`;
}

/** The text of a file, null where there is none. A link is not followed: it could lead anywhere; a pipe is not waited for. */
export async function textOf(path: string): Promise<string | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      if (error.code === "ELOOP") throw new FileRefused(403, "api/link", "This file is a link, and the editor follows none.");
      throw error;
    },
  );
  if (file === undefined) return null;
  try {
    const found = await file.stat();
    if (!found.isFile()) throw noFile();
    if (found.size > MOST_BYTES) throw new FileRefused(413, "api/too-large", "This file is larger than 1 MiB.");
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await file.readFile());
  } catch (error) {
    if (error instanceof TypeError) throw new FileRefused(422, "api/not-text", "This file is not UTF-8 text.");
    throw error;
  } finally {
    await file.close();
  }
}

/** Writes a whole file or none of it, through no link. */
export function replaceFile(path: string, text: string): Promise<void> {
  return replaceFiles([{ path, text }]);
}

/**
 * Writes whole files, or removes those whose text is null, in their order and through no link. All are on disk before the first takes its place, so that a full
 * disk changes nothing; only where the machine dies in between are some new and some old.
 */
export async function replaceFiles(files: readonly { path: string; text: string | null }[]): Promise<void> {
  const drafts: string[] = [];
  try {
    for (const { path, text } of files) drafts.push(text === null ? "" : await draftOf(path, text));
    for (const [i, { path, text }] of files.entries()) {
      if (text === null) await rm(path, { force: true });
      else await rename(drafts[i] ?? "", path);
    }
  } finally {
    for (const draft of drafts) if (draft !== "") await rm(draft, { force: true });
  }
}

/** A file beside `path` that holds the text, on disk for good. */
async function draftOf(path: string, text: string): Promise<string> {
  const there = await lstat(path).catch(() => undefined);
  if (there?.isSymbolicLink()) throw new FileRefused(403, "api/link", "This file is a link, and the editor writes through none.");
  if (there !== undefined && !there.isFile()) throw noFile();
  const draft = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const file = await open(draft, "wx", 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return draft;
}

const noFile = () => new FileRefused(422, "api/not-text", "What stands there is no file.");
