"""Averages the weights of scorers, each trained on from the one before.

    python training/average_scorers.py DIR DIR [DIR ...] --out DIR

What the later runs gain is kept, and most of what they forget comes back (Wortsman et al. 2022,
"Robust fine-tuning of zero-shot models"; the same, "Model soups"). The folders are such as `viva
scorer train` wrote, or packaged scorers after one of these; a folder that is named twice counts
twice. What is written is such a folder, too. Needs `pip install 'vivavoce[training]'`.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vivavoce.adapters.onnx_export import export_scorer
from vivavoce.adapters.onnx_scorer import HEADS
from vivavoce.adapters.onnx_weights import encoder_weights


def mean(all_weights: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The mean of each tensor; whole numbers, which are places and no weights, are the first's."""
    first = all_weights[0]
    return {
        name: (sum(w[name] for w in all_weights) / len(all_weights)).contiguous()
        if tensor.is_floating_point()
        else tensor
        for name, tensor in first.items()
    }


def encoder_of(folder: Path) -> dict[str, Any]:
    """Weights of the encoder: as trained, or as the package holds them."""
    import torch
    from safetensors.torch import load_file

    trained = folder / "model.safetensors"
    if trained.is_file():
        return dict(load_file(trained))
    return {n: torch.tensor(w) for n, w in encoder_weights(folder / "model.onnx").items()}


def heads_of(folder: Path) -> dict[str, Any]:
    """Weights of the heads: as trained, or as the package holds them."""
    import torch

    trained = folder / "heads.pt"
    if trained.is_file():
        return dict(torch.load(trained, weights_only=True))
    with np.load(folder / HEADS) as stored:
        return {n: torch.tensor(stored[n].astype(np.float32)) for n in stored.files}


def average(folders: Sequence[Path], out: Path) -> str:
    """Writes the average; sha256 of its encoder."""
    import torch
    from safetensors.torch import save_file

    abouts = [json.loads((folder / "scorer.json").read_text()) for folder in folders]
    if any(about["known"] != abouts[0]["known"] for about in abouts):
        raise SystemExit("The scorers know different rubrics.")
    out.mkdir(parents=True, exist_ok=True)
    for name in ("config.json", "tokenizer.json"):
        shutil.copy(folders[0] / name, out)
    encoders = [encoder_of(folder) for folder in folders]
    save_file(mean(encoders), out / "model.safetensors", metadata={"format": "pt"})
    torch.save(mean([heads_of(folder) for folder in folders]), out / "heads.pt")
    known = {name: (key, first, last) for name, (key, first, last) in abouts[0]["known"].items()}
    return export_scorer(out, out, name=abouts[0]["name"], known=known)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    print(average(given.folders, given.out))


if __name__ == "__main__":
    main()
