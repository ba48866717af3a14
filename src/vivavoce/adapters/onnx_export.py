"""Writes a BERT as the ONNX file that ships: fused, its large matrices stored as int8.

Needs onnx and onnxruntime (`pip install 'vivavoce[training]'`). Stored as int8, computed in
float32: the same grades on every processor, in a quarter of the room.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vivavoce.errors import SettingsError

__all__ = ["export_encoder", "export_scorer", "fuse", "quantise", "store_weights_as_int8"]

OPSET = 17
HEADS = 12
HIDDEN = 384
MATRIX = 2
"""Dimensions of what is stored as int8; vectors stay as they are."""
SMALLEST = 10_000
"""Elements a matrix needs to be stored as int8; below it the saving is not worth the error."""
EMBEDDING_ROWS = 2_000
"""A matrix with more rows is an embedding table: one scale a row instead of one a column."""


def export_scorer(
    folder: Path, out: Path, *, name: str, known: Mapping[str, tuple[str, int, int]]
) -> str:
    """Writes `model.onnx`, `tokenizer.json`, `heads.npz` and `scorer.json` of a trained folder.

    Args:
        folder: as `ScorerTrainer.save` wrote it.
        known: by id of each rubric that it was trained on, its `reading_key` and the range of
            its heads.

    Returns:
        sha256 of the encoder.

    Raises:
        SettingsError: a package is missing.
    """
    try:
        import onnx  # noqa: F401
        import torch
    except ImportError as exc:
        raise SettingsError(
            f"Exporting needs {exc.name}: pip install 'vivavoce[training]'"
        ) from exc
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        exported, fused = Path(scratch) / "exported.onnx", Path(scratch) / "fused.onnx"
        export_encoder(folder, exported)
        fuse(exported, fused)
        store_weights_as_int8(fused, out / "model.onnx")
    (out / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes())
    heads = torch.load(folder / "heads.pt", weights_only=True)
    # Half precision is more than the encoder's int8 leaves to be told apart.
    np.savez(out / "heads.npz", **{k: v.numpy().astype(np.float16) for k, v in heads.items()})
    files = ("model.onnx", "tokenizer.json", "heads.npz")
    digests = {file: hashlib.sha256((out / file).read_bytes()).hexdigest() for file in files}
    about = {"name": name, "sha256": digests, "known": dict(sorted(known.items()))}
    (out / "scorer.json").write_text(json.dumps(about, indent=1) + "\n")
    return digests["model.onnx"]


def export_encoder(folder: Path, out: Path) -> None:
    """Writes a BERT in float32: input_ids and attention_mask to last_hidden_state.

    Args:
        folder: with `config.json` and the weights.
        out: the ONNX file; batch and length stay free.
    """
    import torch
    from transformers import AutoModel

    class Encoder(torch.nn.Module):
        """The model with token types left at zero: single texts have one type only."""

        def __init__(self, model: Any) -> None:
            super().__init__()
            self.m = model  # the name stands before every weight's in the file

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.m(
                input_ids=input_ids,
                attention_mask=attention_mask,
                token_type_ids=torch.zeros_like(input_ids),
            ).last_hidden_state

    # Eager attention is plain matrix products, the pattern that the fusion knows.
    model = AutoModel.from_pretrained(
        str(folder), attn_implementation="eager", local_files_only=True, dtype=torch.float32
    ).eval()
    ids = torch.tensor([[101, 7592, 2045, 2088, 102], [101, 1037, 1038, 102, 0]])
    free = {0: "b", 1: "t"}
    with warnings.catch_warnings():
        # The newer exporter's graph holds none of the patterns that `fuse` looks for.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Encoder(model),
            (ids, (ids > 0).long()),
            str(out),
            input_names=["input_ids", "attention_mask"],
            output_names=["last_hidden_state"],
            dynamic_axes=dict.fromkeys(("input_ids", "attention_mask", "last_hidden_state"), free),
            opset_version=OPSET,
            dynamo=False,
        )


def fuse(source: Path, out: Path) -> dict[str, int]:
    """Writes the graph with BERT's compound operators; how many of each were made."""
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions

    model = optimizer.optimize_model(
        str(source),
        model_type="bert",
        num_heads=HEADS,
        hidden_size=HIDDEN,
        optimization_options=FusionOptions("bert"),
        opt_level=0,
    )
    model.save_model_to_file(str(out))
    return {str(name): int(n) for name, n in model.get_fused_operator_statistics().items()}


def quantise(
    matrix: NDArray[np.float32], axis: int
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """A matrix as int8 and a scale for each position of `axis`.

    `matrix` is about the int8 values times their scales, off by half a scale at most.
    """
    scale = np.abs(matrix).max(axis=1 - axis) / np.float32(127)
    scale[scale == 0] = 1
    stored = np.clip(np.rint(matrix / np.expand_dims(scale, 1 - axis)), -127, 127)
    return stored.astype(np.int8), scale.astype(np.float32)


def store_weights_as_int8(source: Path, out: Path) -> int:
    """Writes the graph with its large matrices as int8, expanded on load; how many there were."""
    import onnx

    model = onnx.load(str(source))
    graph = model.graph
    nodes = []
    for initialiser in list(graph.initializer):
        matrix = onnx.numpy_helper.to_array(initialiser)
        if matrix.dtype != np.float32 or matrix.ndim != MATRIX or matrix.size < SMALLEST:
            continue
        axis = 0 if matrix.shape[0] > EMBEDDING_ROWS else 1
        name = initialiser.name
        stored, scale = quantise(matrix, axis)
        graph.initializer.remove(initialiser)
        graph.initializer.append(onnx.numpy_helper.from_array(stored, f"{name}_q"))
        graph.initializer.append(onnx.numpy_helper.from_array(scale, f"{name}_s"))
        expand = onnx.helper.make_node(
            "DequantizeLinear", [f"{name}_q", f"{name}_s"], [name], axis=axis, name=f"{name}_dq"
        )
        nodes.append(expand)
    # An operator must stand after what it reads and before what reads it.
    for node in reversed(nodes):
        graph.node.insert(0, node)
    onnx.save(model, str(out))
    return len(nodes)
