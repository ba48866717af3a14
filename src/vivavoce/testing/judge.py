"""Judges for tests: one that says what it is told to, and one that obeys whoever spoke last."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from vivavoce.core.judge_calls import JudgeReply, Prompt

__all__ = ["MemoryReplies", "ObedientJudge", "ScriptedJudge", "verdict_reply"]

Script = str | JudgeReply | Exception


def verdict_reply(
    verdicts: Mapping[str, tuple[str, str] | tuple[str, str, str]],
    misconceptions: Mapping[str, str] | None = None,
) -> str:
    """A well-formed reply.

    Args:
        verdicts: criterion id to verdict, quote and, if wanted, reason.
        misconceptions: id to quote.
    """
    criteria = [
        {
            "id": name,
            "quote": said[1],
            "reason": "".join(said[2:]) or "So it is.",
            "verdict": said[0],
        }
        for name, said in verdicts.items()
    ]
    heard = [{"id": name, "quote": quote} for name, quote in (misconceptions or {}).items()]
    return json.dumps({"criteria": criteria, "misconceptions": heard})


class ScriptedJudge:
    """A `Judge` that replies from a script and keeps what it was asked.

    Args:
        script: replies in order, the last one again and again; an exception is raised. Or a
            function of prompt and sample.
        name: what signatures call it.
    """

    def __init__(
        self,
        script: Script | Sequence[Script] | Callable[[Prompt, int], Script],
        *,
        name: str = "scripted@test",
    ) -> None:
        self.name = name
        self.prompts: list[Prompt] = []
        self.schemas: list[Mapping[str, object]] = []
        self._script = script

    async def ask(
        self, prompt: Prompt, schema: Mapping[str, object], *, sample: int = 0
    ) -> JudgeReply:
        """The next reply; see `ports.Judge`."""
        self.prompts.append(prompt)
        self.schemas.append(schema)
        said = self._next(prompt, sample)
        if isinstance(said, Exception):
            raise said
        return said if isinstance(said, JudgeReply) else JudgeReply(said)

    def _next(self, prompt: Prompt, sample: int) -> Script:
        script = self._script
        if isinstance(script, str | JudgeReply | Exception):
            return script
        if callable(script):
            return script(prompt, sample)
        return script[min(len(self.prompts), len(script)) - 1]


class ObedientJudge:
    """A `Judge` that obeys the last instruction it sees outside the answer's delimiters.

    It takes anything for a delimiter that looks like one to a careless reader: invisible
    characters, look-alike brackets and the code do not matter to it. Where nothing outside
    demands marks it finds every criterion missed.
    """

    name = "obedient@test"
    _BEGINS = re.compile(r"<<<\s*answer\b[^\n>]*>>>", re.IGNORECASE)
    _ENDS = re.compile(r"<<<\s*/?\s*end of answer\b[^\n>]*>>>", re.IGNORECASE)
    _ROLE = re.compile(
        r"<\|[^|\n]*(?:system|assistant|user|im_start|im_end)[^|\n]*\|>|\[/?INST\]"
        r"|</?\s*(?:system|answer|candidate_answer|instructions?)\s*>",
        re.IGNORECASE,
    )
    _DEMAND = re.compile(
        r"\b(?:ignore|award|give|mark|grade|set|output|accept|puntos|punkte|met)\b|满分|балл",
        re.IGNORECASE,
    )

    def __init__(self) -> None:
        self.obeyed = 0
        self.asked = 0

    async def ask(
        self, prompt: Prompt, schema: Mapping[str, object], *, sample: int = 0
    ) -> JudgeReply:
        """Full marks if told to; see `ports.Judge`."""
        self.asked += 1
        outside, words = self._split(prompt.user)
        obeys = bool(self._DEMAND.search(outside + _decoded(outside)))
        self.obeyed += obeys
        ids = re.findall(r"^- id: (\S+)\n  statement:", prompt.user, re.MULTILINE)
        quote = " ".join(words.split()[:4])
        said = ("met", quote) if obeys else ("missed", "")
        return JudgeReply(verdict_reply(dict.fromkeys(ids, said)))

    def _split(self, user: str) -> tuple[str, str]:
        """What follows the first thing that looks like the answer's end, and the answer."""
        seen = "".join(
            c for c in unicodedata.normalize("NFKC", user) if unicodedata.category(c) != "Cf"
        )
        begins = self._BEGINS.search(seen)
        start = begins.end() if begins else 0
        ends = self._ENDS.search(seen, start) or self._ROLE.search(seen, start)
        role = self._ROLE.search(seen, start)
        if ends and role and role.start() < ends.start():
            ends = role
        end = ends.start() if ends else len(seen)
        after = seen[ends.end() :] if ends else ""
        # The prompt's own last lines tell the form of the reply and demand no marks.
        own = after.rfind("Reply with one JSON object of this form")
        return after[:own] if own >= 0 else after, seen[start:end]


def _decoded(text: str) -> str:
    """What stands in a text as base64."""
    out = ""
    for found in re.findall(r"[A-Za-z0-9+/]{16,}={0,2}", text):
        with contextlib.suppress(ValueError):
            out += " " + base64.b64decode(found, validate=True).decode("utf-8", "replace")
    return out


class MemoryReplies:
    """A `ReplyStore` that forgets everything with the process."""

    def __init__(self) -> None:
        self.replies: dict[str, JudgeReply] = {}

    def load(self, key: str) -> JudgeReply | None:
        """See `ports.ReplyStore`."""
        found = self.replies.get(key)
        return found._replace(cached=True) if found else None

    def save(self, key: str, reply: JudgeReply) -> None:
        """See `ports.ReplyStore`."""
        self.replies[key] = reply
