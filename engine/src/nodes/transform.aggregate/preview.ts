import type { TransformAggregateConfig } from "@pipeline-engine/schemas/types";
import { columnAt } from "../../column-type.ts";
import { parseDuration } from "../../duration.ts";
import type { Row, Value } from "../../expression/index.ts";
import { lastStep } from "../paths.ts";
import {
  type Drop,
  type GroupEvaluator,
  isBehind,
  type Mark,
  outOfTime,
  type PreviewContext,
  type PreviewRow,
  type PreviewStep,
  rowOf,
  valueAlong,
  Watermark,
} from "../preview.ts";
import { groupKey, normalised } from "../preview-keys.ts";
import { touch, type WindowBounds, windowsAt } from "./preview-windows.ts";

type Context = PreviewContext<TransformAggregateConfig>;
type Computed = [name: string, evaluator: GroupEvaluator][];

interface Group {
  by: Map<string, Value>;
  window?: WindowBounds;
  rows: Row[];
  changed: boolean;
}

/** Keeps the rows of every group, and emits a group when it changes, or once its window is over. */
export function previewAggregate(context: Context): PreviewStep {
  const { window, emit } = context.config;
  const computed: Computed = Object.keys(context.config.compute).map((name) => [name, context.group(["compute", name])]);
  const isGiven = context.inputs[0]?.watermark !== undefined;
  const clock = new Watermark(window === null ? 0 : (parseDuration(window.watermark) ?? 0));
  const groups = new Map<string, Group[]>();
  return ([batch]) => {
    const watermark = (isGiven ? batch?.watermark : undefined) ?? clock.mark;
    const dropped: Drop[] = [];
    for (const row of batch?.rows ?? []) {
      const refusal = refusalOf(row, context, computed, isGiven);
      if (refusal !== undefined) {
        dropped.push({ row, input: 0, why: "dead-letter", ...refusal });
        continue;
      }
      const time = window === null ? 0n : ((isGiven ? row.time : undefined) ?? (valueAlong(row.values, window.on) as bigint));
      clock.see(time);
      if (!takeIn(row.values, time, groups, context, watermark))
        dropped.push({ row, input: 0, why: "late", message: "its window is behind the watermark" });
    }
    clock.advance();
    const isOver = ({ window: bounds }: Group) => bounds !== undefined && isBehind(bounds.end, watermark.over);
    const all = [...groups.values()].flat();
    const main: PreviewRow[] = [];
    for (const group of all.filter((one) => (emit === "final" ? isOver(one) : one.changed)))
      emitGroup(group, context, computed, main, dropped);
    for (const group of all) group.changed = false;
    for (const [key, list] of groups)
      groups.set(
        key,
        list.filter((group) => !isOver(group)),
      );
    const open = [...groups.values()].flat().length;
    return { outputs: { main }, dropped, ...(window !== null && { watermark, open }) };
  };
}

/** Why a row may not touch the state: its time is no good, or an argument of an aggregate function has no value for it. */
function refusalOf(
  row: PreviewRow,
  { config: { window } }: Context,
  computed: Computed,
  isGiven: boolean,
): Pick<Drop, "code" | "message"> | undefined {
  const reason = window === null ? undefined : outOfTime(row, window.on, isGiven ? undefined : parseDuration(window.maxAhead));
  if (reason !== undefined) return { code: "aggregate/event-time", message: reason };
  for (const [name, evaluator] of computed)
    for (const argument of evaluator.arguments) {
      const outcome = argument(row.values);
      if ("failed" in outcome)
        return { code: "aggregate/failed", message: `\`${name}\` has no value for this row: ${outcome.failed}` };
    }
  return undefined;
}

/** Puts a row into its groups. False where all of its windows are behind the watermark: then it is late. */
function takeIn(values: Row, time: bigint, groups: Map<string, Group[]>, { config, inputs }: Context, { late }: Mark): boolean {
  const columns = inputs[0]?.columns ?? [];
  const by = config.by.map((path) => {
    const type = columnAt(columns, path.split("."))?.type ?? { kind: "null" as const };
    return { name: lastStep(path), type, value: normalised(type, valueAlong(values, path)) };
  });
  const named = new Map(by.map(({ name, value }) => [name, value]));
  if (config.window === null) {
    join(groups, groupKey(by), { by: named, rows: [values], changed: true }, () => true);
    return true;
  }
  const { size } = config.window;
  const isSame = (a: WindowBounds, b: WindowBounds) => (size === null ? touch(a, b) : a.start === b.start);
  const inTime = windowsAt(config.window, time).filter(({ end }) => !isBehind(end, late));
  for (const window of inTime)
    join(
      groups,
      groupKey(by),
      { by: named, window, rows: [values], changed: true },
      (other) => other.window !== undefined && isSame(other.window, window),
    );
  return inTime.length > 0;
}

/** Adds a group to those of its key; it becomes one with those that are the same. */
function join(groups: Map<string, Group[]>, key: string, added: Group, isSame: (other: Group) => boolean): void {
  const list = groups.get(key) ?? [];
  const same = list.filter(isSame);
  const [first] = same;
  if (first === undefined) {
    groups.set(key, [...list, added]);
    return;
  }
  // A row can close the gap between two sessions.
  for (const other of [...same.slice(1), added]) {
    first.rows.push(...other.rows);
    if (first.window && other.window) first.window = hull(first.window, other.window);
  }
  first.changed = true;
  groups.set(
    key,
    list.filter((group) => group === first || !same.includes(group)),
  );
}

function hull(a: WindowBounds, b: WindowBounds): WindowBounds {
  const [first, last] = [
    [a, b].reduce((one, other) => (other.start < one.start ? other : one)),
    [a, b].reduce((one, other) => (other.end > one.end ? other : one)),
  ];
  return { start: first.start, end: last.end };
}

function emitGroup(group: Group, { output }: Context, computed: Computed, main: PreviewRow[], dropped: Drop[]): void {
  const evaluators = new Map(computed);
  let failed: string | undefined;
  const values = rowOf(output?.columns ?? [], (name) => {
    if (group.window !== undefined && name === "window_start") return group.window.start;
    if (group.window !== undefined && name === "window_end") return group.window.end;
    const outcome = evaluators.get(name)?.value(group.rows);
    if (outcome === undefined) return group.by.get(name) ?? null;
    if ("value" in outcome) return outcome.value;
    failed ??= `\`${name}\` has no value for this group: ${outcome.failed}`;
    return null;
  });
  // Spark tells the time of a window by its last moment.
  if (failed === undefined) main.push({ values, ...(group.window && { time: group.window.end - 1n }) });
  else dropped.push({ row: { values }, why: "dead-letter", code: "aggregate/failed", message: failed });
}
