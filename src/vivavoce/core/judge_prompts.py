"""What has to be done to an answer before a judge may see it.

The answer stands between two lines that carry a nonce. Nothing in the answer may look like such
a line, or like the markup with which chat models tell roles apart.
"""

from __future__ import annotations

import hashlib
import random
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from vivavoce.core.injection import INVISIBLE, instruction_spans, normalise
from vivavoce.core.integrity import without
from vivavoce.core.judge_calls import Prompt
from vivavoce.core.rubric import Criterion, Rubric, ThisRubric

__all__ = ["neutralised", "nonce_of", "repaired", "shown", "shuffled"]

NONCE_DIGITS = 24
OPENING = frozenset("<‹«〈《≪⟨⟪❮❰˂ᐸ⋘⧼❬")
CLOSING = frozenset(">›»〉》≫⟩⟫❯❱˃ᐳ⋙⧽❭")
# Brackets that stand side by side, or that open or close a tag or a chat model's token.
_MARKUP = re.compile(
    r"[<>](?:\s*[<>])+"
    r"|<\s*[/|!?]?\s*[A-Za-z_|][^<>]{0,200}>?"
    r"|[/|\]]\s*>"
    r"|\[\s*/?\s*(?:INST|SYS|SYSTEM|USER|ASSISTANT)\b[^\]]{0,40}\]?",
    re.IGNORECASE,
)
BRACKETS = {"<": "(", ">": ")", "[": "(", "]": ")", "|": "/"}
REMOVED = "(removed)"


def nonce_of(rubric: Rubric, text: str) -> str:
    """24 hex digits for the delimiters: a digest of rubric and answer.

    Who writes the answer cannot put the nonce into it, because every change of the answer changes
    the nonce; and the same answer gives the same prompt, so that replies can be kept.
    """
    seed = f"{_digest_of(ThisRubric(rubric))}\x00{text}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(seed).hexdigest()[:NONCE_DIGITS]


# It is a digest of the whole rubric, and wanted with every call.
@lru_cache(maxsize=256)
def _digest_of(this: ThisRubric) -> str:
    return this.rubric.digest


# Asked for with every call about an answer.
@lru_cache(maxsize=256)
def shown(text: str) -> str:
    """The answer with sentences that speak to the grader blanked; offsets stay."""
    return without(text, instruction_spans(text))


@lru_cache(maxsize=256)
def neutralised(text: str, nonce: str) -> str:
    """The text as a judge may see it, between delimiters that carry the nonce.

    Invisible and control characters go; angle brackets and their look-alikes become plain
    parentheses where they could be read as a delimiter, a tag or a role; so does the nonce.
    """
    seen = "".join(_seen(char) for char in text)
    plain = normalise(seen)  # one character for one
    out = list(seen)
    for match in _MARKUP.finditer(plain):
        for i in range(*match.span()):
            out[i] = BRACKETS.get(plain[i], out[i])
    shown_text = "".join(out)
    # A pattern for one nonce costs more to compile than all else here, and is hardly ever needed.
    if nonce.lower() not in shown_text.lower():
        return shown_text
    return re.sub(re.escape(nonce), REMOVED, shown_text, flags=re.IGNORECASE)


@lru_cache(maxsize=4096)
def _seen(char: str) -> str:
    """A character as it is shown: brackets plain, white space kept, the invisible left out."""
    folded = unicodedata.normalize("NFKC", char)
    if char in OPENING or folded == "<":
        return "<"
    if char in CLOSING or folded == ">":
        return ">"
    if char == "\n":
        return char
    if char in "\t\r\x0b\x0c\x85\u2028\u2029" or unicodedata.category(char) in {"Zs", "Zl", "Zp"}:
        return " " if char not in "\x85\u2028\u2029" else "\n"
    # Combining marks stay: they belong to words, where format and control characters do not.
    if unicodedata.category(char) in {"Mn", "Me"}:
        return char
    return "" if normalise(char) == INVISIBLE else char


def shuffled(criteria: Sequence[Criterion], seed: int, sample: int) -> list[Criterion]:
    """The criteria in an order of their own for each sample; the first keeps the rubric's."""
    out = list(criteria)
    if sample:
        random.Random(f"{seed}-{sample}").shuffle(out)  # noqa: S311
    return out


def repaired(prompt: Prompt, problem: str) -> Prompt:
    """The same question once more, after a reply that could not be read.

    The reply itself is not shown again: what it repeats of the answer would stand outside the
    delimiters.
    """
    again = (
        f"\n\nAn earlier reply to this could not be used: {problem} "
        "Reply with the JSON object alone, complete and short."
    )
    return prompt._replace(user=prompt.user.rstrip() + again)
