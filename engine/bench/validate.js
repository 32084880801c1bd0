// Measures how long the core takes to compile specs of many nodes: `node engine/bench/validate.js`. Prints a table and writes it to `bench/results/validate.md`.
import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import { fileURLToPath } from "node:url";
import { compile } from "../dist/core.js";
import { median } from "./report.js";

const SIZES = [100, 1000, 2000, 5000];
const ROUNDS = 5;
const BRANCH = 6;

/** A spec of about so many nodes: topics with a filter, a select, an aggregate and a sink each. `wrong`: a mistake in every branch. */
function specOf(/** @type {number} */ nodes, wrong = false) {
  const lines = ["version: 1", "name: many", "nodes:"];
  for (let i = 0; i < Math.floor(nodes / BRANCH); i++) {
    lines.push(
      `  - { id: source_${i}, type: source.http, config: { url: demo://retail, columns: { id: string!, at: timestamp!, total: ${wrong && i % 3 === 0 ? "doubel" : "double"}, shop: { region: string, city: string } } } }`,
      `  - { id: topic_${i}, type: kafka.topic, from: source_${i}, config: { topic: many.t${i}, partitions: ${wrong && i % 3 === 1 ? "two" : "2"}, key: id } }`,
      `  - { id: filter_${i}, type: transform.filter, from: ${wrong && i % 3 === 2 ? "topc" : "topic"}_${i}, config: { where: total > 0 and shop.region is not null } }`,
      `  - { id: select_${i}, type: transform.select, from: filter_${i}, config: { compute: { cents: cast(total * 100 as long), place: "concat(shop.city, ', ', shop.region)" } } }`,
      `  - { id: sums_${i}, type: transform.aggregate, from: select_${i}, config: { window: { on: at, size: 1m, watermark: 1m }, by: [place], compute: { revenue: sum(total), n: count(*) } } }`,
      `  - { id: sink_${i}, type: sink.mongodb, from: sums_${i}, config: { collection: c${i}, key: [window_start, ${wrong ? "plac" : "place"}], indexes: [{ fields: { revenue: 1 } }] } }`,
    );
  }
  return `${lines.join("\n")}\n`;
}

function measure(/** @type {string} */ text) {
  const times = [];
  const used = [];
  let count = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    const before = process.cpuUsage();
    count = compile(text, "many.yaml").diagnostics.length;
    const { user, system } = process.cpuUsage(before);
    used.push((user + system) / 1000);
    times.push(performance.now() - begun);
  }
  return { first: times[0] ?? 0, usual: median(times) ?? 0, cpu: median(used) ?? 0, count };
}

const rows = [];
for (const wrong of [false, true]) {
  for (const nodes of SIZES) {
    const text = specOf(nodes, wrong);
    const { first, usual, cpu, count } = measure(text);
    const times = [first, usual, cpu, (cpu * 1000) / nodes].map((value) => value.toFixed(0));
    rows.push(`| ${[nodes, wrong ? "one in each branch" : "none", count, text.length >> 10, ...times].join(" | ")} |`);
    process.stdout.write(`${rows.at(-1)}\n`);
  }
}
const text = `# How long validation takes

\`node engine/bench/validate.js\` on ${os.cpus().length} cores (${os.cpus()[0]?.model ?? "unknown"}), Node ${process.version}, from text to plan, ${ROUNDS} rounds
each. The first row includes the warming up of the process. CPU time is what remains comparable on a machine that has other work.

| nodes | mistakes | diagnostics | KiB | first, ms | median, ms | CPU, ms | CPU, µs per node |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
const folder = fileURLToPath(new URL("../../bench/results/", import.meta.url));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}validate.md`, text);
