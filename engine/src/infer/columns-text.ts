import { stringify } from "yaml";
import { type ColumnType, showType } from "../column-type.ts";
import type { Inferred, InferredColumn, InferredType } from "./index.ts";

/** Fewer records than this say little of what is always there. */
const FEW = 20;

/** The columns as YAML for a source, each with what is unsure of it as a comment. */
export function columnsText({ columns, records, unreadable, skipped }: Inferred): string {
  const head = [`# Inferred from ${records} record${records === 1 ? "" : "s"}.`];
  if (records < FEW)
    head.push("# That is few: what stands in all of them is marked as required (`!`), and may be missing in others.");
  if (unreadable.length > 0)
    head.push(
      `# ${unreadable.length} more ${unreadable.length === 1 ? "is" : "are"} no JSON object, the first is record ${unreadable[0]}.`,
    );
  for (const [path, reason] of skipped) head.push(`# Left out: ${JSON.stringify(path)}, since ${reason}.`);
  return [...head, "columns:", ...linesOf(columns, "  "), ""].join("\n");
}

function linesOf(columns: readonly InferredColumn[], indent: string): string[] {
  return columns.flatMap(({ name, type, required, unsure }) => {
    const comment = unsure.length === 0 ? "" : ` # ${unsure.join("; ")}`;
    const key = `${indent}${keyText(name)}:`;
    if (type.kind === "struct") return [key + comment, ...linesOf(type.fields, `${indent}  `)];
    if (type.kind === "list" && type.element.kind === "struct") {
      const [first = "", ...others] = linesOf(type.element.fields, `${indent}    `);
      return [key + comment, `${indent}  - ${first.slice(indent.length + 4)}`, ...others];
    }
    return [`${key} ${typeText(type, required)}${comment}`];
  });
}

/** A type as it stands behind its name; lists on one line. */
function typeText(type: InferredType, required: boolean): string {
  if (type.kind !== "list") return `${showType(type as ColumnType)}${required ? "!" : ""}`;
  return stringify(notationOf(type), { collectionStyle: "flow", flowCollectionPadding: false, lineWidth: 0 }).trimEnd();
}

function notationOf(type: InferredType): unknown {
  if (type.kind === "list") return [notationOf(type.element)];
  if (type.kind !== "struct") return showType(type as ColumnType);
  const text = ({ type: inner, required }: InferredColumn) =>
    required && inner.kind !== "list" && inner.kind !== "struct" ? `${showType(inner as ColumnType)}!` : notationOf(inner);
  return Object.fromEntries(type.fields.map((field) => [field.name, text(field)]));
}

/** A name as a key of YAML, in quotes where it must be. */
function keyText(name: string): string {
  return stringify({ [name]: 0 }, { lineWidth: 0 }).replace(/: 0\n$/, "");
}
