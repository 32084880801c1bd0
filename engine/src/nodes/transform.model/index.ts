import type { TransformModelConfig } from "@pipeline-engine/schemas/types";
import { type Column, columnAt } from "../../column-type.ts";
import { fileAt, renderedFile } from "../files.ts";
import type { NodeKind } from "../node-kind.ts";
import { checkModel } from "./check.ts";
import { previewModel } from "./preview.ts";
import { argumentsOf, columnsOf } from "./settings.ts";

/** Asks an ONNX model about each row, and adds what it answers. */
export const transformModel: NodeKind<TransformModelConfig> = {
  type: "transform.model",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: { outputs: "named" },
  previewNeeds: "Python with onnxruntime, which the first run sets up",
  preview: previewModel,
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    const { config, report } = context;
    const found = fileAt(context, "model", config.model);
    const face = found?.model();
    if (found !== undefined && face === undefined)
      report(["model"], {
        code: "model/not-onnx",
        message: `\`${config.model}\` is no ONNX model.`,
        hint: "export the model to ONNX; skl2onnx, PyTorch and XGBoost's converters write it",
      });
    checkModel(context, face);
    return {
      output: { ...input, columns: [...input.columns, ...outputColumns(config, input.columns)] },
      part: {
        kind: "step",
        module: "model",
        arguments: { file: renderedFile(config.model), ...argumentsOf(config) },
        refuses: true,
        packages: ["onnx"],
        ...(found && { files: [{ path: config.model, bytes: found.bytes }] }),
      },
    };
  },
};

function outputColumns({ inputs, outputs }: TransformModelConfig, columns: readonly Column[]): Column[] {
  const paths = Object.values(inputs).flatMap(columnsOf);
  const required = paths.every((path) => columnAt(columns, path.split("."))?.required ?? false);
  return Object.entries(outputs).map(([name, { type }]) => ({ name, type: { kind: type }, required }));
}
