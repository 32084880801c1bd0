import { FUNCTIONS, kindOf, type NodeType, nodeKinds, type Role, signatureOf } from "@pipeline-engine/engine/core";

/** What the engine knows of a node type beyond its contract. */
export interface TypeFacts {
  type: NodeType;
  role: Role;
  /** Which roles it may read, and how many nodes at most. */
  reads: Role[];
  most: number;
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

/** Everything, in the order of the engine's catalogue. */
export function facts(): Facts {
  const types = (Object.keys(nodeKinds) as NodeType[]).map((type): TypeFacts => {
    const { role, inputs } = kindOf(type);
    return { type, role, reads: inputs.roles, most: inputs.max };
  });
  return { types, functions: FUNCTIONS.map((entry) => ({ name: entry.name, signature: signatureOf(entry), doc: entry.doc })) };
}
