"""Writes the encoder's layers as an ONNX graph in eight and four bits.

In: `words` (float32, 1 × pieces × width: embeddings of the pieces of one text with those of their places). Out:
`vectors` (float32, 1 × width), the unit mean over the pieces.

Most weights have one scale a column and seven of the eight bits: on processors without VNNI the products of two full
bytes overflow. Activations are quantised as they come, by one scale for all pieces of the text: two texts in one run
would change each other's vectors. That is too coarse for what comes out of the GELU, where few numbers are far larger
than the rest; the matrices behind it stay in four bits with a scale every 32 numbers, as they were read, and so do the
activations they meet. The operators of the domain com.microsoft are onnxruntime's own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper

from knowledge.encoder.weights import BLOCK, Floats, Weights

_LIMIT = 63
_IN_EIGHT_BITS = 4
"""onnxruntime's name for activations in eight bits with a scale every 32 numbers."""
_OURS = "com.microsoft"


def graph_of(weights: Weights) -> bytes:
    """The serialised model."""
    graph = _Graph(weights)
    graph.write()
    return graph.model()


class _Graph:
    def __init__(self, weights: Weights) -> None:
        self._weights, self._shape = weights, weights.shape
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def write(self) -> None:
        """All layers, one after the other, and the mean."""
        hidden = self._node(
            "LayerNormalization", "words", *self._norm("emb.ln"), domain="", epsilon=self._shape.epsilon, axis=-1
        )
        for layer in range(self._shape.layers):
            hidden = self._layer(f"l{layer}.", hidden)
        axis = self._constant("over_the_pieces", np.array([1], np.int64))
        mean = self._node("ReduceMean", hidden, axis, domain="", keepdims=0)
        self._node("LpNormalization", mean, out="vectors", domain="", axis=-1, p=2)

    def model(self) -> bytes:
        """What was written."""
        width = self._shape.width
        graph = helper.make_graph(
            self._nodes, "encoder",
            [helper.make_tensor_value_info("words", TensorProto.FLOAT, [1, "pieces", width])],
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, [1, width])],
            self._constants,
        )  # fmt: skip
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(_OURS, 1)], ir_version=8
        )
        return bytes(model.SerializeToString())

    def _layer(self, name: str, hidden: str) -> str:
        width, inner, epsilon = self._shape.width, self._shape.inner, self._shape.epsilon
        asked = np.concatenate([self._weights.matrix(f"{name}{part}.w", width) for part in "qkv"])
        biases = np.concatenate([self._weights.floats(f"{name}{part}.b") for part in "qkv"])
        query, key, value = self._split(self._linear(f"{name}qkv", hidden, asked, biases), name)
        seen = self._node("MultiHeadAttention", query, key, value, num_heads=self._shape.heads)
        told = self._linear(
            f"{name}ao", seen, self._weights.matrix(f"{name}ao.w", width), self._weights.floats(f"{name}ao.b")
        )
        hidden = self._node("SkipLayerNormalization", told, hidden, *self._norm(f"{name}aln"), epsilon=epsilon)
        wide = self._linear(f"{name}fi", hidden, self._weights.matrix(f"{name}fi.w", width))
        wide = self._node("BiasGelu", wide, self._constant(f"{name}fi.b", self._weights.floats(f"{name}fi.b")))
        told = self._in_blocks(f"{name}fo", wide, inner, width)
        return self._node("SkipLayerNormalization", told, hidden, *self._norm(f"{name}oln"), epsilon=epsilon)

    def _linear(self, name: str, given: str, matrix: Floats, bias: Floats | None = None) -> str:
        """A product with a matrix (shape: out × in) whose every output has a scale of its own."""
        scales = np.abs(matrix).max(axis=1) / _LIMIT
        scales[scales == 0] = 1
        rounded = np.round(matrix / scales[:, None]).astype(np.int8)
        inputs = [
            self._constant(f"{name}.w", rounded.T),
            self._constant(f"{name}.scales", scales.astype(np.float32)),
            self._constant(f"{name}.zeros", np.zeros(len(scales), np.int8)),
        ]
        if bias is not None:
            inputs.append(self._constant(f"{name}.b", bias))
        return self._node("DynamicQuantizeMatMul", given, *inputs)

    def _in_blocks(self, name: str, given: str, columns: int, rows: int) -> str:
        """A product with a matrix (shape: rows × columns) as it is kept, and its bias."""
        numbers, scales = self._weights.blocks(f"{name}.w")
        numbers = numbers.reshape(rows, -1, BLOCK)
        product = self._node(
            "MatMulNBits", given,
            self._constant(f"{name}.w", numbers[:, :, 0::2] | numbers[:, :, 1::2] << 4),
            self._constant(f"{name}.scales", scales),
            K=columns, N=rows, bits=4, block_size=BLOCK, accuracy_level=_IN_EIGHT_BITS,
        )  # fmt: skip
        return self._node("Add", product, self._constant(f"{name}.b", self._weights.floats(f"{name}.b")), domain="")

    def _split(self, given: str, name: str) -> list[str]:
        parts = [f"{name}{part}" for part in ("query", "key", "value")]
        self._nodes.append(helper.make_node("Split", [given], parts, axis=2, num_outputs=len(parts)))
        return parts

    def _norm(self, name: str) -> tuple[str, str]:
        return tuple(self._constant(f"{name}.{part}", self._weights.floats(f"{name}.{part}")) for part in "wb")  # type: ignore[return-value]

    def _constant(self, name: str, values: np.ndarray) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _node(self, kind: str, *inputs: str, out: str = "", domain: str = _OURS, **settings: Any) -> str:
        out = out or f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [out], domain=domain, **settings))
        return out
