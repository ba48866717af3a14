"""Doubles for speech: a recogniser with a script, and a server that speaks OpenAI's API."""

from __future__ import annotations

import email.parser
import email.policy
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from vivavoce.core.speech import Speech, Word
from vivavoce.errors import AnswerFileError

__all__ = ["ScriptedTranscriber", "ServedRecording", "TranscriptionServer", "spoken"]


def spoken(
    text: str,
    *,
    from_s: float = 0.5,
    word_s: float = 0.3,
    gap_s: float = 0.1,
    probability: float | None = 0.9,
    verbatim: bool = False,
) -> Speech:
    """A text as if spoken evenly, a word each `word_s + gap_s` seconds; it ends after a gap."""
    step = word_s + gap_s
    words = tuple(
        Word(
            text=word,
            from_s=round(from_s + i * step, 3),
            to_s=round(from_s + i * step + word_s, 3),
            probability=probability,
        )
        for i, word in enumerate(text.split())
    )
    return Speech(
        words=words,
        duration_s=round(from_s + len(words) * step, 3),
        model="scripted",
        verbatim=verbatim,
    )


class ScriptedTranscriber:
    """A `LocalTranscriber` that hears in each file what the script says, and elsewhere nothing.

    Args:
        script: file name, without folders, to words or to a whole `Speech`.
        otherwise: what is heard in a file that the script does not name.
    """

    name = "scripted"

    def __init__(
        self, script: Mapping[str, str | Speech] | None = None, *, otherwise: str | Speech = ""
    ) -> None:
        self._script = dict(script or {})
        self._otherwise = otherwise
        self.hot_words: list[str] = []
        self.prepared = 0

    def prepare(self) -> None:
        """Counts how often it was asked to load."""
        self.prepared += 1

    def transcribe(
        self,
        audio: Path,
        *,
        hot_words: str = "",
        on_words: Callable[[tuple[Word, ...]], None] | None = None,
    ) -> Speech:
        """The script's words, the first half of them ahead; see `ports.Transcriber`."""
        if not audio.is_file():
            raise AnswerFileError(f"{audio}: cannot be read (no such file).")
        self.hot_words.append(hot_words)
        said = self._script.get(audio.name, self._otherwise)
        speech = said if isinstance(said, Speech) else spoken(said)
        if on_words and speech.words:
            on_words(speech.words[: max(1, len(speech.words) // 2)])
        return speech


class ServedRecording(NamedTuple):
    """What a client sent to a `TranscriptionServer`.

    Attributes:
        path: of the URL, such as `/v1/audio/transcriptions`.
        headers: names in lower case.
        fields: of the form, the file excepted; a name that comes twice is a list.
        file_name: as the client called the recording.
        content: of the recording.
    """

    path: str
    headers: dict[str, str]
    fields: dict[str, Any]
    file_name: str
    content: bytes


class TranscriptionServer:
    """A real HTTP server on 127.0.0.1 that speaks OpenAI's `/v1/audio/transcriptions`.

    Use it as a context manager:

        with TranscriptionServer("High bias underfits.") as server:
            client = openai.OpenAI(base_url=server.url, api_key="any")

    Args:
        heard: the words that every recording holds.
        failures: status codes for the first requests, one each, before it answers.
        detail: the error message that goes with a failure.
        reply: a fixed body for every request instead.
    """

    def __init__(
        self,
        heard: str | Speech = "",
        *,
        failures: Sequence[int] = (),
        detail: str = "refused for a test",
        reply: object = None,
    ) -> None:
        self.requests: list[ServedRecording] = []
        self._heard = heard if isinstance(heard, Speech) else spoken(heard)
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
            raise RuntimeError("TranscriptionServer runs only inside its 'with' block")
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> TranscriptionServer:
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

    def _answer(self, request: ServedRecording) -> tuple[int, object]:
        """Status and JSON document."""
        with self._lock:
            self.requests.append(request)
            failure = self._failures.pop(0) if self._failures else 0
        if failure:
            return failure, _error(self._detail)
        if request.path != "/v1/audio/transcriptions":
            return 404, _error(f"no such path: {request.path}")
        if not request.content or not request.fields.get("model"):
            return 400, _error("'file' and 'model' must be given")
        if self._reply is not None:
            return 200, self._reply
        document: dict[str, object] = {
            "task": "transcribe",
            "language": "english",
            "duration": self._heard.duration_s,
            "text": self._heard.text,
        }
        # Like the real endpoint: no word times unless they are asked for.
        if request.fields.get("timestamp_granularities[]") == "word":
            document["words"] = [
                {"word": w.text, "start": w.from_s, "end": w.to_s} for w in self._heard.words
            ]
        return 200, document


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are two writes; with Nagle's algorithm the second waits 40 ms for an ACK.
    disable_nagle_algorithm = True
    respond: Any

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, document = self.respond(_parsed(self.path, headers, raw))
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


def _parsed(path: str, headers: dict[str, str], raw: bytes) -> ServedRecording:
    head = f"Content-Type: {headers.get('content-type', '')}\r\n\r\n".encode()
    form = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + raw)
    fields: dict[str, Any] = {}
    name, content = "", b""
    for part in form.iter_parts() if form.is_multipart() else ():
        field = part.get_param("name", header="content-disposition")
        value = part.get_payload(decode=True)
        value = value if isinstance(value, bytes) else b""
        if field == "file":
            name, content = part.get_filename() or "", value
        else:
            text = value.decode()
            fields[str(field)] = [fields[str(field)], text] if field in fields else text
    return ServedRecording(path, headers, fields, name, content)


def _error(message: str) -> dict[str, object]:
    return {"error": {"message": message, "type": "invalid_request_error", "code": None}}
