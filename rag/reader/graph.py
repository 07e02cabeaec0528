"""The reader as a graph that onnxruntime computes, over the weights in the packed file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper
from safetensors import safe_open

from rag.reader.packed import BLOCK, WEIGHTS, WORDS
from rag.reader.reader import GRAPH

MICROSOFT = "com.microsoft"
"""Operators that onnxruntime adds to those of the standard."""

_OPERATORS = (helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1))
_IR_VERSION = 10
_KINDS = {"F16": TensorProto.FLOAT16, "I8": TensorProto.INT8, "U8": TensorProto.UINT8}


def write_graph(folder: Path) -> None:
    """Write, beside the packed weights in `folder`, the graph that reads one passage with them.

    From `ids` (1, pieces) it makes `span` (1, pieces, 2), the logits of an answer starting and
    ending, and `answers` (1, 1). Weights stay whole numbers, and what they are multiplied with is
    rounded to 8 bits, one unit a passage (Zafrir et al. 2019, Q8BERT).
    """
    graph = _Graph(folder / WEIGHTS)
    hidden = _embedded(graph)
    for layer in range(graph.config["num_hidden_layers"]):
        hidden = _layer(graph, hidden, f"encoder.encoder.layer.{layer}.")
    _heads(graph, hidden)
    onnx.save(graph.model(), folder / GRAPH)


class _Graph:
    """A graph in the making."""

    def __init__(self, weights: Path) -> None:
        with safe_open(weights, "numpy") as file:
            self.config: dict[str, Any] = json.loads(file.metadata()["config"])
        self._stored = _places(weights)
        self._nodes: list[NodeProto] = []
        self._held: dict[str, TensorProto] = {}

    def add(
        self, op: str, inputs: Sequence[str], domain: str = "", made: str = "", **how: Any
    ) -> str:
        """Add a node; give the name of what it makes, `made` if that is given."""
        made = made or f"made.{len(self._nodes)}"
        self._nodes.append(helper.make_node(op, inputs, [made], domain=domain, **how))
        return made

    def weight(self, name: str) -> str:
        """Give a tensor of the packed file as it lies there."""
        if name not in self._held:
            place = self._stored[name]
            kind, (start, end) = _KINDS[place["dtype"]], place["data_offsets"]
            tensor = TensorProto(
                name=name,
                data_type=kind,
                dims=place["shape"],
                data_location=TensorProto.EXTERNAL,
            )
            where = {"location": WEIGHTS, "offset": start, "length": end - start}
            for key, value in where.items():
                tensor.external_data.add(key=key, value=str(value))
            self._held[name] = tensor
        return name

    def real(self, name: str) -> str:
        """Give a tensor of the packed file in 32 bits."""
        return self.add("Cast", [self.weight(name)], to=TensorProto.FLOAT)

    def number(self, value: int) -> str:
        """Give a whole number."""
        name = f"number.{value}"
        self._held[name] = numpy_helper.from_array(np.array(value), name)
        return name

    def linear(self, x: str, name: str) -> str:
        """Give `x @ weight.T + bias` for weights in 8 bits."""
        weight = self.add("Transpose", [self.weight(f"{name}.weight.bytes")])
        unit, bias = self.real(f"{name}.weight.scale"), self.real(f"{name}.bias")
        return self.add("DynamicQuantizeMatMul", [x, weight, unit, "", bias], MICROSOFT)

    def normalized(self, x: str, name: str) -> str:
        """Give `x` with mean 0 and variance 1, times and plus what was learnt."""
        learnt = [self.real(f"{name}.weight"), self.real(f"{name}.bias")]
        return self.add("LayerNormalization", [x, *learnt], epsilon=self.config["layer_norm_eps"])

    def model(self) -> onnx.ModelProto:
        """Give what was made."""
        ids = helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "pieces"])
        span = helper.make_tensor_value_info("span", TensorProto.FLOAT, [1, "pieces", 2])
        answers = helper.make_tensor_value_info("answers", TensorProto.FLOAT, [1, 1])
        held = list(self._held.values())
        graph = helper.make_graph(self._nodes, "reader", [ids], [span, answers], held)
        return helper.make_model(graph, opset_imports=_OPERATORS, ir_version=_IR_VERSION)


def _places(weights: Path) -> dict[str, Any]:
    """Give kind, shape, and first and last byte of each tensor in a file of safetensors."""
    with weights.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        told: dict[str, Any] = json.loads(file.read(size))
    told.pop("__metadata__", None)
    begin = 8 + size
    return {
        name: place | {"data_offsets": [begin + at for at in place["data_offsets"]]}
        for name, place in told.items()
    }


def _embedded(graph: _Graph) -> str:
    begins = "encoder.embeddings."
    unit = graph.real(f"{WORDS}.scale")
    words = graph.add(
        "GatherBlockQuantized",
        [graph.weight(f"{WORDS}.nibbles"), "ids", unit],
        MICROSOFT,
        bits=4,
        block_size=BLOCK,
        gather_axis=0,
        quantize_axis=1,
    )
    pieces = graph.add("Gather", [graph.add("Shape", ["ids"]), graph.number(1)])
    order = graph.add("Range", [graph.number(0), pieces, graph.number(1)])
    places = graph.add("Gather", [graph.real(f"{begins}position_embeddings.weight"), order])
    kinds = graph.real(f"{begins}token_type_embeddings.weight")
    kind = graph.add("Gather", [kinds, graph.number(0)])
    summed = graph.add("Add", [graph.add("Add", [words, places]), kind])
    return graph.normalized(summed, f"{begins}LayerNorm")


def _layer(graph: _Graph, x: str, name: str) -> str:
    kinds = ("query", "key", "value")
    seen = [graph.linear(x, f"{name}attention.self.{kind}") for kind in kinds]
    heads = graph.config["num_attention_heads"]
    looked = graph.add("MultiHeadAttention", seen, MICROSOFT, num_heads=heads)
    looked = graph.linear(looked, f"{name}attention.output.dense")
    x = graph.normalized(graph.add("Add", [looked, x]), f"{name}attention.output.LayerNorm")
    wide = graph.add("Gelu", [graph.linear(x, f"{name}intermediate.dense")], MICROSOFT)
    narrow = graph.linear(wide, f"{name}output.dense")
    return graph.normalized(graph.add("Add", [narrow, x]), f"{name}output.LayerNorm")


def _heads(graph: _Graph, x: str) -> None:
    """Make what the heads say; the first piece says whether the passage answers."""
    spans = graph.add("Transpose", [graph.real("span.weight")])
    graph.add("Add", [graph.add("MatMul", [x, spans]), graph.real("span.bias")], made="span")
    first = graph.add("Gather", [x, graph.number(0)], axis=1)
    told = graph.add("Tanh", [graph.linear(first, "dense")])
    head = [graph.real("answers.weight"), graph.real("answers.bias")]
    graph.add("Gemm", [told, *head], made="answers", transB=1)
