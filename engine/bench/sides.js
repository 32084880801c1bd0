// The two jobs that are compared, started and stopped alike.
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { submitPeer } from "./peer/submit.js";
import { openSource } from "./source.js";
import { startEngine } from "./stack.js";

const BENCH_SPEC = new URL("./bench.yaml", import.meta.url);
const RETAIL_SPEC = new URL("../../pipelines/retail.yaml", import.meta.url);
const STOP_MS = 30_000;

/** As in the generated job. */
export const MAX_OFFSETS_PER_TRIGGER = 50_000;

/**
 * A job at work. `source` is what the engine's job reads besides its topic.
 * @typedef {{ pid: number, log: string, database: string, exited: Promise<unknown>, source?: Awaited<ReturnType<typeof openSource>>, stop(): Promise<void> }} Running
 * @typedef {{ name: string, start(run: { name: string, topic: string }): Promise<Running> }} Side
 * @typedef {import("./stack.js").Stack} Stack
 */

/**
 * `engine run` with the bench's spec, or with the whole retail pipeline.
 * @param {Stack} stack
 * @param {"bench" | "retail"} spec
 * @returns {Side}
 */
export function engineSide(stack, spec) {
  const text = readFileSync(spec === "bench" ? BENCH_SPEC : RETAIL_SPEC, "utf8");
  return {
    name: spec === "bench" ? "engine" : "engine, whole retail.yaml",
    async start({ name, topic }) {
      const renamed = text.replace(/^name: .*$/m, `name: ${name}`).replace(/topic: [\w.]+,/, `topic: ${topic},`);
      await writeFile(join(stack.dir, `pipelines/${name}.yaml`), renamed);
      const source = await openSource();
      const log = join(stack.dir, `${name}.log`);
      const file = openSync(log, "w");
      const child = startEngine(stack.dir, ["run", `pipelines/${name}.yaml`], { env: { RETAIL_API_URL: source.url }, log: file });
      closeSync(file);
      return {
        ...running(child, name, log, "SIGINT"),
        source,
        async stop() {
          await stopped(child, "SIGINT");
          await source.close();
        },
      };
    },
  };
}

/**
 * The hand-written job.
 * @param {Stack} stack
 * @param {Omit<Parameters<typeof submitPeer>[0], "env" | "cwd" | "logFile">} submission
 * @returns {Side}
 */
export function peerSide(stack, submission) {
  return {
    name: "peer",
    async start({ name, topic }) {
      const cwd = join(stack.dir, name);
      await mkdir(cwd);
      const log = join(stack.dir, `${name}.log`);
      const env = {
        KAFKA_BOOTSTRAP_SERVERS: stack.kafka.bootstrap,
        TOPIC: topic,
        MAX_OFFSETS_PER_TRIGGER: String(MAX_OFFSETS_PER_TRIGGER),
        CHECKPOINT: join(cwd, "checkpoint"),
        MONGODB_URI: stack.mongodb.uri,
        MONGODB_DATABASE: name,
        MONGODB_COLLECTION: "sales",
      };
      return running(await submitPeer({ ...submission, env, cwd, logFile: log }), name, log, "SIGTERM");
    },
  };
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {string} database
 * @param {string} log
 * @param {NodeJS.Signals} signal
 * @returns {Running}
 */
function running(child, database, log, signal) {
  const exited = once(child, "exit").then(([code]) => {
    throw new Error(`${database} ended by itself with ${code}\n${readFileSync(log, "utf8").slice(-3_000)}`);
  });
  // Who measures races with it; nobody else need hear.
  exited.catch(() => {});
  return { pid: child.pid ?? 0, log, database, exited, stop: () => stopped(child, signal) };
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
async function stopped(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill(signal);
  const patience = new AbortController();
  await Promise.race([exit, delay(STOP_MS, undefined, { signal: patience.signal }).then(() => child.kill("SIGKILL"))]);
  patience.abort();
}
