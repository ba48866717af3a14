"""WebVTT and SubRip: speakers, times, markup, rolling captions and broken files."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.adapters.transcripts import read_transcript, srt, webvtt
from vivavoce.adapters.transcripts.cues import Cue, to_turns, without_repeats
from vivavoce.errors import AnswerFileError

EXAMPLES = Path(__file__).parents[3] / "examples"


def cue(at: int, text: str, *, lasts: float = 1.0, ident: str = "") -> str:
    end = f"00:00:{at + lasts:06.3f}"
    return f"{ident}\n00:00:{at:02d}.000 --> {end}\n{text}\n".lstrip("\n") + "\n"


def said(turns: object) -> list[tuple[str, str]]:
    return [(t.speaker, t.text) for t in turns]  # type: ignore[attr-defined]


def test_zoom_cues_of_one_speaker_merge_and_keep_their_times() -> None:
    text = "WEBVTT\n\n" + "".join(
        [
            cue(1, "Interviewer: What is bias?", ident="1"),
            cue(3, "Maya Chen: Bias is", ident="2"),
            cue(4, "Maya Chen: a systematic error.", ident="3"),
        ]
    )
    turns = webvtt.parse("a.vtt", text)
    assert said(turns) == [
        ("Interviewer", "What is bias?"),
        ("Maya Chen", "Bias is a systematic error."),
    ]
    answer = turns[1]
    assert (answer.from_s, answer.to_s, answer.line) == (3.0, 5.0, 9)
    cues = [(answer.text[s.start : s.end], s.from_s, s.to_s) for s in answer.segments]
    assert cues == [("Bias is", 3.0, 4.0), ("a systematic error.", 4.0, 5.0)]


def test_teams_voice_tags_notes_styles_and_entities() -> None:
    text = (
        "WEBVTT - made by Teams\nKind: captions\n\nNOTE about\nthis: file\n\n"
        "STYLE\n::cue { color: red }\n\n"
        "8a6f/12-0\n00:00:01.000 --> 00:00:02.000 align:start\n"
        "<v.loud Ann O&apos;Neil>Is 1 &lt; 2 &amp; so on?</v>\n\n"
        "8a6f/13-0\n00:00:03.000 --> 00:00:04.000\n"
        "<v Bob>Yes, <i>it</i> <00:00:03.500><c.x>is</c>.</v> <v Ann O&apos;Neil>Good.</v>\n"
    )
    assert said(webvtt.parse("a.vtt", text)) == [
        ("Ann O'Neil", "Is 1 < 2 & so on?"),
        ("Bob", "Yes, it is."),
        ("Ann O'Neil", "Good."),
    ]


def test_colons_inside_voice_tagged_speech_are_no_speakers() -> None:
    text = "WEBVTT\n\n" + cue(1, "<v Bob>Two words: bias and variance.</v>")
    assert said(webvtt.parse("a.vtt", text)) == [("Bob", "Two words: bias and variance.")]


def test_youtube_rolling_captions_are_said_once() -> None:
    text = "WEBVTT\n\n" + "".join(
        [
            cue(1, "so bias is"),
            cue(2, "so bias is\nthe error from"),
            cue(3, "the error from", lasts=0.01),
            cue(3, "the error from\nsimple assumptions."),
        ]
    )
    turns = webvtt.parse("a.vtt", text)
    assert " ".join(t.text for t in turns) == "so bias is the error from simple assumptions."


def test_words_growing_in_place_are_said_once() -> None:
    cues = [
        Cue("M", " ".join(["bias", "is", "an", "error"][:n]), 1.0, 1.0 + n, n) for n in (1, 2, 4)
    ]
    assert [c.text for c in without_repeats(cues)] == ["bias", "is", "an error"]


def test_repetition_after_a_pause_or_by_another_speaker_stays() -> None:
    cues = [
        Cue("A", "yes", 1.0, 2.0, 1),
        Cue("A", "yes", 5.0, 6.0, 2),
        Cue("B", "yes", 6.0, 7.0, 3),
        Cue("B", "we had had", 7.0, 8.0, 4),
        Cue("B", "had a look", 8.0, 9.0, 5),
    ]
    assert [c.text for c in without_repeats(cues)] == [c.text for c in cues]


def test_missing_or_reversed_end_times_are_tolerated() -> None:
    text = (
        "WEBVTT\n\n00:01.000 -->\nAnn: one\n\n01:00:02.000 --> 00:00:01.000\nBob: two\n\n"
        "00:03.000 --> align:start\nAnn: three\n"
    )
    turns = webvtt.parse("a.vtt", text)
    assert [(t.from_s, t.to_s) for t in turns] == [(1.0, None), (3602.0, None), (3.0, None)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("WEBVTT\n\n1\n00:00:0x --> 00:00:02.000\nAnn: hi", "a.vtt, line 4: '00:00:0x"),
        ("WEBVTT\n\n00:00:01.000 --> 9\nAnn: hi", "line 3: .* no cue timing"),
        (
            "WEBVTT\n\nAnn: hi\n\n00:01.000 --> 00:02.000\nBob: ho",
            "line 3: 'Ann: hi' stands before",
        ),
        ("WEBVTTX\n\n00:01.000 --> 00:02.000\nBob: ho", "line 1: .*begins with the line WEBVTT"),
        ("WEBVTT\n\nNOTE nothing else\n", "no cue in the file"),
    ],
)
def test_broken_webvtt_names_the_line(text: str, message: str) -> None:
    with pytest.raises(AnswerFileError, match=message):
        webvtt.parse("a.vtt", text)


def test_words_after_a_stray_empty_line_are_not_lost() -> None:
    text = "WEBVTT\n\n" + cue(1, "Ann: the first part\n\nand the rest of it") + cue(3, "Bob: ok")
    assert said(webvtt.parse("a.vtt", text)) == [
        ("Ann", "the first part and the rest of it"),
        ("Bob", "ok"),
    ]


def test_arrows_that_are_spoken_text_stay_text() -> None:
    text = "WEBVTT\n\n" + cue(1, "Ann: it goes\nfrom A --> B")
    assert said(webvtt.parse("a.vtt", text)) == [("Ann", "it goes from A --> B")]


def test_a_word_with_a_colon_is_no_speaker() -> None:
    text = "WEBVTT\n\n" + "".join(
        [
            cue(1, "Interviewer: Define precision and recall."),
            cue(3, "Maya Chen: There are two, precision and recall."),
            cue(5, "Precision: correct among predicted. Note: not accuracy."),
        ]
    )
    turns = webvtt.parse("a.vtt", text)
    assert {t.speaker for t in turns} == {"Interviewer", "Maya Chen"}
    assert turns[1].text.endswith("Precision: correct among predicted. Note: not accuracy.")


def test_srt_with_names_markup_and_lost_empty_lines() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\n<i>[SPEAKER_00]:</i> What is bias?\n"
        "2\n00:00:02,500 --> 00:00:04,000\n{\\an8}[SPEAKER_01]: An error\nof the average.\n"
    )
    turns = srt.parse("a.srt", text)
    assert said(turns) == [
        ("SPEAKER_00", "What is bias?"),
        ("SPEAKER_01", "An error of the average."),
    ]
    assert (turns[1].from_s, turns[1].to_s) == (2.5, 4.0)


def test_srt_without_names_gives_a_turn_a_sentence() -> None:
    parts = ["What is the", "trade-off?", "Well it is", "a balance.", "And so", "on"]
    text = "".join(
        f"{n}\n00:00:{n:02d},000 --> 00:00:{n:02d},900\n{p}\n\n" for n, p in enumerate(parts, 1)
    )
    turns = srt.parse("a.srt", text.replace("00:00:06", "00:00:16"))
    assert said(turns) == [
        ("", "What is the trade-off?"),
        ("", "Well it is a balance."),
        ("", "And so"),
        ("", "on"),
    ]


@given(
    st.lists(
        st.builds(
            Cue,
            speaker=st.sampled_from(["", "Ann", "Bob"]),
            text=st.text(alphabet="ab .?é", max_size=12).map(lambda s: " ".join(s.split())),
            from_s=st.one_of(st.none(), st.floats(0, 1e4)),
            to_s=st.one_of(st.none(), st.floats(0, 1e4)),
            line=st.integers(1, 99),
            confidence=st.none(),
            words=st.just(()),
            opens=st.booleans(),
        )
    )
)
def test_turns_hold_every_cue_at_its_offsets(cues: list[Cue]) -> None:
    turns = to_turns(cues)
    spoken = [c for c in cues if c.text]
    assert " ".join(t.text for t in turns) == " ".join(c.text for c in spoken)
    timed = [c for c in spoken if c.from_s is not None]
    found = [(t.text[s.start : s.end], s.from_s, s.to_s) for t in turns for s in t.segments]
    assert found == [(c.text, c.from_s, c.to_s) for c in timed]
    for one, two in pairwise(turns):
        assert not one.speaker or one.speaker != two.speaker


def test_times_agree_with_webvtt_py() -> None:
    reference = pytest.importorskip("webvtt").read(str(EXAMPLES / "interview.vtt"))
    turns = read_transcript(EXAMPLES / "interview.vtt").turns
    ours = [
        (s.from_s, s.to_s, f"{t.speaker}: {t.text[s.start : s.end]}")
        for t in turns
        for s in t.segments
    ]
    theirs = [(c.start_in_seconds, c.end_in_seconds, c.text.replace("\n", " ")) for c in reference]
    assert [(int(a or 0), int(b or 0), words) for a, b, words in ours] == theirs
