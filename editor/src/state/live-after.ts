import type { BatchEvent } from "../../../engine/src/runtime/events.ts";
import type { Live, LiveEvent, LiveNode, Measure, Told } from "./live.ts";

const MOST_TOLD = 1000;
const MEASURED_S = 600;

/** The run after one more event. Nodes that it says nothing of stay the same objects. */
export function liveAfter(before: Live, told: Told): Live {
  const { event, at, number } = told;
  const live = { ...before, number };
  switch (event.event) {
    case "ingest": {
      const { read = event.read, heard = 0, dead = 0, refused = 0 } = live.nodes[event.node] ?? {};
      const rate = Math.max(0, event.read - read) / Math.max(0.5, (at - heard) / 1000);
      const counts = { read: event.read, produced: event.produced, refused: event.deadLettered };
      const sum = dead - refused + event.deadLettered;
      const after = withNode(live, event.node, (node) => ({ ...node, ...counts, rate, dead: sum, heard: at }));
      return measured(dead === 0 && sum > 0 ? first(after, told, event.node, "dead", []) : after, at, event.node);
    }
    case "batch":
      return afterBatch(live, told, event);
    case "setup":
      // What is prepared is told step by step, of which the last one says all.
      return kept({ ...live, told: live.told.filter(({ event: old }) => old.event !== "setup") }, told);
    case "state":
      return kept(event.state === "STOPPED" ? stopped(live) : { ...live, state: event.state }, told);
    case "summary":
    case "exit":
      return kept(stopped(live), told);
    default:
      return kept(live, told);
  }
}

function afterBatch(before: Live, told: Told, event: BatchEvent): Live {
  const seconds = Math.max(0.001, event.ms / 1000);
  let live = withNode(before, event.query, (node) => ({
    ...node,
    rate: event.rows / seconds,
    writes: (event.written + (event.repeats ?? 0)) / seconds,
    batchMs: event.ms,
    written: (node.written ?? 0) + event.written,
    repeats: (node.repeats ?? 0) + (event.repeats ?? 0),
    lag: lagOf(event),
    heard: told.at,
  }));
  const add = (what: "dead" | "late" | "filtered", node: string, count: number, codes: string[]) => {
    if (count === 0) return;
    if (what !== "filtered" && (live.nodes[node]?.[what] ?? 0) === 0) live = first(live, told, node, what, codes);
    live = withNode(live, node, (one) => ({ ...one, [what]: (one[what] ?? 0) + count }));
  };
  for (const [node, codes] of Object.entries(event.dead ?? {})) add("dead", node, total(codes), Object.keys(codes));
  for (const [node, count] of Object.entries(event.late ?? {})) add("late", node, count, []);
  for (const [node, count] of Object.entries(event.filtered ?? {})) add("filtered", node, count, []);
  const time = event.watermark === null ? Number.NaN : Date.parse(event.watermark);
  return measured(live, told.at, event.query, Number.isNaN(time) ? {} : { behind: told.at - time });
}

/** Records of its topics that the query had yet to read when the batch was planned. */
function lagOf({ offsets, latest }: BatchEvent): number {
  const ahead = Object.entries(latest ?? {}).map(([topic, ends]) =>
    Object.entries(ends).reduce((sum, [partition, end]) => sum + Math.max(0, end - (offsets?.[topic]?.[partition] ?? 0)), 0),
  );
  return ahead.reduce((sum, rows) => sum + rows, 0);
}

/** Nothing flows any more; what has been counted stays. */
function stopped(live: Live): Live {
  const still = ({ rate: _, writes: __, ...counts }: LiveNode): LiveNode => counts;
  const nodes = Object.fromEntries(Object.entries(live.nodes).map(([id, node]) => [id, still(node)]));
  return { ...live, nodes, state: "STOPPED" };
}

function withNode(live: Live, id: string, to: (node: LiveNode) => LiveNode): Live {
  return { ...live, nodes: { ...live.nodes, [id]: to(live.nodes[id] ?? {}) } };
}

function measured(live: Live, at: number, of: string, more: Pick<Measure, "behind"> = {}): Live {
  const allDead = Object.values(live.nodes).reduce((sum, { dead = 0 }) => sum + dead, 0);
  const measure = { ...live.nodes[of], ...more, at: Math.floor(at / 1000), of, allDead };
  // A newer one of the same second takes the place of the older.
  const measures = live.measures.filter((old) => old.at > measure.at - MEASURED_S && !(old.at === measure.at && old.of === of));
  return { ...live, measures: [...measures, measure] };
}

function first(live: Live, { number, at }: Told, node: string, what: "dead" | "late", codes: string[]): Live {
  const event: LiveEvent = { event: "first", node, what, codes };
  return kept(live, { number, at, event });
}

function kept(live: Live, told: Told): Live {
  return { ...live, told: [...live.told, told].slice(-MOST_TOLD) };
}

function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
