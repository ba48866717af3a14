"""Makes `model.onnx` of the default embedder from a sentence-transformers folder.

    python training/export_minilm.py FOLDER --out model.onnx

FOLDER is all-MiniLM-L6-v2 as sentence-transformers publishes it (`config.json`,
`model.safetensors`, ...). Three steps: export to ONNX, fuse what belongs together in a BERT
(attention, layer norm, GELU), store the large matrices as int8. Needs torch, transformers,
onnx and onnxruntime. With torch 2.13, transformers 5.23, onnx 1.23 and onnxruntime 1.32 the
result is the packaged file to the byte; other versions may order or name things differently,
which changes the sha256 but not the vectors.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from pathlib import Path
from typing import Any

from vivavoce.adapters.onnx_export import OPSET, fuse, store_weights_as_int8

__all__ = ["export", "main"]


def export(folder: Path, out: Path) -> None:
    """Writes the encoder in float32: input_ids and attention_mask to last_hidden_state.

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


def main(arguments: list[str] | None = None) -> int:
    """Runs the three steps and prints size and sha256 of the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="all-MiniLM-L6-v2 by sentence-transformers")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    asked = parser.parse_args(arguments)
    if not (asked.folder / "config.json").is_file():
        print(f"{asked.folder}: no config.json there; name a model's folder", file=sys.stderr)
        return 2
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        exported, fused = Path(scratch) / "exported.onnx", Path(scratch) / "fused.onnx"
        export(asked.folder, exported)
        operators = fuse(exported, fused)
        stored = store_weights_as_int8(fused, asked.out)
    digest = hashlib.sha256(asked.out.read_bytes()).hexdigest()
    made = ", ".join(f"{n} {name}" for name, n in operators.items() if n)
    print(f"fused: {made}", file=sys.stderr)
    print(f"{stored} matrices as int8", file=sys.stderr)
    print(f"{digest}  {asked.out}  ({asked.out.stat().st_size / 1e6:.1f} MB)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
