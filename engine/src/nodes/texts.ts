import { type Column, columnAt, showType } from "../column-type.ts";
import { didYouMean } from "../diagnostic.ts";
import type { NodeContext } from "./node-kind.ts";
import { columnPaths } from "./paths.ts";

/** What the rooms of text steps share. `spark-templates/texts/<word>.py` holds the function of one text. */
type Context<Config> = Pick<NodeContext<Config>, "inputs" | "report">;

/** The column of text at a path; reports one that is not there or is no text. `verb`: `clean`. */
export function textAt({ inputs, report }: Context<unknown>, path: string, verb: string): Column | undefined {
  const columns = inputs[0]?.columns ?? [];
  const column = columnAt(columns, path.split("."));
  if (column === undefined) {
    const hint = didYouMean(path, columnPaths(columns));
    report(["text"], {
      code: "texts/unknown-column",
      message: `There is no column \`${path}\` to ${verb}.`,
      ...(hint && { hint }),
    });
  } else if (column.type.kind !== "string") {
    report(["text"], {
      code: "texts/wrong-type",
      message: `This node is there to ${verb} a text, but \`${path}\` is of type ${showType(column.type)}.`,
      hint: "name a column of type string, or a field of this one",
    });
  }
  return column;
}

/** Reports a new column that has the name of another. `names`: setting → name. */
export function refuseTaken({ inputs, report }: Context<unknown>, names: Record<string, string>): void {
  const taken = new Set(inputs[0]?.columns.map(({ name }) => name));
  for (const [setting, name] of Object.entries(names)) {
    if (taken.has(name))
      report([setting], {
        code: "texts/duplicate-column",
        message: `A column \`${name}\` exists already.`,
        hint: "choose another name",
      });
    taken.add(name);
  }
}
