import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { RunEvent, SummaryEvent } from "../../src/runtime/events.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const bin = join(root, "engine/bin/engine.js");

/** A folder of its own with a `targets.yaml` and copies of the pipelines: what a user's checkout looks like. */
export interface TestProject {
  dir: string;
  /** Writes `pipelines/<name>.yaml`: the retail pipeline under another name, with its own topic, edited by `edit`. */
  retailAs(name: string, edit?: (text: string) => string): Promise<string>;
  remove(): Promise<void>;
}

export async function createProject(): Promise<TestProject> {
  const dir = await mkdtemp(join(tmpdir(), "engine-test-"));
  await cp(join(root, "pipelines"), join(dir, "pipelines"), { recursive: true });
  await writeFile(join(dir, "targets.yaml"), "version: 1\ndefault: local\ntargets:\n  local: { kind: local }\n");
  return openProject(dir);
}

/** A project that exists already. */
export function openProject(dir: string): TestProject {
  return {
    dir,
    async retailAs(name, edit = (text) => text) {
      const text = await readFile(join(root, "pipelines/retail.yaml"), "utf8");
      const renamed = text
        .replace("name: retail\n", `name: ${name}\n`)
        .replace("topic: retail.transactions", `topic: ${name}.transactions`);
      await mkdir(join(dir, "pipelines"), { recursive: true });
      await writeFile(join(dir, `pipelines/${name}.yaml`), edit(renamed));
      return `pipelines/${name}.yaml`;
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

/** A finished command of the engine. */
export interface EngineEnd {
  code: number | null;
  events: RunEvent[];
  stdout: string;
  stderr: string;
}

/** A running command of the engine. */
export interface EngineProcess {
  child: ChildProcess;
  events: RunEvent[];
  /** Resolves with the first event, past or future, that fits; rejects when the command ends without one. */
  event<E extends RunEvent["event"]>(
    name: E,
    fits?: (event: RunEvent & { event: E }) => boolean,
  ): Promise<RunEvent & { event: E }>;
  ended: Promise<EngineEnd>;
}

/** Starts `engine ARGS --format json` in a project. */
export function startEngine(project: { dir: string }, args: string[], env: Record<string, string> = {}): EngineProcess {
  const child = spawn(process.execPath, [bin, ...args, "--format", "json"], {
    cwd: project.dir,
    env: { ...process.env, ENGINE_AOT: "off", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const events: RunEvent[] = [];
  const waiting = new Set<() => void>();
  let stdout = "";
  let stderr = "";
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    stdout += `${line}\n`;
    events.push(JSON.parse(line) as RunEvent);
    for (const check of waiting) check();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const closed = new Promise((resolve) => lines.once("close", resolve));
  const ended = new Promise<EngineEnd>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", async (code) => {
      await closed;
      resolve({ code, events, stdout, stderr });
      for (const check of waiting) check();
    });
  });
  return {
    child,
    events,
    ended,
    event: (name, fits = () => true) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const found = events.find(
            (event): event is RunEvent & { event: typeof name } => event.event === name && fits(event as never),
          );
          if (found === undefined) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
        ended.then(() => reject(new Error(`the engine ended without the event ${name}\n${stderr}`)));
      }),
  };
}

/** Runs a command to its end. */
export function runEngine(project: { dir: string }, args: string[], env: Record<string, string> = {}): Promise<EngineEnd> {
  return startEngine(project, args, env).ended;
}

/** The process of the broker of a project whose stack runs. */
export async function brokerOf(project: { dir: string }): Promise<number> {
  const status = await runEngine(project, ["stack", "status"]);
  return (JSON.parse(status.stdout) as { kafka: { pid: number } }).kafka.pid;
}

/** The summary of a run that ended well; otherwise throws with what it printed. */
export function summaryOf(end: EngineEnd): SummaryEvent {
  const summary = end.events.find((event) => event.event === "summary");
  if (end.code !== 0 || summary === undefined) throw new Error(`exit ${end.code}\n${end.stderr}\n${end.stdout.slice(-4000)}`);
  return summary;
}
