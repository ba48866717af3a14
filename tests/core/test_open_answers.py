"""The surface of an answer to an open question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.open_answers import Quality, missing, qualities


@pytest.mark.parametrize(
    ("text", "quality"),
    [
        ("I prefer trees.", Quality.POSITION),
        ("My favourite is this one.", Quality.POSITION),
        ("It wins because it is simple.", Quality.REASON),
        ("It cut the error by 12%.", Quality.NUMBER),
        ("It took three weeks.", Quality.NUMBER),
        ("We moved it to PyTorch.", Quality.NAME),
        ("There is a course by Andrew Ng on it.", Quality.NAME),
        ("we trained one at work", Quality.EXAMPLE),
        ("First I look, then I plot.", Quality.ORDER),
    ],
)
def test_signs(text: str, quality: Quality) -> None:
    assert quality in qualities(text)


@pytest.mark.parametrize(
    ("text", "quality"),
    [
        ("Trees are fast. They win.", Quality.NAME),
        ("So I did. And I won.", Quality.NAME),
        ("Trees are fast.", Quality.POSITION),
        ("Models are used by people.", Quality.EXAMPLE),
    ],
)
def test_no_signs(text: str, quality: Quality) -> None:
    assert quality not in qualities(text)


def test_nothing_said_misses_everything_but_a_name() -> None:
    assert missing("trees are fast") == tuple(q for q in Quality if q is not Quality.NAME)
    assert Quality.NAME in missing("Trees are fast")


@given(st.text(max_size=200))
def test_found_and_missing_exclude_each_other(text: str) -> None:
    assert not qualities(text) & set(missing(text))
