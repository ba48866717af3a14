"""A chat server for tests: scripted verdicts, latency, batches, and whatever can go wrong."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Collection, Sequence
from types import TracebackType
from typing import Any

from vivavoce.testing.judge import verdict_reply
from vivavoce.testing.judge_http import Response, ServedCall, ServerThread

__all__ = ["FAULTS", "JudgeServer", "ServedCall", "all_met"]

BROKEN = ("reset", "hang", "slow-loris", "html", "not-json", "no-choices", "wrong-types")
"""Faults of the response itself, whatever was asked."""
FAULTS = (
    *BROKEN,
    "empty",
    "refusal",
    "content-filter",
    "length",
    "garbled",
    "invented-quote",
    "unknown-criterion",
)
"""What a `JudgeServer` can do wrong, besides every HTTP status."""
_IDS = re.compile(r"^- id: (\S+)\n  statement:", re.MULTILINE)
_ANSWER = re.compile(r"<<<answer (\w+)>>>\n(.*?)\n<<<end of answer \1>>>", re.DOTALL)
QUOTED = 6
FOREVER = 30.0


def all_met(body: dict[str, Any]) -> str:
    """Every criterion met, with the answer's first words as the quote."""
    user = body["messages"][-1]["content"]
    said = _ANSWER.search(user)
    quote = " ".join((said[2] if said else "").split()[:QUOTED])
    return verdict_reply(dict.fromkeys(_IDS.findall(user), ("met", quote)))


