"""What every request passes before anything else: host, origin, token, size; and the headers."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vivavoce.web.uploads import MOST_JSON

__all__ = ["CONTENT_SECURITY_POLICY", "COOKIE", "LOOPBACK", "Guard", "host_name"]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
COOKIE = "viva-token"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; media-src 'self' blob:; frame-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Cache-Control": "no-store",
}
SAFE = frozenset({"GET", "HEAD"})


def host_name(host: str) -> str:
    """The name in a Host header, without port and brackets, in lower case."""
    name = host.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.rpartition(":")[0] if name.count(":") == 1 else name


class Guard:
    """Refuses what does not come from the page itself.

    A foreign name in Host is DNS rebinding; a foreign Origin on a request that does something is
    a cross-site post.

    Args:
        hosts: names besides loopback that the page is served under; "*" for any, which only a
            token makes safe.
        token: that every request must show; "" asks for none.
    """

    def __init__(self, app: ASGIApp, *, hosts: Sequence[str] = (), token: str = "") -> None:
        self._app = app
        self._hosts = LOOPBACK | {h.lower() for h in hosts}
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    # A report has a policy of its own.
                    told.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        refused = self._refused(scope, headers)
        if refused:
            status, reason = refused
            await JSONResponse({"error": reason}, status)(scope, receive, guarded)
        elif self._token and not self._shown(headers):
            await self._ask(scope, receive, guarded)
        else:
            json = headers.get("content-type", "").strip().lower().startswith("application/json")
            await self._app(scope, _bounded(receive) if json else receive, guarded)

    def _refused(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if "*" not in self._hosts and host_name(host) not in self._hosts:
            return 421, "This server does not answer under that host name."
        if scope["method"] in SAFE:
            return None
        origin = headers.get("origin")
        own = {f"http://{host}", f"https://{host}"}
        foreign = origin is not None and origin.lower() not in {o.lower() for o in own}
        if foreign or headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return 403, "The request comes from another site."
        return None

    def _shown(self, headers: Headers) -> bool:
        """Whether the token is in the cookie or the Authorization header."""
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            cookie = None
        given = [cookie.value if cookie else ""]
        kind, _, value = headers.get("authorization", "").partition(" ")
        given.append(value if kind.lower() == "bearer" else "")
        return any(self._equal(one) for one in given)

    def _equal(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._token.encode())

    async def _ask(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Takes the token from the address of the page, once, and keeps it in a cookie."""
        query = parse_qs(scope["query_string"].decode("latin-1"))
        given = query.get("token", [""])[0]
        if scope["path"] == "/" and scope["method"] in SAFE and self._equal(given):
            response: JSONResponse | RedirectResponse = RedirectResponse("/", 303)
            response.set_cookie(COOKIE, self._token, httponly=True, samesite="strict")
        else:
            message = "A token is needed: open /?token=... or send Authorization: Bearer ..."
            response = JSONResponse({"error": message}, 401)
        await response(scope, receive, send)


def _bounded(receive: Receive) -> Receive:
    """Stops reading a JSON body at its limit, before anything tries to parse it."""
    read = 0

    async def bounded() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > MOST_JSON:
            raise HTTPException(413, f"The request is larger than {MOST_JSON // 1_000_000} MB.")
        return message

    return bounded
