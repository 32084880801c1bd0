import type { SinkMongodbConfig } from "@pipeline-engine/schemas/types";
import { type Column, type ColumnType, showType } from "../../column-type.ts";
import { didYouMean } from "../../diagnostic.ts";
import { parseDuration } from "../../duration.ts";
import type { IndexPlan, NodeContext, PythonValue } from "../node-kind.ts";
import { columnPaths, isInstant } from "../paths.ts";
import { predicateAt } from "../predicates.ts";
import { checkKinds, type Indexed, refuseSecondText } from "./index-kinds.ts";
import { partialFilterOf } from "./partial-filter.ts";

type Context = NodeContext<SinkMongodbConfig>;

/** The largest `expireAfterSeconds` that MongoDB takes. */
const LONGEST_EXPIRY_MS = 2_147_483_647_000;

/** The indexes of a sink. Reports what MongoDB would refuse, or would accept and never do. */
export function indexesOf(context: Context, columns: readonly Column[]): IndexPlan[] {
  const indexes = context.config.indexes.flatMap((_, i) => indexOf(context, columns, i));
  refuseRepeated(context, indexes);
  refuseSecondText(context.report, context.config.indexes);
  return indexes;
}

function indexOf(context: Context, columns: readonly Column[], at: number): IndexPlan[] {
  const { config, report } = context;
  const index = config.indexes[at];
  if (index === undefined) return [];
  const paths = Object.keys(index.fields);
  for (const path of paths) {
    if (indexed(columns, path) !== undefined) continue;
    const hint = didYouMean(path, columnPaths(columns));
    report(["indexes", at, "fields", path], {
      code: "sink/unknown-column",
      message: `There is no column \`${path}\` to index.`,
      hint,
    });
  }
  checkCompound(report, columns, paths, at);
  checkKinds(report, index, at, (path) => indexed(columns, path));
  const expireAfter = index.expireAfter === null ? undefined : parseDuration(index.expireAfter);
  if (expireAfter !== undefined) checkExpiry(report, columns, paths, at, expireAfter);
  const partial = index.where === null ? undefined : partialOf(context, at);
  return [
    {
      name: index.name ?? Object.entries(index.fields).flat().join("_"),
      fields: index.fields,
      unique: index.unique,
      ...(expireAfter === undefined ? {} : { expireAfterSeconds: Math.ceil(expireAfter / 1000) }),
      ...(partial === undefined ? {} : { partial }),
    },
  ];
}

function partialOf(context: Context, at: number): PythonValue | undefined {
  const path = ["indexes", at, "where"];
  const where = predicateAt(context, path, { code: "sink/index-not-boolean", subject: "`where`" });
  if (where === undefined) return undefined;
  const found = partialFilterOf(where);
  if ("filter" in found) return found.filter;
  const { from, to } = found.refused;
  context.report(path, {
    code: "sink/index-where",
    message: "MongoDB cannot say this of the documents of an index.",
    hint: "compare columns with fixed values by =, <, <=, >, >=, in, between or is null, and join them by and, or",
    inner: { from, to },
  });
  return undefined;
}

/** What MongoDB would notice only when it makes the index, or, worse, with the first document. */
function checkCompound(report: Context["report"], columns: readonly Column[], paths: string[], at: number): void {
  const lists = paths.flatMap((path) => indexed(columns, path)?.lists.at(-1) ?? []);
  const apart = lists.find((list) => !lists.every((other) => isAbove(list, other) || isAbove(other, list)));
  if (apart !== undefined) {
    report(["indexes", at, "fields"], {
      code: "sink/parallel-lists",
      message: `This index goes into more than one list (${[...new Set(lists)].map((list) => `\`${list}\``).join(", ")}), and MongoDB would refuse the documents.`,
      hint: "give each list an index of its own",
    });
  }
  const number = paths.length > 1 ? paths.find((path) => /^(0|[1-9]\d*)$/.test(path)) : undefined;
  if (number === undefined) return;
  report(["indexes", at, "fields", number], {
    code: "sink/number-in-index",
    message: `The order of an index's fields matters, and a column named \`${number}\` always comes first.`,
    hint: "rename the column with transform.select",
  });
}

function isAbove(list: string, other: string): boolean {
  return list === other || other.startsWith(`${list}.`);
}

function refuseRepeated({ report }: Context, indexes: IndexPlan[]): void {
  indexes.forEach((index, i) => {
    const twin = indexes.findIndex((other) => other.name === index.name || sameFields(other, index));
    if (twin === i) return;
    report(["indexes", i], {
      code: "sink/duplicate-index",
      message: `This index has the ${sameFields(indexes[twin] ?? index, index) ? "fields" : "name"} of another one, \`${indexes[twin]?.name}\`.`,
      hint: "remove one of the two, or make them differ in name and fields",
    });
  });
}

function sameFields(a: IndexPlan, b: IndexPlan): boolean {
  return JSON.stringify(Object.entries(a.fields)) === JSON.stringify(Object.entries(b.fields));
}

function checkExpiry(report: Context["report"], columns: readonly Column[], paths: string[], at: number, ms: number): void {
  const [path = ""] = paths;
  if (ms > LONGEST_EXPIRY_MS) {
    report(["indexes", at, "expireAfter"], {
      code: "sink/expiry-too-long",
      message: "MongoDB counts an expiry in seconds up to 2147483647, which is 68 years.",
      hint: "leave out `expireAfter` to keep documents for ever",
    });
  }
  if (paths.length > 1) {
    report(["indexes", at, "expireAfter"], {
      code: "sink/expiry-on-compound",
      message: `MongoDB expires documents by one date, but this index has ${paths.length} fields.`,
      hint: "give the expiry an index of its own",
    });
    return;
  }
  const type = indexed(columns, path)?.type;
  if (type === undefined || isInstant(type)) return;
  report(["indexes", at, "expireAfter"], {
    code: "sink/expiry-not-date",
    message: `Documents expire by a date, but \`${path}\` is of type ${showType(type)}: MongoDB would never delete one.`,
    hint: "index a timestamp column",
  });
}

/** What an index finds at a path, and the paths of the lists on the way: MongoDB indexes a list's elements by the same dotted path. */
function indexed(columns: readonly Column[], path: string): Indexed | undefined {
  const lists: string[] = [];
  const walked: string[] = [];
  let type: ColumnType = { kind: "struct", fields: [...columns] };
  for (const step of path.split(".")) {
    const field: Column | undefined = type.kind === "struct" ? type.fields.find((column) => column.name === step) : undefined;
    if (field === undefined) return undefined;
    walked.push(step);
    type = field.type;
    while (type.kind === "list") {
      lists.push(walked.join("."));
      type = type.element;
    }
  }
  return { type, lists };
}
