"""The page on a real socket: uvicorn on 127.0.0.1, with the packaged grader."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pytest.importorskip("fastapi", reason="the extra web is absent")
uvicorn = pytest.importorskip("uvicorn", reason="the extra web is absent")

from vivavoce.testing import MemoryStore, ScriptedTranscriber  # noqa: E402
from vivavoce.web.app import make_app  # noqa: E402
from vivavoce.wiring import settings  # noqa: E402
from vivavoce.wiring.serving import Parts, build_parts  # noqa: E402

SAID = (
    "High bias means that the model is too simple, so it underfits. High variance means that it "
    "follows the noise of the training data, so it overfits."
)


class Reply(NamedTuple):
    """What the server said."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def events(self) -> list[tuple[str, Any]]:
        """Server-sent events as names with values."""
        found = []
        for block in self.body.decode().split("\n\n"):
            if block.startswith("event: "):
                name, data = block.split("\n", 1)
                found.append((name.removeprefix("event: "), json.loads(data[6:])))
        return found


class Client:
    """Requests to one server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def send(
        self,
        path: str,
        body: bytes | None = None,
        *,
        kind: str = "application/octet-stream",
        headers: dict[str, str] | None = None,
    ) -> Reply:
        told = {"Content-Type": kind} if body is not None else {}
        request = urllib.request.Request(self.url + path, body, {**told, **(headers or {})})
        try:
            with _OPENER.open(request, timeout=120) as reply:
                return Reply(reply.status, _lower(reply.headers), reply.read())
        except urllib.error.HTTPError as exc:
            return Reply(exc.code, _lower(exc.headers), exc.read())

    def post(self, path: str, value: object, headers: dict[str, str] | None = None) -> Reply:
        return self.send(path, json.dumps(value).encode(), kind="application/json", headers=headers)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@contextmanager
def serving(parts: Parts, *, port: int = 0, **options: Any) -> Iterator[Client]:
    """A server of its own for as long as the block runs, on a free port where none is named."""
    app = make_app(parts, **options)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield Client(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(20)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture(scope="session")
def base_parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """Bank, embedder and grader, loaded once."""
    folder = tmp_path_factory.mktemp("served")
    return build_parts(
        settings(cache_dir=folder / "cache"),
        store=MemoryStore(),
        transcriber=ScriptedTranscriber(otherwise=SAID),
        recordings=folder / "recordings",
    )


def with_store(base: Parts, store: MemoryStore, recordings: Path, **changes: Any) -> Parts:
    """The same parts on another history and folder of recordings."""
    from vivavoce.services.practice import Practice
    from vivavoce.wiring.practice import local_now

    ids = iter(f"attempt-{n}" for n in range(10_000))
    practice = Practice(
        base.bank,
        base.grader,
        store,
        base.schedule,
        clock=local_now,
        new_id=lambda: next(ids),
    )
    return base._replace(store=store, practice=practice, recordings=recordings, **changes)


@pytest.fixture
def parts(base_parts: Parts, store: MemoryStore, tmp_path: Path) -> Parts:
    return with_store(base_parts, store, tmp_path / "recordings")


@pytest.fixture
def client(parts: Parts) -> Iterator[Client]:
    with serving(parts) as found:
        yield found
