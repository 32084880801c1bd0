import type { Run } from "./evaluate.ts";
import type { TypedCall } from "./typed.ts";
import { isFailure, type Value } from "./values/value.ts";

/** An aggregate function over the rows of a group: it fails when an argument failed in any of them. */
export function aggregateCall(node: TypedCall, args: readonly Run[]): Run {
  const gather = node.entry.gather?.(node);
  if (gather === undefined) throw new Error(`${node.entry.name} has no evaluator`);
  return (_, group) => {
    const rows: Value[][] = [];
    for (const row of group) {
      const values: Value[] = [];
      for (const arg of args) {
        const value = arg(row, []);
        if (isFailure(value)) return value;
        values.push(value);
      }
      rows.push(values);
    }
    return gather(rows);
  };
}
