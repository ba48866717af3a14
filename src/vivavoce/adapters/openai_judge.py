"""A judge behind OpenAI's chat completions, or any server that speaks them."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from vivavoce.adapters.call_limit import CallLimit
from vivavoce.adapters.openai_hosts import (
    OPENAI,
    connect_async,
    explained,
    find_key,
    host_of,
    is_openai,
    unreached,
)
from vivavoce.core.judge_calls import JudgeReply, Prompt
from vivavoce.errors import JudgeDeniedError, JudgeError, JudgeStoppedError

__all__ = ["CallOptions", "OpenAIJudge", "read_completion"]

FORMATS = ("json_schema", "json_object", "text")
"""How a reply's form is asked for, the strictest first."""
NOT_UNDERSTOOD = frozenset({400, 415, 422, 501})
DENIED = frozenset({401, 403, 404})
QUOTA = "insufficient_quota"
OPTIONAL = ("temperature", "seed", "max_completion_tokens", "max_tokens")
"""Parameters that some models and servers refuse; a call goes without them then."""
TOO_MANY = 429
APART = 0.001
"""Seconds between the begins of two calls."""


class CallOptions(NamedTuple):
    """How a judge is called.

    Attributes:
        timeout: seconds for one call, its retries included.
        max_retries: after a dropped connection, status 408, 409, 429 or 5xx; `Retry-After` is
            heeded.
        temperature: of the sampling, 0..2.
        max_tokens: of a reply, what a model thinks included.
        concurrency: calls at once, at most; fewer while the server refuses some.
        variable: the environment variable that a message about the key names.
    """

    timeout: float = 120.0
    max_retries: int = 4
    temperature: float = 0.0
    max_tokens: int = 8192
    concurrency: int = 32
    variable: str = "OPENAI_API_KEY"


class OpenAIJudge:
    """A `Judge` behind `/v1/chat/completions`.

    The form of the reply is asked for by JSON schema; where the server does not know that, in
    JSON mode; else in words alone. What worked is remembered for the calls that follow.

    Args:
        model: as the server names it.
        base_url: of the API; `OPENAI_BASE_URL` or OpenAI's own by default.
        api_key: sent wherever `base_url` points. Without it `OPENAI_API_KEY` is used for
            OpenAI's own host and for no other.
        options: how it is called.

    Raises:
        SettingsError: OpenAI's own host is asked and there is no key, or `base_url` is no URL.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        options: CallOptions | None = None,
    ) -> None:
        self._url = base_url or os.environ.get("OPENAI_BASE_URL") or OPENAI
        self._model = model
        self._host = host_of(self._url)
        self._key = find_key(self._url, api_key)
        self._options = options or CallOptions()
        self._client: Any = None
        self._headers: dict[str, Any] = {}
        self._limit: CallLimit | None = None
        self._format = 0
        self._proved = False
        self._hopeless: JudgeStoppedError | None = None
        self._left_out: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Model and host, since the same name may stand for other weights elsewhere."""
        return f"{self._model}@{self._host}"

    @property
    def url(self) -> str:
        """The base URL in use."""
        return self._url

    @property
    def identity(self) -> str:
        """All that decides a reply besides prompt, schema and sample: part of a cache's key."""
        o = self._options
        return json.dumps([self._url.rstrip("/"), self._model, o.temperature, o.max_tokens])

    def body(self, prompt: Prompt, schema: Mapping[str, object], sample: int = 0) -> dict[str, Any]:
        """The JSON document of a request, with the form of reply that is known to work."""
        return self._body(prompt, schema, sample, self._format, self._left_out)

    async def ask(
        self, prompt: Prompt, schema: Mapping[str, object], *, sample: int = 0
    ) -> JudgeReply:
        """One reply; see `ports.Judge`."""
        import openai

        if self._client is None:
            self._connect()
        if self._limit is None:
            raise RuntimeError("the judge is not connected")
        try:
            async with self._limit:
                # Found out by another call while this one waited.
                if self._hopeless:
                    raise type(self._hopeless)(str(self._hopeless))
                # The SDK's timeout is for each piece of a response: a server that sends one
                # byte at a time would never meet it.
                async with asyncio.timeout(self._options.timeout):
                    reply = await self._answered(prompt, schema, sample)
            self._limit.answered()
        except (TimeoutError, openai.APITimeoutError) as exc:
            if isinstance(exc, openai.APITimeoutError) and unreached(exc):
                raise self._failure(openai.APIConnectionError(request=exc.request)) from exc
            raise JudgeError(
                f"{self.name}: no reply within {self._options.timeout:g} seconds."
            ) from exc
        except openai.OpenAIError as exc:
            raise self._failure(exc) from exc
        except (ValueError, TypeError, RecursionError) as exc:
            raise JudgeError(
                f"{self.name}: the response is not JSON. Check the base URL; most end in /v1."
            ) from exc
        return reply

    async def aclose(self) -> None:
        """Closes the connections; a later call opens new ones."""
        client, self._client, self._limit = self._client, None, None
        if client is not None:
            await client.close()

    def _connect(self) -> None:
        limit = CallLimit(self._options.concurrency, apart=APART)

        def heard(status: int) -> None:
            if status == TOO_MANY:
                limit.refused()

        self._limit = limit
        self._client, self._headers = connect_async(
            self._url,
            self._key,
            timeout=self._options.timeout,
            max_retries=self._options.max_retries,
            concurrency=self._options.concurrency,
            on_status=heard,
        )

    async def _answered(
        self, prompt: Prompt, schema: Mapping[str, object], sample: int
    ) -> JudgeReply:
        """A reply, after as many steps down as the server needs."""
        import httpx2
        import openai

        at, left_out = self._format, self._left_out
        while True:
            body = self._body(prompt, schema, sample, at, left_out)
            try:
                # The SDK's typed method walks the whole body and builds models of the response,
                # which takes longer than all else that a call costs here.
                found = await self._client.post(
                    "/chat/completions",
                    body=body,
                    cast_to=httpx2.Response,
                    options={"headers": self._headers},
                )
                read = read_completion(found.json(), self.name, self._key)
            except openai.APIStatusError as exc:
                blamed = _blamed(exc, body)
                if blamed:
                    left_out |= {blamed}
                elif _format_refused(exc, proved=self._proved) and at < len(FORMATS) - 1:
                    at += 1
                else:
                    raise
            else:
                self._format, self._proved, self._left_out = at, True, left_out
                return read

    def _body(
        self,
        prompt: Prompt,
        schema: Mapping[str, object],
        sample: int,
        at: int,
        left_out: frozenset[str],
    ) -> dict[str, Any]:
        # OpenAI's newer models know the longer name alone, other servers often the shorter one.
        longest = "max_completion_tokens" if is_openai(self._url) else "max_tokens"
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [
                {"role": "system", "content": prompt.system},
                {"role": "user", "content": prompt.user},
            ],
            "temperature": self._options.temperature,
            "seed": sample,
            longest: self._options.max_tokens,
        }
        if FORMATS[at] == "json_schema":
            form = {"name": "verdicts", "strict": True, "schema": dict(schema)}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        elif FORMATS[at] == "json_object":
            body["response_format"] = {"type": "json_object"}
        return {name: value for name, value in body.items() if name not in left_out}

    def _failure(self, exc: Exception) -> JudgeError:
        told = explained(
            exc,
            name=self.name,
            model=self._model,
            key=self._key,
            variable=self._options.variable,
        )
        if getattr(exc, "status_code", None) in DENIED:
            self._hopeless = JudgeDeniedError(told)
        elif getattr(exc, "code", None) == QUOTA:
            self._hopeless = JudgeStoppedError(told)
        else:
            return JudgeError(told)
        return self._hopeless


