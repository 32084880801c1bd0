import { type Explanations, node } from "./explanation.ts";

const model = (inputs: string, outputs: string) =>
  node("transform.model", `{ model: models/electronics.onnx, inputs: { ${inputs} }, outputs: { ${outputs} } }`);

const SCORE = "score: { from: probabilities, at: 1, type: double }";

const python = (inputs: string, columns: string) =>
  node("transform.python", `{ file: python/loyalty.py, function: points, inputs: { ${inputs} }, columns: { ${columns} } }`);

/** What nodes have of their own that work with a file beside the pipeline. */
export const models: Explanations = {
  "files/missing": {
    why: "A node names a file that is not there. It is looked for from the folder of the pipeline's file, wherever the command is run.",
    mend: "Put the file there, or correct the path.",
  },
  "files/outside": {
    why: "The file is a link that leads out of the pipeline's folder: whoever has the folder would not have the whole pipeline, and a pipeline could read what is none of its business.",
    mend: "Copy the file to where the link is.",
  },
  "files/unreadable": {
    why: "The path leads to a folder, or to a file that this user may not read.",
    mend: "Name a file, and check its rights.",
  },
  "files/too-large": {
    why: "The file is larger than 64 MiB. It is handed to every worker, which keeps it in memory.",
    mend: "Make it smaller. A model can be quantized, or trained with fewer trees.",
  },
  "python/not-text": {
    why: "The file is no text in UTF-8, so it is no Python code.",
    mend: "Name a file with Python code, saved as UTF-8.",
  },
  "python/no-function": {
    why: "The file defines no function of that name at the begin of a line. One that is defined inside of another, or of a class, cannot be called from outside.",
    mend: "Take the spelling of the hint, or define the function.",
  },
  "python/unknown-column": {
    why: "A parameter is to be given a column that the rows do not have.",
    mend: "Take the spelling of the hint; `engine preview` shows the columns.",
    wrong: python("total: totl", "points: int"),
    right: python("total: total", "points: int"),
  },
  "python/duplicate-column": {
    why: "The node would add a column under a name that is taken.",
    mend: "Choose another name.",
    wrong: python("total: total", "id: string"),
    right: python("total: total", "points: int"),
  },
  "target/code-not-allowed": {
    why: "The pipeline runs code of your own (`transform.python`), and the target does not allow that: on a cluster it would have the rights of Spark.",
    mend: "Set `code: true` for the target in targets.yaml, or run it on another target. What expressions can say needs no code.",
  },
  "preview/file-not-ready": {
    why: "A file that a node works with could be read, but not used: Python finds a mistake in it, or onnxruntime cannot run the model.",
    mend: "Mend what the message says; the job would end with the same.",
  },
  "model/not-onnx": {
    why: "The file holds no ONNX model: it is of another format, or was cut short.",
    mend: "Export the model to ONNX once more; skl2onnx, `torch.onnx` and onnxmltools write it.",
  },
  "model/unknown-input": {
    why: "`inputs` names an input that the model does not have.",
    mend: "Take a name from the hint.",
  },
  "model/missing-input": {
    why: "A model answers only if all of its inputs are given.",
    mend: "Add the input, with the columns that it is made of.",
  },
  "model/unknown-column": {
    why: "An input is to be made of a column that the rows do not have.",
    mend: "Take the spelling of the hint; `engine preview` shows the columns.",
    wrong: model("basket: [total, shop.town]", SCORE),
    right: model("basket: [total, total]", SCORE),
  },
  "model/input-type": {
    why: "A column cannot be made an element of the input: text is no number, and a long may be too large for an int32.",
    mend: "Name another column, or compute one above with transform.select.",
  },
  "model/input-shape": {
    why: "A row is one element of an input's first axis, and its columns stand along the second one, as many as the model was trained with. Inputs with more axes, such as pictures, have no columns.",
    mend: "Name as many columns as the input takes, in the order in which the model was trained.",
  },
  "model/unknown-output": {
    why: "A column is to come from an output that the model does not have.",
    mend: "Take a name from the hint.",
  },
  "model/output-type": {
    why: "The output gives values of another type than the column has. An output that is no tensor, such as a map of classes to probabilities, gives none at all.",
    mend: "Write the type of the hint. For scikit-learn export with `zipmap` switched off.",
  },
  "model/output-shape": {
    why: "The output has several values for a row, and `at` does not say which one is meant, or says one that is not there.",
    mend: "Add `at`, counted from 0.",
  },
  "model/duplicate-column": {
    why: "The node would add a column under a name that is taken.",
    mend: "Choose another name.",
    wrong: model("basket: [total, total]", "id: { from: label, type: long }"),
    right: model("basket: [total, total]", "label: { from: label, type: long }"),
  },
};
