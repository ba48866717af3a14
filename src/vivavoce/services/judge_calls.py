"""Judges that save calls: replies that are kept, limits that are held, estimates, batches."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from vivavoce.core.judge_calls import JudgeReply, Prompt
from vivavoce.core.prices import Price, tokens_of
from vivavoce.core.verdicts import holds_verdicts
from vivavoce.errors import JudgeError, JudgeStoppedError
from vivavoce.ports import Judge, ReplyStore

__all__ = [
    "BatchedJudge",
    "CachedJudge",
    "EstimatedJudge",
    "IdentifiedJudge",
    "MeteredJudge",
    "Spending",
    "SubmittedCalls",
]

REPLY_TOKENS = 80
"""Tokens that a verdict with quote and reason takes, about."""


class IdentifiedJudge(Judge, Protocol):
    """A judge whose replies can be kept.

    Attributes:
        identity: all that decides a reply besides prompt, schema and sample.
    """

    @property
    def identity(self) -> str:
        """Endpoint, model and parameters; never a key."""
        ...


class SubmittedCalls(Protocol):
    """Calls whose replies a batch will bring."""

    def submitted(self, key: str) -> tuple[str, str] | None:
        """The batch of a call and why it failed, empty if it did not; None if not submitted."""
        ...


@dataclass
class Spending:
    """What calls have cost so far, and what they may cost.

    Attributes:
        most_calls, most_cost: limits, in calls and US dollars; None for none.
        calls, prompt_tokens, completion_tokens: sent, not counting cached replies.
        cached: calls that a cache answered.
        cost: in US dollars, as far as prices are known.
        unknown: judges whose price is not known.
        dates: what the prices are of.
    """

    most_calls: int | None = None
    most_cost: float | None = None
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached: int = 0
    cost: float = 0.0
    unknown: set[str] = field(default_factory=set)
    dates: set[str] = field(default_factory=set)
    _reserved: float = 0.0

    def priced(self, judge: str, price: Price | None) -> None:
        """Notes what is known of a judge's price."""
        if price is None:
            self.unknown.add(judge)
        elif price.as_of:
            self.dates.add(price.as_of)

    def reserve(self, cost: float) -> None:
        """Takes one call and its expected cost out of what is left.

        Raises:
            JudgeStoppedError: that would be more than the limit.
        """
        if self.most_calls is not None and self.calls >= self.most_calls:
            raise JudgeStoppedError(
                f"The limit of {self.most_calls:,} calls (--max-calls) is reached."
            )
        if self.most_cost is not None and self.cost + self._reserved + cost > self.most_cost:
            raise JudgeStoppedError(
                f"The limit of ${self.most_cost:g} (--max-cost) is reached: ${self.cost:.4f} is "
                "spent."
            )
        self.calls += 1
        self._reserved += cost

    def settle(self, expected: float, prompt: int, completion: int, cost: float) -> None:
        """Puts what a call took in the place of what was expected."""
        self._reserved -= expected
        self.prompt_tokens += prompt
        self.completion_tokens += completion
        self.cost += cost


def key_of(
    judge: IdentifiedJudge, prompt: Prompt, schema: Mapping[str, object], sample: int
) -> str:
    """A digest of all that decides a reply. Prompt and schema hold answer, rubric and template."""
    parts = [judge.identity, prompt.system, prompt.user, schema, sample]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def expected_tokens(prompt: Prompt, schema: Mapping[str, object]) -> tuple[int, int]:
    """Tokens of prompt and reply before either is counted."""
    sent = tokens_of(prompt.system) + tokens_of(prompt.user) + tokens_of(json.dumps(schema))
    return sent, REPLY_TOKENS * max(1, _criteria(schema))


def _criteria(schema: Mapping[str, object]) -> int:
    found: Any = schema
    try:
        found = found["properties"]["criteria"]["items"]["properties"]["id"]["enum"]
    except (KeyError, TypeError):
        return 1
    return len(found)


class _Wrapper:
    def __init__(self, judge: IdentifiedJudge) -> None:
        self._judge = judge

    @property
    def name(self) -> str:
        return self._judge.name

    @property
    def identity(self) -> str:
        return self._judge.identity

    async def aclose(self) -> None:
        close = getattr(self._judge, "aclose", None)
        if close is not None:
            await close()


