"""Words, stems and function words: what of a text carries content."""

from __future__ import annotations

import re
from functools import lru_cache

import Stemmer

__all__ = ["FUNCTION_WORDS", "content_stems", "stem", "tokenise"]

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*", re.UNICODE)  # noqa: RUF001

FUNCTION_WORDS = frozenset(
    """
    a about above after again all also am an and any are as at back be because been before being
    below between both but by can cannot could did do does doing down during each either else ever
    few for from further get gets getting go goes going got had has have having he her here hers
    him his how however i if in into is isn it its itself just kind let like lot made make makes
    may maybe me mean means might more most much must my neither nor now of off oh okay on one
    ones only onto or other our out over own per perhaps please quite rather really right same say
    says see shall she should since so some something sort still such sure than that the their
    them then there therefore these they thing things this those though through thus to too um uh
    under unless until up upon us use used uses using usually very want was way we well were what
    when where whereas whether which while who whom whose why will with within without would yeah
    yes yet you your er erm hmm basically actually literally essentially
    """.split()
)
"""English words that carry no content of their own, spoken fillers included.

Negations ("not", "no", "never") are absent on purpose: they decide what a claim says.
"""

CONTRACTED = frozenset({"s", "m", "re", "ll", "ve", "d"})
_STEMMER = Stemmer.Stemmer("english")


def tokenise(text: str) -> list[str]:
    """Lower-cased words, apostrophes kept, in order."""
    return WORD.findall(text.lower())


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Porter2 stem of a lower-cased word (Porter 1980; Snowball's English stemmer)."""
    bare = word.split("'", maxsplit=1)[0].split("’", maxsplit=1)[0]  # noqa: RUF001
    stemmed: str = _STEMMER.stemWord(bare)
    return stemmed


def content_stems(text: str) -> list[str]:
    """Stems of the words that carry content, in order, repeats kept."""
    return [stem(w) for w in tokenise(text) if not _is_function_word(w)]


def _is_function_word(word: str) -> bool:
    """Function words and their contractions ("it's", "we'll"); "can't" and "don't" negate."""
    bare, _, ending = word.replace("’", "'").partition("'")  # noqa: RUF001
    return word in FUNCTION_WORDS or (bare in FUNCTION_WORDS and ending in CONTRACTED)
