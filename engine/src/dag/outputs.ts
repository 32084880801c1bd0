import { didYouMean, type Finding } from "../diagnostic.ts";
import { kindOf } from "../nodes/index.ts";
import type { Input, SpecNode } from "../spec.ts";

/** The outputs of a node: its own, and its side outputs, of which most have none. */
export function outputsOf({ type, config }: SpecNode): { main: boolean; side: string[] } {
  return kindOf(type).outputs?.(config as never) ?? { main: true, side: [] };
}

/** Finds an input that names an output which its node does not have, or none where the node has only named ones. */
export function outputFinding(input: Input, source: SpecNode): Finding | undefined {
  const { main, side } = outputsOf(source);
  const known = [...(main ? [input.node] : []), ...side.map((name) => `${input.node}.${name}`)];
  const given = input.output === undefined ? input.node : `${input.node}.${input.output}`;
  if (known.includes(given)) return undefined;
  if (input.output === undefined) {
    const message = `\`${input.node}\` gives its rows to its outputs alone.`;
    return { code: "dag/missing-output", pointer: input.pointer, message, hint: `read ${list(known)}` };
  }
  // A mistake in its config may be the reason why the output is not there.
  if (kindOf(source.type).outputs !== undefined && (source.mended?.places.length ?? 0) > 0) return undefined;
  const message = `\`${input.node}\` has no output \`${input.output}\`.`;
  const hint = didYouMean(given, known) ?? `read ${list(known)}`;
  return { code: "dag/unknown-output", pointer: input.pointer, message, hint };
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(" or ");
}
