"""Transcription by OpenAI's API, or by any server that speaks it (speaches, vLLM, LocalAI)."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from vivavoce.adapters.audio_files import HEAD, kind_of
from vivavoce.adapters.openai_hosts import OPENAI, connect, explained, find_key, host_of
from vivavoce.core.speech import Speech, Word
from vivavoce.errors import AnswerFileError, TranscriberError

__all__ = ["OpenAITranscriber"]

MOST_BYTES = 25_000_000
"""OpenAI takes no larger file."""
ENDINGS = {"wav": "wav", "flac": "flac", "ogg": "ogg", "mp3": "mp3", "mp4": "m4a"} | {
    "matroska": "webm"
}
"""What the endpoint takes, with the ending by which it tells one from another."""


class OpenAITranscriber:
    """A `Transcriber` behind `/v1/audio/transcriptions`. It must give word times.

    Among OpenAI's own models that is `whisper-1`; the `gpt-4o` ones give none.

    Args:
        model: such as `whisper-1`.
        base_url: of the API; `OPENAI_BASE_URL` or OpenAI's own by default.
        api_key: sent wherever `base_url` points. Without it `OPENAI_API_KEY` is used for
            OpenAI's own host and for no other: a server elsewhere gets no key.
        timeout: seconds for one request.
        max_retries: after a timeout, a dropped connection, status 408, 409, 429 or 5xx.

    Raises:
        SettingsError: OpenAI's own host is asked and there is no key, or `base_url` is no URL.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout: float = 300.0,
        max_retries: int = 2,
    ) -> None:
        self._url = base_url or os.environ.get("OPENAI_BASE_URL") or OPENAI
        self._model = model
        self._host = host_of(self._url)
        self._key = find_key(self._url, api_key)
        self._timeout = timeout
        self._max_retries = max_retries

    @property
    def name(self) -> str:
        """Model and host, since the same name may stand for other weights elsewhere."""
        return f"{self._model}@{self._host}"

    def transcribe(
        self,
        audio: Path,
        *,
        hot_words: str = "",
        on_words: Callable[[tuple[Word, ...]], None] | None = None,
    ) -> Speech:
        """The words of a recording; see `ports.Transcriber`. They come all at once."""
        name, content = _upload(audio)
        from openai import OpenAIError

        client, headers = connect(
            self._url, self._key, timeout=self._timeout, max_retries=self._max_retries
        )
        try:
            reply = client.audio.transcriptions.create(
                model=self._model,
                file=(name, content),
                response_format="verbose_json",
                timestamp_granularities=["word"],
                temperature=0.0,
                language="en",
                extra_headers=headers,
                **({"prompt": hot_words} if hot_words.strip() else {}),
            )
        except OpenAIError as exc:
            said = explained(exc, name=self.name, model=self._model, key=self._key)
            raise TranscriberError(f"{audio}: {said}") from exc
        return self._speech(reply)

    def _speech(self, reply: Any) -> Speech:
        words = getattr(reply, "words", None)
        text = getattr(reply, "text", None)
        if not isinstance(text, str):
            raise TranscriberError(f"{self.name}: the reply is not that of a transcription API")
        if not words and text.strip():
            raise TranscriberError(
                f"{self.name}: the reply has no word times, which delivery and evidence need. "
                "Use a model that gives them, such as whisper-1."
            )
        try:
            found = tuple(_words(words or ()))
            length = max(_seconds(reply.duration), found[-1].to_s if found else 0.0)
        except (AttributeError, TypeError, ValueError) as exc:
            message = f"{self.name}: the reply is not that of a transcription API"
            raise TranscriberError(message) from exc
        return Speech(words=found, duration_s=length, model=self.name)


def _upload(audio: Path) -> tuple[str, bytes]:
    """A file name that says the format and nothing of the user's folders, and the content."""
    try:
        with audio.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as exc:
        raise AnswerFileError(f"{audio}: cannot be read ({exc.strerror}).") from exc
    if len(content) > MOST_BYTES:
        raise AnswerFileError(
            f"{audio}: is larger than {MOST_BYTES // 1_000_000} MB, the most that is sent. Store "
            "it as FLAC, Opus or MP3."
        )
    kind = kind_of(content[:HEAD]) or ""
    if kind not in ENDINGS:
        what = "is empty" if not content else "is no recording that can be sent"
        raise AnswerFileError(f"{audio}: {what}. Give WAV, FLAC, Ogg, MP3, M4A or WebM.")
    return f"audio.{ENDINGS[kind]}", content


def _words(found: Any) -> Iterator[Word]:
    """Words in order of time, each ending before the next begins."""
    told = [(str(w.word).strip(), _seconds(w.start), _seconds(w.end)) for w in found]
    told = sorted((t for t in told if t[0]), key=lambda t: t[1])
    after = [start for _, (_, start, _) in pairwise(told)]
    for (text, start, end), following in zip(told, [*after, math.inf], strict=False):
        yield Word(text=text, from_s=start, to_s=max(start, min(end, following)))


def _seconds(value: Any) -> float:
    """A time; below zero becomes zero."""
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{number} is no time")
    return max(0.0, round(number, 3))
