"""The judge over HTTP, against a real server on this machine."""

from __future__ import annotations

import asyncio
import json

import pytest

from vivavoce.adapters.openai_judge import CallOptions, OpenAIJudge
from vivavoce.adapters.resources import resource
from vivavoce.adapters.rubric_files import load_bank
from vivavoce.core.judge_calls import JudgeReply, Prompt
from vivavoce.core.verdicts import reply_schema
from vivavoce.errors import JudgeDeniedError, JudgeError, JudgeStoppedError, SettingsError
from vivavoce.testing import JudgeServer

PROMPT = Prompt(
    "You judge.",
    "Criteria:\n\n- id: c1\n  statement: It underfits.\n\n"
    "<<<answer ab12>>>\nhigh bias underfits the data\n<<<end of answer ab12>>>",
    "0" * 12,
)
SCHEMA: dict[str, object] = {"type": "object"}


def judge(server: JudgeServer, **options: object) -> OpenAIJudge:
    quick = {"timeout": 20.0, "max_retries": 2, **options}
    return OpenAIJudge("tiny", base_url=server.url, options=CallOptions(**quick))  # type: ignore[arg-type]


def ask(one: OpenAIJudge, times: int = 1) -> list[JudgeReply]:
    async def run() -> list[JudgeReply]:
        try:
            return [await one.ask(PROMPT, SCHEMA, sample=n) for n in range(times)]
        finally:
            await one.aclose()

    return asyncio.run(run())


def test_a_reply_comes_back_with_its_tokens_and_no_key_is_sent(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    with JudgeServer() as server:
        one = judge(server)
        [reply] = ask(one)
        [call] = server.chats
    assert one.name == f"tiny@{server_host(call)}"
    found = json.loads(reply.text)
    assert found["criteria"] == [
        {
            "id": "c1",
            "quote": "high bias underfits the data",
            "reason": "So it is.",
            "verdict": "met",
        }
    ]
    assert (reply.finish_reason, reply.cached) == ("stop", False)
    assert reply.prompt_tokens and reply.completion_tokens
    assert "authorization" not in call.headers
    assert not any("secret" in value for value in call.headers.values())
    assert call.body["temperature"] == 0.0
    assert call.body["response_format"]["json_schema"]["strict"] is True


def server_host(call):
    return call.headers["host"]


def test_a_key_is_sent_where_it_was_given_for(monkeypatch):
    with JudgeServer(key="sk-own") as server:
        one = OpenAIJudge("tiny", base_url=server.url, api_key="sk-own")
        [reply] = ask(one)
    assert reply.text


@pytest.mark.parametrize(
    ("formats", "form"), [(("json_object",), "json_object"), ((), None)], ids=["json", "text"]
)
def test_the_form_that_a_server_knows_is_found_and_remembered(formats, form):
    with JudgeServer(formats=formats) as server:
        ask(judge(server), times=3)
        asked = [c.body.get("response_format", {}).get("type") for c in server.chats]
    down = ["json_schema", "json_object", None]
    steps = down[: down.index(form)]
    assert asked == [*steps, form, form, form]


@pytest.mark.parametrize("name", ["temperature", "seed", "max_tokens"])
def test_a_parameter_that_is_refused_is_left_out_from_then_on(name):
    with JudgeServer(refused=[name]) as server:
        ask(judge(server), times=2)
        sent = [name in c.body for c in server.chats]
    assert sent == [True, False, False]


def test_a_400_after_a_form_has_worked_is_an_error_of_that_call():
    with JudgeServer(faults=["", 400]) as server, pytest.raises(JudgeError, match="refused"):
        ask(judge(server), times=2)
    assert len(server.chats) == 2


@pytest.mark.parametrize("fault", [429, 500, 503, 408, "reset"])
def test_what_may_pass_is_tried_again(fault):
    with JudgeServer(faults=[fault, fault]) as server:
        [reply] = ask(judge(server))
        assert len(server.chats) == 3
    assert "met" in reply.text


@pytest.mark.parametrize("status", [429, 500])
def test_retries_end(status):
    with JudgeServer(always=status) as server, pytest.raises(JudgeError) as caught:
        ask(judge(server, max_retries=1))
    assert len(server.chats) == 2
    assert not isinstance(caught.value, JudgeStoppedError)


@pytest.mark.parametrize(
    ("status", "remedy"),
    [(401, "Check OPENAI_API_KEY"), (403, "Check OPENAI_API_KEY"), (404, "has the model 'tiny'")],
)
def test_what_cannot_work_ends_the_run_with_the_remedy(status, remedy):
    with JudgeServer(always=status) as server, pytest.raises(JudgeDeniedError, match=remedy):
        ask(judge(server))
    assert len(server.chats) == 1


def test_no_server_is_an_error_of_the_call():
    with JudgeServer() as server:
        one = judge(server, max_retries=0)
    with pytest.raises(JudgeError, match="Check the base URL"):
        ask(one)


@pytest.mark.parametrize("fault", ["hang", "slow-loris"])
def test_a_reply_that_does_not_end_is_given_up(fault):
    with JudgeServer(always=fault) as server, pytest.raises(JudgeError, match="no reply within"):
        ask(judge(server, timeout=0.6, max_retries=0))


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("html", "not JSON. Check the base URL"),
        ("not-json", "not JSON"),
        ("no-choices", "not that of a chat API"),
    ],
)
def test_what_is_no_completion_is_told(fault, told):
    with JudgeServer(always=fault) as server, pytest.raises(JudgeError, match=told):
        ask(judge(server, max_retries=0))


