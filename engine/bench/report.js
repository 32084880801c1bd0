// The table, as text for the terminal and Markdown for the file.

/**
 * @typedef {{ side: string, round: number, firstDocument?: number, rowsPerSecond?: number, wallRowsPerSecond?: number, cpuMicros?: number,
 *   p50?: number, p99?: number, sourceP50?: number, sourceP99?: number, stackMb?: number, jobMb?: number }} Round
 * @typedef {{ key: Exclude<keyof Round, "side" | "round">, title: string, digits: number, goal?: string }} Metric
 */

/** @type {Metric[]} */
const METRICS = [
  { key: "rowsPerSecond", title: "steady rows/s, first to last commit", digits: 0, goal: "≥ 1.7" },
  { key: "wallRowsPerSecond", title: "rows/s from the command on", digits: 0 },
  { key: "cpuMicros", title: "CPU of the whole stack a row, µs", digits: 1 },
  { key: "firstDocument", title: "command to first document, s", digits: 2, goal: "≤ 0.5" },
  { key: "p50", title: "latency Kafka → MongoDB, p50, ms", digits: 0, goal: "≤ 1.0" },
  { key: "p99", title: "latency Kafka → MongoDB, p99, ms", digits: 0, goal: "≤ 1.0" },
  { key: "sourceP50", title: "latency HTTP → MongoDB, p50, ms", digits: 0 },
  { key: "sourceP99", title: "latency HTTP → MongoDB, p99, ms", digits: 0 },
  { key: "stackMb", title: "peak memory of the whole stack, MiB", digits: 0 },
  { key: "jobMb", title: "of it without Kafka and mongod, MiB", digits: 0 },
];

/** @param {(number | undefined)[]} values */
export function median(values) {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return undefined;
  return sorted.length % 2 === 1 ? sorted[middle] : (Number(sorted[middle - 1]) + Number(sorted[middle])) / 2;
}

/**
 * Medians side by side, the ratio of the engine's to the peer's, and every round.
 * @param {{ about: string[], rounds: Round[], sides: string[] }} results
 */
export function markdown({ about, rounds, sides }) {
  const [ours = "", peer = ""] = sides;
  const of = (/** @type {string} */ side, /** @type {Metric} */ { key }) =>
    median(rounds.filter((round) => round.side === side).map((round) => round[key]));
  const table = METRICS.map((metric) => {
    const [mine, other] = [of(ours, metric), of(peer, metric)];
    const ratio = mine === undefined || other === undefined ? "" : (mine / other).toFixed(2);
    const values = sides.map((side) => shown(of(side, metric), metric.digits));
    return [metric.title, ...values.slice(0, 2), ratio, metric.goal ?? "", ...values.slice(2)];
  });
  const each = rounds.map((round) => [
    String(round.round),
    round.side,
    ...METRICS.map(({ key, digits }) => shown(round[key], digits)),
  ]);
  return [
    "# Benchmark",
    "",
    ...about.map((line) => `- ${line}`),
    "",
    "## Medians",
    "",
    ...rows([["", ...sides.slice(0, 2), "ratio", "goal", ...sides.slice(2)], ...table]),
    "",
    "## Every round, in the order in which they ran",
    "",
    ...rows([["round", "side", ...METRICS.map(({ title }) => title)], ...each]),
    "",
  ].join("\n");
}

/**
 * @param {number | undefined} value
 * @param {number} digits
 */
function shown(value, digits) {
  if (value === undefined) return "";
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** @param {string[][]} cells */
function rows(cells) {
  const [head = []] = cells;
  const widths = head.map((_, at) => Math.max(3, ...cells.map((row) => (row[at] ?? "").length)));
  const line = (/** @type {string[]} */ row) => `| ${widths.map((width, at) => (row[at] ?? "").padEnd(width)).join(" | ")} |`;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...cells.slice(1).map(line)];
}
