import { type Column, columnAt } from "../column-type.ts";
import { didYouMean } from "../diagnostic.ts";
import type { NodeContext } from "./node-kind.ts";
import { columnPaths, lastStep, sqlPath } from "./paths.ts";

/** A column to group by, under the last name of its path. */
export interface GroupColumn {
  column: Column;
  sql: string;
}

/** The columns that `by` names. Reports those that are not there, or that Spark cannot group by. */
export function groupColumns({ config, inputs, report }: NodeContext<{ by: string[] }>): GroupColumn[] {
  const columns = inputs[0]?.columns ?? [];
  return config.by.flatMap((path, i) => {
    const column = columnAt(columns, path.split("."));
    if (column === undefined) {
      const hint = didYouMean(path, columnPaths(columns));
      report(["by", i], { code: "group/unknown-column", message: `There is no column \`${path}\` to group by.`, hint });
      return [];
    }
    if (column.type.kind === "map") {
      report(["by", i], {
        code: "group/cannot-group",
        message: `Spark cannot group by \`${path}\`, a map.`,
        hint: "group by one of its values",
      });
      return [];
    }
    return [{ column: { ...column, name: lastStep(path) }, sql: sqlPath(path) }];
  });
}

/** Those of the groups that hold what may be another thing when a batch is computed again. */
export function unsteadyGroups({ config, inputs }: Pick<NodeContext<{ by: string[] }>, "config" | "inputs">): {
  unsteady?: string[];
} {
  const unsteady = config.by.filter((path) => inputs[0]?.unsteady?.includes(path.split(".")[0] ?? "")).map(lastStep);
  return unsteady.length > 0 ? { unsteady } : {};
}
