import type { SourceGeneratorConfig } from "@pipeline-engine/schemas/types";
import { type Column, type ColumnType, showType } from "../../column-type.ts";
import { parseColumns } from "../../columns-notation.ts";
import { nearest } from "../../diagnostic.ts";
import { withMetadata } from "../metadata.ts";
import type { NodeContext, NodeKind, PythonValue } from "../node-kind.ts";

type Rule = SourceGeneratorConfig["rules"][string];

/** No record that the rules can make is near it: a list has at most four elements. */
const LARGEST_RECORD = 1024 * 1024;

const WAYS = ["pick", "between", "count", "start"] as const;
const NUMBERS = ["int", "long", "double", "decimal"];

/** Records made by rules, each of its number and the seed alone, so that it can always resume. */
export const sourceGenerator: NodeKind<SourceGeneratorConfig> = {
  type: "source.generator",
  role: "source",
  inputs: { roles: [], min: 0, max: 0 },
  shapes: { columns: "named", metadata: "named" },
  compile(context) {
    const { config } = context;
    const columns = parseColumns(config.columns, "").value;
    if (columns !== undefined) checkRules(context, columns);
    return {
      output: { columns: withMetadata(columns ?? [], context), changes: "append", origin: "record" },
      part: { kind: "source", settings: settingsOf(config), largestRecord: LARGEST_RECORD },
    };
  },
};

/** What is not said does not stand in the plan. */
function settingsOf({ rules, records, metadata: _, ...settings }: SourceGeneratorConfig): Record<string, PythonValue> {
  const said = Object.entries(rules).map(([path, rule]) => [
    path,
    Object.fromEntries(WAYS.flatMap((way) => (rule[way] === null ? [] : [[way, rule[way]]]))),
  ]);
  return {
    ...(settings as unknown as Record<string, PythonValue>),
    rules: Object.fromEntries(said),
    ...(records !== null && { records }),
  };
}

function checkRules({ config, report }: NodeContext<SourceGeneratorConfig>, columns: readonly Column[]): void {
  const types = new Map(leaves(columns, ""));
  for (const [path, rule] of Object.entries(config.rules)) {
    const type = types.get(path);
    if (type === undefined) {
      const likely = nearest(path, types.keys());
      report(["rules", path], {
        code: "generator/unknown-column",
        message: `There is no column \`${path}\` to make by a rule.`,
        hint:
          likely === undefined ? "a rule makes a single value: name it by its path in `columns`" : `did you mean \`${likely}\`?`,
      });
      continue;
    }
    const ways = WAYS.filter((way) => rule[way] !== null);
    const [way] = ways;
    if (way === undefined || ways.length > 1) {
      report(["rules", path], {
        code: "generator/one-way",
        message: `The rule of \`${path}\` names ${way === undefined ? "no way" : ways.map((each) => `\`${each}\``).join(" and ")} to make a value, and it needs one.`,
        hint: "say one of `pick`, `between`, `count` and `start`",
      });
    } else if (!fits(rule, type)) {
      report(["rules", path, way], {
        code: "generator/rule-does-not-fit",
        message: `\`${way}\` makes no ${showType(type)}, which \`${path}\` is.`,
        hint: "`between` makes numbers, low to high, `count` whole numbers or text, `start` times; `pick` takes values of the column's type",
      });
    }
  }
}

/** The columns that hold one value, by path; the elements of a list and the values of a map have the path of it. */
function leaves(columns: readonly Column[], prefix: string): [string, ColumnType][] {
  return columns.flatMap(({ name, type }) => leavesOf(type, `${prefix}${name}`));
}

function leavesOf(type: ColumnType, path: string): [string, ColumnType][] {
  if (type.kind === "struct") return leaves(type.fields, `${path}.`);
  if (type.kind === "list") return leavesOf(type.element, path);
  if (type.kind === "map") return leavesOf(type.value, path);
  return [[path, type]];
}

function fits(rule: Rule, type: ColumnType): boolean {
  const { kind } = type;
  if (rule.pick !== null) return rule.pick.every((value) => isOf(value, type));
  if (rule.between !== null) {
    const [low = 0, high = 0] = rule.between;
    const whole = kind === "int" || kind === "long";
    return NUMBERS.includes(kind) && low <= high && (!whole || rule.between.every(Number.isInteger));
  }
  if (rule.count !== null) return ["int", "long", "string"].includes(kind);
  return kind === "timestamp" || kind === "date";
}

function isOf(value: string | number | boolean, type: ColumnType): boolean {
  const { kind } = type;
  if (kind === "boolean") return typeof value === "boolean";
  if (kind === "int") return Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31;
  if (kind === "long" || (kind === "timestamp" && type.unit !== undefined)) return Number.isSafeInteger(value);
  if (NUMBERS.includes(kind)) return typeof value === "number";
  if (kind === "timestamp" || kind === "date") return typeof value === "string" && !Number.isNaN(Date.parse(value));
  return typeof value === "string";
}
