import type { TransformModelConfig } from "@pipeline-engine/schemas/types";
import { columnAt, showType } from "../../column-type.ts";
import { didYouMean } from "../../diagnostic.ts";
import type { ModelFace, Tensor } from "../model-face.ts";
import type { NodeContext } from "../node-kind.ts";
import { columnPaths } from "../paths.ts";

type Context = NodeContext<TransformModelConfig>;

const NUMBERS = ["int", "long", "double", "decimal", "boolean"];
/** Which columns can be made elements of a tensor. A long fits no smaller number for sure. */
const TAKES: Record<string, string[]> = {
  ...{
    float: NUMBERS,
    double: NUMBERS,
    float16: NUMBERS,
    string: ["string"],
    bool: ["boolean"],
    int64: ["int", "long", "boolean"],
  },
  ...Object.fromEntries(["int32", "int16", "int8", "uint32", "uint16", "uint8"].map((name) => [name, ["int", "boolean"]])),
};
/** Which columns hold the elements of a tensor. */
const GIVES: Record<string, string[]> = {
  ...{ float: ["double"], double: ["double"], float16: ["double"], string: ["string"], bool: ["boolean"] },
  ...{ int64: ["long"], uint32: ["long"], int32: ["int", "long"], int16: ["int", "long"], int8: ["int", "long"] },
  ...{ uint16: ["int", "long"], uint8: ["int", "long"] },
};

/** Holds the settings against the columns and, where it could be read, against the model. */
export function checkModel(context: Context, face: ModelFace | undefined): void {
  const { inputs, outputs } = context.config;
  for (const [name, paths] of Object.entries(inputs)) checkInput(context, name, paths, face);
  for (const { name } of face?.inputs ?? []) if (!Object.hasOwn(inputs, name)) refuseMissing(context, name);
  for (const column of Object.keys(outputs)) {
    refuseTaken(context, column);
    if (face !== undefined) checkOutput(context, column, face);
  }
}

function checkInput({ inputs, report }: Context, name: string, paths: string | string[], face: ModelFace | undefined): void {
  const tensor = face?.inputs.find((one) => one.name === name);
  if (face !== undefined && tensor === undefined)
    report(["inputs", name], {
      code: "model/unknown-input",
      message: `The model has no input \`${name}\`.`,
      hint: hintOf(name, face.inputs),
    });
  const columns = inputs[0]?.columns ?? [];
  [paths].flat().forEach((path, i) => {
    const at = typeof paths === "string" ? ["inputs", name] : ["inputs", name, i];
    const column = columnAt(columns, path.split("."));
    if (column === undefined) {
      const hint = didYouMean(path, columnPaths(columns));
      report(at, { code: "model/unknown-column", message: `There is no column \`${path}\` to give to a model.`, hint });
      return;
    }
    const takes = tensor?.elements === undefined ? undefined : (TAKES[tensor.elements] ?? []);
    if (tensor === undefined || takes === undefined || takes.includes(column.type.kind)) return;
    report(at, {
      code: "model/input-type",
      message: `The input \`${name}\` takes elements of type ${tensor.elements}, but \`${path}\` is of type ${showType(column.type)}.`,
      hint: takes.length === 0 ? "export the model with an input of another type" : `it can be made of ${takes.join(", ")}`,
    });
  });
  if (tensor !== undefined) checkShape(report, tensor, [paths].flat().length);
}

function checkShape(report: Context["report"], tensor: Tensor, given: number): void {
  const mistake = shapeMistake(tensor, given);
  if (mistake !== undefined) report(["inputs", tensor.name], { code: "model/input-shape", ...mistake, on: "key" });
}

interface Mistake {
  message: string;
  hint: string;
}

