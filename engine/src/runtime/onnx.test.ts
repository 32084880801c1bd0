import { readFileSync } from "node:fs";
import fc from "fast-check";
import Pbf from "pbf";
import { describe, expect, it } from "vitest";
import { compile } from "../core.ts";
import { readModel } from "./onnx.ts";

const file = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url));

const besides = (bytes: Uint8Array) => ({ bytes, model: () => readModel(bytes) });

type Dimension = number | string;

/** A model with one input `x` and one output `y`, of float where nothing else is said, and without anything in between. */
function made(input: Dimension[] | undefined, output: Dimension[] | undefined = ["N"], elements = 1): Uint8Array {
  const dimension = (size: Dimension, pbf: Pbf) =>
    typeof size === "number" ? pbf.writeVarintField(1, size) : pbf.writeStringField(2, size);
  const shape = (sizes: Dimension[], pbf: Pbf) => {
    for (const size of sizes) pbf.writeMessage(1, dimension, size);
  };
  const tensor = (sizes: Dimension[] | undefined, pbf: Pbf) => {
    pbf.writeVarintField(1, elements);
    if (sizes !== undefined) pbf.writeMessage(2, shape, sizes);
  };
  const type = (sizes: Dimension[] | undefined, pbf: Pbf) => pbf.writeMessage(elements === 0 ? 4 : 1, tensor, sizes);
  const value = ([name, sizes]: [string, Dimension[] | undefined], pbf: Pbf) => {
    pbf.writeStringField(1, name);
    pbf.writeMessage(2, type, sizes);
  };
  const graph = (_: null, pbf: Pbf) => {
    pbf.writeMessage(11, value, ["x", input]);
    pbf.writeMessage(12, value, ["y", output]);
  };
  const pbf = new Pbf();
  pbf.writeMessage(7, graph, null);
  return pbf.finish();
}

describe("a model is seen from outside", () => {
  it("with the names, elements and shapes of its inputs and outputs", () => {
    expect(readModel(file("pipelines/models/electronics.onnx"))).toEqual({
      inputs: [{ name: "basket", elements: "float", shape: [null, 2] }],
      outputs: [
        { name: "label", elements: "int64", shape: [null] },
        { name: "probabilities", elements: "float", shape: [null, 2] },
      ],
    });
    expect(readModel(file("engine/test/beside/models/many.onnx"))?.outputs).toContainEqual({
      name: "cube",
      elements: "float",
      shape: [null, 2, 1],
    });
  });

  it("and what is cut, altered or something else gives no error", () => {
    const whole = file("engine/test/beside/models/many.onnx");
    for (let length = 0; length < whole.length; length++) readModel(whole.subarray(0, length));
    const altered = fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => {
      const bytes = Uint8Array.from(whole);
      bytes[at] = byte;
      return bytes;
    });
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), altered), (bytes) => void readModel(bytes)));
    expect(readModel(new Uint8Array())).toBeUndefined();
  });
});

/** The codes of a pipeline whose node gives `columns` to the input of a model. */
function codes(model: Uint8Array, columns: string, output = "type: double"): string[] {
  const text = `version: 1
name: p
nodes:
  - { id: source, type: source.http, config: { url: "demo://retail", columns: { id: string!, a: double, b: long, c: int, t: string } } }
  - { id: topic, type: kafka.topic, from: source, config: { topic: p.t } }
  - { id: node, type: transform.model, from: topic, config: { model: m, inputs: { x: ${columns} }, outputs: { y: { from: y, ${output} } } } }
  - { id: sink, type: sink.mongodb, from: node, config: { collection: c, key: id } }`;
  return compile(text, "p.yaml", () => besides(model)).diagnostics.map(({ code }) => code);
}

describe("a model takes", () => {
  it.each<[string, Uint8Array, string, string[]]>([
    ["columns along its second axis", made(["N", 2]), "[a, b]", []],
    ["as many as are given where it is open", made(["N", "M"]), "[a, b, c]", []],
    ["one column without a second axis", made(["N"]), "a", []],
    ["no two there", made(["N"]), "[a, b]", ["model/input-shape"]],
    ["rows one by one", made([1, 1]), "a", []],
    ["no rows by threes", made([3, 1]), "a", ["model/input-shape"]],
    ["no pictures", made(["N", 2, 2]), "[a, b]", ["model/input-shape"]],
    ["no single number", made([]), "a", ["model/input-shape"]],
    ["anything where nothing is said", made(undefined, undefined), "[a, c]", []],
    ["a long as int64", made(["N"], ["N"], 7), "b", ["model/output-type"]],
    ["no long as int32", made(["N"], ["N"], 6), "b", ["model/input-type", "model/output-type"]],
    ["no complex numbers", made(["N"], ["N"], 14), "a", ["model/input-type", "model/output-type"]],
    ["no sequences", made(["N"], ["N"], 0), "a", ["model/input-shape", "model/output-type"]],
    ["no text as a number", made(["N"]), "t", ["model/input-type"]],
  ])("%s", (_, model, columns, expected) => {
    expect(codes(model, columns)).toEqual(expected);
  });

  it("and gives one value, or says which", () => {
    expect(codes(made(["N"], ["N", 1]), "a")).toEqual([]);
    expect(codes(made(["N"], ["N", 3]), "a", "at: 2, type: double")).toEqual([]);
    expect(codes(made(["N"], ["N", "M"]), "a")).toEqual([]);
    expect(codes(made(["N"], []), "a")).toEqual(["model/output-shape"]);
  });

  it("the same columns with the same file, and an edit of the file is a change of the plan", () => {
    const plan = (bytes: Uint8Array) => {
      const text = `version: 1
name: p
nodes:
  - { id: source, type: source.http, config: { url: "demo://retail", columns: { id: string!, a: double! } } }
  - { id: topic, type: kafka.topic, from: source, config: { topic: p.t } }
  - { id: node, type: transform.model, from: topic, config: { model: m, inputs: { x: a }, outputs: { y: { from: y, type: double } } } }
  - { id: sink, type: sink.mongodb, from: node, config: { collection: c, key: id } }`;
      const { plan, typed } = compile(text, "p.yaml", () => besides(bytes));
      expect(typed?.nodes.find(({ node }) => node.id === "node")?.output?.columns.at(-1)?.required).toBe(true);
      return plan;
    };
    const [first, again, other] = [made(["N"]), made(["N"]), made(["N", 1])].map(plan);
    expect(first).toEqual(again);
    expect(first?.files).toEqual([{ path: "m", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(other?.spec).not.toBe(first?.spec);
    expect(other?.queries).toEqual(first?.queries);
  });
});
