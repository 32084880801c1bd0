// Kafka and MongoDB of the engine's own stack, in a project of their own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ENGINE = fileURLToPath(new URL("../bin/engine.js", import.meta.url));
const PIPELINES = fileURLToPath(new URL("../../pipelines", import.meta.url));

/** @typedef {{ dir: string, trained: boolean, kafka: { bootstrap: string, pid: number }, mongodb: { uri: string, pid: number }, down(): Promise<void> }} Stack */

/** Training of caches in the background would disturb what is measured. */
const QUIET = { ENGINE_AOT: "off" };

/**
 * Starts `engine ARGS` in a project. Its events are not read.
 * @param {string} dir
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, log?: number }} options
 */
export function startEngine(dir, args, { env = {}, log } = {}) {
  return spawn(process.execPath, [ENGINE, ...args, "--format", "json"], {
    cwd: dir,
    env: { ...process.env, ...QUIET, ...env },
    stdio: ["ignore", log ?? "pipe", log ?? "pipe"],
  });
}

/**
 * Runs a command of the engine to its end and returns its last event.
 * @param {string} dir
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
export async function engine(dir, args, env = {}) {
  const child = startEngine(dir, args, { env });
  let [out, err] = ["", ""];
  child.stdout?.on("data", (/** @type {Buffer} */ chunk) => (out += chunk));
  child.stderr?.on("data", (/** @type {Buffer} */ chunk) => (err += chunk));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`engine ${args.join(" ")} ended with ${code}\n${err}`);
  return JSON.parse(out.trim().split("\n").at(-1) ?? "{}");
}

/** A project in a temporary folder, with the pipelines of this one and the local target. */
export async function newProject() {
  const dir = await mkdtemp(join(tmpdir(), "engine-bench-"));
  await cp(PIPELINES, join(dir, "pipelines"), { recursive: true });
  await writeFile(join(dir, "targets.yaml"), "version: 1\ndefault: local\ntargets:\n  local: { kind: local }\n");
  return dir;
}

/**
 * Brings the stack up in a temporary project, with the toolchain set up and its AOT caches trained first where they are not.
 * @returns {Promise<Stack>}
 */
export async function stackUp() {
  const dir = await newProject();
  const trained = await engine(dir, ["toolchain", "train"]);
  const { kafka, mongodb } = await engine(dir, ["stack", "up"]);
  return {
    dir,
    trained: trained.spark === true,
    kafka,
    mongodb,
    async down() {
      await engine(dir, ["stack", "down"]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
