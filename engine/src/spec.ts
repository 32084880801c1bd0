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

/** A place in a config that was mended. `dropped`: what stood there could not stay, as an unknown key or an impossible name. */
export interface MendedPlace {
  path: readonly string[];
  dropped: boolean;
}

/** What had to be made up so that a node with mistakes can be looked at further. Such a node is never planned. */
export interface Mended<Config = unknown> {
  places: readonly MendedPlace[];
  /** Other ways to mend the config: what is true of one alone is not the user's doing. */
  otherConfigs: readonly Config[];
  /** The config without those settings in which the mistakes stand: what is wrong with the others is wrong without them too. */
  without?: { settings: readonly string[]; config: Config };
  /** Some of its inputs could not be read. */
  inputs?: true;
  /** Why its id leaves open which node is meant by it: it is none, it is missing, or another node has it. */
  id?: "wrong" | "missing" | "taken";
}

/** A node that could not be read at all. */
export interface BrokenNode {
  id: string;
  pointer: string;
  mended?: Pick<Mended, "id">;
}

/** A node whose shape is known to be right, defaults filled in; narrows on `type`. */
export type SpecNode<Type extends NodeType = NodeType> = {
  [T in Type]: {
    id: string;
    type: T;
    /** In the order the user wrote them, or in that of the names by which its type reads them; empty where `from` is absent. */
    from: Input[];
    config: NodeConfigs[T];
    description?: string;
    onError: OnError;
    /** JSON pointer to the node, such as `/nodes/3`; its config stands at `<pointer>/config`. */
    pointer: string;
    mended?: Mended<NodeConfigs[T]>;
  };
}[Type];

/** A pipeline that passed validation: shapes and notations are right, ids are unique. Inputs are not yet known to exist. */
export interface Spec {
  version: 1;
  name: string;
  description?: string;
  nodes: SpecNode[];
}
