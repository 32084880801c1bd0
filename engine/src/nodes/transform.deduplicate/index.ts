import type { TransformDeduplicateConfig } from "@pipeline-engine/schemas/types";
import { type Column, columnAt, showType, sparkType } from "../../column-type.ts";
import { didYouMean } from "../../diagnostic.ts";
import { parseDuration, showDuration, sparkInterval } from "../../duration.ts";
import type { NodeContext, NodeKind, Stream } from "../node-kind.ts";
import { columnPaths, sqlPath } from "../paths.ts";

type Context = NodeContext<TransformDeduplicateConfig>;

/** Lets the first row of a key through; those that repeat it within a time are dropped. */
export const transformDeduplicate: NodeKind<TransformDeduplicateConfig> = {
  type: "transform.deduplicate",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: {},
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    const { config } = context;
    refuseUpdates(context);
    checkTime(context, input.columns);
    checkWatermark(context, input);
    const keys = keyColumns(context, input.columns);
    const isGiven = input.watermark !== undefined;
    const within = parseDuration(config.within) ?? 0;
    // Where the watermark comes from above, the times have been looked at there.
    const aheadAtMost = isGiven ? null : sparkInterval(parseDuration(config.maxAhead) ?? 0);
    const guard = { keys: keys.map(({ path }) => sqlPath(path)), on: sqlPath(config.on), max_ahead: aheadAtMost };
    const canBeNull = keys.some(({ column }) => !column.required);
    return {
      output: {
        ...input,
        origin: "derived",
        key: keys.map(({ path }) => path),
        eventTime: config.on,
        watermark: within,
      },
      part: {
        kind: "stateful",
        module: "deduplicate",
        arguments: { ...guard, within: isGiven ? null : sparkInterval(within) },
        ...((canBeNull || !isGiven) && { guard }),
        ...(!isGiven && { watermark: within }),
        refuses: false,
        windows: false,
        state: {
          on: config.on,
          within: sparkInterval(within),
          // The order of the keys is part of Spark's state, and so are their types.
          keys: keys.map(({ path, column }) => `${path}: ${sparkType(column.type)}`),
        },
      },
    };
  },
};

function refuseUpdates({ inputs, report }: Context): void {
  if (inputs[0]?.changes !== "update") return;
  report([], {
    code: "deduplicate/updates",
    message:
      "These rows replace earlier ones, and Spark runs nothing that remembers rows behind an aggregate that emits updates.",
    hint: "deduplicate first, then aggregate",
  });
}

function checkTime({ config, report }: Context, columns: readonly Column[]): void {
  const column = columnAt(columns, config.on.split("."));
  if (column === undefined) {
    const hint = didYouMean(config.on, columnPaths(columns));
    report(["on"], {
      code: "deduplicate/unknown-column",
      message: `There is no column \`${config.on}\` to tell the time by.`,
      hint,
    });
  } else if (column.type.kind !== "timestamp") {
    report(["on"], {
      code: "deduplicate/not-timestamp",
      message: `Repeats are looked for within a time, but \`${config.on}\` is of type ${showType(column.type)}.`,
      hint: "declare the column as `timestamp` where the record is read, or convert it with `to_timestamp`",
    });
  }
}

/** Spark refuses to define a watermark twice on one way. */
function checkWatermark({ config, report }: Context, { watermark, eventTime }: Stream): void {
  if (watermark === undefined) return;
  const [isOther, isLonger] = [eventTime !== config.on, watermark !== parseDuration(config.within)];
  if (!isOther && !isLonger) return;
  const column = eventTime ?? "a column that is not there any more";
  report([isOther ? "on" : "within"], {
    code: "deduplicate/other-watermark",
    message: `These rows have a watermark already, on \`${column}\` with ${showDuration(watermark)}, and Spark takes one alone.`,
    hint: isOther
      ? `write \`on: ${column}\`, or put this node in front of the one that sets it`
      : `write \`within: ${showDuration(watermark)}\``,
  });
}

function keyColumns({ config, report }: Context, columns: readonly Column[]): { path: string; column: Column }[] {
  const isList = Array.isArray(config.key);
  const paths: string[] = [config.key].flat();
  return paths.flatMap((path, i) => {
    const at = isList ? ["key", i] : ["key"];
    const column = columnAt(columns, path.split("."));
    if (column === undefined) {
      const hint = didYouMean(path, columnPaths(columns));
      report(at, { code: "deduplicate/unknown-column", message: `The key \`${path}\` is no column of these rows.`, hint });
      return [];
    }
    if (column.type.kind === "list" || column.type.kind === "map" || column.type.kind === "struct") {
      report(at, {
        code: "deduplicate/key-not-single",
        message: `\`${path}\` is of type ${showType(column.type)}, but a key is made of single values.`,
        hint: "choose a column with one value, or a field of it",
      });
      return [];
    }
    return [{ path, column }];
  });
}
