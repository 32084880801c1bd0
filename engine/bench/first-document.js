// `node engine/bench/first-document.js`: seconds from the command to the first committed batch of retail.yaml, first with an empty toolchain
// cache, then with that cache in which the AOT caches are trained. Prints both and writes them to bench/results/first-document.md.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { engine, newProject, startEngine } from "./stack.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const WARM_ROUNDS = 3;

const dir = await newProject();
// Neither the toolchain's folder nor pip's cache may hold anything.
const env = { XDG_CACHE_HOME: join(dir, "cache"), ENGINE_TOOLCHAIN: join(dir, "toolchain") };
try {
  const load = loadavg()[0]?.toFixed(1);
  const cold = await firstDocument();
  await engine(dir, ["toolchain", "train"], env);
  const warm = [];
  for (let round = 0; round < WARM_ROUNDS; round++) warm.push(await firstDocument());
  const text = [
    "# From the command to the first document",
    "",
    `${new Date().toISOString()}, ${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, load average before ${load}`,
    "",
    "| `engine run pipelines/retail.yaml`, services down | seconds | goal |",
    "| --- | --- | --- |",
    `| empty cache: packages are fetched and set up | ${cold.toFixed(1)} | < 180 |`,
    `| set up and trained | ${warm.map((seconds) => seconds.toFixed(1)).join(", ")} | < 12 |`,
    "",
  ].join("\n");
  await mkdir(join(ROOT, "bench/results"), { recursive: true });
  await writeFile(join(ROOT, "bench/results/first-document.md"), text);
  process.stdout.write(text);
} finally {
  await rm(dir, { recursive: true, force: true });
}

/** Runs the pipeline until its first batch of sales is committed, stops it, and returns the seconds it took. */
async function firstDocument() {
  const begun = performance.now();
  const child = startEngine(dir, ["run", "pipelines/retail.yaml"], { env });
  if (child.stdout === null) throw new Error("the run has no output");
  child.stderr?.pipe(process.stderr);
  let seconds = Number.NaN;
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line);
    if (event.event !== "batch" || event.query !== "store_sales" || event.written === 0 || !Number.isNaN(seconds)) continue;
    seconds = (performance.now() - begun) / 1000;
    child.kill("SIGINT");
  }
  if (Number.isNaN(seconds)) throw new Error("the run ended before its first document");
  await rm(join(dir, ".engine"), { recursive: true, force: true });
  return seconds;
}
