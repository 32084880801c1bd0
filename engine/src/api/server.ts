import { createHash } from "node:crypto";
import { watch } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { SHORTEST } from "../runtime/masking/mask-values.ts";
import { projectMask } from "../runtime/masking/project-mask.ts";
import { UserMistake } from "../runtime/user-mistake.ts";
import { editorApp } from "./app.ts";
import { EventHub } from "./events.ts";
import { requirePage } from "./page.ts";
import { Runs } from "./runs.ts";
import { createSessions } from "./security.ts";
import { SpecFiles } from "./spec-files.ts";

/** Where the editor works. */
export interface EditorPlace {
  /** The project's folder: pipelines lie in `pipelines/` below it. */
  root: string;
  /** Absent: the project's usual port, or where that is taken any free one. */
  port?: number;
}

/** A served editor. */
export interface ServedEditor {
  /** Its address, such as `http://127.0.0.1:41234`. */
  origin: string;
  /** An address that lets one browser in, once. */
  invite(): string;
  /** Ends the runs that are draining at once. */
  hurry(): void;
  /** Ends the runs that it started, draining them, and all connections. */
  close(): Promise<void>;
}

/** Serves the editor and its API on 127.0.0.1 until closed. Rejects where the port is taken or the editor is not built. */
export async function serveEditor({ root, port }: EditorPlace): Promise<ServedEditor> {
  requirePage();
  const files = new SpecFiles(join(root, "pipelines"));
  await mkdir(files.folder, { recursive: true });
  await files.sweep();
  const mask = projectMask({ root, onShort: sayShort });
  const hub = new EventHub(mask);
  const runs = new Runs(root, hub, mask);
  const sessions = createSessions();
  // The port is known only once the server listens, and nothing may be answered before.
  const server = createServer();
  const origin = await (port === undefined
    ? listening(server, usualPort(root)).catch(() => listening(server, 0))
    : listening(server, port));
  server.on("request", editorApp({ origin, sessions, hub, mask, files, runs, root }));
  const unwatch = watchFiles(files, hub);
  return {
    origin,
    invite: () => `${origin}/open?token=${sessions.issue()}`,
    hurry: () => runs.hurry(),
    async close() {
      unwatch();
      await runs.close();
      hub.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The same for a project each time: what was typed and not saved is kept by the browser for that address alone. Below the ports that systems give away. */
function usualPort(root: string): number {
  return 21_000 + (createHash("sha256").update(resolve(root)).digest().readUInt16BE() % 10_000);
}

function listening(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new UserMistake("api/port-taken", `Port ${port} is taken.`, "choose another with `--port`, or leave it out")
          : error,
      ),
    );
    server.listen(port, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

function sayShort(reference: string): void {
  const where = "only in addresses, and behind names such as `password`";
  console.error(`${reference} has fewer than ${SHORTEST} characters: the editor covers it ${where}.`);
}

/** Tells every page of a spec that has changed on disk, or where its nodes stand. */
function watchFiles(files: SpecFiles, hub: EventHub): () => void {
  const known = new Map<string, string | null>();
  const look = async (id: string) => {
    const file = await files.read(id).catch(() => undefined);
    const state = file === undefined ? null : JSON.stringify([file.etag, file.layout]);
    if (known.get(id) === state) return;
    known.set(id, state);
    hub.send("file", { spec: id, etag: file?.etag ?? null });
  };
  const watcher = watch(files.folder, (_kind, name) => {
    const id = /^([a-z0-9][a-z0-9_-]*)\.(?:yaml|layout\.json)$/.exec(name ?? "")?.[1];
    if (id !== undefined) void look(id);
  });
  // Without it the page is told of nothing until it is loaded again; that is no reason to end.
  watcher.on("error", (error) => console.error(`pipelines/ is watched no more: ${error.message}`));
  return () => watcher.close();
}
