import type { TransformPythonConfig } from "@pipeline-engine/schemas/types";
import { type Column, columnAt, sparkName, sparkType } from "../../column-type.ts";
import { parseColumns } from "../../columns-notation.ts";
import { didYouMean } from "../../diagnostic.ts";
import { fileAt, renderedFile } from "../files.ts";
import type { NodeContext, NodeKind } from "../node-kind.ts";
import { columnPaths } from "../paths.ts";
import { previewPython } from "./preview.ts";
import { typesOf } from "./types.ts";

type Context = NodeContext<TransformPythonConfig>;

/** Calls a function of the user's for each row, and adds what it gives. */
export const transformPython: NodeKind<TransformPythonConfig> = {
  type: "transform.python",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: { columns: "named" },
  previewNeeds: "Python, which the first run sets up",
  preview: previewPython,
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    const { file, function: name, inputs } = context.config;
    const bytes = fileAt(context, "file", file)?.bytes;
    if (bytes !== undefined) checkFile(context, bytes);
    checkInputs(context, input.columns);
    const added = parseColumns(context.config.columns, "").value;
    if (added === undefined) return {};
    refuseTaken(context, added);
    return {
      output: { ...input, columns: [...input.columns, ...added] },
      part: {
        kind: "step",
        module: "python",
        arguments: {
          file: renderedFile(file),
          function: name,
          inputs: { ...inputs },
          ...typesOf(inputs, input.columns, added),
          returns: added.map((column) => `${sparkName(column.name)}: ${sparkType(column.type)}`).join(", "),
        },
        refuses: true,
        runsCode: true,
        ...(bytes && { files: [{ path: file, bytes }] }),
      },
    };
  },
};

/** What can be seen of the file without Python: that it is text, and defines the function. */
function checkFile({ config, report }: Context, bytes: Uint8Array): void {
  const text = textOf(bytes);
  if (text === undefined) {
    report(["file"], {
      code: "python/not-text",
      message: `\`${config.file}\` is no text in UTF-8.`,
      hint: "name a file with Python code",
    });
    return;
  }
  const functions = Array.from(text.matchAll(/^def[ \t]+(\w+)/gm), ([, name]) => name ?? "");
  if (functions.includes(config.function) || new RegExp(`^${config.function}\\b.*=`, "m").test(text)) return;
  const others = functions.length > 0 ? `it defines ${functions.join(", ")}` : "define it with `def`, at the begin of a line";
  report(["function"], {
    code: "python/no-function",
    message: `\`${config.file}\` defines no function \`${config.function}\`.`,
    hint: didYouMean(config.function, functions) ?? others,
  });
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function checkInputs({ config, report }: Context, columns: readonly Column[]): void {
  for (const [parameter, path] of Object.entries(config.inputs)) {
    if (columnAt(columns, path.split(".")) !== undefined) continue;
    const hint = didYouMean(path, columnPaths(columns));
    report(["inputs", parameter], {
      code: "python/unknown-column",
      message: `There is no column \`${path}\` to give to the function.`,
      hint,
    });
  }
}

function refuseTaken({ inputs, report }: Context, added: readonly Column[]): void {
  const taken = new Set(inputs[0]?.columns.map(({ name }) => name));
  for (const { name } of added.filter((column) => taken.has(column.name)))
    report(["columns", name], {
      code: "python/duplicate-column",
      message: `A column \`${name}\` exists already.`,
      hint: "choose another name",
      on: "key",
    });
}