/** A row is one element of the first axis; along the second one stand its columns. */
function shapeMistake({ name, elements, shape }: Tensor, given: number): Mistake | undefined {
  const input = `The input \`${name}\``;
  if (elements === undefined) return { message: `${input} is no tensor.`, hint: "export the model with tensors as its inputs" };
  if (shape === undefined) return undefined;
  const shown = showShape(shape);
  if (shape.length === 0 || shape.length > 2)
    return {
      message: `${input} has the shape ${shown}, and rows have one or two axes.`,
      hint: "export the model with an input of [rows, columns]",
    };
  const [batch = null, width = null] = shape;
  if (batch !== null && batch !== 1)
    return { message: `${input} takes exactly ${batch} rows at once.`, hint: "export the model with an open first axis" };
  const wanted = shape.length === 1 ? 1 : (width ?? given);
  if (wanted === given) return undefined;
  const columns = `${wanted} ${wanted === 1 ? "column" : "columns"}`;
  return {
    message: `${input} takes ${columns}, and ${given} ${given === 1 ? "is" : "are"} given.`,
    hint: `the shape of the input is ${shown}`,
  };
}

function showShape(shape: readonly (number | null)[]): string {
  return `[${shape.map((size) => size ?? "any").join(", ")}]`;
}

function refuseMissing({ report }: Context, name: string): void {
  report(["inputs"], {
    code: "model/missing-input",
    message: `The model takes an input \`${name}\`, and no columns are given for it.`,
    hint: `add \`${name}\` with its columns`,
    on: "key",
  });
}

function refuseTaken({ inputs, report }: Context, column: string): void {
  if (!inputs[0]?.columns.some(({ name }) => name === column)) return;
  report(["outputs", column], {
    code: "model/duplicate-column",
    message: `A column \`${column}\` exists already.`,
    hint: "choose another name",
    on: "key",
  });
}

function checkOutput({ config, report }: Context, column: string, face: ModelFace): void {
  const { from, at, type } = config.outputs[column] ?? { from: "", at: null, type: "string" };
  const tensor = face.outputs.find(({ name }) => name === from);
  if (tensor === undefined) {
    const message = `The model has no output \`${from}\`.`;
    report(["outputs", column, "from"], { code: "model/unknown-output", message, hint: hintOf(from, face.outputs) });
    return;
  }
  const typed = typeMistake(tensor, type);
  if (typed !== undefined) report(["outputs", column, "type"], { code: "model/output-type", ...typed });
  const placed = placeMistake(tensor, at);
  if (placed !== undefined)
    report(["outputs", column, ...(at === null ? [] : ["at"])], { code: "model/output-shape", ...placed, on: "key" });
}

function typeMistake({ name, elements }: Tensor, type: string): Mistake | undefined {
  const gives = GIVES[elements ?? ""] ?? [];
  if (gives.includes(type)) return undefined;
  if (elements === undefined)
    return {
      message: `The output \`${name}\` gives no tensor, so no value for each row.`,
      hint: "export the model with tensors as its outputs; for scikit-learn switch `zipmap` off",
    };
  return {
    message: `The output \`${name}\` gives elements of type ${elements}, which are no ${type}.`,
    hint: gives[0] === undefined ? "export the model with an output of another type" : `write \`type: ${gives[0]}\``,
  };
}

function placeMistake({ name, shape }: Tensor, at: number | null): Mistake | undefined {
  if (shape === undefined) return undefined;
  const shown = `The output \`${name}\` has the shape ${showShape(shape)}`;
  if (shape.length === 0 || shape.length > 2)
    return { message: `${shown}, and rows have one or two axes.`, hint: "export the model with an output of [rows, values]" };
  const width = shape.length === 1 ? 1 : (shape[1] ?? null);
  if (width === null) return undefined;
  if (at !== null && at >= width)
    return {
      message: `${shown}, so there is nothing at ${at}.`,
      hint: `the first value of a row is at 0, the last at ${width - 1}`,
    };
  if (at !== null || width === 1) return undefined;
  return { message: `${shown}, and it is not said which value is meant.`, hint: `add \`at: 0\`, or up to ${width - 1}` };
}

function hintOf(name: string, tensors: readonly Tensor[]): string {
  const names = tensors.map((tensor) => tensor.name);
  return didYouMean(name, names) ?? `it has ${names.map((one) => `\`${one}\``).join(", ")}`;
}
