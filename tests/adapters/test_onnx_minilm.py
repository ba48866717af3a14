"""The packaged embedder against the published model, and against damaged files."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml

from vivavoce.adapters.onnx_minilm import FOLDER, SHA256, OnnxMiniLM
from vivavoce.adapters.resources import resource
from vivavoce.adapters.sentence_transformer import SentenceTransformerEmbedder
from vivavoce.errors import BackendError, WeightsError


def statements() -> list[str]:
    """A few hundred real sentences: what the shipped rubrics state."""
    found = []
    for file in sorted(resource("rubrics").rglob("*.yaml")):
        rubric = yaml.safe_load(file.read_text(encoding="utf-8"))
        found += [criterion["statement"] for criterion in rubric["criteria"]]
    return found


def copied(folder: Path) -> Path:
    for name in SHA256:
        shutil.copyfile(FOLDER / name, folder / name)
    return folder


def spoil(path: Path) -> None:
    with path.open("r+b") as stream:
        stream.seek(path.stat().st_size // 2)
        byte = stream.read(1)[0]
        stream.seek(-1, 1)
        stream.write(bytes([byte ^ 0xFF]))


def test_name_tells_the_weights() -> None:
    assert OnnxMiniLM().name == f"minilm-l6-v2@{SHA256['model.onnx'][:8]}"


@pytest.mark.weights
def test_agrees_with_the_published_model(
    minilm: OnnxMiniLM, sentence_transformer: SentenceTransformerEmbedder
) -> None:
    texts = statements()
    assert len(texts) >= 200
    cosines = (minilm.embed(texts) * sentence_transformer.embed(texts)).sum(axis=1)
    assert cosines.min() >= 0.99
    assert cosines.mean() >= 0.998


@pytest.mark.weights
def test_token_vectors_agree_with_the_published_model(
    minilm: OnnxMiniLM, sentence_transformer: SentenceTransformerEmbedder
) -> None:
    texts = statements()[:100]
    pairs = zip(minilm.tokens(texts), sentence_transformer.tokens(texts), strict=True)
    cosines = []
    for ours, theirs in pairs:
        np.testing.assert_array_equal(ours.spans, theirs.spans)
        cosines.append((ours.vectors * theirs.vectors).sum(axis=1))
    assert np.concatenate(cosines).mean() >= 0.995


@pytest.mark.weights
def test_long_texts_agree_with_the_published_model(
    minilm: OnnxMiniLM, sentence_transformer: SentenceTransformerEmbedder
) -> None:
    text = " ".join(statements()[:60])
    assert minilm.embed([text])[0] @ sentence_transformer.embed([text])[0] >= 0.99


def test_half_a_surrogate_pair_is_read_as_a_question_mark(minilm: OnnxMiniLM) -> None:
    odd, plain = minilm.tokens(["bias \ud83d high", "bias ? high"])
    np.testing.assert_allclose(odd.vectors, plain.vectors, atol=1e-4)
    assert odd.spans.tolist() == [[0, 4], [5, 6], [7, 11]]


@pytest.mark.parametrize("name", list(SHA256))
def test_damaged_file(tmp_path: Path, name: str) -> None:
    spoil(copied(tmp_path) / name)
    with pytest.raises(WeightsError, match=rf"{name}: sha256 is .* reinstall vivavoce"):
        OnnxMiniLM(tmp_path).embed(["a"])


@pytest.mark.parametrize("name", list(SHA256))
def test_a_file_that_was_cut_before_it_was_hashed(tmp_path: Path, name: str) -> None:
    path = copied(tmp_path) / name
    path.write_bytes(path.read_bytes()[:1000])
    cut = {file: hashlib.sha256((tmp_path / file).read_bytes()).hexdigest() for file in SHA256}
    with pytest.raises(WeightsError, match="cannot be loaded"):
        OnnxMiniLM(tmp_path, sha256=cut).embed(["a"])


def test_missing_folder(tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    with pytest.raises(WeightsError, match=r"absent.*cannot be read.*reinstall"):
        OnnxMiniLM(absent).embed(["a"])


def test_a_weights_error_leaves_the_answer_ungraded() -> None:
    assert issubclass(WeightsError, BackendError)


def test_a_text_reads_the_same_to_the_bit_in_any_company(minilm: OnnxMiniLM) -> None:
    texts = [f"{'word ' * n}ends here." for n in (3, 9, 9, 40, 300, 3, 9, 77)]

    together = minilm.tokens(texts)

    for text, vectors in zip(texts, together, strict=True):
        (alone,) = OnnxMiniLM(threads=1).tokens([text])
        assert np.array_equal(vectors.vectors, alone.vectors)
        assert np.array_equal(vectors.sentence, alone.sentence)