def _blamed(exc: Any, body: Mapping[str, object]) -> str:
    """The parameter that a server does not take, if the call can do without it."""
    if exc.status_code not in NOT_UNDERSTOOD:
        return ""
    said = f"{getattr(exc, 'param', '') or ''} {exc.message}"
    return next((name for name in OPTIONAL if name in body and name in said), "")


def _format_refused(exc: Any, *, proved: bool) -> bool:
    """Whether the form of the reply may be what the server refuses."""
    said = str(exc.message)
    if exc.status_code == 404:  # noqa: PLR2004  (routers of models say so)
        return "response_format" in said or "structured" in said
    return exc.status_code in NOT_UNDERSTOOD and not proved


def read_completion(completion: object, name: str, key: str = "") -> JudgeReply:
    """The reply in a chat completion's JSON document, of which nothing is taken on trust.

    Args:
        key: taken out of the reply, should a careless server repeat it: replies are kept and shown.

    Raises:
        JudgeError: it is none.
    """
    found = completion if isinstance(completion, dict) else {}
    choices = found.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    message = first.get("message") if isinstance(first, dict) else None
    if not isinstance(first, dict) or not isinstance(message, dict):
        raise JudgeError(
            f"{name}: the response is not that of a chat API. Check the base URL; most end in /v1."
        )
    content, finish = message.get("content"), first.get("finish_reason")
    if key and isinstance(content, str):
        content = content.replace(key, "***")
    refused = bool(message.get("refusal")) and not content
    given = found.get("usage")
    usage = given if isinstance(given, dict) else {}
    return JudgeReply(
        text=content if isinstance(content, str) else "",
        finish_reason="content_filter" if refused else finish if isinstance(finish, str) else "",
        prompt_tokens=_count(usage.get("prompt_tokens")),
        completion_tokens=_count(usage.get("completion_tokens")),
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
