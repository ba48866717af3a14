"""Doubles for tests of code that uses vivavoce: quick, deterministic, without model or network.

They are public, so that your tests may lean on them as vivavoce's own do.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple

import numpy as np

from vivavoce.core.vectors import FloatArray, TokenVectors, unit
from vivavoce.testing.history import MemoryStore
from vivavoce.testing.judge import MemoryReplies, ObedientJudge, ScriptedJudge, verdict_reply
from vivavoce.testing.judge_server import JudgeServer, ServedCall
from vivavoce.testing.results import MemoryResults
from vivavoce.testing.reviews import MemoryReviews
from vivavoce.testing.scorer import OverlapScorer
from vivavoce.testing.speech import (
    ScriptedTranscriber,
    ServedRecording,
    TranscriptionServer,
    spoken,
)

__all__ = [
    "EmbeddingServer",
    "HashEmbedder",
    "JudgeServer",
    "MemoryReplies",
    "MemoryResults",
    "MemoryReviews",
    "MemoryStore",
    "ObedientJudge",
    "OverlapScorer",
    "ScriptedJudge",
    "ScriptedTranscriber",
    "ServedCall",
    "ServedRecording",
    "ServedRequest",
    "TranscriptionServer",
    "spoken",
    "verdict_reply",
]

TOKEN = re.compile(r"\w+|[^\w\s]")
LEAST_DIMENSION = 2
MOST_INPUTS = 2048
"""Texts that OpenAI's endpoint takes in one request."""


class HashEmbedder:
    """An `Embedder` of hashed words: texts are as similar as the words they share.

    Tokens are words and single symbols, letter case ignored. A token's vector depends on
    nothing but its word, so it is *not* contextual; unrelated words have cosines about 0, with
    a standard deviation of 1 / sqrt(dimension). The sentence vector is the mean of the tokens',
    made unit again, hence blind to word order.

    Args:
        dimension: width of the vectors, >= 2.
    """

    def __init__(self, dimension: int = 64) -> None:
        if dimension < LEAST_DIMENSION:
            raise ValueError(f"dimension is {dimension}, expected at least {LEAST_DIMENSION}")
        self.dimension = dimension
        self._known: dict[str, FloatArray] = {}

    @property
    def name(self) -> str:
        """`hash@` and the dimension."""
        return f"hash@{self.dimension}"

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Sentence vectors, shape (n, dimension); see `ports.Embedder`."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.stack([t.sentence for t in self.tokens(texts)])

    def tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Token vectors, `dimension` wide; see `ports.Embedder`."""
        return [self._read(text) for text in texts]

    def _read(self, text: str) -> TokenVectors:
        found = list(TOKEN.finditer(text))
        rows = [self._vector(m.group().lower()) for m in found]
        return TokenVectors(
            vectors=np.stack(rows) if rows else np.zeros((0, self.dimension), dtype=np.float32),
            spans=np.array([m.span() for m in found], dtype=np.int32).reshape(-1, 2),
            sentence=unit(np.mean(rows, axis=0)) if rows else self._vector(""),
        )

    def _vector(self, word: str) -> FloatArray:
        if word not in self._known:
            # Bytes of a hash, not a seeded generator: the same in every version of numpy. No byte
            # equals 127.5, so no vector is zero.
            drawn = hashlib.shake_256(word.encode("utf-8", "surrogatepass")).digest(self.dimension)
            self._known[word] = unit(np.frombuffer(drawn, dtype=np.uint8) - np.float32(127.5))
        return self._known[word]


class ServedRequest(NamedTuple):
    """What a client sent to an `EmbeddingServer`.

    Attributes:
        path: of the URL, such as `/v1/embeddings`.
        headers: names in lower case.
        body: the JSON document.
    """

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class EmbeddingServer:
    """A real HTTP server on 127.0.0.1 that speaks OpenAI's `/v1/embeddings`.

    Vectors are a `HashEmbedder`'s. Like the real endpoint it refuses an empty text and more
    than 2048 of them with status 400. Use it as a context manager:

        with EmbeddingServer() as server:
            client = openai.OpenAI(base_url=server.url, api_key="any")

    Args:
        dimension: width of the vectors.
        backwards: answer in reverse order; only `index` tells which vector is whose.
        failures: status codes for the first requests, one each, before it answers.
        detail: the error message that goes with a failure.
        reply: a fixed body for every request instead of vectors.
    """

    def __init__(
        self,
        dimension: int = 64,
        *,
        backwards: bool = False,
        failures: Sequence[int] = (),
        detail: str = "refused for a test",
        reply: object = None,
    ) -> None:
        self.requests: list[ServedRequest] = []
        self._embedder = HashEmbedder(dimension)
        self._backwards = backwards
        self._failures = list(failures)
        self._detail = detail
        self._reply = reply
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """The base URL for a client, ending in `/v1`.

        Raises:
            RuntimeError: the server is not running.
        """
        if self._server is None:
            raise RuntimeError("EmbeddingServer runs only inside its 'with' block")
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def inputs(self) -> list[str]:
        """Every text received so far, in order."""
        return [text for request in self.requests for text in request.body.get("input", [])]

    def __enter__(self) -> EmbeddingServer:
        answer = self._answer

        class Handler(_Handler):
            respond = staticmethod(answer)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        # The default poll of half a second would be waited for at every close.
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def _answer(self, request: ServedRequest) -> tuple[int, object]:
        """Status and JSON document."""
        with self._lock:
            self.requests.append(request)
            failure = self._failures.pop(0) if self._failures else 0
        if failure:
            return failure, _error(self._detail)
        if self._reply is not None:
            return 200, self._reply
        if request.path != "/v1/embeddings":
            return 404, _error(f"no such path: {request.path}")
        given = request.body.get("input")
        texts = [given] if isinstance(given, str) else given
        if not isinstance(texts, list) or not all(isinstance(t, str) and t for t in texts):
            return 400, _error("'input' must be a text or a list of texts, none of them empty")
        if not 1 <= len(texts) <= MOST_INPUTS:
            return 400, _error(f"'input' must hold 1 to {MOST_INPUTS} texts")
        return 200, self._document(texts, request.body)

    def _document(self, texts: list[str], body: dict[str, Any]) -> dict[str, object]:
        vectors = self._embedder.embed(texts)
        packed = body.get("encoding_format") == "base64"
        data: list[dict[str, object]] = [
            {
                "object": "embedding",
                "index": i,
                # Three times the unit vector: a client that needs unit norm must see to it.
                "embedding": _base64(3 * row) if packed else (3 * row).tolist(),
            }
            for i, row in enumerate(vectors)
        ]
        words = sum(len(text.split()) for text in texts)
        return {
            "object": "list",
            "model": body.get("model", ""),
            "data": data[::-1] if self._backwards else data,
            "usage": {"prompt_tokens": words, "total_tokens": words},
        }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are two writes; with Nagle's algorithm the second waits 40 ms for an ACK.
    disable_nagle_algorithm = True
    respond: Any

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            body = json.loads(raw)
        except ValueError:
            body = None
        if isinstance(body, dict):
            status, document = self.respond(ServedRequest(self.path, headers, body))
        else:
            status, document = 400, _error("the body is not a JSON object")
        payload = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        # A client's pause between retries would make the tests slow.
        self.send_header("Retry-After-Ms", "1")
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *args: Any) -> None:
        """Silent: the log of a test belongs to the test."""


def _error(message: str) -> dict[str, object]:
    return {"error": {"message": message, "type": "invalid_request_error", "code": None}}


def _base64(row: FloatArray) -> str:
    return base64.b64encode(np.asarray(row, dtype="<f4").tobytes()).decode()
