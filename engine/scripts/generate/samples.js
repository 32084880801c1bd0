import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { compile } from "../../dist/core.js";
import { demoAt } from "../../dist/demo/index.js";
import { root } from "./contracts.js";

const RECORDS = 80;
const START = Date.parse("2026-01-05T12:00:00Z");
/** A preview should show what becomes of bad records too. */
const FAULTS = {
  retail: { spacing: 20_000, malformed: 0.03, missing: 0.03, duplicates: 0.03, free: 0.05 },
  reddit: { spacing: 60_000 },
};

/** `pipelines/samples/…` → records of the simulators that the pipelines read, for previews. */
export function sampleFiles() {
  const folder = path.join(root, "pipelines");
  const specs = readdirSync(folder).filter((name) => name.endsWith(".yaml") && !name.endsWith(".test.yaml"));
  return Object.fromEntries(
    specs.flatMap((name) => {
      const { plan } = compile(readFileSync(path.join(folder, name), "utf8"), name);
      const sources = plan?.sources ?? [];
      return sources.flatMap(({ node, settings }) => {
        const address = /^\$\{env:[A-Z_]+:-(demo:.+)\}$/.exec(settings.url)?.[1];
        if (address === undefined) return [];
        const file = name.replace(/\.yaml$/, sources.length === 1 ? ".ndjson" : `.${node}.ndjson`);
        return [[`pipelines/samples/${file}`, sampleText(address, settings)]];
      });
    }),
  );
}

function sampleText(address, settings) {
  const { hostname } = new URL(address);
  const url = `${address.split("?")[0]}?${new URLSearchParams(FAULTS[hostname])}`;
  const { demo, query } = demoAt(url);
  const lines = demo.sample(query, RECORDS, settings, START);
  return Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from("\n")]));
}
