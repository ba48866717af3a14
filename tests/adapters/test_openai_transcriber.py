"""OpenAI-style transcription against a real server on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vivavoce.adapters.openai_transcriber import OpenAITranscriber
from vivavoce.errors import AnswerFileError, SettingsError, TranscriberError
from vivavoce.testing import TranscriptionServer

KEY = "sk-test-0123456789"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "BASE_URL", "ORG_ID", "PROJECT_ID", "ADMIN_KEY", "CUSTOM_HEADERS"):
        monkeypatch.delenv(f"OPENAI_{name}", raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def audio(recordings: Path) -> Path:
    return recordings / "bias.ogg"


def to(server: TranscriptionServer, **settings: Any) -> OpenAITranscriber:
    return OpenAITranscriber("stub", base_url=server.url, **settings)


def test_word_times_are_asked_for_and_hot_words_go_along(audio: Path) -> None:
    with TranscriptionServer("high bias") as server:
        heard = to(server).transcribe(audio, hot_words="bias variance")
    sent = server.requests[0]
    assert sent.path == "/v1/audio/transcriptions"
    assert sent.fields == {
        "model": "stub",
        "response_format": "verbose_json",
        "timestamp_granularities[]": "word",
        "temperature": "0.0",
        "language": "en",
        "prompt": "bias variance",
    }
    assert sent.content == audio.read_bytes()
    assert [(w.text, w.from_s, w.to_s) for w in heard.words] == [
        ("high", 0.5, 0.8),
        ("bias", 0.9, 1.2),
    ]
    assert heard.words[0].probability is None
    assert heard.duration_s == 1.3


def test_the_file_name_says_the_format_and_nothing_else(audio: Path, tmp_path: Path) -> None:
    private = tmp_path / "ana-rejected.xyz"
    private.write_bytes(audio.read_bytes())
    with TranscriptionServer("x") as server:
        to(server).transcribe(private)
    assert server.requests[0].file_name == "audio.ogg"
    assert "prompt" not in server.requests[0].fields


def test_a_server_elsewhere_gets_no_key(audio: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_ORG_ID", "org")
    with TranscriptionServer("x") as server:
        to(server).transcribe(audio)
        to(server, api_key="given").transcribe(audio)
    plain, with_key = server.requests
    assert "authorization" not in plain.headers
    assert "openai-organization" not in plain.headers
    assert KEY not in str(plain)
    assert with_key.headers["authorization"] == "Bearer given"


def test_openai_itself_needs_a_key() -> None:
    with pytest.raises(SettingsError, match="OPENAI_API_KEY"):
        OpenAITranscriber("whisper-1")
    assert OpenAITranscriber("whisper-1", api_key=KEY).name == "whisper-1@api.openai.com"


def test_it_tries_again_after_a_busy_server(audio: Path) -> None:
    with TranscriptionServer("high bias", failures=[503, 429]) as server:
        assert to(server).transcribe(audio).text == "high bias"
    assert len(server.requests) == 3


def test_a_refusal_is_told_without_the_key(audio: Path) -> None:
    with (
        TranscriptionServer("x", failures=[401], detail=f"bad key {KEY}\x1b[2J") as server,
        pytest.raises(TranscriberError, match=r"bad key \*\*\*.*Check OPENAI_API_KEY") as caught,
    ):
        to(server, api_key=KEY).transcribe(audio)
    assert KEY not in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_server_that_is_gone_is_named(audio: Path) -> None:
    with TranscriptionServer("x") as server:
        gone = to(server, max_retries=0)
    with pytest.raises(TranscriberError, match="Check the base URL and that the server is up"):
        gone.transcribe(audio)


@pytest.mark.parametrize(
    "reply",
    [
        {"words": [{"word": "a"}], "text": "a", "duration": 1.0},
        {"words": [{"word": "a", "start": "x", "end": 1}], "text": "a", "duration": 1.0},
        {"text": 3, "duration": 1.0},
        {"text": "", "duration": "never"},
        ["a"],
    ],
)
def test_a_reply_that_is_none_is_refused(audio: Path, reply: object) -> None:
    with (
        TranscriptionServer(reply=reply) as server,
        pytest.raises(TranscriberError, match="the reply is not that of a transcription API"),
    ):
        to(server).transcribe(audio)


def test_a_model_without_word_times_is_refused(audio: Path) -> None:
    reply = {"text": "high bias", "duration": 2.0}
    with (
        TranscriptionServer(reply=reply) as server,
        pytest.raises(TranscriberError, match="no word times.*whisper-1"),
    ):
        to(server).transcribe(audio)


def test_no_words_are_silence_and_not_an_error(audio: Path) -> None:
    with TranscriptionServer("") as server:
        assert to(server).transcribe(audio).words == ()


def test_overlapping_times_are_put_in_order(audio: Path) -> None:
    words = [
        {"word": "b", "start": 1.0, "end": 1.4},
        {"word": "a", "start": -0.2, "end": 1.2},
        {"word": " ", "start": 2.0, "end": 2.0},
    ]
    with TranscriptionServer(reply={"text": "a b", "duration": 1.0, "words": words}) as server:
        heard = to(server).transcribe(audio)
    assert [(w.text, w.from_s, w.to_s) for w in heard.words] == [("a", 0.0, 1.0), ("b", 1.0, 1.4)]
    assert heard.duration_s == 1.4


def test_a_file_that_is_too_large_is_not_sent(tmp_path: Path) -> None:
    large = tmp_path / "large.wav"
    with large.open("wb") as out:
        out.truncate(25_000_001)
    with (
        TranscriptionServer("x") as server,
        pytest.raises(AnswerFileError, match=r"large\.wav: is larger than 25 MB"),
    ):
        to(server).transcribe(large)
    assert server.requests == []
