"""Answers that are no answer: empty, parroted, keyword lists, off topic, addressed to the grader.

Each check looks at the text alone, or at how near it comes to the rubric, and never at the mark
that it would get. An answer that fails one keeps at most `CAP` points of 100.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from vivavoce.core.answer import Span
from vivavoce.core.grade import Flag
from vivavoce.core.injection import instruction_spans
from vivavoce.core.rubric import Rubric
from vivavoce.core.text import FUNCTION_WORDS, content_stems, tokenise

__all__ = ["CAP", "CAPPING", "flags_of", "is_english", "is_keyword_list", "is_parroted", "without"]

CAP = 20.0
"""Points of 100 that a capped answer can reach at most."""

CAPPING = frozenset(
    {
        Flag.EMPTY,
        Flag.TOO_SHORT,
        Flag.PARROTED,
        Flag.KEYWORD_LIST,
        Flag.OFF_TOPIC,
        Flag.INSTRUCTIONS,
    }
)
"""Flags that cap the score; the others ask for a person's eye."""

FEWEST_CONTENT_WORDS = 3
LONG_ANSWER_WORDS = 1500
PARROTED_SHARE = 0.25
"""An answer of which at most this share of content words is not the question's own is parroted."""
LIST_SEGMENT_WORDS = 4
LIST_SHARE = 0.75
JOINED_SEGMENT_WORDS = 2
JOINED_SHARE = 0.9
LIST_LITTLE_FUNCTION = 0.2
LIST_FUNCTION_SHARE = 0.12
LIST_LEAST_WORDS = 6
ENGLISH_SHARE = 0.03
ENGLISH_LEAST_WORDS = 12

SEGMENT = re.compile(r"[,;|/\n•·]+|\s[-–—]\s|[.!?]+(?:\s|$)")  # noqa: RUF001
JOINED = re.compile(rf"{SEGMENT.pattern}|\b(?:and|or|plus|then|also|um|uh|er|erm)\b", re.IGNORECASE)
RELATION = re.compile(
    r"[=<>≈→↑↓:()]|->|\b(?:is|are|was|were|be|means?|meaning|has|have|does|do|did|can|"
    r"can't|cannot|will|would|should|gives?|makes?|goes|go|comes?|needs?|lets?|uses?|"
    r"becomes?|equals?|(?:under|over)?fits?|not|no|never|because|so|if|when|then|than|per|vs|versus|"
    r"but|lowers|raises|reduces|increases|decreases|falls|drops|rises|grows|shrinks|causes|leads|"
    r"finds|learns|predicts|depends|tends|helps|improves|removes|adds|keeps)\b",
    re.IGNORECASE,
)
# Words that join a list's items without saying anything of them.
JOINERS = frozenset(
    {"the", "a", "an", "and", "of", "or", "also", "then", "etc", "plus"}
    | {"um", "uh", "er", "erm", "hmm", "okay", "yeah"}
)
# Function words that no neighbouring language shares in spelling.
ENGLISH = frozenset(w for w in FUNCTION_WORDS if len(w) > 2) | {"is", "of", "it", "we"}  # noqa: PLR2004
# The commonest words of other languages in Latin letters that are no English words.
FOREIGN = (
    frozenset(
        """
    el la los las una que es y por con para como del al se su más pero cuando entre sobre este
    der das und ist nicht ein eine mit auf für den dem sich von zu wenn oder aber wird werden
    le les des est et une pour dans qui sur avec plus pas ce cette sont au du quand mais
    il che di un per sono della gli delle nel quando anche più
    os um uma não são com ao aos mais dos da na é à muito tem de
    het een van niet wordt zijn deze naar ook maar wanneer
    og det som til på hvor ikke mellem och att är inte jag jest się nie oraz przez są
    """.split()
    )
    - FUNCTION_WORDS
)


