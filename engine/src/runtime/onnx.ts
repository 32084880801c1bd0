import Pbf from "pbf";
import type { ModelFace, Tensor } from "../nodes/model-face.ts";

/** By `TensorProto.DataType`. */
const ELEMENTS: Record<number, string> = {
  ...{ 1: "float", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 8: "string", 9: "bool" },
  ...{ 10: "float16", 11: "double", 12: "uint32", 13: "uint64" },
};

/** Reads the inputs and outputs of an ONNX model (onnx.proto, `ModelProto`); undefined where the bytes are none. */
export function readModel(bytes: Uint8Array): ModelFace | undefined {
  try {
    const model = new Pbf(bytes).readFields((tag, found: { graph?: Graph }, pbf) => {
      if (tag === 7) found.graph = pbf.readMessage(readGraph, { inputs: [], outputs: [], constants: new Set() });
    }, {});
    const { inputs, outputs, constants } = model.graph ?? { inputs: [], outputs: [], constants: new Set() };
    if (outputs.length === 0) return undefined;
    // Older models list their constants among the inputs.
    return { inputs: inputs.filter(({ name }) => !constants.has(name)), outputs };
  } catch {
    return undefined;
  }
}

interface Graph extends ModelFace {
  constants: Set<string>;
}

function readGraph(tag: number, graph: Graph, pbf: Pbf): void {
  if (tag === 5) graph.constants.add(pbf.readMessage(readConstant, { name: "" }).name);
  else if (tag === 11) graph.inputs.push(pbf.readMessage(readValue, { name: "" }));
  else if (tag === 12) graph.outputs.push(pbf.readMessage(readValue, { name: "" }));
}

function readConstant(tag: number, constant: { name: string }, pbf: Pbf): void {
  if (tag === 8) constant.name = pbf.readString();
}

function readValue(tag: number, value: Tensor, pbf: Pbf): void {
  if (tag === 1) value.name = pbf.readString();
  else if (tag === 2) pbf.readMessage(readType, value);
}

function readType(tag: number, value: Tensor, pbf: Pbf): void {
  if (tag === 1) pbf.readMessage(readTensor, value);
}

function readTensor(tag: number, value: Tensor, pbf: Pbf): void {
  if (tag === 1) {
    const type = pbf.readVarint();
    value.elements = ELEMENTS[type] ?? `type ${type}`;
  } else if (tag === 2) value.shape = pbf.readMessage(readShape, []);
}

function readShape(tag: number, shape: (number | null)[], pbf: Pbf): void {
  if (tag === 1) shape.push(pbf.readMessage(readDimension, { size: null }).size);
}

function readDimension(tag: number, dimension: { size: number | null }, pbf: Pbf): void {
  if (tag !== 1) return;
  const size = pbf.readVarint(true);
  dimension.size = size > 0 ? size : null;
}
