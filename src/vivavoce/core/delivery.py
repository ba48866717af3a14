"""How an answer sounded: pace, pauses, fillers, length. Never part of the content score.

Each measure is compared with a band. The bands are the settable defaults of this tool; those of
pace lie about the 150 to 160 words a minute of conversational English and audio books, the
others are round figures for a short spoken answer. A measure that cannot be made says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from vivavoce.core.fillers import Filler, FillerKind, Slip, fillers, slips
from vivavoce.core.speech import Speech, Word

__all__ = ["Band", "Bands", "Delivery", "Measure", "Pause", "Standing", "deliver"]

PAUSE_S = 0.5
"""Silence between words from which it counts as a pause; shorter ones belong to articulation."""
FEWEST_WORDS = 8
FEWEST_SECONDS = 4.0
"""Below either, a rate would say nothing."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Band(_Model):
    """What is comfortable to listen to, ends included; None where there is no upper end."""

    low: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    high: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.high is not None and self.low > self.high:
            raise ValueError(f"the band begins at {self.low} and ends at {self.high}")
        return self


class Bands(_Model):
    """The target of each measure.

    Attributes:
        pace: words a minute from the first word to the last.
        articulation: words a minute of the time in which somebody speaks.
        first_word_s: seconds until the first word.
        pauses_a_minute: pauses of half a second and more.
        longest_pause_s: seconds.
        pause_share: 0..1 of the time from the first word to the last.
        hesitations_a_minute: "um" and its like.
        phrases_a_minute: "you know" and its like.
        slips_a_minute: repetitions and restarts.
        length: the answer's length over the question's suggested time.
    """

    pace: Band = Band(low=110, high=170)
    articulation: Band = Band(low=140, high=230)
    first_word_s: Band = Band(high=5)
    pauses_a_minute: Band = Band(high=14)
    longest_pause_s: Band = Band(high=4)
    pause_share: Band = Band(low=0.05, high=0.3)
    hesitations_a_minute: Band = Band(high=4)
    phrases_a_minute: Band = Band(high=3)
    slips_a_minute: Band = Band(high=3)
    length: Band = Band(low=0.4, high=1.4)


class Standing(StrEnum):
    """Where a measure lies; UNKNOWN where it could not be made."""

    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"
    UNKNOWN = "unknown"


class Measure(_Model):
    """One figure of a delivery.

    Attributes:
        name: as in `Bands`.
        value: in the unit that `Bands` gives; None where not measurable.
        note: why it is not measurable, or what it leaves out; else empty.
        advice: one thing to do; empty within the band.
    """

    name: str
    value: float | None
    band: Band
    standing: Standing
    advice: str = ""
    note: str = ""


class Pause(_Model):
    """Silence between two words."""

    from_s: Annotated[float, Field(ge=0)]
    to_s: Annotated[float, Field(ge=0)]

    @property
    def length_s(self) -> float:
        """Seconds."""
        return self.to_s - self.from_s


class Delivery(_Model):
    """How a recording sounded; times are seconds from its start.

    Attributes:
        words: that were recognised, hesitations left out.
        spoken_s: from the first word to the last.
        verbatim: whether the recogniser keeps every hesitation and repetition.
        measures: in the order of `Bands`.
    """

    words: Annotated[int, Field(ge=0)]
    spoken_s: Annotated[float, Field(ge=0)]
    verbatim: bool
    measures: tuple[Measure, ...]
    pauses: tuple[Pause, ...] = ()
    fillers: tuple[Filler, ...] = ()
    slips: tuple[Slip, ...] = ()

    def measure(self, name: str) -> Measure:
        """The measure of this name.

        Raises:
            KeyError: there is none.
        """
        for one in self.measures:
            if one.name == name:
                return one
        raise KeyError(name)

    @property
    def advice(self) -> tuple[str, ...]:
        """What to do, one sentence a measure that lies outside its band."""
        return tuple(m.advice for m in self.measures if m.advice)


NO_WORDS = "no words were heard"
TOO_LITTLE = f"needs {FEWEST_WORDS} words and {FEWEST_SECONDS:g} seconds of speech"
CLEANED = "not measurable: the recogniser leaves some of them out"
CLEANED_HEARD = "the recogniser leaves some of them out; {} heard at least"

ADVICE: dict[str, tuple[str, str]] = {
    "pace": (
        "Speak a little faster: settle the order of your points before you begin.",
        "Slow down: end each point, breathe, then begin the next.",
    ),
    "articulation": (
        "Let the words flow within a point, and pause between points instead.",
        "Give key terms more time; they are what the listener writes down.",
    ),
    "first_word_s": (
        "",
        "Begin sooner: say the definition first, or say that you take a moment to think.",
    ),
    "pauses_a_minute": (
        "",
        "Pause less often: finish the clause before you stop to think.",
    ),
    "longest_pause_s": (
        "",
        "Bridge a long silence: say what you are thinking about, or go on to the next point.",
    ),
    "pause_share": (
        "Leave short pauses between points, so that each can be taken in.",
        "Close the gaps: three key words noted before you speak carry you through.",
    ),
    "hesitations_a_minute": (
        "",
        "Put a silent pause where an 'um' wants to come; it sounds surer.",
    ),
    "phrases_a_minute": (
        "",
        "Drop fillers such as '{}'; the sentence stands without them.",
    ),
    "slips_a_minute": (
        "",
        "Think a sentence to its end before you start it; you began again several times.",
    ),
    "length": (
        "Say more: add the reason, an example or the limits of what you claimed.",
        "Shorten it: answer first, then stop after the two strongest reasons.",
    ),
}
"""What to do below the band, and above it."""