def flags_of(text: str, rubric: Rubric, *, off_topic: bool) -> list[Flag]:
    """Every flag of an answer, in a fixed order.

    Args:
        off_topic: whether the answer comes too little near to anything the rubric says.
    """
    count = len(tokenise(text))
    if count == 0:
        return [Flag.EMPTY]
    found: list[Flag] = []
    if len(content_stems(text)) < FEWEST_CONTENT_WORDS:
        found.append(Flag.TOO_SHORT)
    elif is_parroted(text, rubric.questions):
        found.append(Flag.PARROTED)
    elif is_keyword_list(text):
        found.append(Flag.KEYWORD_LIST)
    if not found and off_topic:
        found.append(Flag.OFF_TOPIC)
    if instruction_spans(text):
        found.append(Flag.INSTRUCTIONS)
    if count > LONG_ANSWER_WORDS:
        found.append(Flag.VERY_LONG)
    return found


def is_parroted(text: str, questions: Iterable[str]) -> bool:
    """Whether an answer says hardly anything that some wording of the question does not."""
    said = content_stems(text)
    if not said:
        return False
    asked = [set(content_stems(q)) for q in questions]
    # A question may be made of function words alone; then there is nothing to repeat.
    share = min(
        (sum(w not in words for w in said) / len(said) for words in asked if words), default=1.0
    )
    return share <= PARROTED_SHARE


def is_keyword_list(text: str) -> bool:
    """Whether an answer names terms without saying anything of them.

    A list is short segments without a verb, a comparison or a sign of relation; terse answers
    ("high bias = underfits") have those. A list without separators is found by its want of
    function words.
    """
    all_words = tokenise(text)
    if len(all_words) < LIST_LEAST_WORDS:
        return False
    saying = sum(w in FUNCTION_WORDS - JOINERS for w in all_words) / len(all_words)
    listed = _bare_share(text, SEGMENT, LIST_SEGMENT_WORDS) >= LIST_SHARE
    if listed and saying <= LIST_LITTLE_FUNCTION:
        return True
    # Claims are joined by "and" too ("it shrinks and keeps"), so only the barest of items count.
    if _bare_share(text, JOINED, JOINED_SEGMENT_WORDS) >= JOINED_SHARE:
        return True
    function = sum(w in FUNCTION_WORDS for w in all_words) / len(all_words)
    related = len(RELATION.findall(text))
    return function <= LIST_FUNCTION_SHARE and related <= len(all_words) / 25


def _bare_share(text: str, at: re.Pattern[str], longest: int) -> float:
    """Share, 0..1, of the words that stand in short segments without relation; 0 for few."""
    segments = [(s, len(tokenise(s))) for s in at.split(text)]
    counted = [(s, n) for s, n in segments if n]
    if len(counted) < LIST_LEAST_WORDS:
        return 0.0
    bare = sum(n for s, n in counted if n <= longest and not RELATION.search(s))
    return bare / sum(n for _, n in counted)


def is_english(text: str) -> bool:
    """Whether a text of at least a dozen words reads as English; shorter ones count as such."""
    letters = [c for c in text if c.isalpha()]
    if not letters:
        return True
    latin = sum("LATIN" in unicodedata.name(c, "") for c in letters) / len(letters)
    if latin < 0.5:  # noqa: PLR2004
        return len(letters) < ENGLISH_LEAST_WORDS
    all_words = tokenise(text)
    if len(all_words) < ENGLISH_LEAST_WORDS:
        return True
    english = sum(w in ENGLISH for w in all_words) / len(all_words)
    foreign = sum(w in FOREIGN for w in all_words) / len(all_words)
    if foreign > max(english, ENGLISH_SHARE):
        return False
    # Terse notes may hold none of those words; running text of this length always does.
    few = len(all_words) < 2 * ENGLISH_LEAST_WORDS
    return english >= ENGLISH_SHARE or few or is_keyword_list(text)


def without(text: str, spans: Sequence[Span]) -> str:
    """The text with the spans blanked by spaces, so that every offset stays."""
    for span in spans:
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return text
