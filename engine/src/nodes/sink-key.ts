import { type Column, columnAt, showType } from "../column-type.ts";
import { didYouMean } from "../diagnostic.ts";
import type { NodeContext } from "./node-kind.ts";
import { columnPaths, lastStep } from "./paths.ts";

/** The config of a sink with a key: a path, several, or none. */
interface Keyed {
  key: string | string[] | null;
}

/** The paths of a sink's key; undefined without one. Reports what cannot be a part of it. */
export function keyOf({ config, inputs, report }: NodeContext<Keyed>, columns: readonly Column[]): string[] | undefined {
  if (config.key === null) return undefined;
  const isList = Array.isArray(config.key);
  const paths: string[] = [config.key].flat();
  const names = new Set<string>();
  paths.forEach((path: string, i: number) => {
    const at = isList ? ["key", i] : ["key"];
    const column = columnAt(columns, path.split("."));
    if (column === undefined) {
      const hint = didYouMean(path, columnPaths(columns));
      report(at, { code: "sink/unknown-column", message: `The key \`${path}\` is no column of these rows.`, hint });
    } else if (column.type.kind === "list" || column.type.kind === "map" || column.type.kind === "struct") {
      const fields = column.type.kind === "struct" ? column.type.fields : [];
      report(at, {
        code: "sink/key-not-single",
        message: `\`${path}\` is of type ${showType(column.type)}, but a key is made of single values.`,
        hint:
          fields[0] === undefined
            ? "choose a column with one value"
            : `choose a field of it, for example \`${path}.${fields[0].name}\``,
      });
    }
    if (names.has(lastStep(path))) {
      report(at, {
        code: "sink/duplicate-key-field",
        message: `Two fields of the key would be named \`${lastStep(path)}\`.`,
        hint: "rename one with transform.select",
      });
    }
    if (inputs[0]?.unsteady?.includes(path.split(".")[0] ?? "")) warnOfUnsteady(report, at, path);
    names.add(lastStep(path));
  });
  return paths;
}

function warnOfUnsteady(report: NodeContext<Keyed>["report"], at: (string | number)[], path: string): void {
  report(at, {
    code: "sink/unsteady-key",
    severity: "warning",
    message: `\`${path}\` is what an endpoint answered or a table held, and a batch that is computed again asks again: another value makes another key, and the row is written twice.`,
    hint: "make the key of columns of the record",
  });
}

/** The columns of the key, by the names that they have in it. */
export function keyFields(key: readonly string[], columns: readonly Column[]): Column[] {
  return key.flatMap((path) => {
    const column = columnAt(columns, path.split("."));
    return column === undefined ? [] : [{ ...column, name: lastStep(path), required: true }];
  });
}
