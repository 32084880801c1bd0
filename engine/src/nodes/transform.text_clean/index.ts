import type { TransformTextCleanConfig } from "@pipeline-engine/schemas/types";
import type { Row, Value } from "../../expression/index.ts";
import type { NodeContext, NodeKind, PythonValue } from "../node-kind.ts";
import { previewTexts } from "../preview-texts.ts";
import { refuseTaken, textAt } from "../texts.ts";

type Context = NodeContext<TransformTextCleanConfig>;

/** Makes a text plain, each thing that is done by its own switch. */
export const transformTextClean: NodeKind<TransformTextCleanConfig> = {
  type: "transform.text_clean",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: { into: "all" },
  previewNeeds: "Python, which the first run sets up",
  preview: (context) =>
    previewTexts(context, {
      word: "text_clean",
      arguments: argumentsOf(context.config),
      returns: { kind: "string" },
      text: context.config.text,
      put: (values, result) => withValue(values, (context.config.into ?? context.config.text).split("."), result),
    }),
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    const { text, into } = context.config;
    refuseIdle(context);
    if (into !== null) refuseTaken(context, { into });
    const required = textAt(context, text, "clean")?.required ?? false;
    const { key, ...traits } = input;
    // A key whose texts have become alike tells rows apart no longer.
    const keeps = into !== null || !key?.some((name) => name === text || text.startsWith(`${name}.`));
    return {
      output: {
        ...traits,
        ...(key && keeps && { key }),
        columns: into === null ? input.columns : [...input.columns, { name: into, type: { kind: "string" }, required }],
      },
      part: {
        kind: "step",
        module: "text_clean",
        arguments: { text, ...(into !== null && { into }), ...argumentsOf(context.config) },
        refuses: true,
      },
    };
  },
};

const SWITCHES = ["html", "unicode", "links", "mentions", "emoji", "whitespace"] as const;

function argumentsOf(config: TransformTextCleanConfig): Record<string, PythonValue> {
  return {
    ...Object.fromEntries(SWITCHES.filter((name) => config[name]).map((name) => [name, true])),
    ...(config.case !== "keep" && { case: config.case }),
    ...(config.stopWords.length > 0 && { stop_words: config.stopWords }),
  };
}

function refuseIdle({ config, report }: Context): void {
  if (Object.keys(argumentsOf(config)).length > 0) return;
  report([], {
    code: "texts/nothing-to-do",
    message: "Nothing is switched on, so the text would stay as it is.",
    hint: "switch something on, such as `whitespace: true`, or remove the node",
  });
}

/** The row with another value at a path; a structure on the way that is null stays so. */
function withValue(values: Row, [name = "", ...rest]: readonly string[], value: Value): Row {
  const before = values[name] ?? null;
  const after = rest.length === 0 ? value : before === null ? null : withValue(before as Row, rest, value);
  return Object.assign(Object.create(null), values, { [name]: after }) as Row;
}
