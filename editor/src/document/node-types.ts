/** What an edit must know of a node type. */
export interface NodeTypeFacts {
  type: string;
  role: "source" | "topic" | "transform" | "sink";
  /** Which roles it may read, and how many nodes at most. */
  reads: readonly string[];
  most: number;
  /** The names of its inputs, in their order, where they have names. */
  inputNames?: readonly string[];
  /** The smallest config that it allows. */
  config: Readonly<Record<string, unknown>>;
  /** The setting whose first key names the output to read on from, where it has none of its own. */
  outputsUnder?: string;
}

let known: ReadonlyMap<string, NodeTypeFacts> = new Map();

/** Takes what the engine's core knows of its types, so that the page need not hold the core. */
export function learnNodeTypes(types: readonly NodeTypeFacts[]): void {
  known = new Map(types.map((facts) => [facts.type, facts]));
}

/** What is known of a type; undefined where there is no such type. */
export function nodeType(type: string): NodeTypeFacts | undefined {
  return known.get(type);
}
