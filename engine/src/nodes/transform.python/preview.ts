import type { TransformPythonConfig } from "@pipeline-engine/schemas/types";
import { columnAt } from "../../column-type.ts";
import { parseColumns } from "../../columns-notation.ts";
import type { Row } from "../../expression/index.ts";
import { type PreviewContext, type PreviewStep, valueAlong } from "../preview.ts";
import { plainGiven, previewFunction } from "../preview-functions.ts";
import { typesOf } from "./types.ts";

/** Calls the function in plain Python, as Spark's workers do. */
export function previewPython(context: PreviewContext<TransformPythonConfig>): PreviewStep | undefined {
  const { file, function: name, inputs } = context.config;
  const columns = context.inputs[0]?.columns ?? [];
  const added = parseColumns(context.config.columns, "").value ?? [];
  const { types, columns: returns } = typesOf(inputs, columns, added);
  const given = Object.values(inputs).map((path) => ({ path, type: columnAt(columns, path.split("."))?.type }));
  return previewFunction(context, {
    word: "functions.python",
    arguments: { file, function: name, inputs: types, columns: returns, as_plain: true },
    file,
    given: (values) => given.map(({ path, type }) => type && plainGiven(type, valueAlong(values, path))),
    returns: { kind: "struct", fields: added },
    refusal: (failed) => ({ code: "python/failed", message: failed }),
    put: (values, result) => Object.assign(Object.create(null), values, result as Row),
  });
}
