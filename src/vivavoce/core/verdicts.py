"""A judge's reply: the schema it should follow, and a reading of it that takes nothing on trust.

Nothing defaults to met or to zero: a criterion without a sound verdict is unscored, with the
reason. Quotes are checked by `core.quotes`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from vivavoce.core.answer import Span
from vivavoce.core.judge_calls import JudgeReply
from vivavoce.core.quotes import locate
from vivavoce.core.rubric import Criterion, Misconception, Verdict

__all__ = [
    "Heard",
    "Opinion",
    "Reading",
    "Unreadable",
    "holds_verdicts",
    "read_reply",
    "reply_schema",
]

GIVEN = (Verdict.MET, Verdict.PARTLY, Verdict.MISSED, Verdict.CONTRADICTED)
NEED_QUOTE = frozenset({Verdict.MET, Verdict.PARTLY, Verdict.CONTRADICTED})
LONGEST_REASON = 600
DEEPEST = 40
# Thoughts that were cut off hold drafts and no verdict.
_THINKING = re.compile(r"\A\s*<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_BEGUN = re.compile(r'\{\s*"criteria"\s*:')


class Opinion(NamedTuple):
    """One judge's finding for one criterion.

    Attributes:
        verdict: `unscored` where it gave none that can be used.
        spans: where its quote stands in the answer; more than one if it had an ellipsis.
        problem: why it is unscored; empty otherwise.
    """

    verdict: Verdict
    reason: str = ""
    spans: tuple[Span, ...] = ()
    problem: str = ""


class Heard(NamedTuple):
    """A misconception that a judge heard, with the words that state it."""

    id: str
    spans: tuple[Span, ...]


class Reading(NamedTuple):
    """A reply, read.

    Attributes:
        opinions: one for each criterion asked for, by id.
        heard: misconceptions with a real quote; None where the reply does not speak of them.
        quotes, real: quotes given, and those of them that stand in the answer.
    """

    opinions: dict[str, Opinion]
    heard: tuple[Heard, ...] | None
    quotes: int
    real: int


class Unreadable(NamedTuple):
    """A reply that is no verdict.

    Attributes:
        problem: a sentence of our own; holds nothing of the reply.
        repair: whether asking once more makes sense.
    """

    problem: str
    repair: bool


def reply_schema(
    criteria: Sequence[Criterion], misconceptions: Sequence[Misconception]
) -> dict[str, object]:
    """JSON schema of the reply: strict, every field needed, ids and verdicts enumerated.

    The reason stands before the verdict, so that a model argues before it decides.
    """
    text = {"type": "string"}
    fields: dict[str, object] = {
        "criteria": _items(
            {
                "id": {"type": "string", "enum": [c.id for c in criteria]},
                "quote": text,
                "reason": text,
                "verdict": {"type": "string", "enum": [v.value for v in GIVEN]},
            }
        )
    }
    if misconceptions:
        fields["misconceptions"] = _items(
            {"id": {"type": "string", "enum": [m.id for m in misconceptions]}, "quote": text}
        )
    return _object(fields)


def _object(fields: dict[str, object]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def _items(fields: dict[str, object]) -> dict[str, object]:
    return {"type": "array", "items": _object(fields)}


def read_reply(
    reply: JudgeReply,
    criteria: Sequence[Criterion],
    misconceptions: Sequence[Misconception],
    text: str,
    restore: dict[str, str] | None = None,
) -> Reading | Unreadable:
    """A reading of the reply, or why there is none.

    Args:
        text: the answer that quotes have to stand in.
        restore: placeholders of a redaction and what they stand for.
    """
    document = _document(reply)
    if isinstance(document, Unreadable):
        return document
    given = document.get("criteria")
    if not isinstance(given, list):
        return Unreadable("It has no list 'criteria'.", repair=True)
    by_id: dict[str, list[dict[str, Any]]] = {}
    for item in given:
        if isinstance(item, dict) and isinstance(item.get("id"), str):
            by_id.setdefault(item["id"], []).append(item)
    count = _Count()
    names = restore or {}
    opinions = {c.id: _opinion(by_id.get(c.id, []), text, names, count) for c in criteria}
    if not any(c.id in by_id for c in criteria):
        return Unreadable("It names none of the criteria.", repair=True)
    heard = _heard(document.get("misconceptions"), misconceptions, text, names, count)
    return Reading(opinions, heard, count.quotes, count.real)


def holds_verdicts(reply: JudgeReply) -> bool:
    """Whether a reply can be read at all, so that keeping it makes sense."""
    document = _document(reply)
    return not isinstance(document, Unreadable) and isinstance(document.get("criteria"), list)


class _Count:
    quotes = 0
    real = 0


def _document(reply: JudgeReply) -> dict[str, Any] | Unreadable:
    if reply.finish_reason == "content_filter":
        return Unreadable("The model's content filter refused the answer.", repair=False)
    text = _THINKING.sub("", reply.text).strip()
    found = _objects(text)
    # One that is whole beside one that is not may be the candidate's, repeated.
    if len(found) == 1 and len(_BEGUN.findall(text)) <= 1:
        return found[0]
    if reply.finish_reason == "length":
        return Unreadable("It was cut off at the limit of its length.", repair=True)
    if not text:
        return Unreadable("It was empty.", repair=True)
    if not found:
        return Unreadable("It holds no JSON object with a list 'criteria'.", repair=True)
    return Unreadable("It holds more than one JSON object with verdicts.", repair=True)


def _objects(text: str) -> list[dict[str, Any]]:
    """JSON objects with `criteria` that stand in the text, none inside another."""
    decoder = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)
    out: list[dict[str, Any]] = []
    at = text.find("{")
    tries = 0
    while at >= 0 and tries < DEEPEST:
        tries += 1
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            if isinstance(value, dict) and "criteria" in value:
                out.append(value)
        at = text.find("{", end)
    return out


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("a key is given twice")
    return dict(pairs)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _opinion(
    items: list[dict[str, Any]], text: str, names: dict[str, str], count: _Count
) -> Opinion:
    if not items:
        return _unscored("The judge gave no verdict on it.")
    if len(items) > 1:
        return _unscored("The judge gave more than one verdict on it.")
    item = items[0]
    given, quote, reason = item.get("verdict"), item.get("quote"), item.get("reason")
    if given not in GIVEN:
        return _unscored("The judge's verdict is none of met, partly, missed, contradicted.")
    if not isinstance(quote, str | None) or not isinstance(reason, str | None):
        return _unscored("The judge's quote or reason is no text.")
    verdict = Verdict(given)
    # JSON can spell half of a surrogate pair, which no file can hold.
    whole = (reason or "").encode("utf-8", "ignore").decode()
    said = restored(whole, names)[:LONGEST_REASON].strip()
    spans = _spans(quote or "", text, names, count)
    if verdict not in NEED_QUOTE:
        # Words that show nothing are no evidence, whether they were said or not.
        return Opinion(verdict, said)
    if not spans:
        what = "quotes words that are not in the answer" if quote else "gives no quote"
        return _unscored(f"The judge says {verdict.value} but {what}.", said)
    return Opinion(verdict, said, spans)


def _unscored(problem: str, reason: str = "") -> Opinion:
    return Opinion(Verdict.UNSCORED, reason, problem=problem)


def _spans(quote: str, text: str, names: dict[str, str], count: _Count) -> tuple[Span, ...]:
    if not quote.strip():
        return ()
    spans = locate(restored(quote, names), text)
    count.quotes += 1
    count.real += bool(spans)
    return spans


def _heard(
    given: object,
    misconceptions: Sequence[Misconception],
    text: str,
    names: dict[str, str],
    count: _Count,
) -> tuple[Heard, ...] | None:
    if not misconceptions or not isinstance(given, list):
        return None
    known = {m.id for m in misconceptions}
    out: dict[str, Heard] = {}
    for item in given:
        if not isinstance(item, dict):
            continue
        name, quote = item.get("id"), item.get("quote")
        if isinstance(name, str) and name in known and isinstance(quote, str):
            spans = _spans(quote, text, names, count)
            if spans:
                out.setdefault(name, Heard(name, spans))
    return tuple(out.values())


def restored(text: str, names: dict[str, str]) -> str:
    """The text with placeholders turned back into what they stand for, brackets or not."""
    if not names:
        return text
    bare = {tag.strip("[]").lower(): said for tag, said in names.items()}
    pattern = "|".join(re.escape(tag) for tag in sorted(bare, key=len, reverse=True))
    return re.sub(
        rf"\[?\b({pattern})\b\]?", lambda m: bare[m[1].lower()], text, flags=re.IGNORECASE
    )
