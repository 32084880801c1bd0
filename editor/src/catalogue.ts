import type { Facts, FunctionFacts, TypeFacts } from "./compile/facts.ts";
import { learnNodeTypes, whyNotRead } from "./document/index.ts";

let entries: readonly TypeFacts[] = [];
let byType = new Map<string, TypeFacts>();
let functions: readonly FunctionFacts[] = [];

/** Takes what the core knows of its types; before that the catalogue is empty. */
export function fillCatalogue(facts: Facts): void {
  learnNodeTypes(facts.types);
  functions = facts.functions;
  entries = facts.types;
  byType = new Map(entries.map((entry) => [entry.type, entry]));
}

/** Every node type, in the order of the engine's catalogue. */
export function catalogue(): readonly TypeFacts[] {
  return entries;
}

/** Every function of an expression. */
export function functionTable(): readonly FunctionFacts[] {
  return functions;
}

/** What is known of a type; undefined for one that does not exist. */
export function entryOf(type: string): TypeFacts | undefined {
  return byType.get(type);
}

/** Why a node of a type may not read one of another; undefined where it may. */
export function connectionRefusal(from: string, to: string): string | undefined {
  return whyNotRead({ type: to }, { type: from });
}
