import { didYouMean, type Finding } from "../diagnostic.ts";
import { meantKey } from "./spelling.ts";

/** What a message is made of; its place is added by who reports it. */
export type Message = Pick<Finding, "code" | "message" | "hint">;

export function unknownKey(key: string, known: readonly string[]): Message {
  const list = known.length === 0 ? "there are none" : `known here: ${known.join(", ")}`;
  const meant = meantKey(key, known);
  const hint = meant === undefined ? `${list}; a key of your own begins with \`x-\`` : `did you mean \`${meant}\`?`;
  return { code: "schema/unknown-key", message: `There is no setting \`${key}\` here.`, hint };
}

export function missingKey(key: string, example: unknown): Message {
  const shown = example === undefined ? "" : `, for example \`${key}: ${flow(example)}\``;
  return { code: "schema/missing-key", message: `\`${key}\` is missing.`, hint: `add \`${key}\`${shown}` };
}

export function missingNodes(): Message {
  const hint = "add `nodes:`, or `steps:` where each reads the one before";
  return { code: "schema/missing-key", message: "`nodes` is missing.", hint };
}

export function nodesAndSteps(): Message {
  const message = "`nodes` and `steps` stand in one file, and both say what the pipeline is made of.";
  return { code: "steps/beside-nodes", message, hint: "keep one of the two: `steps` has no branches" };
}

export function fromInStep(): Message {
  const message = "A step reads the one before it, so it has no `from`.";
  return { code: "steps/from", message, hint: "remove `from`; a pipeline with branches is written under `nodes`" };
}

/** `shown` is the user's own spelling; undefined where nothing is written. */
export function wrongType(name: string, expected: string, shown: string | undefined, hint: string | undefined): Message {
  const message =
    shown === undefined ? `${name} has no value; it must be ${expected}.` : `${name} must be ${expected}, not ${shown}.`;
  return { code: "schema/wrong-type", message, ...(hint !== undefined && { hint }) };
}

export function wrongValue(name: string, expected: string, shown: string, hint?: string): Message {
  const message = `${name} must be ${expected}, not ${shown}.`;
  return { code: "schema/wrong-value", message, ...(hint !== undefined && { hint }) };
}

export function notAllowed(name: string, shown: string, given: unknown, allowed: readonly unknown[]): Message {
  const names = allowed.filter((value) => value !== null).map(String);
  const near = typeof given === "string" ? didYouMean(given, names) : undefined;
  const list = names.map((value) => `\`${value}\``).join(", ");
  const message = names.length === 1 ? `${name} must be ${list}, not ${shown}.` : `${name} must be one of ${list}, not ${shown}.`;
  return { code: "schema/not-allowed", message, ...(near !== undefined && { hint: near }) };
}

export function wrongSize(name: string, bound: "at least" | "at most", limit: number, what: string): Message {
  return { code: "schema/wrong-size", message: `${name} must hold ${bound} ${limit} ${limit === 1 ? what : plural(what)}.` };
}

export function repeatedItem(name: string, shown: string): Message {
  return { code: "schema/repeated", message: `${shown} stands twice in ${name}.`, hint: "remove one of the two" };
}

export function unknownNodeType(type: string, known: readonly string[]): Message {
  const near = didYouMean(type, known) ?? didYouMean(type, known.map(afterDot));
  const full = known.find((name) => near === `did you mean \`${afterDot(name)}\`?`);
  const hint = full === undefined ? (near ?? `the types are ${known.join(", ")}`) : `did you mean \`${full}\`?`;
  return { code: "schema/unknown-node-type", message: `There is no node type \`${type}\`.`, hint };
}

export function duplicateId(id: string, line: number): Message {
  const message = `The id \`${id}\` is taken by the node on line ${line}.`;
  return { code: "schema/duplicate-id", message, hint: "give every node an id of its own" };
}

export function wrongInput(shown: string): Message {
  const message = `${shown} cannot name an input.`;
  return { code: "schema/wrong-input", message, hint: "write the id of a node, or `id.output` for a side output" };
}

export function emptyInput(): Message {
  return {
    code: "schema/wrong-input",
    message: "`from` names no node.",
    hint: "write the id of a node, or leave `from` out for a source",
  };
}

export function repeatedInput(text: string): Message {
  return { code: "schema/repeated", message: `\`${text}\` is read twice.`, hint: "remove one of the two" };
}

export function wrongInputName(name: string): Message {
  const message = `\`${name}\` cannot name an input.`;
  return { code: "schema/wrong-input", message, hint: "use lower-case letters, digits and underscores: `{ left: a, right: b }`" };
}

export function referenceSyntax(message: string, hint: string): Message {
  return { code: "reference/syntax", message, hint };
}

export function referenceNotHere(name: string): Message {
  const message = `${name} cannot hold a reference: the spec knows no environment.`;
  return {
    code: "reference/not-here",
    message,
    hint: "write the value; what differs between environments belongs in targets.yaml",
  };
}

/** Never quotes the secret. */
export function literalSecret(name: string, kind: "password" | "secret"): Message {
  const message = `${name} holds a ${kind} in plain text.`;
  return {
    code: "secret/literal",
    message,
    hint: "put it in an environment variable and write `${env:NAME}`, or `${file:path}`",
  };
}

/** Never quotes the secret. */
export function secretDefault(name: string): Message {
  const message = `${name} is a secret, and the default of a reference would stand in plain text.`;
  return { code: "secret/literal", message, hint: "write `${env:NAME}` without a default" };
}

function afterDot(type: string): string {
  return type.slice(type.indexOf(".") + 1);
}

function plural(what: string): string {
  return what.endsWith("y") ? `${what.slice(0, -1)}ies` : `${what}s`;
}

/** A value as YAML writes it in flow style. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${key}: ${flow(item)}`)
      .join(", ")} }`;
  }
  return String(value);
}
