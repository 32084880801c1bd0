import type { TransformJoinConfig } from "@pipeline-engine/schemas/types";
import { parseDuration } from "../../duration.ts";
import {
  type Drop,
  isBehind,
  type Mark,
  outOfTime,
  type PreviewBatch,
  type PreviewColumns,
  type PreviewContext,
  type PreviewRow,
  type PreviewStep,
  rowOf,
  smallestMark,
  valueAlong,
  Watermark,
} from "../preview.ts";
import { rightColumns } from "./sides.ts";

/** A row that waits for those of the other side. */
interface Waiting {
  row: PreviewRow;
  key: string;
  /** In microseconds since 1970. */
  time: bigint;
  matched: boolean;
}

/** How the rows of one input are taken in, and those that wait. */
interface Side {
  time: TransformJoinConfig["left"];
  keys: string[];
  clock: Watermark;
  waiting: Map<string, Waiting[]>;
}

/** Remembers the rows of both sides until the watermark, the smaller of theirs, has passed the last moment for a match. */
export function previewJoin({ config, inputs, output }: PreviewContext<TransformJoinConfig>): PreviewStep {
  const [before, after] = [config.before, config.after].map((text) => parseDuration(text) ?? 0) as [number, number];
  const left = sideOf(config.left, inputs[0], Object.keys(config.on));
  const right = sideOf(config.right, inputs[1], Object.values(config.on));
  const added = new Map(rightColumns(config, inputs[1]?.columns ?? []).map(({ from, column }) => [column.name, from]));
  const joined = ({ row, time }: Waiting, other?: Waiting): PreviewRow => ({
    time,
    values: rowOf(output?.columns ?? [], (name) => {
      const from = added.get(name);
      return (from === undefined ? row.values[name] : other?.row.values[from]) ?? null;
    }),
  });
  const isNear = (one: Waiting, other: Waiting) =>
    other.time >= one.time - BigInt(before) * 1000n && other.time <= one.time + BigInt(after) * 1000n;
  return (batches) => {
    const dropped: Drop[] = [];
    const mark = smallestMark(
      [left, right].map(({ time, clock }, at) => (time === null && batches[at]?.watermark) || clock.mark),
    );
    const [mine, theirs] = [left, right].map((side, input) => takenIn(side, batches[input], input, mark, dropped)) as [
      Waiting[],
      Waiting[],
    ];
    const pairs = [
      ...mine.flatMap((one) => (right.waiting.get(one.key) ?? []).map((other) => [one, other] as const)),
      ...remember(left, mine, theirs),
    ].filter(([one, other]) => isNear(one, other));
    remember(right, theirs, []);
    for (const [one] of pairs) one.matched = true;
    const main = pairs.map(([one, other]) => joined(one, other));
    const alone = letGo(left, mark.over - after).filter(({ matched }) => !matched);
    letGo(right, mark.over - before);
    if (config.kind === "left") main.push(...alone.map((one) => joined(one)));
    for (const { clock } of [left, right]) clock.advance();
    // What comes out may have waited so long.
    const lag = Math.max(before, after) + 1;
    return { outputs: { main }, dropped, watermark: { late: mark.late - lag, over: mark.over - lag } };
  };
}

function sideOf(own: TransformJoinConfig["left"], input: PreviewColumns | undefined, keys: string[]): Side {
  const time = input?.watermark === undefined ? own : null;
  const delay = time === null ? 0 : (parseDuration(time.watermark) ?? 0);
  return { time, keys, clock: new Watermark(delay), waiting: new Map() };
}

/** The rows of a batch that may be joined; of the others it is told why not. */
function takenIn(side: Side, batch: PreviewBatch | undefined, input: number, { late }: Mark, dropped: Drop[]): Waiting[] {
  const { time: own, keys } = side;
  return (batch?.rows ?? []).flatMap((row): Waiting[] => {
    const reason = own === null ? undefined : outOfTime(row, own.time, parseDuration(own.maxAhead));
    const values = keys.map((path) => valueAlong(row.values, path));
    if (reason !== undefined) {
      dropped.push({ row, input, why: "dead-letter", code: "join/event-time", message: reason });
      return [];
    }
    if (values.includes(null)) {
      dropped.push({ row, input, why: "dead-letter", code: "join/null-key", message: "the key is null" });
      return [];
    }
    const time = (own === null ? row.time : (valueAlong(row.values, own.time) as bigint)) ?? 0n;
    side.clock.see(time);
    if (isBehind(time, late)) {
      dropped.push({ row, input, why: "late", message: "its time is behind the watermark" });
      return [];
    }
    return [{ row, time, key: JSON.stringify(values.map(String)), matched: false }];
  });
}

/** Has new rows of a side wait, and says which of the other's new rows share the key of one that waits. */
function remember({ waiting }: Side, added: readonly Waiting[], others: readonly Waiting[]): (readonly [Waiting, Waiting])[] {
  for (const each of added) waiting.set(each.key, [...(waiting.get(each.key) ?? []), each]);
  return others.flatMap((other) => (waiting.get(other.key) ?? []).map((one) => [one, other] as const));
}

/** Forgets the rows before a moment, in milliseconds since 1970, and says which they were. */
function letGo({ waiting }: Side, before: number): Waiting[] {
  const gone: Waiting[] = [];
  for (const [key, rows] of waiting) {
    // A watermark counts milliseconds, and at the moment itself a row may still come.
    const isOver = ({ time }: Waiting) => isBehind(time, before - 1);
    gone.push(...rows.filter(isOver));
    const left = rows.filter((row) => !isOver(row));
    if (left.length > 0) waiting.set(key, left);
    else waiting.delete(key);
  }
  return gone;
}
