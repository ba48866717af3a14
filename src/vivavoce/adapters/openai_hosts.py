"""What every client of OpenAI's API shares: which host gets the key, and how failures are told."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vivavoce.errors import SettingsError

if TYPE_CHECKING:
    from ssl import SSLContext

__all__ = [
    "OPENAI",
    "connect",
    "connect_async",
    "explained",
    "find_key",
    "host_of",
    "is_local",
    "is_openai",
    "unreached",
]

OPENAI = "https://api.openai.com/v1"
DETAIL = 300
"""Characters of a server's message that are passed on."""


def host_of(url: str) -> str:
    """Host and port of a URL, without a user name or password in it.

    Raises:
        SettingsError: it is no web address.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        port = parts.port
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(
            f"The base URL '{url}' is not a web address. Expected something like "
            "http://127.0.0.1:11434/v1."
        )
    return f"{parts.hostname}:{port}" if port else str(parts.hostname)


def is_openai(url: str) -> bool:
    """OpenAI's own host over TLS, regional ones such as eu.api.openai.com included."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme == "https" and (
        host == "api.openai.com" or host.endswith(".api.openai.com")
    )


def is_local(url: str) -> bool:
    """This machine or a private network, where a call costs nothing."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".localhost", ".internal"))


def find_key(url: str, given: str | None) -> str:
    """The key to send to a URL: the one given, else `OPENAI_API_KEY` for OpenAI's own host alone.

    Raises:
        SettingsError: OpenAI's own host is asked and there is no key, or it is none.
    """
    host = host_of(url)
    key = given or (os.environ.get("OPENAI_API_KEY", "") if is_openai(url) else "")
    key = key.strip()
    if not (key.isascii() and key.isprintable()):
        raise SettingsError(f"The key for {host} holds a character that no key has: copy it again.")
    if not key and is_openai(url):
        raise SettingsError(
            f"{host} needs a key: set OPENAI_API_KEY. For a server of your own set "
            "OPENAI_BASE_URL, which needs none."
        )
    return key


def connect(url: str, key: str, *, timeout: float, max_retries: int) -> tuple[Any, dict[str, Any]]:
    """An `openai.OpenAI`, and the headers that each of its requests must carry."""
    import openai

    client = openai.OpenAI(
        base_url=url, api_key=key or "none", timeout=timeout, max_retries=max_retries
    )
    return client, _headers(url, key)


def connect_async(
    url: str,
    key: str,
    *,
    timeout: float,
    max_retries: int,
    concurrency: int,
    on_status: Callable[[int], None],
) -> tuple[Any, dict[str, Any]]:
    """Like `connect`, for an `openai.AsyncOpenAI`.

    Args:
        concurrency: connections at once, each kept for further calls.
        on_status: told the status of every response, those that the SDK retries included.
    """
    import httpx2
    import openai

    # One that is opened anew for each call costs more than the call.
    limits = httpx2.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)

    async def told(response: Any) -> None:
        on_status(response.status_code)

    client = openai.AsyncOpenAI(
        base_url=url,
        api_key=key or "none",
        timeout=timeout,
        max_retries=max_retries,
        http_client=openai.DefaultAioHttpClient(
            limits=limits, event_hooks={"response": [told]}, verify=_trusted()
        ),
    )
    return client, _headers(url, key)


@cache
def _trusted() -> SSLContext:
    """The certificates that are trusted; reading them takes longer than a dozen calls."""
    import httpx2

    return httpx2.create_ssl_context()


def unreached(exc: BaseException) -> bool:
    """Whether what the SDK calls a timeout is a connection that was refused or cut.

    Its transport gives every failed connection of aiohttp's out as one that took too long.
    """
    import aiohttp

    cause: BaseException | None = exc
    while cause is not None:
        if isinstance(cause, aiohttp.ClientConnectionError):
            return not isinstance(cause, aiohttp.ServerTimeoutError)
        cause = cause.__cause__
    return False


def _headers(url: str, key: str) -> dict[str, Any]:
    import openai

    if is_openai(url):
        return {}
    # The SDK would fill these from OPENAI_* variables meant for OpenAI's host.
    return {
        "Authorization": f"Bearer {key}" if key else openai.Omit(),
        "OpenAI-Organization": openai.Omit(),
        "OpenAI-Project": openai.Omit(),
    }


def explained(
    exc: Exception, *, name: str, model: str, key: str, variable: str = "OPENAI_API_KEY"
) -> str:
    """One line for the user: what failed, the remedy if known, never the key.

    Args:
        variable: the environment variable that holds the key.
    """
    status = getattr(exc, "status_code", None)
    remedy = {
        401: f" Check {variable}.",
        403: f" Check {variable}.",
        404: f" Check the base URL and that the server has the model '{model}'.",
        429: " The rate limit or the quota is reached: try again later.",
    }.get(status or 0, "" if status else " Check the base URL and that the server is up.")
    said = str(getattr(exc, "message", "") or exc)
    if key:
        said = said.replace(key, "***")
    said = "".join(c if c.isprintable() else " " for c in said)[:DETAIL].rstrip(". ")
    return f"{name}: {said}.{remedy}"
