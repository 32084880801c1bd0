/** What a model takes or gives under a name. A `null` dimension is open; without a shape nothing is known of it; without elements it is no tensor. */
export interface Tensor {
  name: string;
  elements?: string;
  shape?: (number | null)[];
}

/** What is seen of a model from outside. */
export interface ModelFace {
  inputs: Tensor[];
  outputs: Tensor[];
}
