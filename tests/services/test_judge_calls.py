"""Saving calls: the cache, the limits, the estimate, the batch, with worked-out figures."""

from __future__ import annotations

import asyncio

import pytest

from vivavoce.core.judge_calls import JudgeReply, Prompt
from vivavoce.core.prices import PRICES, Price, price_of, tokens_of
from vivavoce.errors import JudgeError, JudgeStoppedError
from vivavoce.services.judge_calls import (
    BatchedJudge,
    CachedJudge,
    EstimatedJudge,
    MeteredJudge,
    Spending,
    key_of,
)
from vivavoce.testing import MemoryReplies, ScriptedJudge, verdict_reply

PROMPT = Prompt("system", "user", "0" * 12)
SCHEMA: dict[str, object] = {"type": "object"}
GOOD = JudgeReply(verdict_reply({"c1": ("missed", "")}), "stop", 1000, 100)


class Identified(ScriptedJudge):
    identity = "endpoint, model, parameters"


def ask(judge, prompt: Prompt = PROMPT, sample: int = 0) -> JudgeReply:
    return asyncio.run(judge.ask(prompt, SCHEMA, sample=sample))


def test_a_call_costs_what_the_server_counted():
    spending = Spending()
    ask(MeteredJudge(Identified(GOOD), spending, Price(2.0, 10.0)))
    assert (spending.calls, spending.prompt_tokens, spending.completion_tokens) == (1, 1000, 100)
    assert spending.cost == pytest.approx(0.003)  # 1000 * 2e-6 + 100 * 10e-6


def test_tokens_that_no_server_counted_are_estimated():
    spending = Spending()
    ask(MeteredJudge(Identified("x" * 35), spending, Price(0, 1.0)))
    assert spending.completion_tokens == tokens_of("x" * 35) == 11


def test_a_call_that_failed_counts_as_a_call_and_costs_nothing():
    spending = Spending()
    with pytest.raises(JudgeError):
        ask(MeteredJudge(Identified(JudgeError("no")), spending, Price(2.0, 10.0)))
    assert (spending.calls, spending.cost) == (1, 0.0)


def test_limits_stop_before_they_are_passed():
    judge = Identified(GOOD)
    metered = MeteredJudge(judge, Spending(most_calls=2), None)
    ask(metered)
    ask(metered)
    with pytest.raises(JudgeStoppedError, match="limit of 2 calls"):
        ask(metered)
    assert len(judge.prompts) == 2
    dear = MeteredJudge(judge, Spending(most_cost=0.0001), Price(1000, 1000))
    with pytest.raises(JudgeStoppedError, match="--max-cost"):
        ask(dear)
    assert len(judge.prompts) == 2


def test_calls_under_way_count_against_the_cost_limit():
    # Each is expected to cost a bit over 0.08 (80 tokens of reply at 1000 a million).
    judge = Identified(GOOD)
    spending = Spending(most_cost=0.15)
    metered = MeteredJudge(judge, spending, Price(0, 1000))

    async def both() -> list[object]:
        calls = [metered.ask(PROMPT, SCHEMA) for _ in range(2)]
        return await asyncio.gather(*calls, return_exceptions=True)

    found = asyncio.run(both())
    # The double answers without a pause, so the first is settled (0.1) when the second begins.
    assert found[0] == GOOD
    assert isinstance(found[1], JudgeStoppedError)


def test_nothing_is_asked_twice():
    judge, spending = Identified(GOOD), Spending()
    cached = CachedJudge(judge, MemoryReplies(), spending)
    assert not ask(cached).cached
    assert ask(cached) == GOOD._replace(cached=True)
    assert (len(judge.prompts), spending.cached) == (1, 1)
    ask(cached, sample=1)
    ask(cached, PROMPT._replace(user="another answer"))
    assert len(judge.prompts) == 3


@pytest.mark.parametrize(
    "reply",
    [JudgeReply("garbled"), JudgeReply(""), JudgeReply('{"criteria": [', "length"),
     JudgeReply("", "content_filter")],
)  # fmt: skip
def test_what_cannot_be_read_is_not_kept(reply):
    judge = Identified(reply)
    cached = CachedJudge(judge, MemoryReplies(), Spending())
    ask(cached)
    ask(cached)
    assert len(judge.prompts) == 2


def test_the_key_depends_on_all_that_decides_a_reply():
    one = Identified(GOOD)
    other = Identified(GOOD)
    other.identity = "another endpoint"
    keys = {
        key_of(one, PROMPT, SCHEMA, 0),
        key_of(other, PROMPT, SCHEMA, 0),
        key_of(one, PROMPT._replace(system="s"), SCHEMA, 0),
        key_of(one, PROMPT._replace(user="u"), SCHEMA, 0),
        key_of(one, PROMPT, {}, 0),
        key_of(one, PROMPT, SCHEMA, 1),
    }
    assert len(keys) == 6


def test_an_estimate_asks_nobody():
    judge, spending = Identified(GOOD), Spending()
    estimate = CachedJudge(
        EstimatedJudge(judge, spending, Price(0, 1.0)), MemoryReplies(), spending
    )
    with pytest.raises(JudgeError):
        ask(estimate)
    assert not judge.prompts
    assert (spending.calls, spending.completion_tokens) == (1, 80)
    assert spending.cost == pytest.approx(80e-6)


class Submitted:
    def __init__(self, *known: tuple[str, str]) -> None:
        self.known = list(known)

    def submitted(self, key: str) -> tuple[str, str] | None:
        return self.known[0] if self.known else None


def test_a_batched_judge_collects_what_is_new_and_tells_what_waits_or_failed():
    judge, spending, collected = Identified(GOOD), Spending(), []

    def collect(*call: object) -> None:
        collected.append(call)

    def told(calls: Submitted, take: object = collect) -> str:
        with pytest.raises(JudgeError) as caught:
            ask(BatchedJudge(judge, calls, take, spending, Price(0, 2.0)))  # type: ignore[arg-type]
        return str(caught.value)

    assert "--resume" in told(Submitted())
    assert [call[0] for call in collected] == [key_of(judge, PROMPT, SCHEMA, 0)]
    assert spending.cost == pytest.approx(80e-6)  # half the price
    assert "waits for batch b1" in told(Submitted(("b1", "")))
    assert "server error" in told(Submitted(("b1", "server error")))
    assert "not submitted" in told(Submitted(), None)
    assert len(collected) == 1
    assert not judge.prompts


@pytest.mark.parametrize(
    ("model", "listed", "free", "price"),
    [
        ("gpt-4o-mini", True, False, PRICES["gpt-4o-mini"]),
        ("gpt-4o-2024-08-06", True, False, PRICES["gpt-4o"]),
        ("gpt-4o-mini-2024-07-18", True, False, PRICES["gpt-4o-mini"]),
        ("gpt-4o-mini", False, False, None),
        ("gpt-99", True, False, None),
        ("gpt-4o", False, True, Price(0, 0)),
    ],
)
def test_prices_by_name_and_place(model, listed, free, price):
    assert price_of(model, {}, listed=listed, free=free) == price


def test_the_users_price_comes_first():
    own = {"gpt-4o": Price(1, 1)}
    assert price_of("gpt-4o", own, listed=True, free=False) == Price(1, 1)
