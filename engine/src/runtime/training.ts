import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { renderArtefacts } from "../artefacts/index.ts";
import { compile } from "../core.ts";
import { runPipeline } from "./run/run.ts";
import { startStack, stopStack, trainBroker } from "./stack/index.ts";
import { loadTemplates } from "./templates.ts";
import { writeAotCache } from "./toolchain/aot.ts";
import type { Toolchain } from "./toolchain/index.ts";
import { withCleanup } from "./with-cleanup.ts";

const SPEC = fileURLToPath(new URL("../../toolchain/training.yaml", import.meta.url));
const RECORDS = 4_000;

/** Trains the AOT caches in a process of its own, at low priority, once nobody waits for this one. `ENGINE_AOT=off` prevents it. */
export function trainLater(toolchain: Toolchain): void {
  if (process.env.ENGINE_AOT === "off" || trained(toolchain)) return;
  const [node, engine] = [process.execPath, process.argv[1]];
  if (engine === undefined) return;
  spawn(node, [engine, "toolchain", "train"], { detached: true, stdio: "ignore" }).unref();
}

function trained({ javaMajor, aotCache, kafkaAotCache }: Toolchain): boolean {
  return javaMajor < 25 || (existsSync(aotCache) && existsSync(kafkaAotCache));
}

/** Trains what is not trained yet: Spark's cache by a short real run on a stack of its own, and the broker's. Takes about a minute. */
export async function trainToolchain(toolchain: Toolchain, signal: AbortSignal): Promise<{ spark: boolean; kafka: boolean }> {
  // Inherited by every process that is started from here.
  setPriority(constants.priority.PRIORITY_LOW);
  const spark = await writeAotCache(toolchain, toolchain.aotCache, signal, (output, folder) =>
    trainingRun(toolchain, output, join(folder, "project"), signal),
  );
  return { spark, kafka: await trainBroker(toolchain, signal) };
}

async function trainingRun(toolchain: Toolchain, aotOutput: string, root: string, signal: AbortSignal): Promise<boolean> {
  const { plan } = compile(await readFile(SPEC, "utf8"), "training.yaml");
  if (plan === undefined) throw new Error("the training spec has mistakes");
  const artefacts = renderArtefacts(plan, await loadTemplates(), "training.yaml", () => 1);
  const dir = join(root, ".engine");
  await mkdir(dir, { recursive: true });
  return withCleanup(async (defer) => {
    defer(() => stopStack(join(dir, "stack")));
    const stack = await startStack({ toolchain, dir: join(dir, "stack"), signal });
    const summary = await runPipeline({
      plan,
      artefacts,
      lookups: { tables: [], beside: () => ({ problem: "missing" }) },
      project: { root, dir },
      target: "local",
      opened: {
        spark: { toolchain, master: "local[*,4]", aotOutput },
        services: Promise.resolve({
          kafka: { bootstrap: stack.kafka.bootstrap, options: {} },
          mongodb: { uri: stack.mongodb.uri, database: plan.pipeline },
          onHealth: () => {},
          stop: async () => {},
        }),
      },
      listener: () => {},
      once: false,
      records: RECORDS,
      drain: signal,
      force: signal,
    });
    return summary.read === RECORDS;
  });
}
