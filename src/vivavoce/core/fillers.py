"""Fillers, repetitions and restarts in recognised words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from vivavoce.core.speech import Word
from vivavoce.core.text import tokenise

__all__ = ["Filler", "FillerKind", "Slip", "SlipKind", "fillers", "slips"]

HESITATIONS = frozenset({"um", "umm", "uhm", "uh", "uhh", "er", "erm", "err", "hm", "hmm", "mm"})
PHRASES = (
    ("you", "know"),
    ("i", "mean"),
    ("sort", "of"),
    ("kind", "of"),
    ("or", "something"),
    ("and", "stuff"),
    ("basically",),
    ("actually",),
    ("literally",),
    ("obviously",),
    ("like",),
)
"""Phrases that fill, and say nothing, where they stand as below."""
PLAIN_BEFORE = {
    "like": frozenset("is are was were look looks looking sound something things feel".split()),
    "kind": frozenset("a the this that what which one some any each every same".split()),
    "sort": frozenset("a the this that what which one some any each every to we you".split()),
    "know": frozenset("if as do what how when did".split()),
    "mean": frozenset("what".split()),
}
"""Words after which a phrase means what it says: "a kind of tree", "looks like"."""
PLAIN_AFTER = {"like": frozenset("a an the this that these those to".split())}
LONGEST_REPEAT = 4
EMPHATIC = frozenset({"very", "really", "much", "many", "far", "more", "no", "yes", "that", "had"})
"""Words that may stand twice for good reason."""


class FillerKind(StrEnum):
    """What fills: a sound, or words that say nothing."""

    HESITATION = "hesitation"
    PHRASE = "phrase"


class SlipKind(StrEnum):
    """A repetition says the same again; a restart breaks off and begins anew."""

    REPETITION = "repetition"
    RESTART = "restart"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Filler(_Model):
    """A filler that was heard; `words` of the recording from index `first` on."""

    kind: FillerKind
    text: str
    first: Annotated[int, Field(ge=0)]
    words: Annotated[int, Field(ge=1)] = 1
    from_s: float
    to_s: float


class Slip(_Model):
    """Words said twice over; `text` is what was said the first time, from index `first` on."""

    kind: SlipKind
    text: str
    first: Annotated[int, Field(ge=0)]
    words: Annotated[int, Field(ge=1)]
    from_s: float
    to_s: float


def fillers(words: Sequence[Word]) -> tuple[Filler, ...]:
    """Fillers in order of time; none overlaps another."""
    bare = [_bare(w) for w in words]
    found: list[Filler] = []
    at = 0
    while at < len(words):
        kind, length = _filler_at(bare, at)
        if kind is not None:
            text = " ".join(bare[at : at + length])
            found.append(
                Filler(
                    kind=kind,
                    text=text,
                    first=at,
                    words=length,
                    from_s=words[at].from_s,
                    to_s=words[at + length - 1].to_s,
                )
            )
        at += max(1, length)
    return tuple(found)


def slips(words: Sequence[Word]) -> tuple[Slip, ...]:
    """Runs of up to four words that are said again at once, hesitations between left out.

    A word cut off ("und-", "grad-") whose beginning the next word has is a restart.
    """
    bare = [_bare(w) for w in words]
    said = [i for i, text in enumerate(bare) if text and text not in HESITATIONS]
    found: list[Slip] = []
    at = 0
    while at < len(said):
        length, kind = _slip_at(bare, words, said, at)
        if kind is not None:
            run = said[at : at + length]
            found.append(
                Slip(
                    kind=kind,
                    text=" ".join(words[i].text for i in run),
                    first=run[0],
                    words=length,
                    from_s=words[run[0]].from_s,
                    to_s=words[run[-1]].to_s,
                )
            )
        at += max(1, length)
    return tuple(found)


def _bare(word: Word) -> str:
    """The word in lower case without punctuation; what is written with a hyphen is one."""
    return "-".join(tokenise(word.text))


def _filler_at(bare: Sequence[str], at: int) -> tuple[FillerKind | None, int]:
    if bare[at] in HESITATIONS:
        return FillerKind.HESITATION, 1
    for phrase in PHRASES:
        if tuple(bare[at : at + len(phrase)]) == phrase and not _is_plain(bare, at, len(phrase)):
            return FillerKind.PHRASE, len(phrase)
    return None, 1


def _is_plain(bare: Sequence[str], at: int, length: int) -> bool:
    """Whether a phrase stands where it means what it says."""
    before = bare[at - 1] if at else ""
    after = bare[at + length] if at + length < len(bare) else ""
    key = bare[at] if bare[at] in PLAIN_BEFORE else bare[at + length - 1]
    return before in PLAIN_BEFORE.get(key, ()) or after in PLAIN_AFTER.get(key, ())


def _slip_at(
    bare: Sequence[str], words: Sequence[Word], said: Sequence[int], at: int
) -> tuple[int, SlipKind | None]:
    rest = list(_run(bare, said, at, LONGEST_REPEAT * 2))
    for length in range(min(LONGEST_REPEAT, len(rest) // 2), 0, -1):
        first, second = rest[:length], rest[length : 2 * length]
        if first == second and not (length == 1 and first[0] in EMPHATIC):
            # A sentence may end with the word that the next begins with.
            if words[said[at + length - 1]].text.endswith((".", "!", "?")):
                continue
            return length, SlipKind.REPETITION
    text = words[said[at]].text
    broken = text.endswith(("-", "–", "—", "...", "…"))  # noqa: RUF001
    if broken and len(rest) > 1 and rest[1].startswith(rest[0]):
        return 1, SlipKind.RESTART
    return 1, None


def _run(bare: Sequence[str], said: Sequence[int], at: int, most: int) -> Iterator[str]:
    return (bare[i] for i in said[at : at + most])
