"""Trains a scorer: an encoder and a head for each point of the rubrics, on labelled answers.

Started from the sentence encoder's weights, and each head from the mean vectors of its point's
own sentences, so that it looks at the right words from the first step. Needs torch and
transformers (`pip install 'vivavoce[training]'`).
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from vivavoce.adapters.onnx_scorer import ABOUT, HEADS
from vivavoce.adapters.scorer_batches import Batch, collate, epoch
from vivavoce.adapters.scorer_network import ScorerNetwork
from vivavoce.core.claim_examples import Examples
from vivavoce.core.claims import Claim, LabelledAnswer, points_of, reading_key
from vivavoce.core.heads import SCALE
from vivavoce.core.rubric import Kind, Rubric
from vivavoce.core.turning import contrasted
from vivavoce.errors import SettingsError

__all__ = ["ScorerTrainer"]

CHECKPOINT_EVERY = 200
HEAD_RATE = 10.0
"""Learning rate of the heads over the encoder's: they start from nothing."""
SMOOTHING = 0.05
"""Share of each label spread over all claims: what is learned by heart must not sound certain."""
LEANING = 2.0
"""Logit of "claims nothing" at the start: most parts say nothing of most points."""

HEAD_PARTS = ("look", "say", "bias")

Progress = Callable[[int, int, float], None]


