#!/usr/bin/env node
// npm links this file before `prepare` has built dist, so it must exist in the repository.
import { existsSync } from "node:fs";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write("engine: not built yet. Run: npm run build\n");
  process.exitCode = 2;
}
