import type { TransformExplodeConfig } from "@pipeline-engine/schemas/types";
import { type Column, type ColumnType, columnAt, showType } from "../../column-type.ts";
import { didYouMean } from "../../diagnostic.ts";
import type { NodeContext, NodeKind } from "../node-kind.ts";
import { columnPaths, lastStep, sqlPath } from "../paths.ts";
import { previewExplode } from "./preview.ts";

type Context = NodeContext<TransformExplodeConfig>;

/** Makes a row of every element of a list, with the element's index. */
export const transformExplode: NodeKind<TransformExplodeConfig> = {
  type: "transform.explode",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: { list: "all", as: "all", index: "all" },
  preview: previewExplode,
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    refuseUpdates(context);
    const element = elementOf(context);
    if (element === undefined) return {};
    const { list, index, empty } = context.config;
    const name = context.config.as ?? lastStep(list);
    // The list itself would travel with every one of its elements.
    const others = input.columns.filter((column) => column.name !== list);
    refuseClash(context, others, name);
    const { key: _, ...traits } = input;
    return {
      output: {
        ...traits,
        columns: [...others, { name, type: element, required: false }, { name: index, type: { kind: "int" }, required: true }],
        origin: "derived",
        index: [...(input.index ?? []), index],
      },
      part: {
        kind: "step",
        module: "explode",
        arguments: {
          list: sqlPath(list),
          element: name,
          index,
          drop: list.includes(".") ? null : list,
          keep_empty: empty === "keep",
        },
        refuses: false,
      },
    };
  },
};

function elementOf({ config, inputs, report }: Context): ColumnType | undefined {
  const columns = inputs[0]?.columns ?? [];
  const column = columnAt(columns, config.list.split("."));
  if (column === undefined) {
    const hint = didYouMean(config.list, columnPaths(columns));
    report(["list"], { code: "explode/unknown-column", message: `There is no column \`${config.list}\` to take apart.`, hint });
    return undefined;
  }
  if (column.type.kind === "list") return column.type.element;
  const lists = columns.filter(({ type }) => type.kind === "list").map(({ name }) => `\`${name}\``);
  report(["list"], {
    code: "explode/not-a-list",
    message: `Only a list has elements, but \`${config.list}\` is of type ${showType(column.type)}.`,
    ...(lists.length > 0 && { hint: `the lists here are ${lists.join(", ")}` }),
  });
  return undefined;
}

function refuseUpdates({ inputs, report }: Context): void {
  if (inputs[0]?.changes !== "update") return;
  report(["list"], {
    code: "explode/updates",
    message: "These rows replace earlier ones, and where a list became shorter the rows of its former elements would stay.",
    hint: "explode first, then aggregate",
  });
}

function refuseClash({ config, report }: Context, others: readonly Column[], name: string): void {
  const taken = new Set(others.map((column) => column.name));
  for (const [setting, given] of [
    ["as", name],
    ["index", config.index],
  ] as const) {
    if (taken.has(given)) {
      report(setting === "as" && config.as === null ? ["list"] : [setting], {
        code: "explode/duplicate-column",
        message: `A column \`${given}\` exists already.`,
        hint: `choose another name with \`${setting}\``,
      });
    }
    taken.add(given);
  }
}
