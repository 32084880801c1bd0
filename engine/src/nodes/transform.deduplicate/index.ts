import type { TransformDeduplicateConfig } from "@pipeline-engine/schemas/types";
import { type Column, columnAt, showType, sparkType } from "../../column-type.ts";
import { didYouMean } from "../../diagnostic.ts";
import { parseDuration, sparkInterval } from "../../duration.ts";
import { checkTimestamp, otherWatermark } from "../event-time.ts";
import type { NodeContext, NodeKind, Stream } from "../node-kind.ts";
import { columnPaths, sqlPath } from "../paths.ts";
import { previewDeduplicate } from "./preview.ts";

type Context = NodeContext<TransformDeduplicateConfig>;

/** Lets the first row of a key through; those that repeat it within a time are dropped. */
export const transformDeduplicate: NodeKind<TransformDeduplicateConfig> = {
  type: "transform.deduplicate",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: {},
  preview: previewDeduplicate,
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    const { config } = context;
    refuseUpdates(context);
    checkTimestamp(context, ["on"], config.on, input.columns, {
      unknown: { code: "deduplicate/unknown-column", purpose: "to tell the time by" },
      type: { code: "deduplicate/not-timestamp", needs: "Repeats are looked for within a time" },
    });
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
        forgets: true,
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

function checkWatermark({ config, report }: Context, input: Stream): void {
  const other = otherWatermark(input, config.on, config.within);
  if (other === undefined) return;
  const { differs, column, delay, message } = other;
  report([differs === "column" ? "on" : "within"], {
    code: "deduplicate/other-watermark",
    message,
    hint:
      differs === "column"
        ? `write \`on: ${column}\`, or put this node in front of the one that sets it`
        : `write \`within: ${delay}\``,
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
