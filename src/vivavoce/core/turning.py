"""Right claims turned into wrong ones: denied, reversed, or said of the other of two things.

A small change of the words that changes the label teaches a scorer to look at how words relate and
not at which there are: counterfactual augmentation (Kaushik et al. 2020, "Learning the difference
that makes a difference with counterfactually-augmented data"). What rules make now and then makes
no sense, so it stands beside twins that people wrote, in which the right one holds the "not" as
often as the wrong one.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping

from vivavoce.core.rubric import Rubric
from vivavoce.core.text import content_stems, stem

__all__ = ["contrasted", "denied", "exchanged", "reversed_direction", "turned"]

WORD = re.compile(r"[A-Za-z][\w'-]*")
NEGATION = re.compile(r"\b(?:not|no|never|none|nor|neither|without|cannot|\w+n't)\b", re.IGNORECASE)
AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|can|could|does|do|did|will|would|should|must|may|might)\b"
)
CONTRACTED = {"can": "can't", "will": "won't", "may": "may not", "might": "might not"}
JOINS = "and|or|vs|versus|from|than|against|to"
ONE_BREATH = re.compile(rf"\b([a-z]\w+)(?:-|\W+(?:{JOINS})\W+(?:(?:an?|the|k)\W+)?)([a-z]\w+)")
OFTEN = 2
"""Times that two things are named together where a question is about their difference."""
VERBS = (
    "adds allows applies asks assumes becomes breaks brings chooses comes compares computes "
    "contains controls covers creates depends describes explains falls finds follows gets "
    "gives goes grows happens helps holds hides improves increases keeps knows learns leaves "
    "lets lowers makes means minimises moves multiplies needs overfits pays penalises picks "
    "predicts punishes puts raises reads reduces refers removes replaces requires returns "
    "rises says seems separates shows shrinks stays stores suffers takes tells tends treats "
    "tries underfits uses wants works"
).split()
FINITE = re.compile(rf"\b(?:{'|'.join(VERBS)})\b")
OPPOSITES = (
    "increase decrease",
    "increases decreases",
    "increasing decreasing",
    "raises lowers",
    "raise lower",
    "rises falls",
    "rise fall",
    "grows shrinks",
    "grow shrink",
    "more less",
    "higher lower",
    "high low",
    "large small",
    "larger smaller",
    "bigger smaller",
    "big tiny",
    "fast slow",
    "faster slower",
    "quick slow",
    "before after",
    "first last",
    "up down",
    "long short",
    "longer shorter",
    "always never",
    "cheap expensive",
    "simple complex",
    "simpler more-complex",
    "strong weak",
    "above below",
    "inside outside",
    "most least",
    "maximise minimise",
    "maximises minimises",
    "easy hard",
    "easier harder",
    "possible impossible",
    "same opposite",
    "equal unequal",
    "positive negative",
    "positives negatives",
    "best worst",
    "better worse",
    "known unknown",
    "training test",
    "dependent independent",
    "correct wrong",
    "discrete continuous",
    "narrow wide",
    "early late",
)
OPPOSITE: Mapping[str, str] = {
    one.replace("-", " "): other.replace("-", " ")
    for pair in OPPOSITES
    for one, other in (pair.split(), pair.split()[::-1])
}
DIRECTION = re.compile(rf"\b(?:{'|'.join(sorted(OPPOSITE, key=len, reverse=True))})\b")


def turned(text: str, pair: tuple[str, str] | None, rng: random.Random) -> str | None:
    """The text with its claim turned in one of the ways that it allows; None if in none.

    Args:
        pair: the two things that the question tells apart, where it does.
    """
    ways: list[Callable[[], str | None]] = [
        lambda: denied(text, rng),
        lambda: reversed_direction(text, rng),
    ]
    if pair is not None:
        ways.append(lambda: exchanged(text, pair))
    rng.shuffle(ways)
    return next((made for way in ways if (made := way()) is not None), None)


def denied(text: str, rng: random.Random) -> str | None:
    """The text with one of its first two verbs denied; None where it denies something already."""
    if NEGATION.search(text):
        return None
    found = sorted(
        [*AUXILIARY.finditer(text), *FINITE.finditer(text)], key=lambda match: match.start()
    )[:2]
    if not found:
        return None
    at = rng.choice(found)
    word = at.group()
    if AUXILIARY.fullmatch(word):
        never = rng.random()
        short = CONTRACTED.get(word, f"{word}n't")
        said = short if never < 0.4 else f"{word} not" if never < 0.8 else f"{word} never"  # noqa: PLR2004
    else:
        helper = rng.choice(("does not", "doesn't", "never"))
        said = f"never {word}" if helper == "never" else f"{helper} {_infinitive(word)}"
    return f"{text[: at.start()]}{said}{text[at.end() :]}"


def reversed_direction(text: str, rng: random.Random) -> str | None:
    """The text with one word of direction turned round; None where it has none."""
    found = list(DIRECTION.finditer(text))
    if not found:
        return None
    at = rng.choice(found)
    return f"{text[: at.start()]}{OPPOSITE[at.group()]}{text[at.end() :]}"


def exchanged(text: str, pair: tuple[str, str]) -> str | None:
    """The text with each of two words in the place of the other; None where it has neither.

    Words that are named in one breath ("bias and variance") mean the same either way round.
    """
    one, two = (re.escape(word) for word in pair)
    if re.search(
        rf"\b(?:{one}\W+(?:\w+\W+)?{two}|{two}\W+(?:\w+\W+)?{one})\b", text, re.IGNORECASE
    ):
        return None
    other = {pair[0]: pair[1], pair[1]: pair[0]}

    def swap(match: re.Match[str]) -> str:
        word = other[match.group().lower()]
        return word.capitalize() if match.group()[0].isupper() else word

    made = re.sub(rf"\b(?:{one}|{two})\b", swap, text, flags=re.IGNORECASE)
    return made if made != text else None


def contrasted(rubric: Rubric) -> tuple[str, str] | None:
    """The two things that a question tells apart; None where it does not.

    They are named in one breath wherever the question is asked ("precision and recall", "XML or
    CSV"), and criteria speak of both. Of "a type I error and a type II error", error and type are
    one thing.
    """
    spoken = [stem for c in rubric.criteria for stem in set(content_stems(c.statement))]
    said = " ".join(rubric.questions).lower()
    counts: Counter[tuple[str, str]] = Counter()
    for match in ONE_BREATH.finditer(said):
        one, two = match.groups()
        both = min(spoken.count(stem(one)), spoken.count(stem(two))) > 1
        if both and not re.search(rf"\b{two} (?!(?:{JOINS})\b)\w+ {one}\b", said):
            counts[one, two] += 1
    pair, times = counts.most_common(1)[0] if counts else (("", ""), 0)
    return pair if times >= OFTEN else None


def _infinitive(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("shes", "ches", "sses", "xes", "goes")):
        return word[:-2]
    return word[:-1]