class MeteredJudge(_Wrapper):
    """A judge that counts what it takes and stops before a limit is passed.

    Args:
        judge: makes the calls.
        spending: shared by all judges of a run.
        price: None where it is not known.
    """

    def __init__(self, judge: IdentifiedJudge, spending: Spending, price: Price | None) -> None:
        super().__init__(judge)
        self._spending = spending
        self._price = price
        spending.priced(judge.name, price)

    async def ask(
        self, prompt: Prompt, schema: Mapping[str, object], *, sample: int = 0
    ) -> JudgeReply:
        """One reply; see `ports.Judge`."""
        sent, replied = expected_tokens(prompt, schema)
        expected = self._price.of(sent, replied) if self._price else 0.0
        self._spending.reserve(expected)
        prompt_tokens = completion_tokens = 0
        try:
            reply = await self._judge.ask(prompt, schema, sample=sample)
            prompt_tokens = sent if reply.prompt_tokens is None else reply.prompt_tokens
            completion_tokens = (
                tokens_of(reply.text)
                if reply.completion_tokens is None
                else reply.completion_tokens
            )
        finally:
            cost = self._price.of(prompt_tokens, completion_tokens) if self._price else 0.0
            self._spending.settle(expected, prompt_tokens, completion_tokens, cost)
        return reply


class CachedJudge(_Wrapper):
    """A judge that asks nothing twice.

    A reply is kept if it holds verdicts: one that is cut off or garbled is asked for anew.

    Args:
        judge: asked where the store has no reply.
        store: of replies.
        spending: told of the calls that were saved.
    """

    def __init__(self, judge: IdentifiedJudge, store: ReplyStore, spending: Spending) -> None:
        super().__init__(judge)
        self._store = store
        self._spending = spending

    async def ask(
        self, prompt: Prompt, schema: Mapping[str, object], *, sample: int = 0
    ) -> JudgeReply:
        """One reply; see `ports.Judge`."""
        key = key_of(self._judge, prompt, schema, sample)
        kept = self._store.load(key)
        if kept is not None:
            self._spending.cached += 1
            return kept
        reply = await self._judge.ask(prompt, schema, sample=sample)
        if holds_verdicts(reply):
            self._store.save(key, reply)
        return reply


class EstimatedJudge(_Wrapper):
    """A judge that sends nothing and counts what a call would take. It has no verdicts."""

    def __init__(self, judge: IdentifiedJudge, spending: Spending, price: Price | None) -> None:
        super().__init__(judge)
        self._spending = spending
        self._price = price
        spending.priced(judge.name, price)

    async def ask(
        self, prompt: Prompt, schema: Mapping[str, object], *, sample: int = 0
    ) -> JudgeReply:
        """Always raises `JudgeError`, once the call is counted."""
        sent, replied = expected_tokens(prompt, schema)
        self._spending.reserve(0.0)
        cost = self._price.of(sent, replied) if self._price else 0.0
        self._spending.settle(0.0, sent, replied, cost)
        raise JudgeError("Nothing is sent for an estimate.")


class BatchedJudge(_Wrapper):
    """A judge that collects calls for a batch; replies come with a later run, by the store.

    Args:
        judge: names and words the calls; is never asked.
        calls: what was submitted before.
        collect: takes key, prompt, schema and sample of a new call; None if no call is to be
            submitted in this run.
        spending: counts and limits what is submitted.
        price: at half of which batches are billed; None where it is not known.
    """

    def __init__(
        self,
        judge: IdentifiedJudge,
        calls: SubmittedCalls,
        collect: Callable[[str, Prompt, Mapping[str, object], int], None] | None,
        spending: Spending,
        price: Price | None,
    ) -> None:
        super().__init__(judge)
        self._calls = calls
        self._collect = collect
        self._spending = spending
        self._price = Price(price.prompt / 2, price.completion / 2, price.as_of) if price else None
        spending.priced(judge.name, price)

    async def ask(
        self, prompt: Prompt, schema: Mapping[str, object], *, sample: int = 0
    ) -> JudgeReply:
        """Always raises `JudgeError`: the call waits for its batch, or failed in it."""
        key = key_of(self._judge, prompt, schema, sample)
        known = self._calls.submitted(key)
        if known is not None:
            batch, problem = known
            raise JudgeError(
                f"{self.name}: {problem}" if problem else f"{self.name}: waits for batch {batch}."
            )
        if self._collect is None:
            raise JudgeError(f"{self.name}: this call was not submitted.")
        sent, replied = expected_tokens(prompt, schema)
        cost = self._price.of(sent, replied) if self._price else 0.0
        self._spending.reserve(cost)
        self._spending.settle(cost, sent, replied, cost)
        self._collect(key, prompt, schema, sample)
        raise JudgeError(f"{self.name}: waits for a batch; collect it with --resume.")