class ScorerTrainer:
    """A scorer in training.

    Args:
        base: folder with `config.json`, `tokenizer.json` and `model.safetensors` of a BERT.
        rubrics: whose points are learned.
        seed: of the order and the drawing of examples.

    Raises:
        SettingsError: torch or transformers is missing, the folder holds no model, or there is
            no rubric.
    """

    def __init__(self, base: Path, rubrics: Sequence[Rubric], *, seed: int = 1) -> None:
        if not rubrics:
            raise SettingsError("No rubric is left to learn.")
        self._rubrics = rubrics
        self._seed = seed
        self.heads: dict[str, dict[str, int]] = {}
        at = 0
        for rubric in rubrics:
            names = points_of(rubric)
            self.heads[rubric.id] = {name: at + k for k, name in enumerate(names)}
            at += len(names)
        self._most = max(len(own) for own in self.heads.values())
        self.network = ScorerNetwork(base, at, seed=seed)
        self._base = base
        self._short = _multiplies_bfloat16()

    def fit(
        self,
        answers: Sequence[LabelledAnswer],
        out: Path,
        *,
        epochs: int = 8,
        rate: float = 2e-4,
        progress: Progress | None = None,
    ) -> float:
        """Trains and saves; goes on from the checkpoint in `out` where there is one.

        Args:
            epochs: times that every answer is seen.
            rate: highest learning rate of the encoder; it rises over the first twentieth and
                falls to zero.
            progress: called with steps done, steps in all (about) and the running loss.

        Returns:
            The running loss at the end.
        """
        import torch

        out.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(self._seed)
        # An open question has no claims that a denial would make wrong.
        pairs = {r.id: contrasted(r) for r in self._rubrics if r.kind is Kind.KNOWLEDGE}
        points = {name: tuple(own) for name, own in self.heads.items()}
        examples = Examples(answers, points, pairs)
        steps = epochs * len(list(self._epoch(examples, random.Random(self._seed))))  # noqa: S311
        groups: list[dict[str, Any]] = [
            {"params": self.network.encoder_weights, "factor": 1.0},
            {"params": self.network.heads, "factor": HEAD_RATE},
        ]
        optimiser = torch.optim.AdamW(groups, lr=rate, weight_decay=0.01, fused=True)
        ahead = self._restore(out, optimiser, steps)
        if not ahead:
            self._start_heads()
        self.network.training = True
        running = 0.0
        for number, batch in islice(enumerate(self._stream(examples, epochs)), ahead, None):
            for group in optimiser.param_groups:
                group["lr"] = rate * group["factor"] * _slope(number, steps)
            now = self._step(batch, optimiser)
            running = 0.98 * running + 0.02 * now if number > ahead else now
            if progress:
                progress(number + 1, max(steps, number + 1), running)
            if (number + 1) % CHECKPOINT_EVERY == 0:
                self._checkpoint(out, optimiser, number + 1, steps)
        self.network.training = False
        self.save(out)
        (out / "checkpoint.pt").unlink(missing_ok=True)
        (out / "checkpoint.json").unlink(missing_ok=True)
        return running

    def save(self, out: Path) -> None:
        """Writes the encoder, its tokenizer and the heads as the exporter reads them."""
        import torch

        out.mkdir(parents=True, exist_ok=True)
        self.network.encoder.save_pretrained(str(out))
        self.network.tokenizer.save(str(out / "tokenizer.json"))
        torch.save(
            dict(zip(HEAD_PARTS, self.network.state()["heads"], strict=True)), out / "heads.pt"
        )

    def _step(self, batch: Batch, optimiser: Any) -> float:
        import torch

        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._short):
            states = self.network.states(batch.ids, batch.mask)
        logits = self.network.logits(states, batch.points, batch.parts)
        each = torch.nn.functional.cross_entropy(
            logits.reshape(-1, logits.shape[-1]),
            batch.claims.reshape(-1).clamp(min=0),
            reduction="none",
            label_smoothing=SMOOTHING,
        ).view(batch.claims.shape)
        loss = (each * batch.weights).sum() / batch.weights.sum().clamp(min=1.0)
        loss.backward()
        weights = [p for group in optimiser.param_groups for p in group["params"]]
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        return float(loss.detach())

    def _stream(self, examples: Examples, epochs: int) -> Iterator[Batch]:
        rng = random.Random(self._seed)  # noqa: S311
        for _ in range(epochs):
            for rows in self._epoch(examples, rng):
                yield collate(rows, self.heads, self._most)

    def _epoch(self, examples: Examples, rng: random.Random) -> Iterator[Any]:
        return epoch(examples, self.network.tokenizer, rng)

    def _start_heads(self) -> None:
        """Each head begins by looking for its point's own sentences."""
        import torch

        with torch.no_grad():
            self.network.training = False
            for rubric in self._rubrics:
                rows = list(self.heads[rubric.id].values())
                for row, criterion in zip(rows, rubric.criteria, strict=False):
                    yes, no = self._mean(criterion.affirmations), self._mean(criterion.reject)
                    self._start(row, yes, no)
                beliefs = rows[len(rubric.criteria) :]
                for row, belief in zip(beliefs, rubric.misconceptions, strict=True):
                    self._start(row, self._mean(belief.phrasings), None)
            if (self._base / ABOUT).is_file():
                self._take_over()

    def _take_over(self) -> None:
        """Heads of the scorer it starts from, for rubrics whose points are the same."""
        import torch

        known = {
            key: rows
            for key, *rows in json.loads((self._base / ABOUT).read_text())["known"].values()
        }
        with np.load(self._base / HEADS) as stored:
            for rubric in self._rubrics:
                rows = list(self.heads[rubric.id].values())
                at = known.get(reading_key(rubric))
                for name, mine in zip(HEAD_PARTS, self.network.heads, strict=True):
                    if at:
                        mine.data[rows] = torch.tensor(stored[name][slice(*at)].astype(np.float32))

    def _start(self, row: int, yes: Any, no: Any | None) -> None:
        self.network.look.data[row] = yes
        self.network.say.data[row, Claim.MET] += yes / SCALE
        if no is not None:
            self.network.say.data[row, Claim.CONTRADICTED] += no / SCALE
        self.network.bias.data[row, Claim.NOTHING] = LEANING

    def _mean(self, texts: Sequence[str]) -> Any | None:
        import torch

        if not texts:
            return None
        found = []
        for encoded in self.network.tokenizer.encode_batch(list(texts)):
            ids = torch.tensor([encoded.ids[:256]])
            states = self.network.states(ids, torch.ones(ids.shape))[0, 1:-1]
            found.append(torch.nn.functional.normalize(states.mean(0), dim=0))
        return torch.stack(found).mean(0)

    def _checkpoint(self, out: Path, optimiser: Any, done: int, steps: int) -> None:
        import torch

        scratch = out / "checkpoint.tmp"
        state = {"network": self.network.state(), "optimiser": optimiser.state_dict()}
        torch.save({**state, "drawn": torch.get_rng_state()}, scratch)
        scratch.replace(out / "checkpoint.pt")
        (out / "checkpoint.json").write_text(json.dumps({"done": done, "steps": steps}))

    def _restore(self, out: Path, optimiser: Any, steps: int) -> int:
        """Steps that a checkpoint has behind it; 0 where there is none of the same run."""
        import torch

        saved, note = out / "checkpoint.pt", out / "checkpoint.json"
        if not saved.exists() or not note.exists():
            return 0
        said = json.loads(note.read_text())
        if said["steps"] != steps:
            return 0
        state = torch.load(saved, weights_only=True)
        self.network.restore(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        torch.set_rng_state(state["drawn"])
        return int(said["done"])


def _slope(step: int, steps: int) -> float:
    """Share of the highest learning rate: up over the first twentieth, then down to zero."""
    rise = max(1, steps // 20)
    return (step + 1) / rise if step < rise else max(0.02, (steps - step) / max(1, steps - rise))


def _multiplies_bfloat16() -> bool:
    """Whether the processor has instructions for it; without them it is forty times as slow."""
    import torch

    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16") or able.get("bf16"))
