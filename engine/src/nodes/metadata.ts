import type { Column, ColumnType } from "../column-type.ts";
import type { NodeContext } from "./node-kind.ts";

/** What Kafka knows of a record beside its value. A header is text, or null where the record has none of that name. */
const TYPES: Record<string, { type: ColumnType; required: boolean }> = {
  timestamp: { type: { kind: "timestamp" }, required: true },
  key: { type: { kind: "string" }, required: false },
  partition: { type: { kind: "int" }, required: true },
  offset: { type: { kind: "long" }, required: true },
  topic: { type: { kind: "string" }, required: true },
};
const HEADER = { type: { kind: "string" }, required: false } as const;

/** The columns of a record, and behind them those that `metadata` makes of its facts. */
export function withMetadata(
  columns: readonly Column[],
  { config, report }: NodeContext<{ metadata: Record<string, string> }>,
): Column[] {
  const names = new Map(columns.map(({ name }) => [name.toLowerCase(), "the records have"]));
  const made = Object.entries(config.metadata).flatMap(([name, fact]): Column[] => {
    const taken = names.get(name.toLowerCase());
    names.set(name.toLowerCase(), "`metadata` makes");
    if (taken === undefined) return [{ name, ...(TYPES[fact] ?? HEADER), fact }];
    report(["metadata", name], {
      code: "metadata/duplicate-column",
      on: "key",
      message: `\`metadata\` would make a column \`${name}\`, and ${taken} one of that name.`,
      hint: "choose another name; no two columns may be told apart by case alone",
    });
    return [];
  });
  return [...columns, ...made];
}

/** The columns that stand in a record's value, and those that are made of its facts. */
export function byOrigin(columns: readonly Column[]): { inValue: Column[]; ofFacts: (Column & { fact: string })[] } {
  return {
    inValue: columns.filter(({ fact }) => fact === undefined),
    ofFacts: columns.flatMap((column) => (column.fact === undefined ? [] : [{ ...column, fact: column.fact }])),
  };
}
