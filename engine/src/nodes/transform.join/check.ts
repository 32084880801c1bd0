import type { TransformJoinConfig } from "@pipeline-engine/schemas/types";
import { type ColumnType, showType } from "../../column-type.ts";
import { didYouMean } from "../../diagnostic.ts";
import { parseDuration } from "../../duration.ts";
import { checkTimestamp, otherWatermark } from "../event-time.ts";
import type { NodeContext, Stream } from "../node-kind.ts";
import { columnPaths } from "../paths.ts";
import { type Pair, pairsOf, rightColumns } from "./sides.ts";

type Context = NodeContext<TransformJoinConfig>;
type Side = "left" | "right";

/** Reports every mistake in a join, and what Spark cannot run. */
export function checkJoin(context: Context, left: Stream, right: Stream): void {
  for (const [side, stream] of [
    ["left", left],
    ["right", right],
  ] as const) {
    refuseUpdates(context, side, stream);
    checkTime(context, side, stream);
  }
  for (const pair of pairsOf(context.config, left, right)) checkPair(context, pair, { left, right });
  refuseClash(context, left, right);
  warnOfSameMoment(context, left, right);
}

function refuseUpdates({ report }: Context, side: Side, { changes }: Stream): void {
  if (changes !== "update") return;
  report([], {
    code: "join/updates",
    message: `The rows on the ${side} are sent again whenever they change, and Spark joins only rows that are sent once.`,
    hint: "write `emit: final` in the node above if it has windows, or join first",
  });
}

function checkTime(context: Context, side: Side, stream: Stream): void {
  const { config, report } = context;
  const own = config[side];
  if (own === null) {
    if (stream.watermark !== undefined) return;
    report([side], {
      code: "join/no-watermark",
      message: `Nothing says when the rows on the ${side} happened, so Spark would have to remember them for good.`,
      hint: `add \`${side}: { time: …, watermark: 10m }\` with the column that holds their time`,
    });
    return;
  }
  checkTimestamp(context, [side, "time"], own.time, stream.columns, {
    unknown: { code: "join/unknown-column", purpose: "to tell the time by" },
    type: { code: "join/not-timestamp", needs: "Rows are joined within a time" },
  });
  const other = otherWatermark(stream, own.time, own.watermark);
  if (other === undefined) return;
  report([side, other.differs === "column" ? "time" : "watermark"], {
    code: "join/other-watermark",
    message: other.message,
    hint: `leave \`${side}\` out: the join takes that one over`,
  });
}

function checkPair({ report }: Context, { left, right, columns }: Pair, streams: Record<Side, Stream>): void {
  for (const [side, path] of [
    ["left", left],
    ["right", right],
  ] as const) {
    if (columns[side] !== undefined) continue;
    const hint = didYouMean(path, columnPaths(streams[side].columns));
    report(["on", left], {
      code: "join/unknown-column",
      message: `There is no column \`${path}\` on the ${side} to join on.`,
      hint,
    });
  }
  if (columns.left === undefined || columns.right === undefined || areEqual(columns.left.type, columns.right.type)) return;
  const types = `\`${left}\` is of type ${showType(columns.left.type)} and \`${right}\` of type ${showType(columns.right.type)}`;
  report(["on", left], {
    code: "join/key-type",
    message: `These two can never be equal for sure: ${types}.`,
    hint: "a key is text, a whole number, a boolean, a date or a timestamp, and the same on both sides: convert one of them above with transform.select",
  });
}

/** True for types whose values are equal or not, without a doubt. */
function areEqual(a: ColumnType, b: ColumnType): boolean {
  const family = ({ kind }: ColumnType) => (kind === "int" || kind === "long" ? "whole" : kind);
  return family(a) === family(b) && ["string", "whole", "boolean", "date", "timestamp"].includes(family(a));
}

function refuseClash({ config, report }: Context, left: Stream, right: Stream): void {
  const taken = new Set(left.columns.map(({ name }) => name));
  const clashing = rightColumns(config, right.columns).flatMap(({ column }) => (taken.has(column.name) ? [column.name] : []));
  if (clashing.length === 0) return;
  report(["prefix"], {
    code: "join/duplicate-column",
    message: `Both sides have ${clashing.map((name) => `\`${name}\``).join(", ")}.`,
    hint: config.prefix === "" ? "set a `prefix`, such as `right_`, or take it to the keys in `on`" : "choose another `prefix`",
  });
}

/** Windows of one size share their moments; two records hardly ever do. */
function warnOfSameMoment({ config, report }: Context, left: Stream, right: Stream): void {
  if (parseDuration(config.before) !== 0 || parseDuration(config.after) !== 0 || left.final || right.final) return;
  report([], {
    code: "join/same-moment",
    severity: "warning",
    message: "With neither `before` nor `after` only rows of the same microsecond are joined.",
    hint: "say how much later, or earlier, the right row may have happened: `after: 1h`",
  });
}
