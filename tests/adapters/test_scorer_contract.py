"""What every `Scorer` keeps, and what is said of damaged files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from vivavoce.adapters.onnx_minilm import FOLDER
from vivavoce.adapters.onnx_scorer import OnnxScorer
from vivavoce.adapters.resources import models_folder, resource
from vivavoce.adapters.rubric_files import load_rubric
from vivavoce.core.answer import Span
from vivavoce.core.claims import Claim, reading_key
from vivavoce.core.clauses import clauses
from vivavoce.core.reading import Asked
from vivavoce.core.rubric import Rubric
from vivavoce.errors import WeightsError
from vivavoce.ports import Scorer
from vivavoce.testing import OverlapScorer

PACKAGED = models_folder() / "scorer"
TEXTS = [
    "High bias means that the model is too simple, so it underfits. Variance is the opposite.",
    "x",
    "",
    "emoji \U0001f600 and half \ud83d a pair",
    "Bias ist eine Verzerrung.",
    "word " * 3000,
]


@pytest.fixture(scope="module")
def known() -> Rubric:
    return load_rubric(resource("rubrics") / "machine-learning" / "bias-variance.yaml")


@pytest.fixture(scope="module")
def unknown(known: Rubric) -> Rubric:
    changed = known.criteria[0].model_copy(update={"statement": "Something else is the case."})
    return known.model_copy(update={"criteria": (changed, *known.criteria[1:])})


@pytest.fixture(scope="module", params=["overlap", "onnx"])
def scorer(request: pytest.FixtureRequest, known: Rubric) -> Scorer:
    if request.param == "overlap":
        return OverlapScorer([reading_key(known)])
    return OnnxScorer(PACKAGED)


def asked(rubric: Rubric, text: str) -> Asked:
    return Asked(rubric, text, tuple(clauses(text)))


class TestContract:
    def test_it_is_a_scorer_with_a_name(self, scorer: Scorer) -> None:
        assert isinstance(scorer, Scorer)
        assert scorer.name.strip()

    @pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
    def test_every_statement_has_probabilities_for_whole_and_clauses(
        self, scorer: Scorer, known: Rubric, text: str
    ) -> None:
        one = asked(known, text)

        (read,) = scorer.read([one])

        said = [c.statement for c in known.criteria] + [m.statement for m in known.misconceptions]
        assert list(read) == said
        for reading in read.values():
            assert reading.whole.shape == (4,)
            assert reading.clauses.shape == (len(one.spans), 4)
            rows = np.vstack([reading.whole, reading.clauses])
            assert (rows >= 0).all()
            assert rows.sum(axis=1) == pytest.approx(1.0)

    def test_nothing_asked_nothing_read(self, scorer: Scorer) -> None:
        assert scorer.read([]) == []

    def test_a_reading_does_not_depend_on_its_company(self, scorer: Scorer, known: Rubric) -> None:
        some = [asked(known, t) for t in TEXTS]
        together = scorer.read(some)

        for one, read in zip(some, together, strict=True):
            (alone,) = scorer.read([one])
            for statement, reading in read.items():
                assert reading.whole == pytest.approx(alone[statement].whole, abs=2e-4)
                assert reading.clauses == pytest.approx(alone[statement].clauses, abs=2e-4)

    def test_of_a_rubric_that_it_does_not_know_it_reads_nothing(
        self, scorer: Scorer, known: Rubric, unknown: Rubric
    ) -> None:
        assert scorer.knows(reading_key(known))
        assert not scorer.knows(reading_key(unknown))

        first, second = scorer.read([asked(unknown, TEXTS[0]), asked(known, TEXTS[0])])

        assert first == {}
        assert second


class TestFiles:
    @pytest.mark.parametrize(
        ("broken", "said"),
        [
            ("model.onnx", "sha256"),
            ("tokenizer.json", "sha256"),
            ("heads.npz", "sha256"),
            ("scorer.json", "description"),
        ],
    )
    def test_damaged_files_are_named(
        self, tmp_path: Path, known: Rubric, broken: str, said: str
    ) -> None:
        copy = tmp_path / "scorer"
        shutil.copytree(PACKAGED, copy)
        (copy / broken).write_bytes(b"{}")

        with pytest.raises(WeightsError, match=f"{broken}.*{said}"):
            OnnxScorer(copy).read([asked(known, "a b")])

    def test_a_missing_file_is_named(self, tmp_path: Path, known: Rubric) -> None:
        shutil.copy(PACKAGED / "scorer.json", tmp_path)

        with pytest.raises(WeightsError, match=r"tokenizer\.json: cannot be read"):
            OnnxScorer(tmp_path).read([Asked(known, "a b", (Span(start=0, end=3),))])
        with pytest.raises(WeightsError, match="description"):
            OnnxScorer(tmp_path / "none")


class TestPackaged:
    def test_it_knows_every_rubric_of_the_shipped_bank(self) -> None:
        scorer = OnnxScorer(PACKAGED)
        bank = sorted((resource("rubrics") / "machine-learning").glob("*.yaml"))

        unknown = [p.stem for p in bank if not scorer.knows(reading_key(load_rubric(p)))]

        assert not unknown, "train the packaged scorer again: docs/scorer.md"

    def test_the_sizes_that_ship(self) -> None:
        sizes = [p.stat().st_size for p in PACKAGED.iterdir()]

        assert sum(sizes) < 30e6
        assert sum(sizes) + sum(p.stat().st_size for p in FOLDER.iterdir()) < 60e6

    def test_the_description_names_every_file(self) -> None:
        about = json.loads((PACKAGED / "scorer.json").read_text())

        assert set(about["sha256"]) == {"model.onnx", "tokenizer.json", "heads.npz"}

    def test_a_swapped_answer_is_read_as_one(self, known: Rubric) -> None:
        told = [
            "High bias means that the model is too simple and underfits the data.",
            "High bias means that the model is too complex and overfits the data.",
            "High variance means that the model follows the noise, so it overfits.",
            "High variance means that the model is too simple, so it underfits.",
        ]
        bias, variance = (c.statement for c in known.criteria[:2])

        found = OnnxScorer(PACKAGED).read([asked(known, text) for text in told])

        right, wrong = found[0][bias].whole, found[1][bias].whole
        assert right.argmax() == Claim.MET
        assert right[Claim.MET] - wrong[Claim.MET] > 0.25
        assert wrong[Claim.CONTRADICTED] > 10 * right[Claim.CONTRADICTED]
        assert found[2][variance].whole.argmax() == Claim.MET
        assert found[3][variance].whole.argmax() == Claim.CONTRADICTED