class JudgeServer:
    """A real HTTP server on 127.0.0.1 that speaks chat completions, embeddings, files, batches.

    Use it as a context manager:

        with JudgeServer() as server:
            judge = OpenAIJudge("any-model", base_url=server.url)

    Args:
        verdicts: from a request's body to the text of the reply.
        latency: seconds from a request to its reply.
        faults: for the first chat requests, one each: a status code or one of `FAULTS`; "" for
            none.
        always: a fault of every chat request.
        formats: forms of reply that it understands; others get status 400.
        refused: parameters that get status 400.
        key: needed in the `Authorization` header, where one is given.
        batch_failures: calls of each batch that fail.
    """

    def __init__(
        self,
        verdicts: Callable[[dict[str, Any]], str] = all_met,
        *,
        latency: float = 0.0,
        faults: Sequence[int | str] = (),
        always: int | str = "",
        formats: Collection[str] = ("json_schema", "json_object"),
        refused: Collection[str] = (),
        key: str = "",
        batch_failures: int = 0,
    ) -> None:
        self.calls: list[ServedCall] = []
        self.batches_done = True
        self.most_at_once = 0
        self._verdicts = verdicts
        self._latency = latency
        self._faults = list(faults)
        self._always = always
        self._formats = frozenset(formats)
        self._refused = tuple(refused)
        self._key = key
        self._batch_failures = batch_failures
        self._files: dict[str, str] = {}
        self._batches: dict[str, dict[str, Any]] = {}
        self._at_once = 0
        self._server: ServerThread | None = None

    @property
    def url(self) -> str:
        """The base URL for a client, ending in `/v1`.

        Raises:
            RuntimeError: the server is not running.
        """
        if self._server is None:
            raise RuntimeError("JudgeServer runs only inside its 'with' block")
        return f"http://127.0.0.1:{self._server.port}/v1"

    @property
    def chats(self) -> list[ServedCall]:
        """The chat requests so far."""
        return [c for c in self.calls if c.path.endswith("/chat/completions")]

    def __enter__(self) -> JudgeServer:
        self._server = ServerThread(self._answer)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None

    async def _answer(self, call: ServedCall, upload: bytes, response: Response) -> None:
        """Sends what the script says."""
        self.calls.append(call)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            given = call.headers.get("authorization", "")
            if self._key and given != f"Bearer {self._key}":
                # As OpenAI's server does, it repeats what it was sent.
                said = f"Incorrect API key provided: {given.removeprefix('Bearer ')}."
                response.send(401, _error(said))
            elif call.path.endswith("/chat/completions"):
                await self._chat(call.body, response)
            else:
                response.send(*self._other(call, upload))
        finally:
            self._at_once -= 1

    async def _chat(self, body: dict[str, Any], response: Response) -> None:
        fault = self._faults.pop(0) if self._faults else self._always
        due = time.monotonic() + self._latency
        # What a reply takes to make is part of the latency, not on top of it.
        ready = self._document(fault, body)
        if self._latency:
            await asyncio.sleep(due - time.monotonic())
        if ready:
            response.send(*ready)
        else:
            await self._break(fault, response)

    def _document(
        self, fault: int | str, body: dict[str, Any]
    ) -> tuple[int, object, dict[str, str]] | None:
        """Status, document and headers; None where the fault is that there is no such thing."""
        if isinstance(fault, int):
            return fault, _error("refused for a test"), {"Retry-After": "0"}
        for name in self._refused:
            if name in body:
                return 400, _error(f"Unsupported parameter: '{name}'"), {}
        form = body.get("response_format", {}).get("type", "text")
        if form != "text" and form not in self._formats:
            return 400, _error(f"response_format {form} is not supported"), {}
        return None if fault in BROKEN else (200, self._completion(fault, body), {})

    async def _break(self, fault: int | str, response: Response) -> None:
        if fault == "reset":
            response.reset()
        elif fault == "hang":
            await asyncio.sleep(FOREVER)
        elif fault == "slow-loris":
            await response.trickle()
        elif fault == "html":
            response.send_text(200, "text/html", "<!doctype html><title>Sign in</title>")
        elif fault == "not-json":
            response.send_text(200, "application/json", '{"choices": [')
        elif fault == "no-choices":
            response.send(200, {"object": "chat.completion", "choices": []})
        elif fault == "wrong-types":
            response.send(200, {"choices": [{"message": {"content": [3]}, "finish_reason": 7}]})

    def _completion(self, fault: int | str, body: dict[str, Any]) -> dict[str, Any]:
        text, finish, refusal = self._verdicts(body), "stop", None
        if fault == "empty":
            text = ""
        elif fault == "refusal":
            text, refusal = "", "I cannot help with that."
        elif fault == "content-filter":
            text, finish = "", "content_filter"
        elif fault == "length":
            text, finish = text[: len(text) // 2], "length"
        elif fault == "garbled":
            text = text.replace(":", "", 3)
        elif fault == "invented-quote":
            text = re.sub(r'"quote": "[^"]+"', '"quote": "what nobody ever said here"', text)
        elif fault == "unknown-criterion":
            text = re.sub(r'"id": "[^"]+"', '"id": "no-such-criterion"', text)
        sent = sum(len(m["content"]) for m in body["messages"]) // 4
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": body.get("model", ""),
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": text, "refusal": refusal},
                    "finish_reason": finish,
                }
            ],
            "usage": {
                "prompt_tokens": sent,
                "completion_tokens": len(text) // 4,
                "total_tokens": sent + len(text) // 4,
            },
        }

    def _other(self, call: ServedCall, upload: bytes) -> tuple[int, object]:
        parts = call.path.removeprefix("/v1/").split("/")
        if parts[0] == "embeddings":
            return 200, _embeddings(call.body)
        if parts == ["files"]:
            return 200, self._file(_uploaded(upload))
        if parts[0] == "files" and parts[-1] == "content" and parts[1] in self._files:
            return 200, self._files[parts[1]]
        if parts == ["batches"]:
            return 200, self._batch(call.body)
        if parts[0] == "batches" and parts[-1] in self._batches:
            return 200, self._collected(self._batches[parts[-1]])
        return 404, _error(f"no such path: {call.path}")

    def _file(self, content: str) -> dict[str, object]:
        name = f"file-{len(self._files) + 1}"
        self._files[name] = content
        return {"id": name, "object": "file", "bytes": len(content), "purpose": "batch"}

    def _batch(self, body: dict[str, Any]) -> dict[str, Any]:
        name = f"batch-{len(self._batches) + 1}"
        self._batches[name] = {
            "id": name,
            "object": "batch",
            "endpoint": body["endpoint"],
            "input_file_id": body["input_file_id"],
            "completion_window": body["completion_window"],
            "created_at": int(time.time()),
            "status": "in_progress",
            "output_file_id": None,
            "error_file_id": None,
        }
        return self._batches[name]

    def _collected(self, batch: dict[str, Any]) -> dict[str, Any]:
        if not self.batches_done or batch["status"] != "in_progress":
            return batch
        asked = [json.loads(x) for x in self._files[batch["input_file_id"]].splitlines()]
        failed, done = asked[: self._batch_failures], asked[self._batch_failures :]
        good = [
            {
                "custom_id": one["custom_id"],
                "response": {"status_code": 200, "body": self._completion("", one["body"])},
                "error": None,
            }
            for one in done
        ]
        bad = [
            {
                "custom_id": one["custom_id"],
                "response": {"status_code": 500, "body": _error("server error")},
                "error": None,
            }
            for one in failed
        ]
        batch["output_file_id"] = self._file("\n".join(map(json.dumps, good)))["id"]
        if bad:
            batch["error_file_id"] = self._file("\n".join(map(json.dumps, bad)))["id"]
        batch["status"] = "completed"
        return batch


def _error(message: str) -> dict[str, object]:
    return {"error": {"message": message, "type": "test", "param": None, "code": None}}


def _uploaded(multipart: bytes) -> str:
    """The lines of the one file in a form, which are JSON."""
    text = multipart.decode()
    return "\n".join(line for line in text.splitlines() if line.startswith("{"))


def _embeddings(body: dict[str, Any]) -> dict[str, object]:
    from vivavoce.testing import HashEmbedder

    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    vectors = HashEmbedder().embed(texts)
    data = [
        {"object": "embedding", "index": i, "embedding": [float(x) for x in v]}
        for i, v in enumerate(vectors)
    ]
    return {"object": "list", "data": data, "model": body.get("model", "")}
