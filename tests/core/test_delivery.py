"""Worked arithmetic of each measure, then what holds for any recording."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from vivavoce.core.delivery import Band, Bands, Delivery, Standing, deliver
from vivavoce.core.speech import Speech, Word
from vivavoce.testing import spoken

TEN = "a b c d e f g h i j"


def timed(*words: tuple[str, float, float], verbatim: bool = True) -> Speech:
    return Speech(
        words=tuple(Word(text=t, from_s=a, to_s=b) for t, a, b in words),
        duration_s=words[-1][2] + 1 if words else 3.0,
        model="made",
        verbatim=verbatim,
    )


def value(delivery: Delivery, name: str) -> float | None:
    return delivery.measure(name).value


# Ten words of 0.4 s, the first at 2 s; a gap of 0.1 s after each, but 2.6 s after the fifth:
# 10 * 0.4 + 8 * 0.1 + 2.6 = 7.4 s from the first word to the last.
FIRST = [(w, 2 + 0.5 * i, 2.4 + 0.5 * i) for i, w in enumerate("a b c d e".split())]
REST = [(w, 7 + 0.5 * i, 7.4 + 0.5 * i) for i, w in enumerate("f g h i j".split())]
MADE = timed(*FIRST, *REST)


def test_pace_counts_from_the_first_word_to_the_last() -> None:
    assert value(deliver(MADE), "pace") == pytest.approx(60 * 10 / 7.4, abs=0.001)


def test_articulation_leaves_out_the_pauses() -> None:
    assert value(deliver(MADE), "articulation") == pytest.approx(60 * 10 / 4.8, abs=0.001)


def test_pauses_are_counted_timed_and_summed() -> None:
    made = deliver(MADE)
    assert [(p.from_s, p.to_s) for p in made.pauses] == [(4.4, 7.0)]
    assert value(made, "pauses_a_minute") == pytest.approx(60 / 7.4, abs=0.001)
    assert value(made, "longest_pause_s") == 2.6
    assert value(made, "pause_share") == pytest.approx(2.6 / 7.4, abs=0.001)
    assert value(made, "first_word_s") == 2.0


def test_a_gap_of_just_half_a_second_is_a_pause() -> None:
    words = [("a", 0.1, 0.3), ("b", 0.8, 1.0), ("c", 1.499, 1.6)]
    assert [(p.from_s, p.to_s) for p in deliver(timed(*words)).pauses] == [(0.3, 0.8)]


def test_length_is_a_share_of_the_time_suggested() -> None:
    assert value(deliver(MADE, seconds=14.8), "length") == 0.5
    none = deliver(MADE).measure("length")
    assert (none.value, none.standing) == (None, Standing.UNKNOWN)
    assert "suggests no time" in none.note


def test_hesitations_are_no_words_and_are_counted_where_they_are_kept() -> None:
    # 12 words a step of 0.4 s: from the first to the last 11 * 0.4 + 0.3 = 4.7 s.
    made = deliver(spoken(f"um {TEN} uh", verbatim=True))
    assert made.words == 10
    assert value(made, "hesitations_a_minute") == pytest.approx(60 * 2 / 4.7, abs=0.001)
    assert value(made, "pace") == pytest.approx(60 * 10 / 4.7, abs=0.001)


def test_what_a_recogniser_cleans_is_not_measured() -> None:
    cleaned = deliver(spoken(TEN)).measure("hesitations_a_minute")
    assert cleaned.value is None
    assert cleaned.note.startswith("not measurable")
    assert cleaned.advice == ""
    heard = deliver(spoken(f"um {TEN} the the"))
    assert "1 heard at least" in heard.measure("hesitations_a_minute").note
    assert "1 heard at least" in heard.measure("slips_a_minute").note
    assert [f.text for f in heard.fillers] == ["um"]


def test_phrases_are_measured_all_the_same_and_the_commonest_is_named() -> None:
    # 15 words: 14 * 0.4 + 0.3 = 5.9 s.
    phrases = deliver(spoken(f"basically {TEN} you know you know")).measure("phrases_a_minute")
    assert phrases.value == pytest.approx(60 * 3 / 5.9, abs=0.001)
    assert phrases.standing is Standing.ABOVE
    assert "'you know'" in phrases.advice


def test_a_few_words_give_no_rates() -> None:
    made = deliver(spoken("high bias underfits"))
    for name in ("pace", "articulation", "pauses_a_minute", "pause_share", "phrases_a_minute"):
        assert made.measure(name).value is None
        assert "needs 8 words" in made.measure(name).note
    assert value(made, "first_word_s") == 0.5


def test_silence_measures_nothing_and_advises_nothing() -> None:
    made = deliver(timed(), seconds=60)
    assert {m.standing for m in made.measures} == {Standing.UNKNOWN}
    assert {m.note for m in made.measures} == {"no words were heard"}
    assert made.advice == ()


def test_each_end_of_a_band_has_its_own_advice() -> None:
    slow = deliver(MADE, bands=Bands(pace=Band(low=100, high=200)))
    fast = deliver(MADE, bands=Bands(pace=Band(low=10, high=50)))
    right = deliver(MADE, bands=Bands(pace=Band(low=80, high=90)))
    assert slow.measure("pace").standing is Standing.BELOW
    assert "faster" in slow.measure("pace").advice
    assert "Slow down" in fast.measure("pace").advice
    assert right.measure("pace").standing is Standing.WITHIN
    assert right.measure("pace").advice == ""


def test_an_open_end_is_never_passed() -> None:
    made = deliver(MADE, bands=Bands(longest_pause_s=Band(low=0)))
    assert made.measure("longest_pause_s").standing is Standing.WITHIN


def test_a_band_whose_ends_are_swapped_is_refused() -> None:
    with pytest.raises(ValidationError, match="begins at 5"):
        Band(low=5, high=4)


def test_an_unknown_measure_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        deliver(MADE).measure("charm")


@st.composite
def speeches(draw: st.DrawFn) -> Speech:
    at, words = 0.0, []
    vocabulary = st.sampled_from("um the the model you know like it . - ünd 树".split())
    for _ in range(draw(st.integers(0, 30))):
        at += draw(st.floats(0, 5))
        end = at + draw(st.floats(0, 2))
        words.append((draw(vocabulary), round(at, 3), round(end, 3)))
        at = end + 0.001
    return timed(*words, verbatim=draw(st.booleans()))


@given(speeches(), st.one_of(st.none(), st.integers(10, 600)))
def test_any_recording_can_be_measured(speech: Speech, seconds: int | None) -> None:
    made = deliver(speech, seconds=seconds)
    assert [m.name for m in made.measures] == list(Bands.model_fields)
    share = value(made, "pause_share")
    assert share is None or 0 <= share <= 1
    pace, articulation = value(made, "pace"), value(made, "articulation")
    assert pace is None or articulation is None or articulation >= pace
    assert all(a.to_s <= b.from_s for a, b in pairwise(made.pauses))
    for one in made.measures:
        assert bool(one.advice) == (one.standing in (Standing.BELOW, Standing.ABOVE))
        assert (one.value is None) == (one.standing is Standing.UNKNOWN) == bool(one.note)
    assert Delivery.model_validate_json(made.model_dump_json()) == made
    assert deliver(speech, seconds=seconds) == made


@given(speeches(), st.floats(0.1, 30))
def test_silence_before_the_answer_changes_the_first_word_alone(
    speech: Speech, later: float
) -> None:
    moved = speech.model_copy(
        update={
            "words": tuple(
                w.model_copy(update={"from_s": w.from_s + later, "to_s": w.to_s + later})
                for w in speech.words
            )
        }
    )
    for a, b in zip(deliver(speech).measures, deliver(moved).measures, strict=True):
        if a.name != "first_word_s" and a.value is not None:
            assert b.value == pytest.approx(a.value, rel=0.01, abs=0.01)
