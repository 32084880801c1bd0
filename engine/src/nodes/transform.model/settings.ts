import type { TransformModelConfig } from "@pipeline-engine/schemas/types";
import type { PythonValue } from "../node-kind.ts";

/** The columns that each input of the model is made of, in order. */
export function columnsOf(paths: TransformModelConfig["inputs"][string]): string[] {
  return typeof paths === "string" ? [paths] : paths;
}

/** What the function in Python and the step are told alike. */
export function argumentsOf({ inputs, outputs }: TransformModelConfig): Record<string, PythonValue> {
  return {
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, paths]) => [name, columnsOf(paths)])),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, { from, at, type }]) => [name, [from, at, type]])),
  };
}
