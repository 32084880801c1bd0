import { FUNCTIONS, kindOf, minimalConfig, type NodeType, nodeKinds, signatureOf } from "@pipeline-engine/engine/core";
import type { NodeTypeFacts } from "../document/node-types.ts";

/** A node type, as the palette shows it besides. */
export interface TypeFacts extends NodeTypeFacts {
  title: string;
  description: string;
}

export interface FunctionFacts {
  name: string;
  signature: string;
  doc: string;
}

/** What the page needs to know of the core. It lives in the worker, so that the page need not load it twice. */
export interface Facts {
  types: TypeFacts[];
  functions: FunctionFacts[];
}

const titles = import.meta.glob<string>("../../../schemas/nodes/*.schema.json", { eager: true, import: "title" });
const descriptions = import.meta.glob<string>("../../../schemas/nodes/*.schema.json", { eager: true, import: "description" });

/** Everything, in the order of the engine's catalogue. */
export function facts(): Facts {
  const types = (Object.keys(nodeKinds) as NodeType[]).map(factsOf);
  return { types, functions: FUNCTIONS.map((entry) => ({ name: entry.name, signature: signatureOf(entry), doc: entry.doc })) };
}

function factsOf(type: NodeType): TypeFacts {
  const { role, inputs, outputs } = kindOf(type);
  const config = minimalConfig(type);
  const contract = `../../../schemas/nodes/${type}.schema.json`;
  const shown = { title: titles[contract] ?? type, description: descriptions[contract] ?? "" };
  const known: TypeFacts = {
    ...shown,
    type,
    role,
    reads: inputs.roles,
    most: inputs.max,
    config,
    ...(inputs.names && { inputNames: inputs.names }),
  };
  const { main = true, side = [] } = outputs?.(config as never) ?? {};
  const under = Object.keys(config).find((name) => Object.keys(config[name] ?? {})[0] === side[0]);
  return main || under === undefined ? known : { ...known, outputsUnder: under };
}
