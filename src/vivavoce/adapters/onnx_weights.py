"""Reads a scorer's encoder back from the ONNX file it ships as, so that training can go on from it.

The inverse of `onnx_export`, up to what storing as int8 rounded away. Needs onnx
(`pip install 'vivavoce[training]'`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vivavoce.errors import SettingsError

__all__ = ["encoder_weights"]

Weights = NDArray[np.float32]

PREFIX = "m."
"""Before the names that the export gave the encoder's own parameters."""
DENSE = re.compile(r"/m/encoder/layer\.(\d+)/(.+)/dense/MatMul_output_0")
PARTS = ("query", "key", "value")


def encoder_weights(model: Path) -> dict[str, Weights]:
    """Parameters by the names that a BERT without pooling gives them.

    Raises:
        SettingsError: onnx is missing, or the file is not what `export_scorer` writes.
    """
    try:
        import onnx
    except ImportError as exc:
        raise SettingsError(f"Training needs {exc.name}: pip install 'vivavoce[training]'") from exc
    try:
        graph = onnx.load(str(model)).graph
        stored = {i.name: onnx.numpy_helper.to_array(i) for i in graph.initializer}
        stored |= _expanded(graph, stored)
        found = dict(_parameters(graph, stored.__getitem__))
    except Exception as exc:  # onnx raises whatever protobuf does
        raise SettingsError(f"{model}: no scorer's encoder could be read: {exc!r}") from exc
    if not any(name.startswith("encoder.layer.0.attention.self.query") for name in found):
        raise SettingsError(f"{model}: not a fused BERT as `viva scorer train` writes it.")
    return found


def _expanded(graph: Any, stored: dict[str, Any]) -> dict[str, Weights]:
    """Matrices stored as int8 with one scale a row or column, as float32."""
    out: dict[str, Weights] = {}
    for node in graph.node:
        if node.op_type == "DequantizeLinear":
            numbers, scale = (stored[name].astype(np.float32) for name in node.input[:2])
            (axis,) = (a.i for a in node.attribute if a.name == "axis")
            out[node.output[0]] = numbers * (scale[:, None] if axis == 0 else scale[None, :])
    return out


def _parameters(graph: Any, weight: Callable[[str], Any]) -> Iterator[tuple[str, Weights]]:
    named = {i.name for i in graph.initializer} | {n.output[0] for n in graph.node}
    for name in sorted(named):
        if name.startswith(PREFIX) and name.rpartition(".")[2] in ("weight", "bias"):
            yield name.removeprefix(PREFIX), weight(name)
    layer = 0
    for node in graph.node:
        dense = DENSE.fullmatch(node.output[0])
        if node.op_type == "Attention":
            at = f"encoder.layer.{layer}.attention.self"
            # Stored as three matrices side by side, each input by output.
            matrices = np.split(weight(node.input[1]), 3, axis=1)
            biases = np.split(weight(node.input[2]), 3)
            for part, matrix, bias in zip(PARTS, matrices, biases, strict=True):
                yield f"{at}.{part}.weight", matrix.T.copy()
                yield f"{at}.{part}.bias", bias.copy()
            layer += 1
        elif node.op_type == "MatMul" and dense:
            path = dense[2].replace("/", ".")
            yield f"encoder.layer.{dense[1]}.{path}.dense.weight", weight(node.input[1]).T.copy()