@pytest.mark.parametrize(
    ("fault", "reply"),
    [
        ("empty", ("", "stop")),
        ("refusal", ("", "content_filter")),
        ("content-filter", ("", "content_filter")),
        ("wrong-types", ("", "")),
    ],
)
def test_a_completion_without_words_is_a_reply_without_words(fault, reply):
    with JudgeServer(always=fault) as server:
        [found] = ask(judge(server))
    assert (found.text, found.finish_reason) == reply


def test_calls_at_once_stay_under_the_limit_and_refusals_lower_it():
    async def many(one: OpenAIJudge, count: int) -> None:
        await asyncio.gather(*(one.ask(PROMPT, SCHEMA, sample=n) for n in range(count)))
        await one.aclose()

    with JudgeServer(latency=0.02) as server:
        asyncio.run(many(judge(server, concurrency=4), 24))
        assert server.most_at_once <= 4
        assert len(server.chats) == 24


def test_more_calls_at_once_than_the_clients_own_limits_allow():
    async def many(one: OpenAIJudge) -> None:
        await asyncio.gather(*(one.ask(PROMPT, SCHEMA, sample=n) for n in range(150)))
        await one.aclose()

    with JudgeServer(latency=1.0) as server:
        asyncio.run(many(judge(server, concurrency=150, timeout=120.0)))
        assert server.most_at_once > 100


def test_the_key_is_in_no_message(monkeypatch):
    with JudgeServer(key="other") as server:
        one = OpenAIJudge("tiny", base_url=server.url, api_key="sk-planted-key")
        with pytest.raises(JudgeDeniedError) as caught:
            ask(one)
    assert "sk-planted-key" not in str(caught.value)
    assert "sk-planted-key" not in one.identity + repr(one)


def test_openai_needs_a_key(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(SettingsError, match="OPENAI_API_KEY"):
        OpenAIJudge("gpt-4o-mini")


def test_the_real_schema_is_sent_whole():
    rubric = load_bank(resource("rubrics") / "machine-learning").get("bias-variance")
    assert rubric
    schema = reply_schema(rubric.criteria, rubric.misconceptions)
    with JudgeServer() as server:
        one = judge(server)

        async def run() -> None:
            await one.ask(PROMPT, schema)
            await one.aclose()

        asyncio.run(run())
        sent = server.chats[0].body["response_format"]["json_schema"]["schema"]
    assert sent == schema
