"""OpenAI-style embeddings against a real server on this machine."""

from __future__ import annotations

from typing import Any

import numpy as np
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.adapters.openai_embeddings import OpenAIEmbedder
from vivavoce.errors import BackendError, SettingsError
from vivavoce.testing import EmbeddingServer, HashEmbedder

KEY = "sk-test-0123456789"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the developer's own settings, proxies included."""
    for name in ("API_KEY", "BASE_URL", "ORG_ID", "PROJECT_ID", "ADMIN_KEY", "CUSTOM_HEADERS"):
        monkeypatch.delenv(f"OPENAI_{name}", raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def embedder(server: EmbeddingServer, **settings: Any) -> OpenAIEmbedder:
    return OpenAIEmbedder("stub", base_url=server.url, **settings)


# What is sent


def test_a_word_is_embedded_with_two_neighbours_either_side() -> None:
    with EmbeddingServer() as server:
        read = embedder(server).tokens(["a b  c\nd e f g"])[0]
    assert server.inputs == [
        "a b c d e f g",
        "a b c",
        "a b c d",
        "a b c d e",
        "b c d e f",
        "c d e f g",
        "d e f g",
        "e f g",
    ]
    assert read.spans.tolist() == [[0, 1], [2, 3], [5, 6], [7, 8], [9, 10], [11, 12], [13, 14]]
    expected = HashEmbedder().embed(["a b c", "b c d e f"])
    np.testing.assert_allclose(read.vectors[[0, 3]], expected, atol=1e-5)


def test_no_piece_is_sent_twice_in_a_call() -> None:
    with EmbeddingServer() as server:
        embedder(server).tokens(["high bias", "high bias", "bias", "low bias"])
    assert server.inputs == ["high bias", "bias", "low bias"]


def test_sentences_cost_one_input_each() -> None:
    with EmbeddingServer() as server:
        embedder(server).embed(["high bias here", "low variance there"])
    assert server.inputs == ["high bias here", "low variance there"]


def test_requests_hold_256_inputs_at_most_and_order_is_kept() -> None:
    texts = [f"w{i}" for i in range(600)]
    with EmbeddingServer(backwards=True) as server:
        found = embedder(server).embed(texts)
    assert [len(r.body["input"]) for r in server.requests] == [256, 256, 88]
    np.testing.assert_allclose(found, HashEmbedder().embed(texts), atol=1e-5)


def test_requests_stay_below_the_limit_of_characters() -> None:
    texts = [f"{i} " + "word " * 240 for i in range(400)]
    with EmbeddingServer() as server:
        embedder(server).embed(texts)
    sizes = [sum(map(len, r.body["input"])) for r in server.requests]
    assert len(sizes) == 3
    assert max(sizes) <= 200_000
    assert len(server.inputs) == 400


def test_request_names_model_and_asks_for_floats() -> None:
    with EmbeddingServer() as server:
        embedder(server).embed(["a"])
    assert server.requests[0].path == "/v1/embeddings"
    assert server.requests[0].body == {"model": "stub", "input": ["a"], "encoding_format": "float"}


def test_long_texts_go_by_windows_of_words() -> None:
    words = [f"w{i}" for i in range(600)]
    with EmbeddingServer() as server:
        found = embedder(server).embed([" ".join(words)])
    assert [text.split() for text in server.inputs] == [
        words[0:250],
        words[200:450],
        words[400:600],
    ]
    # The three windows keep 225, 200 and 175 words.
    means = HashEmbedder().embed(server.inputs) * np.array([[225], [200], [175]])
    mean = means.sum(axis=0)
    np.testing.assert_allclose(found[0], mean / np.linalg.norm(mean), atol=1e-5)


def test_a_run_without_spaces_is_read_in_pieces() -> None:
    with EmbeddingServer() as server:
        read = embedder(server).tokens(["x" * 70])[0]
    assert read.spans.tolist() == [[0, 32], [32, 64], [64, 70]]


def test_no_empty_text_is_ever_sent() -> None:
    with EmbeddingServer() as server:
        found = embedder(server).embed(["", " \n", "a"])
    assert server.inputs == [" ", "a"]
    assert np.linalg.norm(found, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)


def test_the_width_for_no_texts_is_asked_for_once() -> None:
    with EmbeddingServer(8) as server:
        asked = embedder(server)
        assert asked.embed([]).shape == asked.embed([]).shape == (0, 8)
    assert len(server.requests) == 1


@given(st.lists(st.text(max_size=30), max_size=5))
def test_any_text_gives_unit_vectors_in_order(texts: list[str]) -> None:
    read = OpenAIEmbedder("stub", client=DirectClient()).tokens(texts)
    assert len(read) == len(texts)
    for text, one in zip(texts, read, strict=True):
        assert "".join(text[a:b] for a, b in one.spans.tolist()) == "".join(text.split())
        assert np.linalg.norm(one.sentence) == pytest.approx(1, abs=1e-4)


class DirectClient:
    """The part of `openai.OpenAI` that is used, without HTTP."""

    base_url = "http://127.0.0.1/v1"
    api_key = ""

    @property
    def embeddings(self) -> DirectClient:
        return self

    def create(self, *, input: list[str], **_: object) -> Any:
        rows = HashEmbedder(8).embed(input).tolist()
        data = [{"object": "embedding", "index": i, "embedding": row} for i, row in enumerate(rows)]
        return openai.types.CreateEmbeddingResponse.model_validate(
            {
                "object": "list",
                "model": "stub",
                "data": data,
                "usage": {"prompt_tokens": 0, "total_tokens": 0},
            }
        )


# Keys and hosts


def test_openai_itself_needs_a_key() -> None:
    with pytest.raises(SettingsError, match="set OPENAI_API_KEY"):
        OpenAIEmbedder("text-embedding-3-small")


@pytest.mark.parametrize("url", ["https://api.openai.com/v1", "https://eu.api.openai.com/v1/"])
def test_openai_by_its_url_needs_a_key(url: str) -> None:
    with pytest.raises(SettingsError, match="OPENAI_API_KEY"):
        OpenAIEmbedder("m", base_url=url)


@pytest.mark.parametrize("secret", ["sk-caf\u00e9", "sk-a\nb"])
def test_a_key_no_header_can_carry_is_refused(secret: str) -> None:
    with pytest.raises(SettingsError, match="copy it again") as caught:
        OpenAIEmbedder("m", api_key=secret)
    assert secret not in str(caught.value)


def test_the_environments_key_serves_openai(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", f"{KEY}\n")
    assert OpenAIEmbedder("m").name == "m@api.openai.com"


def test_nothing_of_the_environment_reaches_another_host(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "ORG_ID", "PROJECT_ID", "ADMIN_KEY"):
        monkeypatch.setenv(f"OPENAI_{name}", KEY)
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"Authorization: Bearer {KEY}")
    with EmbeddingServer() as server:
        embedder(server).embed(["a"])
    sent = server.requests[0].headers
    assert "authorization" not in sent
    assert KEY not in str(sent)


def test_an_explicit_key_is_sent_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    with EmbeddingServer() as server:
        embedder(server, api_key=KEY).embed(["a"])
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    "url",
    [
        "https://api.openai.com.evil.example/v1",
        "https://evilapi.openai.com/v1",
        "https://api.openai.com@evil.example/v1",
        "http://api.openai.com/v1",
    ],
)
def test_look_alike_hosts_get_no_key(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert KEY not in str(vars(OpenAIEmbedder("m", base_url=url)))


def test_the_base_url_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with EmbeddingServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        OpenAIEmbedder("stub").embed(["a"])
    assert server.inputs == ["a"]


def test_a_client_of_ones_own_is_used_as_it_is() -> None:
    with EmbeddingServer() as server:
        client = openai.OpenAI(base_url=server.url, api_key=KEY)
        asked = OpenAIEmbedder("stub", client=client)
        asked.embed(["a"])
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert asked.name == "stub@" + server_host(client)


def server_host(client: openai.OpenAI) -> str:
    return f"{client.base_url.host}:{client.base_url.port}"


def test_name_shows_no_password() -> None:
    asked = OpenAIEmbedder("m", base_url="http://user:secret@127.0.0.1:8080/v1")
    assert asked.name == "m@127.0.0.1:8080"


@pytest.mark.parametrize("url", ["127.0.0.1:8080", "ftp://a/v1", "http://", "http://a:b/v1"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="not a web address"):
        OpenAIEmbedder("m", base_url=url)


# Failures


@pytest.mark.parametrize(
    ("status", "remedy"),
    [(401, "Check OPENAI_API_KEY"), (404, "has the model 'stub'"), (400, "too long")],
)
def test_a_refusal_is_one_error_with_a_remedy(status: int, remedy: str) -> None:
    with (
        EmbeddingServer(failures=[status], detail="too long") as server,
        pytest.raises(BackendError, match=remedy) as caught,
    ):
        embedder(server).embed(["a"])
    assert isinstance(caught.value.__cause__, openai.APIStatusError)
    assert len(server.requests) == 1


def test_retries_are_bounded() -> None:
    with EmbeddingServer(failures=[500, 429, 503]) as server:
        with pytest.raises(BackendError):
            embedder(server, max_retries=1).embed(["a"])
        assert len(server.requests) == 2
        assert embedder(server, max_retries=1).embed(["a"]).shape == (1, 64)


def test_the_key_is_not_in_the_message() -> None:
    detail = f"Incorrect API key provided: {KEY}.\x1b[31m\n" + "x" * 5000
    with (
        EmbeddingServer(failures=[401], detail=detail) as server,
        pytest.raises(BackendError, match="Incorrect API key") as caught,
    ):
        embedder(server, api_key=KEY).embed(["a"])
    message = str(caught.value)
    assert KEY not in message
    assert message.isprintable()
    assert len(message) < 500


def test_no_server_is_a_backend_error() -> None:
    with EmbeddingServer() as server:
        asked = embedder(server, max_retries=0)
    with pytest.raises(BackendError, match="Check the base URL"):
        asked.embed(["a"])


def good(index: int = 0) -> dict[str, object]:
    return {"object": "embedding", "index": index, "embedding": [1.0, 0.0]}


def bad(**changed: object) -> dict[str, object]:
    return {"data": [good() | changed]}


@pytest.mark.parametrize(
    "reply",
    [
        {},
        [],
        "text",
        {"error": {"message": "no"}},
        {"data": None},
        {"data": []},
        {"data": [good(), good(1)]},
        {"data": [good(1)]},
        bad(index=None),
        bad(embedding=[]),
        bad(embedding=None),
        bad(embedding=3.0),
        bad(embedding=[0.0, 0.0]),
        bad(embedding=["a", "b"]),
        bad(embedding=[1.0, float("nan")]),
        bad(embedding="AAAA"),
    ],
)
def test_an_unusable_reply_is_a_backend_error(reply: object) -> None:
    with EmbeddingServer(reply=reply) as server, pytest.raises(BackendError, match="stub@127"):
        embedder(server, max_retries=0).embed(["a"])


def test_rows_of_unlike_width_are_a_backend_error() -> None:
    reply = {"data": [good(), good(1) | {"embedding": [1.0]}]}
    with EmbeddingServer(reply=reply) as server, pytest.raises(BackendError, match="stub@127"):
        embedder(server).embed(["a", "b"])


def test_a_width_that_changes_is_a_backend_error() -> None:
    with EmbeddingServer(8) as narrow, EmbeddingServer(16) as wide:
        client = openai.OpenAI(base_url=narrow.url, api_key=KEY)
        asked = OpenAIEmbedder("stub", client=client)
        asked.embed(["a"])
        client.base_url = wide.url
        with pytest.raises(BackendError, match="vectors have 16 numbers, before 8"):
            asked.embed(["b"])
