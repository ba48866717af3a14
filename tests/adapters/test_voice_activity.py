"""How a recording is cut into pieces: at pauses, and the same however long it goes on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.adapters.audio_files import RATE
from vivavoce.adapters.voice_activity import PADDING, PIECE, REST, Piece, Stretch, pieces

stretches = st.lists(
    st.tuples(st.integers(RATE // 3, 4 * RATE), st.integers(RATE // 6, 9 * RATE)), max_size=20
).map(
    lambda lengths: [
        Stretch(sum(map(sum, lengths[:i])) + gap, sum(map(sum, lengths[: i + 1])))
        for i, (gap, _) in enumerate(lengths)
    ]
)


def seconds(*pairs: tuple[float, float]) -> list[Stretch]:
    return [Stretch(round(a * RATE), round(b * RATE)) for a, b in pairs]


@given(stretches, st.integers(0, 3 * RATE))
def test_every_stretch_is_in_one_piece_in_order(speech: list[Stretch], after: int) -> None:
    length = (speech[-1].end if speech else 0) + after
    cut = pieces(speech, length)
    assert [s for piece in cut for s in piece.speech] == speech
    wide = [p for piece in cut for p in piece.parts]
    assert all(w.start <= s.start and s.end <= w.end for w, s in zip(wide, speech, strict=True))
    assert all(s.start - w.start <= PADDING for w, s in zip(wide, speech, strict=True))
    assert all(a.end <= b.start for a, b in zip(wide, wide[1:], strict=False))
    assert not wide or (wide[0].start >= 0 and wide[-1].end <= length)


@given(stretches, st.integers(0, 20))
def test_what_follows_changes_no_piece_but_the_last_two(speech: list[Stretch], cut: int) -> None:
    early = speech[:cut]
    now = pieces(early, early[-1].end if early else 0)
    later = pieces(speech, speech[-1].end if speech else 0)
    assert now[:-2] == later[: max(0, len(now) - 2)]


@given(stretches)
def test_pieces_are_long_enough(speech: list[Stretch]) -> None:
    cut = pieces(speech, speech[-1].end if speech else 0)
    said = [sum(s.end - s.start for s in piece.speech) for piece in cut]
    assert all(n >= PIECE for n in said[:-1])
    assert len(said) < 2 or said[-1] >= REST


def test_no_speech_is_no_piece() -> None:
    assert pieces([], 5 * RATE) == []


def test_short_pauses_are_halved_and_long_ones_cut() -> None:
    (piece,) = pieces(seconds((0.1, 1), (1.3, 2), (4, 5)), 10 * RATE)
    assert piece.parts == tuple(seconds((0, 1.15), (1.15, 2.2), (3.8, 5.2)))


@pytest.mark.parametrize(("at", "shift"), [(0.0, 1.0), (1.9, 1.0), (2.1, 4.0), (3.5, 4.0), (9, 4)])
def test_times_lead_back_to_the_recording(at: float, shift: float) -> None:
    parts = tuple(seconds((1, 3), (6, 7.5)))
    assert Piece(parts, parts).shift(at) == pytest.approx(shift)


def test_the_sound_of_a_piece_is_its_parts() -> None:
    parts = (Stretch(1, 3), Stretch(5, 6))
    assert Piece(parts, parts).sound(np.arange(8, dtype=np.float32)).tolist() == [1, 2, 5]
