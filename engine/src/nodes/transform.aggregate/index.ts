import type { TransformAggregateConfig } from "@pipeline-engine/schemas/types";
import { type Column, columnAt, sparkType } from "../../column-type.ts";
import { didYouMean } from "../../diagnostic.ts";
import { parseDuration, sparkInterval } from "../../duration.ts";
import { aggregateArguments, printFailed, printValue, type TypedExpression } from "../../expression/index.ts";
import { checkTimestamp, otherWatermark } from "../event-time.ts";
import type { NodeContext, NodeKind } from "../node-kind.ts";
import { columnPaths, lastStep, sqlPath } from "../paths.ts";
import { failures } from "../predicates.ts";

type Context = NodeContext<TransformAggregateConfig>;

const TIMESTAMP = { kind: "timestamp" } as const;
const WINDOW: Column[] = [
  { name: "window_start", type: TIMESTAMP, required: true },
  { name: "window_end", type: TIMESTAMP, required: true },
];

/** Groups rows by tumbling windows of event time and by columns. Emits a group again whenever it changes. */
export const transformAggregate: NodeKind<TransformAggregateConfig> = {
  type: "transform.aggregate",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: { by: "all", compute: "named" },
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    checkInput(context);
    checkWindow(context);
    checkWatermark(context);
    const by = groupColumns(context);
    const computed = computedColumns(context);
    refuseClashes(context, by);
    const { window } = context.config;
    const broken = groupFailures(computed);
    const size = sparkInterval(parseDuration(window.size) ?? 0);
    const watermark = sparkInterval(parseDuration(window.watermark) ?? 0);
    // Where the watermark comes from above, the times have been looked at there.
    const isGiven = input.watermark !== undefined;
    const guard = {
      on: sqlPath(window.on),
      max_ahead: isGiven ? null : sparkInterval(parseDuration(window.maxAhead) ?? 0),
      failed: rowFailures(computed),
    };
    const groups = Object.fromEntries(by.map(({ column, sql }) => [column.name, sql]));
    return {
      output: {
        columns: [
          ...WINDOW,
          ...by.map((group) => group.column),
          ...computed.map(([name, t]) => ({ name, type: t.type, required: !t.nullable })),
        ],
        changes: "update",
        origin: "derived",
        eventTime: "window_start",
        key: ["window_start", ...by.map((group) => group.column.name)],
      },
      part: {
        kind: "stateful",
        module: "aggregate",
        arguments: {
          ...guard,
          size,
          watermark: isGiven ? null : watermark,
          by: groups,
          compute: Object.fromEntries(computed.map(([name, typed]) => [name, printValue(typed)])),
          ...broken,
        },
        ...((!isGiven || Object.keys(guard.failed).length > 0) && { guard }),
        refuses: broken.broken !== undefined,
        windows: true,
        ...(!isGiven && { watermark: parseDuration(window.watermark) ?? 0 }),
        // Lists, because the order of the groups is part of Spark's state; with types, because the same SQL over another type is another state.
        state: {
          on: window.on,
          size,
          watermark,
          by: by.map(({ column, sql }) => `${column.name} = ${sql}: ${sparkType(column.type)}`),
          compute: computed.map(([name, typed]) => `${name} = ${printValue(typed)}: ${stateTypes(typed).join(", ")}`),
        },
      },
    };
  },
};

function checkInput({ inputs, report }: Context): void {
  if (inputs[0]?.changes !== "update") return;
  report([], {
    code: "aggregate/after-aggregate",
    message: "An aggregate cannot read another aggregate that emits updates: it would count each update as a new row.",
    hint: "aggregate once, with both groupings in `by`, or read the topic twice",
  });
}

function checkWindow(context: Context): void {
  const { config, inputs, report } = context;
  const { on, watermark } = config.window;
  checkTimestamp(context, ["window", "on"], on, inputs[0]?.columns ?? [], {
    unknown: { code: "aggregate/unknown-column", purpose: "to make windows on" },
    type: { code: "aggregate/window-not-timestamp", needs: "Windows need a timestamp" },
  });
  if (parseDuration(watermark) === 0) {
    report(["window", "watermark"], {
      code: "aggregate/zero-watermark",
      message: "A watermark of nothing drops every row that is not the newest.",
      hint: "allow for the delay you expect, for example `2m`",
    });
  }
}

function checkWatermark({ config: { window }, inputs, report }: Context): void {
  const other = inputs[0] && otherWatermark(inputs[0], window.on, window.watermark);
  if (other === undefined) return;
  const { differs, column, delay, message } = other;
  report(["window", differs === "column" ? "on" : "watermark"], {
    code: "aggregate/other-watermark",
    message,
    hint: differs === "column" ? `make the windows on \`${column}\`` : `write \`watermark: ${delay}\``,
  });
}

function groupColumns({ config, inputs, report }: Context): { column: Column; sql: string }[] {
  const columns = inputs[0]?.columns ?? [];
  return config.by.flatMap((path, i) => {
    const column = columnAt(columns, path.split("."));
    if (column === undefined) {
      const hint = didYouMean(path, columnPaths(columns));
      report(["by", i], { code: "aggregate/unknown-column", message: `There is no column \`${path}\` to group by.`, hint });
      return [];
    }
    if (column.type.kind === "map") {
      report(["by", i], {
        code: "aggregate/cannot-group",
        message: `Spark cannot group by \`${path}\`, a map.`,
        hint: "group by one of its values",
      });
      return [];
    }
    return [{ column: { ...column, name: lastStep(path) }, sql: sqlPath(path) }];
  });
}

function computedColumns({ config, inputs, expression }: Context): [string, TypedExpression][] {
  return Object.keys(config.compute).flatMap((name) => {
    const typed = expression(["compute", name], inputs[0]?.columns ?? [], "aggregate");
    return typed === undefined ? [] : [[name, typed] satisfies [string, TypedExpression]];
  });
}

function refuseClashes({ config, report }: Context, by: { column: Column }[]): void {
  const taken = new Set(WINDOW.map((column) => column.name));
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
