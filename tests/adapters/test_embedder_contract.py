"""What `ports.Embedder` promises, kept by every embedder that ships."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from vivavoce.adapters.openai_embeddings import OpenAIEmbedder
from vivavoce.ports import Embedder
from vivavoce.testing import EmbeddingServer, HashEmbedder

TEXTS = [
    "High bias means that the model underfits.",
    "",
    "   \n\t ",
    "?",
    "\N{PARTY POPPER}",
    "\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4} na\u00efve caf\u00e9",
    "\u6df1\u5ea6\u5b66\u4e60 x\u00b2",
    "um so like you know regularisation shrinks the weights",
    "half a pair: \ud83d",
    "High bias means that the model underfits.",
]
SENTENCE = "gradient descent follows the slope of the loss downhill with small steps "
REPEATS = 165


def long_text(end: str) -> str:
    """Some two thousand words and a last sentence."""
    return SENTENCE * REPEATS + end


@pytest.fixture(
    scope="module",
    params=[
        "onnx",
        "hash",
        pytest.param("sentence-transformers", marks=pytest.mark.weights),
        "openai",
    ],
)
def embedder(request: pytest.FixtureRequest) -> Iterator[Embedder]:
    match request.param:
        case "onnx":
            yield request.getfixturevalue("minilm")
        case "hash":
            yield HashEmbedder()
        case "sentence-transformers":
            yield request.getfixturevalue("sentence_transformer")
        case "openai":
            with EmbeddingServer(backwards=True) as server:
                yield OpenAIEmbedder("stub", base_url=server.url)


def test_follows_the_protocol(embedder: Embedder) -> None:
    assert isinstance(embedder, Embedder)
    assert embedder.name == embedder.name != ""


def test_no_texts(embedder: Embedder) -> None:
    empty = embedder.embed([])
    assert empty.shape == (0, embedder.embed(["a"]).shape[1])
    assert empty.dtype == np.float32
    assert embedder.tokens([]) == []


def test_one_width_for_everything(embedder: Embedder) -> None:
    width = embedder.embed(["a"]).shape[1]
    for read in embedder.tokens(TEXTS):
        assert read.vectors.shape == (len(read.spans), width)
        assert read.spans.shape == (len(read.spans), 2)
        assert read.sentence.shape == (width,)


def test_sentence_vectors_are_unit(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.shape[0] == len(TEXTS)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-4)


def test_token_vectors_are_unit(embedder: Embedder) -> None:
    for read in embedder.tokens(TEXTS):
        norms = np.linalg.norm(read.vectors, axis=1)
        assert norms == pytest.approx(np.ones(len(norms)), abs=1e-4)


def test_a_text_without_words_has_no_tokens(embedder: Embedder) -> None:
    assert [len(read.vectors) for read in embedder.tokens(["", " \n"])] == [0, 0]


def test_a_single_symbol_is_a_token(embedder: Embedder) -> None:
    for read in embedder.tokens(["?", "\N{PARTY POPPER}"]):
        assert read.spans.tolist() == [[0, 1]]


def test_order_is_kept(embedder: Embedder) -> None:
    forth, back = embedder.embed(TEXTS), embedder.embed(TEXTS[::-1])
    np.testing.assert_allclose(forth, back[::-1], atol=1e-4)
    assert np.abs(forth[0] - forth[3]).max() > 0.01


def test_deterministic(embedder: Embedder) -> None:
    np.testing.assert_array_equal(embedder.embed(TEXTS), embedder.embed(TEXTS))


def test_independent_of_the_batch(embedder: Embedder) -> None:
    together = embedder.tokens([*TEXTS, long_text("The end.")])
    for text, read in zip(TEXTS, together, strict=False):
        alone = embedder.tokens([text])[0]
        np.testing.assert_allclose(read.sentence, alone.sentence, atol=1e-4)
        np.testing.assert_allclose(read.vectors, alone.vectors, atol=1e-4)
        np.testing.assert_array_equal(read.spans, alone.spans)


def test_both_methods_give_the_same_sentence(embedder: Embedder) -> None:
    pooled = np.stack([read.sentence for read in embedder.tokens(TEXTS)])
    np.testing.assert_allclose(embedder.embed(TEXTS), pooled, atol=1e-4)


def test_spans_stand_in_the_text_in_order(embedder: Embedder) -> None:
    texts = [*TEXTS, long_text("The end.")]
    for text, read in zip(texts, embedder.tokens(texts), strict=True):
        flat = read.spans.ravel().tolist()
        assert flat == sorted(flat)
        assert all(0 <= a < b <= len(text) for a, b in read.spans.tolist())
        assert all(text[a:b] == text[a:b].strip() for a, b in read.spans.tolist())


def test_every_letter_is_in_a_span(embedder: Embedder) -> None:
    text = TEXTS[0]
    read = embedder.tokens([text])[0]
    covered = {i for a, b in read.spans.tolist() for i in range(a, b)}
    assert covered == {i for i, c in enumerate(text) if not c.isspace()}


def test_a_long_text_is_not_cut(embedder: Embedder) -> None:
    one, other = long_text("Bias is high."), long_text("Trees split nodes.")
    first, second = embedder.embed([one, other])
    assert np.abs(first - second).max() > 1e-5
    read = embedder.tokens([one])[0]
    assert read.spans[-1][1] == len(one)
    assert len(read.vectors) >= len(one.split())


def test_alike_texts_are_nearer(embedder: Embedder) -> None:
    a, near, far = embedder.embed(
        [
            "the model has high bias and underfits",
            "high bias: the model underfits",
            "my cat sleeps on a warm sofa",
        ]
    )
    assert a @ near > a @ far + 0.2
