import type { TransformJoinConfig } from "@pipeline-engine/schemas/types";
import { columnAt, sparkType } from "../../column-type.ts";
import { parseDuration, sparkInterval } from "../../duration.ts";
import type { Arguments, NodeKind, Stream } from "../node-kind.ts";
import { sqlPath } from "../paths.ts";
import { checkJoin } from "./check.ts";
import { previewJoin } from "./preview.ts";
import { type Pair, pairsOf, rightColumns } from "./sides.ts";

/** Brings rows of two streams together that have the same keys and lie close in time. */
export const transformJoin: NodeKind<TransformJoinConfig> = {
  type: "transform.join",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 2, max: 2, names: ["left", "right"] },
  shapes: { on: "all", prefix: "all" },
  preview: previewJoin,
  compile(context) {
    const [left, right] = context.inputs;
    if (left === undefined || right === undefined) return {};
    checkJoin(context, left, right);
    const { config } = context;
    const pairs = pairsOf(config, left, right);
    const added = rightColumns(config, right.columns);
    const [mine, theirs] = [
      sideOf(
        config.left,
        left,
        pairs.map((pair) => pair.left),
      ),
      sideOf(
        config.right,
        right,
        pairs.map((pair) => pair.right),
      ),
    ];
    const bounds = { before: interval(config.before), after: interval(config.after) };
    return {
      output: {
        columns: [...left.columns, ...added.map(({ column }) => column)],
        changes: "append",
        origin: "derived",
        ...timeOf(left, config.left),
        ...(left.final && { final: true as const }),
        joined: true,
      },
      part: {
        kind: "stateful",
        module: "join",
        arguments: {
          kind: config.kind,
          left: mine.arguments,
          right: theirs.arguments,
          columns: Object.fromEntries(added.map(({ from, column }) => [from, column.name])),
          ...bounds,
        },
        guard: [mine.guard, theirs.guard],
        watermark: [mine.watermark, theirs.watermark],
        refuses: false,
        windows: false,
        forgets: true,
        keepsRows: true,
        state: {
          kind: config.kind,
          ...bounds,
          left: mine.arguments,
          right: theirs.arguments,
          keys: pairs.map(keyState),
          // The rows themselves are the state.
          rows: [left, right].map(({ columns }) => columns.map(({ name, type }) => `${name}: ${sparkType(type)}`)),
        },
      },
    };
  },
};

const interval = (duration: string) => sparkInterval(parseDuration(duration) ?? 0);

type Timed = TransformJoinConfig["left"];

/** The event time of the rows that come out is the left's. */
function timeOf({ eventTime, watermark }: Stream, own: Timed): Pick<Stream, "eventTime" | "watermark"> {
  if (watermark !== undefined) return { watermark, ...(eventTime !== undefined && { eventTime }) };
  return own === null ? {} : { eventTime: own.time, watermark: parseDuration(own.watermark) ?? 0 };
}

/** How one input is taken in, and what of it must not be. */
function sideOf(own: Timed, { watermark: given, columns }: Stream, keys: string[]) {
  // Where the watermark comes from above, the times have been looked at there.
  const time = given === undefined ? own : null;
  const settings: Arguments = {
    keys: keys.map(sqlPath),
    on: time && sqlPath(time.time),
    max_ahead: time && interval(time.maxAhead),
  };
  const canBeNull = keys.some((path) => !columnAt(columns, path.split("."))?.required);
  return {
    arguments: { ...settings, watermark: time && interval(time.watermark) },
    guard: canBeNull || time !== null ? settings : null,
    watermark: time === null ? null : (parseDuration(time.watermark) ?? 0),
  };
}

function keyState({ left, right, columns }: Pair): string {
  return `${left}: ${columns.left && sparkType(columns.left.type)} = ${right}: ${columns.right && sparkType(columns.right.type)}`;
}
