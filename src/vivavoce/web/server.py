"""The page on a socket of this machine."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from vivavoce.errors import MissingExtraError, SettingsError

if TYPE_CHECKING:
    from vivavoce.wiring.serving import Parts

__all__ = ["LEAST_TOKEN", "check_host", "serve"]

LEAST_TOKEN = 16
LOCAL = "localhost"
ANY = frozenset({"0.0.0.0", "::"})  # noqa: S104
GOODBYE_S = 10
"""How long answers that are being graded may take after Ctrl-C."""


def check_host(host: str, token: str) -> None:
    """Refuses to open the page to others without a token.

    Raises:
        SettingsError: the host is not loopback and there is no token, or it is too short.
    """
    if token and len(token) < LEAST_TOKEN:
        raise SettingsError(
            f"--token needs at least {LEAST_TOKEN} characters. Make one with: "
            'python -c "import secrets; print(secrets.token_urlsafe())"'
        )
    if not token and not _is_loopback(host):
        raise SettingsError(
            f"--host {host} opens the page to other machines, so it needs --token. Make one "
            'with: python -c "import secrets; print(secrets.token_urlsafe())"'
        )


def serve(
    parts: Parts,
    *,
    host: str,
    port: int,
    token: str = "",
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serves until it is interrupted.

    Args:
        port: 0 for any that is free.
        ready: called with the page's address once it can be opened.

    Raises:
        MissingExtraError: the extra `web` is absent.
        SettingsError: the address cannot be used; see also `check_host`.
    """
    check_host(host, token)
    try:
        import uvicorn

        from vivavoce.web.app import make_app
    except ImportError as exc:
        raise MissingExtraError("fastapi and uvicorn", "web") from exc
    listening = _listen(host, port)
    hosts = ("*",) if host in ANY else (host,)
    config = uvicorn.Config(
        make_app(parts, hosts=hosts, token=token),
        access_log=False,
        log_level="warning",
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=GOODBYE_S,
    )
    if ready:
        ready(_address(host, listening.getsockname()[1], token))
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        sys.stderr.write("\n")
    finally:
        listening.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as exc:
        said = getattr(exc, "strerror", None) or exc
        raise SettingsError(
            f"{host}:{port} cannot be used ({said}). Choose another --port, 0 for any."
        ) from exc


def _address(host: str, port: int, token: str) -> str:
    name = "127.0.0.1" if host in ANY else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}/" + (f"?token={token}" if token else "")


def _is_loopback(host: str) -> bool:
    if host.lower() == LOCAL:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
