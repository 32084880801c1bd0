import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Toolchain } from "./toolchain/index.ts";

/** Trains Spark's AOT cache in a process of its own, at low priority, once nobody waits for this one. `ENGINE_AOT=off` prevents it. */
export function trainLater(toolchain: Toolchain): void {
  if (process.env.ENGINE_AOT === "off" || existsSync(toolchain.aotCache)) return;
  const [node, engine] = [process.execPath, process.argv[1]];
  if (engine === undefined) return;
  spawn(node, [engine, "toolchain", "train"], { detached: true, stdio: "ignore" }).unref();
}
