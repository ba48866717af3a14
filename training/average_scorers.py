"""Averages the weights of two scorers, one trained on from the other.

    python training/average_scorers.py A B --encoder 0.5 --knowledge 0.6 --open 0 --out DIR

What a run on few answers of one kind gains is kept, and most of what it forgets comes back
(Wortsman et al. 2022, "Robust fine-tuning of zero-shot models"). The shares are B's: of the
encoder, and of the heads of knowledge and of open questions. A and B are folders that `viva
scorer train` wrote; DIR gets what an `OnnxScorer` reads. Needs `pip install 'vivavoce[training]'`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from vivavoce import default_bank
from vivavoce.adapters.onnx_export import export_scorer
from vivavoce.core.rubric import Kind


def mixed(a: dict[str, Any], b: dict[str, Any], share: Any) -> dict[str, Any]:
    """(1 - share) a + share b, for each tensor that both have."""
    out = {}
    for name in (n for n in a if n in b):
        part = share
        if hasattr(share, "view"):
            part = share.view(-1, *[1] * (a[name].dim() - 1))
        out[name] = (a[name] * (1 - part) + b[name] * part).contiguous()
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("a", type=Path)
    parser.add_argument("b", type=Path)
    parser.add_argument("--encoder", type=float, default=0.5)
    parser.add_argument("--knowledge", type=float, default=0.5)
    parser.add_argument("--open", type=float, default=0.5)
    parser.add_argument("--out", type=Path, required=True)
    average(parser.parse_args())


def average(given: argparse.Namespace) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    about = json.loads((given.a / "scorer.json").read_text())
    known = {name: (key, first, last) for name, (key, first, last) in about["known"].items()}
    if about["known"] != json.loads((given.b / "scorer.json").read_text())["known"]:
        raise SystemExit(f"{given.a} and {given.b} know different rubrics.")
    heads = [torch.load(one / "heads.pt", weights_only=True) for one in (given.a, given.b)]
    shares = torch.full((len(heads[0]["look"]),), given.knowledge)
    for rubric in default_bank().rubrics:
        if rubric.kind is Kind.OPEN and rubric.id in known:
            shares[slice(*known[rubric.id][1:])] = given.open
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name in ("config.json", "tokenizer.json"):
            shutil.copy(given.a / name, folder)
        encoders = [load_file(one / "model.safetensors") for one in (given.a, given.b)]
        save_file(
            mixed(*encoders, given.encoder), folder / "model.safetensors", metadata={"format": "pt"}
        )
        torch.save(mixed(*heads, shares), folder / "heads.pt")
        export_scorer(folder, given.out, name=about["name"], known=known)


if __name__ == "__main__":
    main()
