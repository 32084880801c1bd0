import { stringify } from "yaml";

/** A value as YAML on one line, as a test writes it. */
export function flowText(value: unknown): string {
  return stringify(value ?? null, { collectionStyle: "flow", flowCollectionPadding: true, lineWidth: 0 }).trimEnd();
}

/** The columns of a row that are among `names`; all of them where none is. */
export function narrowed(row: object, names: ReadonlySet<string>): object {
  const columns = Object.entries(row).filter(([name]) => names.has(name));
  return columns.length === 0 ? row : Object.fromEntries(columns);
}
