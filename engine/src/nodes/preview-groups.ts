import { columnAt } from "../column-type.ts";
import { parseDuration } from "../duration.ts";
import type { Row, Value } from "../expression/index.ts";
import { lastStep } from "./paths.ts";
import {
  type Drop,
  isBehind,
  type Mark,
  outOfTime,
  type PreviewColumns,
  type PreviewRow,
  type PreviewStep,
  valueAlong,
  Watermark,
} from "./preview.ts";
import { groupKey, normalised } from "./preview-keys.ts";
import { touch, type WindowBounds, windowsAt } from "./preview-windows.ts";
import type { Windowed } from "./windows.ts";

/** The rows of one group, in one window where there are windows. */
export interface Group {
  /** The columns of `by`, by their last names. */
  by: Map<string, Value>;
  window?: WindowBounds;
  rows: Row[];
}

interface Kept extends Group {
  changed: boolean;
}

/** What tells one step with groups from another. */
export interface Grouping {
  config: Windowed;
  input: PreviewColumns | undefined;
  /** The code of the dead letter that a row without a usable time becomes. */
  timeCode: string;
  /** The rows come in windows from above, which are kept: those of one moment are over together. */
  windowsAreGiven?: boolean;
  /** Why a row may not touch the state, besides its time. */
  refusal(values: Row): Pick<Drop, "code" | "message"> | undefined;
  /** The rows of a group, or why there are none. */
  rowsOf(group: Group): { rows: Row[] } | { drop: Omit<Drop, "input"> };
}

/** Keeps the rows of every group, and emits a group when it changes, or once its window is over. */
export function previewGroups(grouping: Grouping): PreviewStep {
  const { config, input, windowsAreGiven = false } = grouping;
  const { window, emit } = config;
  const hasTime = window !== null || windowsAreGiven;
  const isGiven = input?.watermark !== undefined;
  const clock = new Watermark(window === null ? 0 : (parseDuration(window.watermark) ?? 0));
  const groups = new Map<string, Kept[]>();
  const timeOf = (row: PreviewRow) =>
    (isGiven ? row.time : undefined) ?? (window === null ? 0n : (valueAlong(row.values, window.on) as bigint));
  return ([batch]) => {
    const watermark = (isGiven ? batch?.watermark : undefined) ?? clock.mark;
    const dropped: Drop[] = [];
    for (const row of batch?.rows ?? []) {
      const refusal = refusalOf(row, grouping, isGiven);
      if (refusal !== undefined) {
        dropped.push({ row, input: 0, why: "dead-letter", ...refusal });
        continue;
      }
      const time = hasTime ? timeOf(row) : 0n;
      clock.see(time);
      if (!takeIn(row.values, time, groups, grouping, watermark))
        dropped.push({ row, input: 0, why: "late", message: "its window is behind the watermark" });
    }
    clock.advance();
    const isOver = ({ window: bounds }: Group) => bounds !== undefined && isBehind(bounds.end, watermark.over);
    const all = [...groups.values()].flat();
    const main: PreviewRow[] = [];
    for (const group of all.filter((one) => (emit === "final" ? isOver(one) : one.changed))) {
      const made = grouping.rowsOf(group);
      if ("drop" in made) dropped.push(made.drop);
      else main.push(...made.rows.map((values) => ({ values, ...timeFrom(group, windowsAreGiven) })));
    }
    for (const group of all) group.changed = false;
    for (const [key, list] of groups)
      groups.set(
        key,
        list.filter((group) => !isOver(group)),
      );
    const open = [...groups.values()].flat().length;
    return { outputs: { main }, dropped, ...(hasTime && { watermark, open }) };
  };
}

/** Spark tells the time of a window by its last moment. */
function timeFrom({ window }: Group, isGiven: boolean): Pick<PreviewRow, "time"> {
  if (window === undefined) return {};
  return { time: isGiven ? window.end : window.end - 1n };
}

/** Why a row may not touch the state: its time is no good, or the step refuses it. */
function refusalOf(
  row: PreviewRow,
  { config: { window }, timeCode, refusal }: Grouping,
  isGiven: boolean,
): Pick<Drop, "code" | "message"> | undefined {
  const reason = window === null ? undefined : outOfTime(row, window.on, isGiven ? undefined : parseDuration(window.maxAhead));
  return reason === undefined ? refusal(row.values) : { code: timeCode, message: reason };
}

/** Puts a row into its groups. False where all of its windows are behind the watermark: then it is late. */
function takeIn(
  values: Row,
  time: bigint,
  groups: Map<string, Kept[]>,
  { config: { window, by: paths }, input, windowsAreGiven }: Grouping,
  { late }: Mark,
): boolean {
  const by = paths.map((path) => {
    const type = columnAt(input?.columns ?? [], path.split("."))?.type ?? { kind: "null" as const };
    return { name: lastStep(path), type, value: normalised(type, valueAlong(values, path)) };
  });
  const named = new Map(by.map(({ name, value }) => [name, value]));
  const added = { by: named, rows: [values], changed: true };
  if (window === null && !windowsAreGiven) {
    join(groups, groupKey(by), added, () => true);
    return true;
  }
  const isSession = window !== null && window.size === null;
  const isSame = (a: WindowBounds, b: WindowBounds) => (isSession ? touch(a, b) : a.start === b.start);
  const windows = window === null ? [{ start: time, end: time }] : windowsAt(window, time);
  const inTime = windows.filter(({ end }) => !isBehind(end, late));
  for (const one of inTime)
    join(
      groups,
      groupKey(by),
      { ...added, rows: [values], window: one },
      (other) => other.window !== undefined && isSame(other.window, one),
    );
  return inTime.length > 0;
}

/** Adds a group to those of its key; it becomes one with those that are the same. */
function join(groups: Map<string, Kept[]>, key: string, added: Kept, isSame: (other: Group) => boolean): void {
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
