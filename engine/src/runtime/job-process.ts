import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Artefact } from "../artefacts/index.ts";
import type { BatchEvent, RowsEvent, TableEvent, WarningEvent } from "./events.ts";
import type { JobProcess } from "./spark-submit.ts";
import { UserMistake } from "./user-mistake.ts";

/** The folder of the job's library, beside its script. */
const LIBRARY = "stream_job";

/** What the job says on standard output, one JSON object a line (DESIGN.md, "The contract between engine and job"). */
export type JobEvent =
  | { event: "session"; spark: string }
  | { event: "started"; query: string }
  | BatchEvent
  | RowsEvent
  /** Without a query it is the service that was seen to be away, whoever needs it. `http` is an endpoint that a step of the query asks. */
  | { event: "degraded"; service: "kafka" | "mongodb"; query: null; attempt: number; message: string }
  | { event: "degraded"; service: "kafka" | "mongodb" | "http"; query: string; attempt: number; message: string }
  | { event: "recovered"; service: "kafka" | "mongodb"; query: null }
  | { event: "recovered"; service: "kafka" | "mongodb" | "http"; query: string }
  | {
      event: "failed";
      query: string;
      error: { type: string; message: string; line: number | null };
      restarts: number;
      final: boolean;
    }
  | { event: "stopped"; query: string }
  | TableEvent
  | WarningEvent;

/** Writes the artefacts to a folder, in place of those of an earlier time, and returns the path of the script. Other files in it stay. */
export async function writeArtefacts(dir: string, artefacts: Artefact[]): Promise<string> {
  await rm(join(dir, LIBRARY), { recursive: true, force: true });
  for (const folder of new Set(artefacts.map(({ path }) => dirname(join(dir, path))))) await mkdir(folder, { recursive: true });
  await Promise.all(artefacts.map(({ path, text }) => writeFile(join(dir, path), text)));
  return join(dir, "job.py");
}

/** Throws where a folder holds something and no rendered job: a file of the user's could have the name of one of ours. */
export async function checkRendersInto(dir: string): Promise<void> {
  const names: string[] = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (names.length === 0 || names.includes(LIBRARY)) return;
  throw new UserMistake(
    "render/not-empty",
    `\`${dir}\` holds other files.`,
    "name a new or an empty folder, or one that a job was rendered to",
  );
}

/** Hands every event of the job to `onEvent` and resolves with its exit once all of its output has been read. */
export async function followJob(
  job: JobProcess,
  onEvent: (event: JobEvent) => void,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  const lines = createInterface({ input: job.stdout });
  lines.on("line", (line) => {
    const event = parseEvent(line);
    if (event !== undefined) onEvent(event);
  });
  const closed = new Promise((resolve) => lines.once("close", resolve));
  const exit = await job.exited;
  await closed;
  return exit;
}

/** A line that is no event comes from a library that prints; it is not ours to fail on. */
function parseEvent(line: string): JobEvent | undefined {
  if (!line.startsWith('{"event":') && !line.startsWith('{"event": ')) return undefined;
  try {
    return JSON.parse(line) as JobEvent;
  } catch {
    return undefined;
  }
}
