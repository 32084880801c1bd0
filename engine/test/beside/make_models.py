"""Writes `models/many.onnx`, a model with inputs and outputs of several kinds: needs the package `onnx`, which no test does.

`sum`, `both` and `cube` are of the basket, `name` is that of the store from 0 to 2, and any other store has none: the model fails.
"""

from pathlib import Path

from onnx import TensorProto as T
from onnx import helper, save

INPUTS = [("basket", T.FLOAT, ["N", 2]), ("store", T.INT64, ["N"])]
OUTPUTS = [("sum", T.FLOAT, ["N"]), ("both", T.FLOAT, ["N", 2]), ("cube", T.FLOAT, ["N", 2, 1]), ("name", T.STRING, ["N"]), ("is_first", T.BOOL, ["N"])]
CONSTANTS = [
    helper.make_tensor("second", T.INT64, [1], [1]),
    helper.make_tensor("last", T.INT64, [1], [2]),
    helper.make_tensor("zero", T.INT64, [], [0]),
    helper.make_tensor("names", T.STRING, [3], ["Lyon", "Oslo", "Åbo"]),
]
NODES = [
    helper.make_node("ReduceSum", ["basket", "second"], ["sum"], keepdims=0),
    helper.make_node("Add", ["basket", "basket"], ["both"]),
    helper.make_node("Unsqueeze", ["basket", "last"], ["cube"]),
    helper.make_node("Gather", ["names", "store"], ["name"]),
    helper.make_node("Equal", ["store", "zero"], ["is_first"]),
]


def value(name: str, kind: int, shape: list) -> object:
    return helper.make_tensor_value_info(name, kind, shape)


graph = helper.make_graph(NODES, "many", [value(*one) for one in INPUTS], [value(*one) for one in OUTPUTS], CONSTANTS)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
save(model, Path(__file__).resolve().parent / "models" / "many.onnx")
