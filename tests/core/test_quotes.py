"""A quote stands in the answer word for word, or it is none."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vivavoce.core.quotes import FARTHEST, MOST_PARTS, locate
from vivavoce.core.text import content_stems

TEXT = "Well, the Lakes freeze over;\n the birds don't stay. By 1.5 °C, it's 20 % less (x < y)."

WORD = st.text(alphabet="abcdefgh", min_size=3, max_size=6)
WORDS = st.lists(WORD, min_size=2, max_size=12)
GAP = st.sampled_from([" ", "  ", ", ", ".\n", " - ", " “", "; "])


def found(quote: str, text: str = TEXT) -> list[str]:
    return [span.of(text) for span in locate(quote, text)]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


class TestAllowed:
    @pytest.mark.parametrize(
        "quote",
        [
            "the Lakes freeze over",
            "THE LAKES FREEZE OVER",
            "the  lakes\tfreeze\n over",
            "“the lakes freeze over.”",
            "the lakes, freeze - over!",
            "...the lakes freeze over…",
        ],
    )
    def test_letter_case_white_space_and_punctuation_may_differ(self, quote: str) -> None:
        assert found(quote) == ["the Lakes freeze over"]

    @pytest.mark.parametrize(
        ("quote", "expected"),
        [
            ("freeze over the birds", "freeze over;\n the birds"),
            ("the birds dont stay", "the birds don't stay"),
            ("the birds don\N{RIGHT SINGLE QUOTATION MARK}t stay", "the birds don't stay"),
            ("By 1.5 C", "By 1.5 °C"),
            ("20%", "20"),
            ("x < y", "x < y"),
        ],
    )
    def test_the_span_holds_the_answers_own_characters(self, quote: str, expected: str) -> None:
        assert found(quote) == [expected]

    def test_letters_that_fold_to_several_keep_their_place(self) -> None:
        assert found("STRASSE liegt", "Die Straße liegt da.") == ["Straße liegt"]
        assert found("liegt da", "Die Straße liegt da.") == ["liegt da"]

    def test_the_first_of_several_places_counts(self) -> None:
        assert locate("lakes freeze", "Lakes freeze. I say lakes freeze.")[0].start == 0

    def test_a_place_inside_a_longer_word_is_passed_over(self) -> None:
        text = "He relakes freezers; lakes freeze."

        assert locate("lakes freeze", text)[0].start == text.index("lakes freeze.")


class TestNotAllowed:
    @pytest.mark.parametrize(
        "quote",
        [
            "the lakes boil over",
            "lakes freeze over the bird",  # half a word
            "akes freeze over",
            "the frozen lakes",
            "freeze the lakes over",  # another order
            "the lakes really freeze over",  # a word too many
            "the lakes over",  # a word too few
            "the birds do stay",
            "15 C",  # 1.5
            "By 1.6 C",
            "2 % less",
            "x > 2 y",
            "1.5 °C, it is 20",
        ],
    )
    def test_other_words(self, quote: str) -> None:
        assert found(quote) == []

    @pytest.mark.parametrize("quote", ["", " ", "...", "?!", "the", "it's", "well the", "over"])
    def test_words_that_show_nothing(self, quote: str) -> None:
        assert found(quote) == []

    @pytest.mark.parametrize(
        ("quote", "text"),
        [
            ("x = y", "x y"),
            ("a + b", "a - b"),
            ("1.5 grams", "15 grams"),
            ("15 grams", "1.5 grams"),
        ],
    )
    def test_signs_and_points_decide_what_is_said(self, quote: str, text: str) -> None:
        assert found(quote, text) == []

    def test_an_empty_answer_holds_no_quote(self) -> None:
        assert found("lakes freeze", "") == []


class TestEllipsis:
    @pytest.mark.parametrize(
        "dots", ["...", "…", "[...]", "[…]", "(...)", "[ … ]", ". . .", "....."]
    )
    def test_it_leaves_words_out(self, dots: str) -> None:
        assert found(f"the lakes freeze {dots} birds don't stay") == [
            "the Lakes freeze",
            "birds don't stay",
        ]

    def test_parts_stand_in_order(self) -> None:
        assert found("birds don't stay ... the lakes freeze") == []

    def test_parts_do_not_overlap(self) -> None:
        assert found("lakes freeze ... freeze over") == []

    def test_single_words_cannot_be_put_together(self) -> None:
        assert found("lakes ... birds ... stay") == []
        assert found("the lakes ... stay") == []

    @pytest.mark.parametrize(("between", "there"), [(FARTHEST, True), (FARTHEST + 1, False)])
    def test_parts_stand_near_each_other(self, between: int, there: bool) -> None:
        text = "Lakes freeze" + "." * between + "birds fly"

        assert bool(found("lakes freeze [...] birds fly", text)) is there

    def test_a_later_place_is_tried_where_the_first_is_too_far(self) -> None:
        text = "Lakes freeze" + "." * FARTHEST + " so lakes freeze and birds fly"

        assert found("lakes freeze ... birds fly", text) == ["lakes freeze", "birds fly"]

    @pytest.mark.parametrize(("parts", "there"), [(MOST_PARTS, True), (MOST_PARTS + 1, False)])
    def test_there_are_not_many_parts(self, parts: int, there: bool) -> None:
        text = " ".join(f"lakes freeze{i} then" for i in range(parts))

        assert bool(found("...".join(f"lakes freeze{i}" for i in range(parts)), text)) is there


class TestInvariants:
    @given(WORDS, st.data())
    def test_a_slice_of_words_is_found(self, said: list[str], data: st.DataObject) -> None:
        text = "".join(word + data.draw(GAP) for word in said)
        start = data.draw(st.integers(0, len(said) - 1))
        end = data.draw(st.integers(start + 1, len(said)))
        quote = "".join(word.upper() + data.draw(GAP) for word in said[start:end])
        assume(len(set(said[start:end])) == end - start)

        assume(content_stems(quote))

        spans = locate(quote, text)

        assert len(spans) == 1
        assert words(spans[0].of(text)) == said[start:end]

    @given(WORDS, WORD, st.data())
    def test_a_changed_word_is_not_found(
        self, said: list[str], other: str, data: st.DataObject
    ) -> None:
        at = data.draw(st.integers(0, len(said) - 1))
        changed = [*said[:at], f"{other}z", *said[at + 1 :]]

        assert locate(" ".join(changed), " ".join(said)) == ()

    @given(st.text(max_size=60), st.text(max_size=200))
    def test_spans_are_ordered_lie_inside_and_hold_the_quotes_letters(
        self, quote: str, text: str
    ) -> None:
        spans = locate(quote, text)

        edges = [edge for span in spans for edge in (span.start, span.end)]
        assert edges == sorted(edges)
        assert all(0 <= edge <= len(text) for edge in edges)
        said = "".join(span.of(text) for span in spans)
        assert {c for c in said.casefold() if c.isalnum()} <= set(quote.casefold())
