"""What the services need from outside, as small protocols. Adapters implement them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from vivavoce.core.coverage import RubricVectors
from vivavoce.core.vectors import FloatArray, TokenVectors

__all__ = ["Embedder", "FloatArray", "Scorer", "TokenVectors", "VectorStore"]


@runtime_checkable
class Embedder(Protocol):
    """Texts to vectors. The same text gives the same vectors, whatever it is batched with."""

    @property
    def name(self) -> str:
        """Model and weights, for the signature: `minilm-l6-v2@53aa5117`."""
        ...

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Sentence vectors, shape (n, d), unit norm, in the order given; (0, d) for no texts.

        A text longer than the model's window is read window by window, none of it cut; its
        vector is the mean over windows, weighted by their tokens, made unit again.

        Raises:
            BackendError: the model or the service failed.
        """
        ...

    def tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Contextual token vectors of each text, from the same forward pass as `embed`.

        Raises:
            BackendError: the model or the service failed.
        """
        ...


@runtime_checkable
class VectorStore(Protocol):
    """Keeps rubric vectors between processes. Losing it costs time and nothing else."""

    def load(self, key: str) -> RubricVectors | None:
        """What was saved under the key; None when there is nothing sound."""
        ...

    def save(self, key: str, vectors: RubricVectors) -> None:
        """Keeps vectors under a key; a store that cannot write stays silent."""
        ...


@runtime_checkable
class Scorer(Protocol):
    """Reads a candidate's words and a statement together."""

    @property
    def name(self) -> str:
        """Model and weights, for the signature."""
        ...

    def knows(self, key: str) -> bool:
        """Whether it was trained on the rubric with this `reading_key`."""
        ...

    def read(self, pairs: Sequence[tuple[str, str]]) -> FloatArray:
        """Probabilities that the words entail, do not touch, contradict the statement.

        Args:
            pairs: words first, statement second.

        Returns:
            shape (n, 3), rows sum to 1; (0, 3) for no pairs. A row does not depend on the others.

        Raises:
            BackendError: the model failed.
        """
        ...
