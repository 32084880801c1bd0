import type { TransformAggregateConfig } from "@pipeline-engine/schemas/types";
import { type Column, sparkType } from "../../column-type.ts";
import { aggregateArguments, printFailed, printValue, type TypedExpression } from "../../expression/index.ts";
import { groupColumns, unsteadyGroups } from "../group-columns.ts";
import type { NodeContext, NodeKind } from "../node-kind.ts";
import { failures } from "../predicates.ts";
import { checkWindows, windowsOf } from "../windows.ts";
import { previewAggregate } from "./preview.ts";

type Context = NodeContext<TransformAggregateConfig>;

/** Groups rows by windows of event time and by columns, and emits a group whenever it changes, or once when its window is over. */
export const transformAggregate: NodeKind<TransformAggregateConfig> = {
  type: "transform.aggregate",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: { window: "presence", by: "all", compute: "named" },
  preview: previewAggregate,
  compile(context) {
    if (context.inputs[0] === undefined) return {};
    checkWindows(context);
    refuseNothing(context);
    const windows = windowsOf(context);
    const by = groupColumns(context);
    const computed = computedColumns(context);
    refuseClashes(context, by, windows.columns);
    const broken = groupFailures(computed);
    const failed = rowFailures(computed);
    const guard = { ...windows.guard, failed };
    const hasWindows = windows.columns.length > 0;
    return {
      output: {
        columns: [
          ...windows.columns,
          ...by.map((group) => group.column),
          ...computed.map(([name, t]) => ({ name, type: t.type, required: !t.nullable })),
        ],
        changes: context.config.emit === "final" ? "append" : "update",
        origin: "derived",
        ...windows.traits,
        key: [...(hasWindows ? ["window_start"] : []), ...by.map((group) => group.column.name)],
        ...unsteadyGroups(context),
      },
      part: {
        kind: "stateful",
        module: "aggregate",
        arguments: {
          ...guard,
          ...windows.arguments,
          by: Object.fromEntries(by.map(({ column, sql }) => [column.name, sql])),
          compute: Object.fromEntries(computed.map(([name, typed]) => [name, printValue(typed)])),
          ...broken,
        },
        ...((windows.watermark !== undefined || Object.keys(failed).length > 0) && { guard }),
        refuses: broken.broken !== undefined,
        windows: hasWindows,
        forgets: hasWindows,
        ...(windows.watermark !== undefined && { watermark: windows.watermark }),
        // Lists, because the order of the groups is part of Spark's state; with types, because the same SQL over another type is another state.
        state: {
          ...windows.state,
          by: by.map(({ column, sql }) => `${column.name} = ${sql}: ${sparkType(column.type)}`),
          compute: computed.map(([name, typed]) => `${name} = ${printValue(typed)}: ${stateTypes(typed).join(", ")}`),
        },
      },
    };
  },
};

function refuseNothing({ config: { window, by }, report }: Context): void {
  if (window !== null || by.length > 0) return;
  report(["window"], {
    code: "aggregate/nothing-to-group-by",
    message: "There is neither a window nor a column to group by.",
    hint: "add `window`, or name in `by` the columns to keep a total of",
  });
}

function computedColumns({ config, inputs, expression }: Context): [string, TypedExpression][] {
  return Object.keys(config.compute).flatMap((name) => {
    const typed = expression(["compute", name], inputs[0]?.columns ?? [], "aggregate");
    return typed === undefined ? [] : [[name, typed] satisfies [string, TypedExpression]];
  });
}

function refuseClashes({ config, report }: Context, by: { column: Column }[], windows: readonly Column[]): void {
  const taken = new Set(windows.map((column) => column.name));
  const claim = (name: string, path: (string | number)[]) => {
    if (taken.has(name)) {
      const hint = "each output column needs a name of its own; `window_start` and `window_end` are made by the window";
      report(path, { code: "aggregate/duplicate-column", message: `Two output columns would be named \`${name}\`.`, hint });
    }
    taken.add(name);
  };
  by.forEach((group, i) => {
    claim(group.column.name, ["by", i]);
  });
  for (const name of Object.keys(config.compute)) claim(name, ["compute", name]);
}

/** Output column → when the argument of its aggregate function fails on a row: that row is refused before it reaches the state. */
function rowFailures(computed: [string, TypedExpression][]): Record<string, string> {
  return Object.fromEntries(
    computed.flatMap(([name, typed]) => {
      const failures = aggregateArguments(typed)
        .map(printFailed)
        .filter((sql) => sql !== undefined);
      return failures.length === 0 ? [] : [[name, failures.join(" OR ")]];
    }),
  );
}

/** Output column → when its value failed for a whole group, such as a sum that grew too large; rows that fail are kept from the group. */
function groupFailures(computed: [string, TypedExpression][]): { broken?: Record<string, string> } {
  const broken = failures(computed);
  return Object.keys(broken).length === 0 ? {} : { broken };
}

/** The types that decide how Spark keeps an aggregate: of what it is computed from, and its own. */
function stateTypes(typed: TypedExpression): string[] {
  return [...aggregateArguments(typed), typed].map(({ type }) => sparkType(type));
}
