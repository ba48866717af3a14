"""What every `Scorer` keeps, and what is said of damaged files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from vivavoce.adapters.onnx_export import export_scorer
from vivavoce.adapters.onnx_scorer import OnnxScorer
from vivavoce.adapters.pair_training import PairTrainer, base_weights
from vivavoce.errors import WeightsError
from vivavoce.ports import Scorer
from vivavoce.testing import OverlapScorer

pytest.importorskip("transformers", reason="training needs vivavoce[training]")
pytestmark = pytest.mark.weights

PAIRS = [
    ("High bias means that the model is too simple.", "A model with high bias underfits."),
    ("the cat sat", "A model with high bias underfits."),
    ("x", ""),
    ("", "A model with high bias underfits."),
    ("word " * 3000, "A long answer is cut, not refused. " * 200),
    ("emoji \U0001f600 and half \ud83d a pair", "Bias ist eine Verzerrung."),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scorer made from the published weights, its head untrained."""
    made = tmp_path_factory.mktemp("scorer")
    PairTrainer(base_weights()).save(made)
    export_scorer(made, made, name="untrained", known={"a": "0123456789abcdef"})
    return made


@pytest.fixture(scope="module", params=["overlap", "onnx"])
def scorer(request: pytest.FixtureRequest, folder: Path) -> Scorer:
    return OverlapScorer() if request.param == "overlap" else OnnxScorer(folder)


class TestContract:
    def test_it_is_a_scorer_with_a_name(self, scorer: Scorer) -> None:
        assert isinstance(scorer, Scorer)
        assert scorer.name.strip()

    def test_rows_are_probabilities(self, scorer: Scorer) -> None:
        read = scorer.read(PAIRS)

        assert read.shape == (len(PAIRS), 3)
        assert (read >= 0).all()
        assert read.sum(axis=1) == pytest.approx(np.ones(len(PAIRS)), abs=1e-5)

    def test_no_pairs_no_rows(self, scorer: Scorer) -> None:
        assert scorer.read([]).shape == (0, 3)

    def test_a_row_does_not_depend_on_its_company(self, scorer: Scorer) -> None:
        together = scorer.read(PAIRS)
        alone = np.concatenate([scorer.read([pair]) for pair in PAIRS])

        assert together == pytest.approx(alone, abs=2e-4)

    def test_it_does_not_know_a_rubric_it_never_saw(self, scorer: Scorer) -> None:
        assert not scorer.knows("0" * 16)


class TestFiles:
    def test_it_knows_what_it_was_trained_on(self, folder: Path) -> None:
        assert OnnxScorer(folder).knows("0123456789abcdef")

    @pytest.mark.parametrize(
        ("broken", "said"),
        [("scorer.onnx", "sha256"), ("tokenizer.json", "sha256"), ("scorer.json", "description")],
    )
    def test_damaged_files_are_named(
        self, tmp_path: Path, folder: Path, broken: str, said: str
    ) -> None:
        copy = tmp_path / "scorer"
        shutil.copytree(folder, copy)
        (copy / broken).write_bytes(b"{}")

        with pytest.raises(WeightsError, match=f"{broken}.*{said}"):
            OnnxScorer(copy).read([("a", "b")])

    def test_a_missing_model_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "scorer.json").write_text(
            json.dumps({"name": "x", "sha256": {"scorer.onnx": "0"}, "known": {}})
        )

        with pytest.raises(WeightsError, match=r"scorer\.onnx: cannot be read"):
            OnnxScorer(tmp_path).read([("a", "b")])
        with pytest.raises(WeightsError, match="description"):
            OnnxScorer(tmp_path / "none")
