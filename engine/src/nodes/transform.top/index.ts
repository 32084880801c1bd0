import type { TransformTopConfig } from "@pipeline-engine/schemas/types";
import { type Column, showType, sparkType } from "../../column-type.ts";
import { printFailed, printValue, type TypedExpression } from "../../expression/index.ts";
import { groupColumns } from "../group-columns.ts";
import type { NodeContext, NodeKind, Stream } from "../node-kind.ts";
import { checkGivenWindows, checkWindows, givenWindows, hasGivenWindows, type Windows, windowsOf } from "../windows.ts";
import { previewTop } from "./preview.ts";
import { directionOf, hasOrder } from "./rank.ts";

type Context = NodeContext<TransformTopConfig>;

/** Keeps the rows of every window and group that stand first by a value, each with its rank. */
export const transformTop: NodeKind<TransformTopConfig> = {
  type: "transform.top",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: { window: "presence", rank: "all" },
  preview: previewTop,
  compile(context) {
    const [input] = context.inputs;
    if (input === undefined) return {};
    const { config } = context;
    const isGiven = hasGivenWindows(context);
    if (isGiven) checkGivenWindows(context);
    else checkWindows(context);
    const windows = isGiven ? givenWindows(input) : windowsOf(context);
    const by = groupColumns(context);
    const value = decidingValue(context);
    const rank: Column = { name: config.rank, type: { kind: "int" }, required: true };
    const columns = [...windows.columns, rank, ...input.columns];
    refuseClashes(context, windows);
    const failed = failureOf(config, value);
    const guard = { ...windows.guard, failed };
    const hasWindows = config.window !== null || isGiven;
    return {
      output: {
        columns,
        changes: config.emit === "final" ? "append" : "update",
        origin: "derived",
        ...windows.traits,
        ...keyOf(config, windows, input, isGiven),
        ...(input.unsteady && { unsteady: input.unsteady }),
      },
      part: {
        kind: "stateful",
        module: "top",
        arguments: {
          ...guard,
          ...windows.arguments,
          n: config.n,
          value: value === undefined ? "NULL" : printValue(value),
          lowest: directionOf(config).lowest,
          by: Object.fromEntries(by.map(({ column, sql }) => [column.name, sql])),
          rank: config.rank,
        },
        ...((windows.watermark !== undefined || Object.keys(failed).length > 0) && { guard }),
        refuses: false,
        windows: config.window !== null,
        forgets: hasWindows,
        ...(windows.watermark !== undefined && { watermark: windows.watermark }),
        state: {
          ...windows.state,
          n: config.n,
          by: by.map(({ column, sql }) => `${column.name} = ${sql}: ${sparkType(column.type)}`),
          value: value === undefined ? "" : `${directionOf(config).setting} ${printValue(value)}: ${sparkType(value.type)}`,
          // The state holds whole rows.
          rows: input.columns.map(({ name, type }) => `${name}: ${sparkType(type)}`),
        },
      },
    };
  },
};

function decidingValue(context: Context): TypedExpression | undefined {
  const { config, inputs, report } = context;
  if ((config.highest === null) === (config.lowest === null)) {
    report([], {
      code: "top/highest-or-lowest",
      message:
        config.highest === null ? "It is not said which rows stand first." : "Only one value can decide which rows stand first.",
      hint: "write either `highest:` or `lowest:` with the value that decides",
    });
    return undefined;
  }
  const { setting } = directionOf(config);
  const value = context.expression([setting], inputs[0]?.columns ?? [], "row");
  if (value === undefined || hasOrder(value.type)) return value;
  report([setting], {
    code: "top/no-order",
    message: `Values of type ${showType(value.type)} have no order.`,
    hint: "choose a number, a text or a time",
  });
  return undefined;
}

/** The value that decides → when it fails on a row: that row is refused before it reaches the state. */
function failureOf(config: TransformTopConfig, value: TypedExpression | undefined): Record<string, string> {
  const failed = value && printFailed(value);
  return failed === undefined ? {} : { [directionOf(config).setting]: failed };
}

/** A rank is taken once in every window and group. */
function keyOf(
  { window, by, rank }: TransformTopConfig,
  windows: Windows,
  { eventTime }: Stream,
  isGiven: boolean,
): { key?: string[] } {
  if (isGiven && eventTime === undefined) return {};
  const of =
    window !== null ? windows.columns.slice(0, 1).map(({ name }) => name) : isGiven && eventTime !== undefined ? [eventTime] : [];
  return { key: [...of, ...by, rank] };
}

function refuseClashes({ config, inputs, report }: Context, windows: Windows): void {
  const names = new Set(inputs[0]?.columns.map(({ name }) => name));
  const made = windows.columns.find(({ name }) => names.has(name));
  if (made !== undefined) {
    report(["window"], {
      code: "top/duplicate-column",
      message: `The window would make a second column \`${made.name}\`.`,
      hint: "rename the one that is there with transform.select before",
    });
  }
  if (!names.has(config.rank) && !windows.columns.some(({ name }) => name === config.rank)) return;
  report(["rank"], {
    code: "top/duplicate-column",
    message: `A column \`${config.rank}\` exists already.`,
    hint: "choose another name with `rank`",
  });
}
