"""Calls to a judge as a batch of OpenAI's Batch API: half the price, within a day."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from vivavoce.adapters.openai_hosts import OPENAI, connect, explained, find_key
from vivavoce.adapters.openai_judge import DENIED, read_completion
from vivavoce.core.judge_calls import JudgeReply
from vivavoce.errors import JudgeDeniedError, JudgeError, JudgeStoppedError

__all__ = ["Collected", "OpenAIBatches"]

PATH = "/v1/chat/completions"
MOST_CALLS = 50_000
MOST_BYTES = 190_000_000
"""OpenAI's limits for one batch, the second with room to spare."""
OVER = frozenset({"completed", "failed", "expired", "cancelled"})
OK = 200


class Collected(NamedTuple):
    """What a batch has brought.

    Attributes:
        status: as the server says: `in_progress`, `completed`, `expired` and so on.
        over: nothing more will come.
        replies, failures: by the key of the call.
        problem: why the batch as a whole failed.
    """

    status: str
    over: bool
    replies: dict[str, JudgeReply]
    failures: dict[str, str]
    problem: str = ""


class OpenAIBatches:
    """Batches of one judge's calls.

    Args:
        model, base_url, api_key: as for `OpenAIJudge`.

    Raises:
        SettingsError: as for `OpenAIJudge`.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout: float = 120.0,
        max_retries: int = 4,
    ) -> None:
        self._url = base_url or os.environ.get("OPENAI_BASE_URL") or OPENAI
        self._model = model
        self._key = find_key(self._url, api_key)
        self._client, self._headers = connect(
            self._url, self._key, timeout=timeout, max_retries=max_retries
        )

    def submit(self, calls: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, list[str]]]:
        """Submits the bodies of calls by key; gives out each batch's id and its keys at once.

        Raises:
            JudgeDeniedError: the key, the model or the address is wrong.
            JudgeStoppedError: the server does not take it.
        """
        for part in _parts(calls):
            data = "".join(line for _, line in part).encode()
            with _Told(self):
                file = self._client.files.create(
                    file=("calls.jsonl", io.BytesIO(data)),
                    purpose="batch",
                    extra_headers=self._headers,
                )
                batch = self._client.batches.create(
                    input_file_id=file.id,
                    endpoint=PATH,
                    completion_window="24h",
                    extra_headers=self._headers,
                )
            yield str(batch.id), [key for key, _ in part]

    def collect(self, batch: str) -> Collected:
        """What a batch has brought so far.

        Raises:
            JudgeDeniedError: the server does not know it, or the key is wrong.
            JudgeStoppedError: the server cannot be reached.
        """
        with _Told(self):
            found = self._client.batches.retrieve(batch, extra_headers=self._headers)
            texts = [
                self._client.files.content(name, extra_headers=self._headers).text
                for name in (found.output_file_id, found.error_file_id)
                if name
            ]
        replies: dict[str, JudgeReply] = {}
        failures: dict[str, str] = {}
        for line in "\n".join(texts).splitlines():
            self._read(line, replies, failures)
        errors = getattr(getattr(found, "errors", None), "data", None) or []
        problem = "; ".join(str(e.message) for e in errors if getattr(e, "message", None))
        return Collected(found.status, found.status in OVER, replies, failures, problem)

    def _read(self, line: str, replies: dict[str, JudgeReply], failures: dict[str, str]) -> None:
        if not line.strip():
            return
        try:
            record = json.loads(line)
            key, response = str(record["custom_id"]), record.get("response") or {}
            body = response.get("body") or {}
        except (ValueError, KeyError, TypeError, AttributeError):
            return
        if response.get("status_code") == OK:
            try:
                replies[key] = read_completion(body, self._model, self._key)
            except JudgeError as exc:
                failures[key] = str(exc)
            return
        error = record.get("error") or (body.get("error") if isinstance(body, dict) else None) or {}
        said = error.get("message") if isinstance(error, dict) else None
        failures[key] = f"the batch brought no reply ({said or 'no reason was given'})."

    def told(self, exc: Exception) -> str:
        """A failure, for the user."""
        return explained(exc, name=f"batch of {self._model}", model=self._model, key=self._key)


class _Told:
    """Turns the SDK's errors into ours."""

    def __init__(self, batches: OpenAIBatches) -> None:
        self._batches = batches

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, exc: BaseException | None, trace: object) -> None:
        from openai import OpenAIError

        if isinstance(exc, OpenAIError | ValueError | AttributeError):
            denied = getattr(exc, "status_code", None) in DENIED
            kind_of = JudgeDeniedError if denied else JudgeStoppedError
            raise kind_of(self._batches.told(exc)) from exc


def _parts(calls: Mapping[str, Mapping[str, Any]]) -> Iterable[list[tuple[str, str]]]:
    part: list[tuple[str, str]] = []
    size = 0
    for key, body in calls.items():
        record = {"custom_id": key, "method": "POST", "url": PATH, "body": body}
        line = json.dumps(record) + "\n"
        if part and (len(part) >= MOST_CALLS or size + len(line) > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append((key, line))
        size += len(line)
    if part:
        yield part
