"""Writes a BERT as the ONNX file that ships: fused, its large matrices stored as int8.

Needs onnx and onnxruntime (`pip install 'vivavoce[training]'`). Stored as int8, computed in
float32: the same grades on every processor, in a quarter of the room.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vivavoce.errors import SettingsError

__all__ = ["export_scorer", "fuse", "quantise", "store_weights_as_int8"]

OPSET = 17
HEADS = 12
HIDDEN = 384
MATRIX = 2
"""Dimensions of what is stored as int8; vectors stay as they are."""
SMALLEST = 10_000
"""Elements a matrix needs to be stored as int8; below it the saving is not worth the error."""
EMBEDDING_ROWS = 2_000
"""A matrix with more rows is an embedding table: one scale a row instead of one a column."""


def export_scorer(folder: Path, out: Path, *, name: str, known: dict[str, str]) -> str:
    """Writes `scorer.onnx`, `tokenizer.json` and `scorer.json` from a trained folder.

    Args:
        folder: as `PairTrainer.save` wrote it.
        known: `reading_key` of each rubric that it was trained on, by id.

    Returns:
        sha256 of the ONNX file.

    Raises:
        SettingsError: a package is missing.
    """
    try:
        import onnx  # noqa: F401
        import torch
        from transformers import AutoModel
    except ImportError as exc:
        raise SettingsError(
            f"Exporting needs {exc.name}: pip install 'vivavoce[training]'"
        ) from exc

    class Reader(torch.nn.Module):
        """Encoder, mean and first state, three logits."""

        def __init__(self, model: Any, head: Any) -> None:
            super().__init__()
            self.m, self.head = model, head

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            hidden = self.m(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).last_hidden_state
            mask = attention_mask.to(hidden.dtype)
            mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
            return self.head(torch.cat([hidden[:, 0], mean], -1))

    model = AutoModel.from_pretrained(
        str(folder), attn_implementation="eager", local_files_only=True, dtype=torch.float32
    )
    head = torch.nn.Linear(2 * model.config.hidden_size, 3)
    head.load_state_dict(torch.load(folder / "head.pt", weights_only=True))
    ids = torch.tensor([[101, 7592, 102, 2088, 102], [101, 1037, 102, 102, 0]])
    kinds = torch.tensor([[0, 0, 0, 1, 1], [0, 0, 0, 1, 0]])
    names = ["input_ids", "attention_mask", "token_type_ids"]
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        exported, fused = Path(scratch) / "exported.onnx", Path(scratch) / "fused.onnx"
        with warnings.catch_warnings():
            # The newer exporter's graph holds none of the patterns that `fuse` looks for.
            warnings.simplefilter("ignore")
            torch.onnx.export(
                Reader(model, head).eval(),
                (ids, (ids > 0).long(), kinds),
                str(exported),
                input_names=names,
                output_names=["logits"],
                dynamic_axes={**{key: {0: "b", 1: "t"} for key in names}, "logits": {0: "b"}},
                opset_version=OPSET,
                dynamo=False,
            )
        fuse(exported, fused)
        store_weights_as_int8(fused, out / "scorer.onnx")
    tokenizer = (folder / "tokenizer.json").read_bytes()
    (out / "tokenizer.json").write_bytes(tokenizer)
    digest = hashlib.sha256((out / "scorer.onnx").read_bytes()).hexdigest()
    about = {
        "name": name,
        "sha256": {
            "scorer.onnx": digest,
            "tokenizer.json": hashlib.sha256(tokenizer).hexdigest(),
        },
        "known": dict(sorted(known.items())),
    }
    (out / "scorer.json").write_text(json.dumps(about, indent=1) + "\n")
    return digest


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
