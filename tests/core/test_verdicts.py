"""A judge's reply is taken for what it shows: quotes are checked, and garbage never counts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.judge_calls import JudgeReply
from vivavoce.core.rubric import Criterion, Misconception, Verdict
from vivavoce.core.verdicts import (
    LONGEST_REASON,
    Opinion,
    Reading,
    Unreadable,
    holds_verdicts,
    read_reply,
    reply_schema,
    restored,
)
from vivavoce.testing import verdict_reply

CRITERIA = (
    Criterion(id="lakes", points=3, statement="The lakes freeze solid overnight."),
    Criterion(id="birds", points=2, statement="The birds migrate southward early."),
)
BELIEFS = (Misconception(id="mars", statement="Earth recedes.", correction="It tilts."),)
TEXT = "I think the lakes freeze over, and the birds fly to Africa. Earth moves past Mars."
SOUND = verdict_reply({"lakes": ("met", "lakes freeze over"), "birds": ("missed", "")})
QUOTED = [Verdict.MET, Verdict.PARTLY, Verdict.CONTRADICTED]

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
WORDS = st.sampled_from(
    ["lakes", "birds", "mars", "met", "partly", "missed", "contradicted", "lakes freeze over", ""]
)
KEYS = st.sampled_from(["criteria", "misconceptions", "id", "quote", "reason", "verdict", "more"])
JSON = st.recursive(
    LEAVES | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)
ITEMS = st.fixed_dictionaries(
    {}, optional={"id": WORDS, "verdict": WORDS | JSON, "quote": WORDS | JSON, "reason": JSON}
)
DOCUMENTS = st.fixed_dictionaries(
    {"criteria": st.lists(ITEMS | JSON, max_size=4)}, optional={"misconceptions": JSON}
)
REPLIES = st.one_of(
    st.text(), JSON.map(json.dumps), DOCUMENTS.map(json.dumps), st.text(alphabet='{}[]":, cria')
)


def read(text: str, finish: str = "stop", **more: Any) -> Reading | Unreadable:
    return read_reply(JudgeReply(text, finish), CRITERIA, BELIEFS, more.pop("answer", TEXT), **more)


def reading(text: str, **more: Any) -> Reading:
    found = read(text, **more)
    assert isinstance(found, Reading), found
    return found


def unreadable(text: str, finish: str = "stop") -> Unreadable:
    found = read(text, finish)
    assert isinstance(found, Unreadable), found
    return found


def opinion(verdict: object, quote: object = "lakes freeze over", **more: object) -> Opinion:
    item = {"id": "lakes", "quote": quote, "reason": "So.", "verdict": verdict, **more}
    return reading(json.dumps({"criteria": [item]})).opinions["lakes"]


def objects(schema: object) -> list[dict[str, Any]]:
    """Every JSON schema of an object in a schema."""
    if isinstance(schema, list):
        return [found for part in schema for found in objects(part)]
    if not isinstance(schema, dict):
        return []
    inner = [found for part in schema.values() for found in objects(part)]
    return [schema, *inner] if schema.get("type") == "object" else inner


class TestSchema:
    def test_every_object_is_strict(self) -> None:
        found = objects(reply_schema(CRITERIA, BELIEFS))

        assert len(found) == 3
        for one in found:
            assert one["additionalProperties"] is False
            assert one["required"] == list(one["properties"])

    def test_ids_and_verdicts_are_enumerated(self) -> None:
        whole, criterion, belief = objects(reply_schema(CRITERIA, BELIEFS))

        assert list(whole["properties"]) == ["criteria", "misconceptions"]
        assert criterion["properties"]["id"]["enum"] == ["lakes", "birds"]
        assert criterion["properties"]["verdict"]["enum"] == [
            "met",
            "partly",
            "missed",
            "contradicted",
        ]
        assert belief["properties"]["id"]["enum"] == ["mars"]

    def test_the_reason_comes_before_the_verdict(self) -> None:
        fields = list(objects(reply_schema(CRITERIA, ()))[1]["properties"])

        assert fields.index("reason") < fields.index("verdict")

    def test_no_misconceptions_are_asked_for_where_there_are_none(self) -> None:
        schema = reply_schema(CRITERIA, ())

        assert schema["required"] == ["criteria"]

    def test_it_tells_no_points(self) -> None:
        assert "points" not in json.dumps(reply_schema(CRITERIA, BELIEFS))


class TestOpinions:
    def test_a_sound_reply(self) -> None:
        found = reading(SOUND)

        lakes, birds = found.opinions["lakes"], found.opinions["birds"]
        assert lakes.verdict is Verdict.MET
        assert [s.of(TEXT) for s in lakes.spans] == ["lakes freeze over"]
        assert birds == Opinion(Verdict.MISSED, "So it is.")
        assert (found.quotes, found.real, found.heard) == (1, 1, ())

    @pytest.mark.parametrize("verdict", QUOTED)
    def test_a_made_up_quote_voids_the_verdict(self, verdict: Verdict) -> None:
        found = opinion(verdict, "lakes boil over")

        assert found.verdict is Verdict.UNSCORED
        assert found.spans == ()
        assert found.problem == (
            f"The judge says {verdict.value} but quotes words that are not in the answer."
        )

    @pytest.mark.parametrize("verdict", QUOTED)
    @pytest.mark.parametrize("quote", ["", None])
    def test_no_quote_voids_the_verdict(self, verdict: Verdict, quote: str | None) -> None:
        found = opinion(verdict, quote)

        assert found.verdict is Verdict.UNSCORED
        assert found.problem == f"The judge says {verdict.value} but gives no quote."

    @pytest.mark.parametrize("quote", ["the", "and the", "...", " \n", "“”"])
    def test_a_quote_that_says_nothing_is_none(self, quote: str) -> None:
        assert opinion("met", quote).verdict is Verdict.UNSCORED

    @pytest.mark.parametrize("quote", ["", "lakes freeze over", "lakes boil over"])
    def test_missed_needs_no_quote_and_keeps_none(self, quote: str) -> None:
        assert opinion("missed", quote) == Opinion(Verdict.MISSED, "So.")

    @pytest.mark.parametrize(
        "verdict", ["MET", " met", "unscored", "", "full", None, 1, True, ["met"], {"is": "met"}]
    )
    def test_other_verdicts_are_unscored(self, verdict: object) -> None:
        found = opinion(verdict)

        assert found.verdict is Verdict.UNSCORED
        assert "none of met, partly" in found.problem

    @pytest.mark.parametrize("field", ["quote", "reason"])
    @pytest.mark.parametrize("value", [1, ["lakes freeze over"], {}, True])
    def test_a_quote_or_reason_that_is_no_text_voids(self, field: str, value: object) -> None:
        assert opinion("met", **{field: value}).problem == (
            "The judge's quote or reason is no text."
        )

    def test_a_missing_criterion_is_unscored(self) -> None:
        found = reading(verdict_reply({"lakes": ("met", "lakes freeze over")}))

        assert found.opinions["birds"] == Opinion(
            Verdict.UNSCORED, problem="The judge gave no verdict on it."
        )

    def test_a_doubled_criterion_is_unscored_even_if_both_agree(self) -> None:
        item = {"id": "lakes", "quote": "lakes freeze over", "reason": "", "verdict": "met"}
        found = reading(json.dumps({"criteria": [item, item]}))

        assert found.opinions["lakes"].problem == "The judge gave more than one verdict on it."

    def test_an_unknown_criterion_is_left_out(self) -> None:
        found = reading(verdict_reply({"mars": ("met", "Mars"), "birds": ("missed", "")}))

        assert set(found.opinions) == {"lakes", "birds"}
        assert found.opinions["lakes"].verdict is Verdict.UNSCORED

    def test_a_long_reason_is_cut(self) -> None:
        assert len(opinion("missed", "", reason="so " * 900).reason) <= LONGEST_REASON

    def test_a_reason_can_be_written_as_utf_8(self) -> None:
        raw = '{"criteria": [{"id": "lakes", "verdict": "missed", "reason": "No \\ud83d lakes"}]}'

        assert reading(raw).opinions["lakes"].reason.encode()

    def test_placeholders_are_turned_back(self) -> None:
        raw = verdict_reply({"lakes": ("met", "[NAME-1] skated on the lakes", "name-1 did.")})
        found = reading(
            raw, answer="Ann skated on the lakes.", restore={"[NAME-1]": "Ann"}
        ).opinions["lakes"]

        assert (found.verdict, found.reason) == (Verdict.MET, "Ann did.")
        assert found.spans[0].start == 0

    def test_restored_takes_whole_placeholders_only(self) -> None:
        names = {"[NAME-1]": "Ann", "[NAME-12]": "Bob"}

        assert restored("[name-12], NAME-1 and NAME-123", names) == "Bob, Ann and NAME-123"


class TestMisconceptions:
    def test_only_with_a_real_quote_and_a_known_id(self) -> None:
        marks = {"lakes": ("missed", ""), "birds": ("missed", "")}
        real = reading(verdict_reply(marks, {"mars": "Earth moves past Mars"}))
        made_up = reading(verdict_reply(marks, {"mars": "Earth leaves Mars", "venus": "Earth"}))

        assert real.heard is not None
        assert [(h.id, h.spans[0].of(TEXT)) for h in real.heard] == [
            ("mars", "Earth moves past Mars")
        ]
        assert (made_up.heard, made_up.quotes, made_up.real) == ((), 1, 0)

    @pytest.mark.parametrize("given", [None, "mars", {"mars": 1}])
    def test_none_where_the_reply_does_not_speak_of_them(self, given: object) -> None:
        document = {"criteria": [{"id": "lakes", "verdict": "missed"}], "misconceptions": given}

        assert reading(json.dumps(document)).heard is None

    def test_items_that_are_none_are_passed_over(self) -> None:
        items = [1, None, {}, {"id": ["mars"], "quote": "Earth"}, {"id": "mars", "quote": 1}]
        document = {"criteria": [{"id": "lakes", "verdict": "missed"}], "misconceptions": items}

        assert reading(json.dumps(document)).heard == ()


class TestWholeReply:
    @pytest.mark.parametrize(
        "text",
        [
            f"```json\n{SOUND}\n```",
            f"Here you are:\n\n{SOUND}\n\nI hope that helps {{sincerely}}.",
            f'<think>First {{"criteria": []}} or not?</think>{SOUND}',
            f"\n <THINKING>\n{SOUND}</THINKING>\n{SOUND}",
            f'{{"note": "a preface"}} {SOUND}',
            f"\ufeff{SOUND}",
        ],
    )
    def test_one_object_is_found_among_other_words(self, text: str) -> None:
        assert reading(text) == reading(SOUND)

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("", "empty"),
            (" \n\t", "empty"),
            ("<think>done</think>", "empty"),
            ("The answer is good.", "no JSON object"),
            ("<html><body>502 Bad Gateway</body></html>", "no JSON object"),
            ("[]", "no JSON object"),
            ("null", "no JSON object"),
            ('{"verdicts": []}', "no JSON object"),
            (f'{{"result": {SOUND}}}', "no JSON object"),
            (SOUND[:-5], "no JSON object"),
            (SOUND.replace('"met"', "NaN"), "no JSON object"),
            (SOUND.replace('"met"', "-Infinity"), "no JSON object"),
            (SOUND.replace('"verdict"', '"verdict": "missed", "verdict"', 1), "no JSON object"),
            ("{" * 5000, "no JSON object"),
            ('{"criteria": ' + "[" * 100_000, "no JSON object"),
            (f"{SOUND}\n{SOUND}", "more than one"),
            (f"They wrote {SOUND}. {SOUND[:-5]}", "more than one"),
            ('{"criteria": {"lakes": "met"}}', "no list 'criteria'"),
            ('{"criteria": "met"}', "no list 'criteria'"),
            ('{"criteria": []}', "names none"),
            ('{"criteria": [1, null, "lakes", {"id": 1}, {"id": ["lakes"]}]}', "names none"),
            (verdict_reply({"venus": ("met", "Earth")}), "names none"),
        ],
    )
    def test_unreadable_and_worth_asking_again(self, text: str, problem: str) -> None:
        found = unreadable(text)

        assert problem in found.problem
        assert found.repair

    def test_cut_off(self) -> None:
        assert "cut off" in unreadable(SOUND[:-5], "length").problem
        assert "cut off" in unreadable(f"<think>Perhaps {SOUND}, but", "length").problem
        assert reading(SOUND, finish="length") == reading(SOUND)

    def test_a_filtered_reply_is_not_asked_for_again(self) -> None:
        found = unreadable(SOUND, "content_filter")

        assert "content filter" in found.problem
        assert not found.repair

    def test_worth_keeping(self) -> None:
        assert holds_verdicts(JudgeReply(SOUND))
        for text in ("", "no", '{"criteria": 1}', SOUND + SOUND):
            assert not holds_verdicts(JudgeReply(text))

    @given(REPLIES, st.sampled_from(["stop", "length", "content_filter", ""]))
    def test_whatever_comes_back_nothing_is_made_up(self, text: str, finish: str) -> None:
        found = read(text, finish)

        if isinstance(found, Unreadable):
            assert found.problem
            return
        assert list(found.opinions) == ["lakes", "birds"]
        assert 0 <= found.real <= found.quotes
        for one in found.opinions.values():
            assert bool(one.problem) == (one.verdict is Verdict.UNSCORED)
            assert bool(one.spans) == (one.verdict in QUOTED)
            assert all(0 <= s.start < s.end <= len(TEXT) for s in one.spans)
