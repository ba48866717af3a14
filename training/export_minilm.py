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

from vivavoce.adapters.onnx_export import export_encoder, fuse, store_weights_as_int8

__all__ = ["main"]


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
        export_encoder(asked.folder, exported)
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
