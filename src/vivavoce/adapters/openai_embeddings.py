"""Embeddings from OpenAI's API, or from any server that speaks it (Ollama, llama.cpp, vLLM, TEI).

The API gives one vector a text and none for its tokens. What `tokens` returns is therefore an
approximation: every word is embedded together with two neighbours either side, as a text of its
own, and that vector stands for the word. It is contextual, but smoother than a model's own token
states, since neighbouring words share most of what was embedded; and it costs about one API
input for each distinct word in context. Scores fitted on a local model's token vectors need
fitting again before they mean anything on these.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, NoReturn

import numpy as np

from vivavoce.adapters.openai_hosts import OPENAI, connect, explained, find_key, host_of
from vivavoce.core.windows import Window, join, windows
from vivavoce.errors import BackendError
from vivavoce.ports import FloatArray, TokenVectors

__all__ = ["OpenAIEmbedder"]

WORD = re.compile(r"\S{1,32}")
"""A word; a longer run without a space (a URL, Chinese) is read in pieces of 32 characters."""
NEIGHBOURS = 2
WINDOW = 250
"""Words embedded as one text: some 350 tokens, which fits models that read no more than 512."""
OVERLAP = 50
INPUTS_A_REQUEST = 256
CHARACTERS_A_REQUEST = 200_000
"""OpenAI takes 300,000 tokens in a request; a token is rarely less than a character."""
NOTHING = " "
"""Sent for a text without words, since the API refuses an empty one."""


class _Pieces(NamedTuple):
    """What is embedded for one text.

    Attributes:
        spans: of its words.
        cuts: the windows over its words.
        whole: one text a window.
        near: one text a word; empty when only the sentence is asked for.
    """

    spans: list[tuple[int, int]]
    cuts: list[Window]
    whole: list[str]
    near: list[str]


class OpenAIEmbedder:
    """An `Embedder` behind OpenAI's `/embeddings`; see the module for what its tokens are.

    Args:
        model: such as `text-embedding-3-small`.
        base_url: of the API; `OPENAI_BASE_URL` or OpenAI's own by default.
        api_key: sent wherever `base_url` points. Without it `OPENAI_API_KEY` is used for
            OpenAI's own host and for no other: a server elsewhere gets no key.
        timeout: seconds for one request.
        max_retries: after a timeout, a dropped connection, status 408, 409, 429 or 5xx.
        client: an `openai.OpenAI` to use as it is; the four settings above are then its own.

    Raises:
        SettingsError: OpenAI's own host is asked and there is no key, or `base_url` is no URL.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout: float = 60.0,
        max_retries: int = 2,
        client: Any = None,
    ) -> None:
        given = str(client.base_url) if client is not None else base_url
        self._url = given or os.environ.get("OPENAI_BASE_URL") or OPENAI
        self._model = model
        self._host = host_of(self._url)
        self._timeout = timeout
        self._max_retries = max_retries
        self._client = client
        self._key = find_key(self._url, api_key) if client is None else str(client.api_key or "")
        self._headers: dict[str, Any] = {}
        self._dimension = 0

    @property
    def name(self) -> str:
        """Model and host, since the same name may stand for other weights elsewhere."""
        return f"{self._model}@{self._host}"

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Sentence vectors, shape (n, d); see `ports.Embedder`.

        For no texts d is learnt by one request, unless an earlier call has told.
        """
        if not texts:
            if not self._dimension:
                self._vectors([NOTHING])
            return np.zeros((0, self._dimension), dtype=np.float32)
        return np.stack([t.sentence for t in self._read(texts, near=False)])

    def tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """A vector for each word read with its neighbours; see the module and `ports.Embedder`."""
        return self._read(texts, near=True) if texts else []

    def _read(self, texts: Sequence[str], *, near: bool) -> list[TokenVectors]:
        pieces = [_pieces(text, near=near) for text in texts]
        wanted = [piece for p in pieces for piece in (*p.whole, *p.near)]
        known = self._vectors(list(dict.fromkeys(wanted)))
        return [self._joined(p, known) for p in pieces]

    def _joined(self, pieces: _Pieces, known: dict[str, FloatArray]) -> TokenVectors:
        nothing = np.zeros((len(pieces.spans), self._dimension), dtype=np.float32)
        words = np.stack([known[n] for n in pieces.near]) if pieces.near else nothing
        parts = [
            (cut, words[cut.start : cut.end], known[whole])
            for cut, whole in zip(pieces.cuts, pieces.whole, strict=True)
        ]
        return join(parts, np.array(pieces.spans, dtype=np.float32).reshape(-1, 2))

    def _vectors(self, texts: list[str]) -> dict[str, FloatArray]:
        """The vector of each text; the texts are distinct and not empty."""
        rows: dict[str, FloatArray] = {}
        for batch in _batches(texts):
            found = self._request(batch)
            rows.update(zip(batch, found, strict=True))
            if found.shape[1] != (self._dimension or found.shape[1]):
                self._fail(f"vectors have {found.shape[1]} numbers, before {self._dimension}")
            self._dimension = found.shape[1]
        return rows

    def _request(self, batch: list[str]) -> FloatArray:
        """One request; shape (len(batch), d), in the order of the batch."""
        client = self._connected()
        from openai import OpenAIError

        try:
            reply = client.embeddings.create(
                model=self._model,
                # Half a surrogate pair, which JSON cannot carry, becomes a question mark.
                input=[text.encode("utf-8", "replace").decode() for text in batch],
                encoding_format="float",
                extra_headers=self._headers,
            )
        except OpenAIError as exc:
            said = explained(exc, name=self.name, model=self._model, key=self._key)
            raise BackendError(said) from exc
        try:
            data = sorted(reply.data, key=lambda item: item.index)
            order = [item.index for item in data]
            rows = np.array([item.embedding for item in data], dtype=np.float32)
        except (AttributeError, TypeError, ValueError) as exc:
            # The SDK does not check what a server sends: any document may come through.
            message = f"{self.name}: the reply is not that of an embeddings API"
            raise BackendError(message) from exc
        if order != list(range(len(batch))):
            self._fail(f"{len(data)} vectors came back for {len(batch)} texts, or misnumbered")
        flat = len(rows.shape) == 1
        if flat or not rows.size or not np.isfinite(rows).all() or not rows.any(axis=1).all():
            self._fail("the vectors that came back are empty, all zero or not numbers")
        return rows

    def _fail(self, what: str) -> NoReturn:
        raise BackendError(f"{self.name}: {what}")

    def _connected(self) -> Any:
        if self._client is None:
            self._client, self._headers = connect(
                self._url, self._key, timeout=self._timeout, max_retries=self._max_retries
            )
        return self._client


def _pieces(text: str, *, near: bool) -> _Pieces:
    spans = [m.span() for m in WORD.finditer(text)]
    cuts = windows(len(spans), WINDOW, OVERLAP)
    if not spans:
        return _Pieces([], cuts, [NOTHING], [])
    around = [
        (max(i - NEIGHBOURS, 0), min(i + NEIGHBOURS + 1, len(spans))) for i in range(len(spans))
    ]
    return _Pieces(
        spans,
        cuts,
        [_slice(text, spans, cut.start, cut.end) for cut in cuts],
        [_slice(text, spans, start, end) for start, end in around] if near else [],
    )


def _slice(text: str, spans: list[tuple[int, int]], start: int, end: int) -> str:
    """Words `start` to `end` as they stand in the text, white space made single."""
    return " ".join(text[spans[start][0] : spans[end - 1][1]].split())


def _batches(texts: list[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        full = len(batch) == INPUTS_A_REQUEST or size + len(text) > CHARACTERS_A_REQUEST
        if batch and full:
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch
