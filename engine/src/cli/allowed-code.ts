import type { ChosenTarget } from "../runtime/find-target.ts";
import type { LoadedSpec } from "./load.ts";
import type { Output } from "./output.ts";

/** Whether the target allows what the pipeline would run there: code of the user's. Nodes that it does not allow are printed. */
export function allowsCode({ compilation, text }: LoadedSpec, { name, target }: ChosenTarget, output: Output): boolean {
  const { plan, typed, document } = compilation;
  if (target.code || plan?.code === undefined) return true;
  const nodes = typed?.nodes.map(({ node }) => node).filter(({ id }) => plan.code?.includes(id)) ?? [];
  output.diagnostics(
    nodes.map(({ id, pointer }) =>
      document.place({
        code: "target/code-not-allowed",
        pointer: `${pointer}/type`,
        message: `\`${id}\` runs code of yours, and the target \`${name}\` allows none.`,
        hint: "set `code: true` for the target in targets.yaml, or choose another one with `--target`",
      }),
    ),
    text,
  );
  return false;
}
