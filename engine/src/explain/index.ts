import { nearest } from "../diagnostic.ts";
import { api } from "./api.ts";
import { deadLetters } from "./dead-letters.ts";
import { environment } from "./environment.ts";
import type { Explanation, Explanations } from "./explanation.ts";
import { expressions } from "./expressions.ts";
import { aggregates, graph } from "./graph.ts";
import { joins } from "./joins.ts";
import { lookups } from "./lookups.ts";
import { models } from "./models.ts";
import { requests } from "./requests.ts";
import { rooms } from "./rooms.ts";
import { sources } from "./sources.ts";
import { tests } from "./tests.ts";
import { text } from "./text.ts";

/** The explanations by family; no code stands in two of them. */
export const families: readonly Explanations[] = [
  text,
  graph,
  expressions,
  aggregates,
  sources,
  rooms,
  lookups,
  joins,
  models,
  requests,
  tests,
  deadLetters,
  environment,
  api,
];

/** Every code with its explanation. */
export const explanations: Explanations = Object.assign({}, ...families);

/** The explanation of a code, or the known code nearest to what was asked for. */
export function explain(code: string): Explanation | { nearest: string | undefined } {
  const known = Object.hasOwn(explanations, code) ? explanations[code] : undefined;
  return known ?? { nearest: nearest(code, Object.keys(explanations)) };
}
