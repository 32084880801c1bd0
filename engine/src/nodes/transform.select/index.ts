import type { TransformSelectConfig } from "@pipeline-engine/schemas/types";
import { type Column, sparkName } from "../../column-type.ts";
import { didYouMean } from "../../diagnostic.ts";
import { printFailed, printValue } from "../../expression/index.ts";
import type { NodeContext, NodeKind, Stream } from "../node-kind.ts";
import { previewSelect } from "./preview.ts";

type Context = NodeContext<TransformSelectConfig>;

/** One column of the projection: its SQL over the input, and when that failed. */
interface Projected {
  column: Column;
  sql: string;
  failed?: string;
}

/** Chooses, renames and computes columns: keep or drop first, then rename, then compute over the input's columns. */
export const transformSelect: NodeKind<TransformSelectConfig> = {
  type: "transform.select",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: { keep: "all", drop: "all", rename: "all", compute: "named" },
  preview: previewSelect,
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    refuseIdle(context);
    const projected = withComputed(renamed(chosen(input.columns, context), context), input.columns, context);
    if (projected.length === 0) {
      context.report(["drop"], {
        code: "select/nothing-left",
        message: "This leaves no column.",
        hint: "keep at least one column, or compute one",
      });
    }
    const failed = projected.filter((p) => p.failed !== undefined).map((p) => [p.column.name, p.failed ?? null]);
    return {
      output: outputOf(input, projected),
      part: {
        kind: "step",
        module: "select",
        arguments: {
          columns: Object.fromEntries(projected.map((p) => [p.column.name, p.sql])),
          failed: Object.fromEntries(failed),
        },
        refuses: failed.length > 0,
      },
    };
  },
};

function refuseIdle({ config, report }: Context): void {
  const { keep, drop, rename, compute } = config;
  if (keep !== null || drop !== null || Object.keys(rename).length > 0 || Object.keys(compute).length > 0) return;
  report([], {
    code: "select/nothing-to-do",
    message: "This select says nothing, so rows would leave it as they came.",
    hint: "add `keep`, `drop`, `rename` or `compute`, or remove the node",
  });
}

function chosen(columns: readonly Column[], { config, report }: Context): Projected[] {
  const names = columns.map((column) => column.name);
  for (const list of ["keep", "drop"] as const) {
    config[list]?.forEach((name, i) => {
      if (names.includes(name)) return;
      report([list, i], {
        code: "select/unknown-column",
        message: `There is no column \`${name}\` to ${list}.`,
        hint: didYouMean(name, names),
      });
    });
  }
  if (config.keep !== null && config.drop !== null) {
    report(["drop"], {
      code: "select/keep-and-drop",
      message: "`keep` and `drop` exclude each other: what is not kept is dropped.",
      hint: "leave out one of them",
    });
  }
  return columns
    .filter((column) => config.keep?.includes(column.name) ?? true)
    .filter((column) => !(config.drop?.includes(column.name) ?? false))
    .map((column) => ({ column, sql: sparkName(column.name) }));
}

function renamed(projected: Projected[], { config, report }: Context): Projected[] {
  const rename = new Map(Object.entries(config.rename));
  const names = projected.map((p) => p.column.name);
  const taken = new Set(names.filter((name) => !rename.has(name)));
  for (const [from, to] of rename) {
    if (!names.includes(from)) {
      report(["rename", from], {
        code: "select/unknown-column",
        message: `There is no column \`${from}\` to rename.`,
        hint: didYouMean(from, names),
      });
      continue;
    }
    if (taken.has(to)) {
      report(["rename", from], {
        code: "select/duplicate-column",
        message: `A column \`${to}\` exists already.`,
        hint: "drop it first, or choose another name",
      });
    }
    taken.add(to);
  }
  return projected.map((p) => ({ ...p, column: { ...p.column, name: rename.get(p.column.name) ?? p.column.name } }));
}

function withComputed(projected: Projected[], columns: readonly Column[], { config, expression }: Context): Projected[] {
  const result = new Map(projected.map((p) => [p.column.name, p]));
  for (const name of Object.keys(config.compute)) {
    const typed = expression(["compute", name], columns, "row");
    if (typed === undefined) continue;
    const failed = printFailed(typed);
    const column = { name, type: typed.type, required: !typed.nullable };
    result.set(name, failed === undefined ? { column, sql: printValue(typed) } : { column, sql: printValue(typed), failed });
  }
  return [...result.values()];
}

function outputOf(input: Stream, projected: Projected[]): Stream {
  // A column that is only renamed is still what it was.
  const newName = new Map(projected.map((p) => [p.sql, p.column.name]));
  const { eventTime, key, index, unsteady, ...traits } = input;
  const time = eventTime === undefined ? undefined : newName.get(sparkName(eventTime));
  const stillThere = (names: string[] | undefined) => {
    const now = names?.flatMap((name) => newName.get(sparkName(name)) ?? []);
    return now !== undefined && now.length === names?.length ? now : undefined;
  };
  const [keys, indexes] = [stillThere(key), stillThere(index)];
  const answered = unsteady?.flatMap((name) => newName.get(sparkName(name)) ?? []) ?? [];
  return {
    ...traits,
    columns: projected.map((p) => p.column),
    ...(time && { eventTime: time }),
    ...(keys && { key: keys }),
    ...(indexes && { index: indexes }),
    ...(answered.length > 0 && { unsteady: answered }),
  };
}
