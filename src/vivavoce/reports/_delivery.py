"""A delivery in words: the rows that every readable report shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from vivavoce.core.delivery import Band, Delivery, Measure, Standing
from vivavoce.core.speech import Speech, Word
from vivavoce.reports._text import amount, clock, counted

__all__ = ["STANDINGS", "Row", "Tick", "heard", "lines", "rows", "ticks", "tokens"]


class _Unit(NamedTuple):
    title: str
    unit: str
    decimals: int = 0
    times: float = 1.0


class Row(NamedTuple):
    """One measure as it is shown; `value` is empty where it was not measurable."""

    title: str
    value: str
    target: str
    standing: Standing
    advice: str
    note: str


class Tick(NamedTuple):
    """Something on the recording's time line, in percent of its length; `from_s` in seconds."""

    kind: str
    left: float
    width: float
    label: str
    from_s: float = 0.0


_UNITS = {
    "pace": _Unit("Pace", "words a minute"),
    "articulation": _Unit("Articulation, without pauses", "words a minute"),
    "first_word_s": _Unit("Time to the first word", "s", 1),
    "pauses_a_minute": _Unit("Pauses of half a second or more", "a minute", 1),
    "longest_pause_s": _Unit("Longest pause", "s", 1),
    "pause_share": _Unit("Share of silence", "%", 0, 100),
    "hesitations_a_minute": _Unit("Hesitations (um, uh)", "a minute", 1),
    "phrases_a_minute": _Unit("Filler phrases (you know, I mean)", "a minute", 1),
    "slips_a_minute": _Unit("Repetitions and restarts", "a minute", 1),
    "length": _Unit("Length, of the time suggested", "%", 0, 100),
}

STANDINGS = {
    Standing.BELOW: "below the target",
    Standing.WITHIN: "on target",
    Standing.ABOVE: "above the target",
    Standing.UNKNOWN: "not measured",
}


def rows(delivery: Delivery) -> tuple[Row, ...]:
    """A row a measure."""
    return tuple(_row(measure) for measure in delivery.measures)


def _row(measure: Measure) -> Row:
    unit = _UNITS[measure.name]
    value = ""
    if measure.value is not None:
        value = f"{_figure(measure.value, unit)} {unit.unit}"
    target = _target(measure.band, unit)
    return Row(unit.title, value, target, measure.standing, measure.advice, measure.note)


def _figure(value: float, unit: _Unit) -> str:
    return amount(value * unit.times, unit.decimals)


def _target(band: Band, unit: _Unit) -> str:
    low, high = _figure(band.low, unit), "" if band.high is None else _figure(band.high, unit)
    if not high:
        return f"at least {low}" if band.low else "any"
    return f"{low} to {high}" if band.low else f"at most {high}"


def tokens(speech: Speech) -> Iterator[tuple[Word, bool]]:
    """Words, with whether the recogniser doubts each."""
    return ((word, word.unsure) for word in speech.words)


def heard(speech: Speech) -> str:
    """What was heard in one sentence: `24 words in 0:31, 3 of them doubtful`."""
    unsure = sum(word.unsure for word in speech.words)
    doubt = f", {unsure} of them doubtful" if unsure else ""
    return f"{counted(len(speech.words), 'word')} in {clock(speech.duration_s)}{doubt}"


def lines(delivery: Delivery) -> Iterator[str]:
    """Fillers and slips with their times, for reports without a time line."""
    for filler in delivery.fillers:
        yield f"{clock(filler.from_s)} {filler.kind.value}: {filler.text}"
    for slip in delivery.slips:
        yield f"{clock(slip.from_s)} {slip.kind.value}: {slip.text}"


def ticks(speech: Speech, delivery: Delivery) -> tuple[Tick, ...]:
    """Pauses, fillers and slips as marks on a line from 0 to 100."""
    whole = speech.duration_s or 1.0

    def tick(kind: str, from_s: float, to_s: float, label: str) -> Tick:
        left = min(100.0, 100 * from_s / whole)
        width = max(0.6, min(100 - left, 100 * (to_s - from_s) / whole))
        return Tick(kind, round(left, 2), round(width, 2), f"{clock(from_s)} {label}", from_s)

    return (
        *(tick("pause", p.from_s, p.to_s, f"pause of {p.length_s:.1f} s") for p in delivery.pauses),
        *(tick("filler", f.from_s, f.to_s, f"{f.kind.value}: {f.text}") for f in delivery.fillers),
        *(tick("slip", s.from_s, s.to_s, f"{s.kind.value}: {s.text}") for s in delivery.slips),
    )
