// Starts the hand-written job as its author would: by spark-submit, on a local Java.
import { spawn, spawnSync } from "node:child_process";
import { openSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { moduleOptions } from "../../dist/runtime/spark-submit.js";
import { peerJars } from "./jars.js";

const SCRIPT = fileURLToPath(new URL("./job.py", import.meta.url));

/** @typedef {import("../../dist/runtime/toolchain/index.js").Toolchain} Toolchain */
/** @typedef {{ file: string, leading: string[], env: Record<string, string>, description: string }} Launcher */

/**
 * How the peer is started: spark-submit on the Java of JAVA_HOME or PATH where that has the vector module, which the launcher asks
 * for; else SparkSubmit on the bundled Java with the launcher's other options.
 * @param {Toolchain} toolchain
 * @returns {Launcher}
 */
export function peerLauncher(toolchain) {
  const home = process.env.JAVA_HOME;
  const java = home ? join(home, "bin/java") : "java";
  const modules = spawnSync(java, ["--list-modules"], { encoding: "utf8" }).stdout ?? "";
  const version = /^java\.base@(\S+)/m.exec(modules)?.[1];
  if (modules.includes("jdk.incubator.vector") && version !== undefined)
    return {
      file: join(toolchain.sparkHome, "bin/spark-submit"),
      leading: [],
      env: home ? { JAVA_HOME: home } : {},
      description: `spark-submit, Java ${version}`,
    };
  return {
    file: toolchain.java,
    leading: [...moduleOptions(toolchain.javaMajor), "-cp", toolchain.sparkClasspath, "org.apache.spark.deploy.SparkSubmit"],
    env: {},
    description: `SparkSubmit on the bundled Java ${toolchain.javaMajor}: no local Java 17 or newer with jdk.incubator.vector was found`,
  };
}

/**
 * @param {{ toolchain: Toolchain, launcher: Launcher, memoryMb: number, env: Record<string, string>, cwd: string, logFile: string }} job
 */
export async function submitPeer({ toolchain, launcher, memoryMb, env, cwd, logFile }) {
  const kafka = (await readdir(join(toolchain.dir, "jars/spark"))).map((name) => join(toolchain.dir, "jars/spark", name));
  const jars = [...kafka, ...(await peerJars(toolchain))].join(",");
  // The heap of the driver stands on java's own command line where spark-submit does not put it there.
  const heap = launcher.leading.length > 0 ? [`-Xmx${memoryMb}m`] : [];
  const settings = { "spark.ui.enabled": "false", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1" };
  const conf = Object.entries(settings).flatMap(([key, value]) => ["--conf", `${key}=${value}`]);
  const submit = ["--master", "local[*]", "--driver-memory", `${memoryMb}m`, "--jars", jars, ...conf, SCRIPT];
  const log = openSync(logFile, "w");
  return spawn(launcher.file, [...heap, ...launcher.leading, ...submit], {
    cwd,
    env: { ...process.env, ...env, ...launcher.env, ...pythonOf(toolchain) },
    stdio: ["ignore", log, log],
  });
}

/** @param {Toolchain} toolchain */
function pythonOf({ sparkHome, python }) {
  return { SPARK_HOME: sparkHome, SPARK_LOCAL_IP: "127.0.0.1", PYSPARK_PYTHON: python, PYSPARK_DRIVER_PYTHON: python };
}
