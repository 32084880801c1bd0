import type { TransformModelConfig } from "@pipeline-engine/schemas/types";
import { type ColumnType, columnAt } from "../../column-type.ts";
import type { Row } from "../../expression/index.ts";
import { type PreviewContext, type PreviewStep, valueAlong } from "../preview.ts";
import { plainGiven, previewFunction } from "../preview-functions.ts";
import { argumentsOf, columnsOf } from "./settings.ts";

/** Asks the model in plain Python, as Spark's workers do. */
export function previewModel(context: PreviewContext<TransformModelConfig>): PreviewStep | undefined {
  const { config, inputs } = context;
  const paths = Object.values(config.inputs).flatMap(columnsOf);
  const types = paths.map((path) => columnAt(inputs[0]?.columns ?? [], path.split("."))?.type ?? { kind: "null" as const });
  const fields = Object.entries(config.outputs).map(([name, { type }]) => ({ name, type: { kind: type }, required: false }));
  const returns: ColumnType = { kind: "struct", fields };
  return previewFunction(context, {
    word: "functions.model",
    arguments: argumentsOf(config),
    file: config.model,
    given(values) {
      const given = paths.map((path, i) => plainGiven(types[i] ?? { kind: "null" }, valueAlong(values, path)));
      return given.includes(null) ? null : given;
    },
    returns,
    refusal: (failed) => ({ code: "model/failed", message: failed }),
    put: (values, result) =>
      Object.assign(
        Object.create(null),
        values,
        Object.fromEntries(fields.map(({ name }) => [name, (result as Row | null)?.[name] ?? null])),
      ),
  });
}
