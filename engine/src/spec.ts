import type { NodeConfigs, NodeType, OnError } from "@pipeline-engine/schemas/types";

export type { NodeType } from "@pipeline-engine/schemas/types";

/** One input of a node. `name` stands only in named inputs (`{ left: a }`), `output` only for a side output (`parse.rejected`). */
export interface Input {
  name?: string;
  node: string;
  output?: string;
  /** JSON pointer to the text that names the input. */
  pointer: string;
}

/** A node whose shape is known to be right, defaults filled in; narrows on `type`. */
export type SpecNode<Type extends NodeType = NodeType> = {
  [T in Type]: {
    id: string;
    type: T;
    /** In the order the user wrote them; empty where `from` is absent. */
    from: Input[];
    config: NodeConfigs[T];
    description?: string;
    onError: OnError;
    /** JSON pointer to the node, such as `/nodes/3`; its config stands at `<pointer>/config`. */
    pointer: string;
  };
}[Type];

/** A pipeline that passed validation: shapes and notations are right, ids are unique. Inputs are not yet known to exist. */
export interface Spec {
  version: 1;
  name: string;
  description?: string;
  nodes: SpecNode[];
}