def deliver(
    speech: Speech, *, seconds: float | None = None, bands: Bands | None = None
) -> Delivery:
    """Measures a recording.

    Args:
        seconds: how long a good answer to the question takes; None leaves the length unmeasured.
        bands: targets; the defaults where None.
    """
    words = speech.words
    found = fillers(words)
    phrases = [f for f in found if f.kind is FillerKind.PHRASE]
    hesitations = len(found) - len(phrases)
    make = _Maker(bands or Bands(), speech, len(words) - hesitations)
    again, silences = slips(words), _pauses(words)
    silent = sum(p.length_s for p in silences)
    return Delivery(
        words=make.said,
        spoken_s=round(make.spoken, 3),
        verbatim=speech.verbatim,
        pauses=silences,
        fillers=found,
        slips=again,
        measures=(
            make.rate("pace", make.said),
            make.rate("articulation", make.said, silent=silent),
            make.time("first_word_s", words[0].from_s if words else 0.0),
            make.rate("pauses_a_minute", len(silences)),
            make.time("longest_pause_s", max((p.length_s for p in silences), default=0.0)),
            make.share("pause_share", silent),
            make.cleaned("hesitations_a_minute", hesitations),
            make.rate("phrases_a_minute", len(phrases), word=_commonest(phrases)),
            make.cleaned("slips_a_minute", len(again)),
            make.length("length", seconds),
        ),
    )


class _Maker:
    """Makes the measures of one recording, each with its band."""

    def __init__(self, bands: Bands, speech: Speech, said: int) -> None:
        words = speech.words
        self.said = said
        self.spoken = max(0.0, words[-1].to_s - words[0].from_s) if words else 0.0
        self._bands = bands
        self._verbatim = speech.verbatim
        self._why = ""
        if not words:
            self._why = NO_WORDS
        elif said < FEWEST_WORDS or self.spoken < FEWEST_SECONDS:
            self._why = TOO_LITTLE

    def rate(self, name: str, count: float, *, silent: float = 0.0, word: str = "") -> Measure:
        """A count a minute of the time spoken, or of that less the silence in it."""
        talking = self.spoken - silent
        if self._why or talking <= 0:
            return self._make(name, None, self._why or TOO_LITTLE)
        return self._make(name, 60.0 * count / talking, word=word)

    def time(self, name: str, seconds: float) -> Measure:
        """Seconds, wherever there is a word."""
        if self._why == NO_WORDS:
            return self._make(name, None, NO_WORDS)
        return self._make(name, seconds)

    def share(self, name: str, silent: float) -> Measure:
        """Silence over the time from the first word to the last."""
        return self._make(name, None if self._why else silent / self.spoken, self._why)

    def cleaned(self, name: str, count: int) -> Measure:
        """A rate of what many recognisers leave out."""
        if self._verbatim or self._why == NO_WORDS:
            return self.rate(name, count)
        return self._make(name, None, CLEANED_HEARD.format(count) if count else CLEANED)

    def length(self, name: str, seconds: float | None) -> Measure:
        """The time spoken over the time suggested."""
        if not seconds:
            return self._make(name, None, "the question suggests no time")
        return self.time(name, self.spoken / seconds)

    def _make(self, name: str, value: float | None, note: str = "", word: str = "") -> Measure:
        band: Band = getattr(self._bands, name)
        if value is None:
            return Measure(name=name, value=None, band=band, standing=Standing.UNKNOWN, note=note)
        value = round(value, 3)
        low, high = ADVICE[name]
        standing, advice = Standing.WITHIN, ""
        if value < band.low:
            standing, advice = Standing.BELOW, low
        elif band.high is not None and value > band.high:
            standing, advice = Standing.ABOVE, high.format(word)
        return Measure(name=name, value=value, band=band, standing=standing, advice=advice)


def _pauses(words: Sequence[Word]) -> tuple[Pause, ...]:
    """Silences between neighbouring words; what comes before the first is no pause."""
    gaps = ((a.to_s, b.from_s) for a, b in pairwise(words))
    # Times carry three decimals; the sum of two may miss half a second by less than that.
    return tuple(Pause(from_s=a, to_s=b) for a, b in gaps if round(b - a, 3) >= PAUSE_S)


def _commonest(phrases: Sequence[Filler]) -> str:
    texts = [p.text for p in phrases]
    return max(texts, key=texts.count, default="")
