"""The shipped doubles, and the guard that keeps the suite off the network."""

from __future__ import annotations

import base64
import http.client
import json
import socket
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vivavoce.testing
from vivavoce.core.answer import Span
from vivavoce.core.reading import Asked
from vivavoce.core.rubric import Category, Criterion, Rubric
from vivavoce.ports import Embedder, Scorer
from vivavoce.testing import EmbeddingServer, HashEmbedder, OverlapScorer


def test_all_is_sorted_and_importable() -> None:
    names = vivavoce.testing.__all__
    assert names == sorted(names)
    assert all(hasattr(vivavoce.testing, name) for name in names)


def test_hash_embedder_is_an_embedder() -> None:
    assert isinstance(HashEmbedder(), Embedder)
    assert HashEmbedder().name == "hash@64"


def test_vectors_are_the_same_in_every_process() -> None:
    # shake_256("bias") begins 2d 75 05 a7; the vector is these less 127.5, made unit.
    drawn = np.array([0x2D, 0x75, 0x05, 0xA7]) - 127.5
    assert HashEmbedder(4).embed(["bias"])[0] == pytest.approx(
        drawn / np.linalg.norm(drawn), abs=1e-6
    )


def test_sentence_is_the_mean_of_its_words() -> None:
    embedder = HashEmbedder()
    words = embedder.embed(["high", "bias"])
    mean = words.mean(axis=0)
    assert embedder.embed(["High BIAS"])[0] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-6)


def test_shared_words_make_texts_alike() -> None:
    a, near, far = HashEmbedder().embed(
        ["high bias underfits", "bias underfits badly", "trees split nodes"]
    )
    assert a @ near > a @ far + 0.3


def test_symbols_are_tokens() -> None:
    read = HashEmbedder().tokens(["a\N{SNOWMAN}, b"])[0]
    assert read.spans.tolist() == [[0, 1], [1, 2], [2, 3], [4, 5]]


@given(st.text(max_size=60))
def test_spans_are_words_in_order(text: str) -> None:
    read = HashEmbedder(8).tokens([text])[0]
    flat = read.spans.ravel().tolist()
    assert flat == sorted(flat)
    assert all(text[a:b].strip() == text[a:b] != "" for a, b in read.spans.tolist())
    assert "".join(text[a:b] for a, b in read.spans.tolist()) == "".join(text.split())


def test_a_dimension_below_two_is_refused() -> None:
    with pytest.raises(ValueError, match="dimension is 1"):
        HashEmbedder(1)


def post(server: EmbeddingServer, body: object, path: str = "/v1/embeddings") -> tuple[int, Any]:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://").split("/")[0])
    connection.request("POST", path, json.dumps(body), {"X-Mark": "7"})
    reply = connection.getresponse()
    document = json.loads(reply.read())
    connection.close()
    return reply.status, document


def test_server_answers_with_vectors_by_index() -> None:
    with EmbeddingServer(backwards=True) as server:
        status, document = post(server, {"model": "m", "input": ["one", "two"]})
    assert status == 200
    assert [item["index"] for item in document["data"]] == [1, 0]
    one = document["data"][1]["embedding"]
    assert np.array(one) / 3 == pytest.approx(HashEmbedder().embed(["one"])[0], abs=1e-6)
    assert server.inputs == ["one", "two"]
    assert server.requests[0].headers["x-mark"] == "7"


def test_server_packs_base64_when_asked() -> None:
    with EmbeddingServer(8) as server:
        _, document = post(server, {"input": ["one"], "encoding_format": "base64"})
    row = np.frombuffer(base64.b64decode(document["data"][0]["embedding"]), dtype="<f4")
    assert row / 3 == pytest.approx(HashEmbedder(8).embed(["one"])[0], abs=1e-6)


@pytest.mark.parametrize("given", [[], [""], ["a"] * 2049, 7, None, [1]])
def test_server_refuses_what_openai_refuses(given: object) -> None:
    with EmbeddingServer() as server:
        status, document = post(server, {"input": given})
    assert status == 400
    assert "input" in document["error"]["message"]


def test_server_fails_as_often_as_told() -> None:
    with EmbeddingServer(failures=[503, 429], detail="too busy") as server:
        replies = [post(server, {"input": "a"}) for _ in range(3)]
    assert [status for status, _ in replies] == [503, 429, 200]
    assert replies[0][1]["error"]["message"] == "too busy"


def test_server_knows_one_path_and_wants_an_object() -> None:
    with EmbeddingServer() as server:
        assert post(server, {"input": "a"}, "/v1/chat")[0] == 404
        assert post(server, ["a"])[0] == 400


def test_server_has_an_address_only_while_it_runs() -> None:
    server = EmbeddingServer()
    with pytest.raises(RuntimeError, match="with"):
        _ = server.url
    with server:
        assert server.url.startswith("http://127.0.0.1:")
    with pytest.raises(RuntimeError, match="with"):
        _ = server.url


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
@pytest.mark.parametrize(
    ("family", "host"), [(socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")]
)
def test_the_suite_refuses_other_hosts(method: str, family: int, host: str) -> None:
    try:
        sock = socket.socket(family)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with sock, pytest.raises(pytest.fail.Exception, match=host):
        getattr(sock, method)((host, 80))


def test_the_suite_refuses_name_look_ups() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"example\.org"):
        socket.getaddrinfo("example.org", 443)
    with pytest.raises(pytest.fail.Exception, match=r"example\.org"):
        socket.create_connection(("example.org", 443))


def test_the_suite_allows_this_machine() -> None:
    assert socket.getaddrinfo("localhost", 80)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        socket.create_connection(listening.getsockname()).close()
    with socket.socket(socket.AF_UNIX) as unix, pytest.raises(FileNotFoundError):
        unix.connect("no-such-socket")


class TestOverlapScorer:
    def test_it_is_a_scorer(self) -> None:
        assert isinstance(OverlapScorer(), Scorer)
        assert OverlapScorer().knows("any")
        assert OverlapScorer(["k"]).knows("k")
        assert not OverlapScorer(["k"]).knows("other")

    def test_shares_worked_out(self) -> None:
        rubric = Rubric(
            id="x",
            number=1,
            question="What?",
            category=Category.PROGRAMMING,
            reference="So.",
            criteria=(Criterion(id="c", points=1, statement="bias underfits"),),
        )
        text = "high bias bias never underfits"
        spans = (Span(start=0, end=9), Span(start=10, end=30))

        (read,) = OverlapScorer().read([Asked(rubric, text, spans)])

        # Nothing, partly, met, contradicted.
        assert read["bias underfits"].clauses.tolist() == [[0.5, 0, 0.5, 0], [0, 0, 0, 1]]
        assert read["bias underfits"].whole.tolist() == [0, 0, 0, 1]
