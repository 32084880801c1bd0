import type { TransformSplitConfig } from "@pipeline-engine/schemas/types";
import { printFailed, printValue, showType, type TypedExpression } from "../../expression/index.ts";
import type { NodeContext, NodeKind } from "../node-kind.ts";

type Context = NodeContext<TransformSplitConfig>;

/** Sends each row to the first output whose predicate is true. */
export const transformSplit: NodeKind<TransformSplitConfig> = {
  type: "transform.split",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: {},
  outputs: (config) => ({ main: false, side: namesOf(config) }),
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    const { config } = context;
    const conditions = Object.keys(config.outputs).map((name) => [name, condition(name, context)] as const);
    if (config.otherwise !== null && config.otherwise in config.outputs) {
      context.report(["otherwise"], {
        code: "split/duplicate-output",
        message: `\`${config.otherwise}\` is an output with a condition already.`,
        hint: "give the rows that no condition takes an output of their own",
      });
    }
    const failed = failures(conditions);
    return {
      outputs: Object.fromEntries(namesOf(config).map((name) => [name, input])),
      part: {
        kind: "step",
        module: "split",
        arguments: {
          outputs: Object.fromEntries(conditions.map(([name, typed]) => [name, typed === undefined ? "" : printValue(typed)])),
          otherwise: config.otherwise,
          failed,
        },
        refuses: Object.keys(failed).length > 0,
      },
    };
  },
};

function namesOf({ outputs, otherwise }: TransformSplitConfig): string[] {
  return [...Object.keys(outputs), ...(otherwise === null || otherwise in outputs ? [] : [otherwise])];
}

function condition(name: string, { inputs, expression, report }: Context): TypedExpression | undefined {
  const typed = expression(["outputs", name], inputs[0]?.columns ?? [], "row");
  if (typed !== undefined && typed.type.kind !== "boolean" && typed.type.kind !== "null") {
    report(["outputs", name], {
      code: "split/not-boolean",
      message: `The condition of \`${name}\` must be true or false, but this expression is of type ${showType(typed.type)}.`,
      hint: "compare it with something, for example `> 0`",
    });
  }
  return typed;
}

/** Output → when its condition fails. */
function failures(conditions: (readonly [string, TypedExpression | undefined])[]): Record<string, string> {
  return Object.fromEntries(
    conditions.flatMap(([name, typed]) => {
      const failed = typed && printFailed(typed);
      return failed === undefined ? [] : [[name, failed]];
    }),
  );
}
