"""Listening while one still speaks, over a real socket; and a page that stays alive meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.web.conftest import SAID, Client, serving, with_store

from vivavoce.adapters.openai_transcriber import OpenAITranscriber
from vivavoce.core.speech import Speech
from vivavoce.testing import MemoryStore, ScriptedTranscriber, TranscriptionServer
from vivavoce.wiring.serving import Parts

LISTEN = "/api/listen?question=bias-variance"
HEARD = "/api/attempts/recording?question=bias-variance"
PATIENCE_S = 30


@pytest.fixture(scope="session")
def sound(recordings: Path) -> bytes:
    return (recordings / "bias.ogg").read_bytes()


class Slow(ScriptedTranscriber):
    """Hears when it is let go on."""

    def __init__(self) -> None:
        super().__init__(otherwise=SAID)
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Event()

    def transcribe(self, audio: Path, **options: Any) -> Speech:
        self.begun.release()
        assert self.go_on.wait(PATIENCE_S)
        return super().transcribe(audio, **options)


@contextmanager
def hearing(base: Parts, folder: Path, transcriber: Any) -> Iterator[tuple[Client, MemoryStore]]:
    store = MemoryStore()
    with serving(with_store(base, store, folder, transcriber=transcriber)) as client:
        yield client, store


def test_what_is_heard_so_far_is_told_and_not_kept(
    client: Client, parts: Parts, store: MemoryStore, sound: bytes
) -> None:
    assert client.send(LISTEN, sound).json() == {"text": SAID}
    assert store.attempts() == []
    assert not parts.recordings.exists()
    assert client.send("/api/listen?question=nothing-such", sound).status == 404
    assert client.send(LISTEN, b"no sound").status == 415


def test_the_recogniser_is_loaded_when_the_page_is_opened(
    base_parts: Parts, tmp_path: Path
) -> None:
    hears = ScriptedTranscriber()
    with hearing(base_parts, tmp_path, hears) as (client, _):
        client.send("/progress")
        assert hears.prepared == 0
        assert b"data-along" in client.send("/").body
        ends = time.monotonic() + PATIENCE_S
        while not hears.prepared:
            assert time.monotonic() < ends
            time.sleep(0.01)


def test_a_remote_recogniser_hears_each_recording_once(
    base_parts: Parts, tmp_path: Path, sound: bytes
) -> None:
    with TranscriptionServer(SAID) as remote:
        hears = OpenAITranscriber("stub", base_url=remote.url)
        with hearing(base_parts, tmp_path, hears) as (client, _):
            page = client.send("/").body
            assert b'id="record"' in page
            assert b"data-along" not in page
            assert client.send(LISTEN, sound).status == 422
            assert remote.requests == []
            assert client.send(HEARD, sound).events()[-1][0] == "done"
        assert len(remote.requests) == 1


def test_ten_who_speak_at_once_are_all_heard_and_the_page_stays_alive(
    base_parts: Parts, tmp_path: Path, sound: bytes
) -> None:
    hears = Slow()
    with (
        hearing(base_parts, tmp_path, hears) as (client, store),
        ThreadPoolExecutor(10) as pool,
    ):
        waiting = [pool.submit(client.send, HEARD, sound) for _ in range(10)]
        assert all(hears.begun.acquire(timeout=PATIENCE_S) for _ in range(2))
        assert client.send(LISTEN, sound).json() == {"text": None}
        for path in ("/", "/progress", "/api/draw", "/static/page.css"):
            assert client.send(path).status == 200
        hears.go_on.set()
        told = [found.result(PATIENCE_S).events() for found in waiting]
    assert all(events[-1][0] == "done" for events in told)
    assert len({events[-1][1]["score"] for events in told}) == 1
    assert sum(events[0][0] == "queued" for events in told) >= 7
    assert len(store.attempts()) == 10


def test_listening_along_gives_way_to_whoever_has_ended(
    base_parts: Parts, tmp_path: Path, sound: bytes
) -> None:
    hears = Slow()
    with (
        hearing(base_parts, tmp_path, hears) as (client, _),
        ThreadPoolExecutor(1) as pool,
    ):
        graded = pool.submit(client.send, HEARD, sound)
        assert hears.begun.acquire(timeout=PATIENCE_S)
        put_off = client.send(LISTEN, sound)
        assert (put_off.status, put_off.json()) == (200, {"text": None})
        hears.go_on.set()
        assert graded.result(PATIENCE_S).events()[-1][0] == "done"
        assert client.send(LISTEN, sound).json()["text"]
