import { watch } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import express, { type NextFunction, type Request, type Response } from "express";
import { EnvironmentProblem } from "../runtime/environment-problem.ts";
import { UserMistake } from "../runtime/user-mistake.ts";
import { EventHub } from "./events.ts";
import { requirePage, servePage } from "./page.ts";
import { routes } from "./routes.ts";
import { Runs } from "./runs.ts";
import { bound, createSessions, onlyKnown, onlyOwnPage, opening, refuse } from "./security.ts";
import { FileRefused, SpecFiles } from "./spec-files.ts";

/** Where the editor works. */
export interface EditorPlace {
  /** The project's folder: pipelines lie in `pipelines/` below it. */
  root: string;
  /** Absent: any free port. */
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
export async function serveEditor({ root, port = 0 }: EditorPlace): Promise<ServedEditor> {
  requirePage();
  const files = new SpecFiles(join(root, "pipelines"));
  await mkdir(files.folder, { recursive: true });
  const hub = new EventHub();
  const runs = new Runs(root, hub);
  const sessions = createSessions();
  const app = express().disable("x-powered-by").disable("etag");
  // The port is known only once the server listens, and nothing may be answered before.
  const server = createServer(app);
  const origin = await listening(server, port);
  app.use(bound, onlyOwnPage(origin));
  app.get("/open", opening(sessions));
  app.use(onlyKnown(sessions));
  app.get("/api/events", (request, response) => hub.serve(request, response));
  app.use("/api", express.json({ limit: "1mb", type: "application/json" }), routes({ files, runs, root }));
  servePage(app);
  app.use((_request, response) => refuse(response, 404, "api/unknown", "There is nothing at this address."));
  app.use(told);
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

/** Tells every page of a spec that has changed on disk. */
function watchFiles(files: SpecFiles, hub: EventHub): () => void {
  const known = new Map<string, string | null>();
  const look = async (id: string) => {
    const etag = await files.read(id).then(
      (file) => file.etag,
      () => null,
    );
    if (known.get(id) === etag) return;
    known.set(id, etag);
    hub.send("file", { spec: id, etag });
  };
  const watcher = watch(files.folder, (_kind, name) => {
    const id = /^([a-z0-9][a-z0-9_-]*)\.yaml$/.exec(name ?? "")?.[1];
    if (id !== undefined) void look(id);
  });
  // Without it the page is told of nothing until it is loaded again; that is no reason to end.
  watcher.on("error", (error) => console.error(`pipelines/ is watched no more: ${error.message}`));
  return () => watcher.close();
}

/** Turns what was thrown into an answer in plain words. Express knows it by its four parameters. */
function told(error: unknown, _request: Request, response: Response, _next: NextFunction): void {
  if (response.headersSent) response.end();
  else if (error instanceof FileRefused) refuse(response, error.status, error.code, error.message, error.more);
  else if (error instanceof UserMistake)
    refuse(response, 422, error.code, error.message, error.hint === undefined ? {} : { hint: error.hint });
  else if (error instanceof EnvironmentProblem)
    refuse(response, 503, error.code, error.message, error.hint === undefined ? {} : { hint: error.hint });
  else if (statusOf(error) === 413) refuse(response, 413, "api/too-large", "What was sent is larger than 1 MiB.");
  else if (statusOf(error) === 404) refuse(response, 404, "api/unknown", "There is nothing at this address.");
  else if (statusOf(error) === 400) refuse(response, 400, "api/bad-request", "What was sent could not be read.");
  else refuse(response, 500, "api/unexpected", "Something unexpected happened; the terminal of `engine edit` says more.");
  if (!response.headersSent || response.statusCode === 500) console.error(error);
}

function statusOf(error: unknown): number | undefined {
  return (error as { status?: number } | undefined)?.status;
}
