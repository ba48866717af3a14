"""Names and addresses give way to placeholders, and come back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.redaction import people_in, redact
from vivavoce.core.rubric import Category, Criterion, Rubric
from vivavoce.core.verdicts import restored

# Pieces that a text is made of, with what has to be hidden in them.
HIDDEN = ["ann@mail.example", "https://a.example/x?y=1", "+44 20 7946 0958", "Ann Lee", "Acme"]
PLAIN = [
    "lakes",
    "freeze",
    "in 1999",
    "by 3.14159265",
    "NAME-1",
    "[LINK-1]",
    "so,",
    "\n",
    "a 10% rise",
]
PIECES = st.lists(st.sampled_from(HIDDEN + PLAIN), max_size=12)
NAMES = ("Ann Lee", "Acme")


class TestAddresses:
    @pytest.mark.parametrize(
        ("said", "kind"),
        [
            ("ann@mail.example", "EMAIL"),
            ("ann.lee+jobs@a-b.co.example", "EMAIL"),
            ("https://ann.example/cv?page=2#top", "LINK"),
            ("HTTP://ANN.EXAMPLE", "LINK"),
            ("www.ann.example", "LINK"),
            ("https://ann@mail.example/cv", "LINK"),
            ("+44 20 7946 0958", "PHONE"),
            ("(020) 7946-0958", "PHONE"),
            ("020.7946.0958", "PHONE"),
            ("02079460958", "PHONE"),
        ],
    )
    def test_hidden(self, said: str, kind: str) -> None:
        hidden = redact(f"Write to {said} soon.")

        assert hidden.text == f"Write to [{kind}-1] soon."
        assert hidden.names == {f"[{kind}-1]": said}

    @pytest.mark.parametrize(
        "text",
        [
            "In 1999 it was 2001 no more.",
            "It is 3.14159265 about, or 0.000000001.",
            "12345678.12345678 exactly",
            "10 to 20, at 50 or 100",
            "It costs 1234567.",
            "Mean @ 5 is high; a@b is no address.",
            "v1.2.3 of the file",
            "Rows 1, 2, 3, 4, 5, 6, 7, 8, 9 and 10",
            "0.1, 0.25, 0.5 and 0.75",
        ],
    )
    def test_figures_are_left_alone(self, text: str) -> None:
        assert redact(text) == (text, {})

    def test_equal_addresses_share_a_placeholder_and_others_do_not(self) -> None:
        hidden = redact("a@x.example, b@x.example and a@x.example")

        assert hidden.text == "[EMAIL-1], [EMAIL-2] and [EMAIL-1]"
        assert hidden.names == {"[EMAIL-1]": "a@x.example", "[EMAIL-2]": "b@x.example"}


class TestNames:
    def test_a_name_keeps_its_number(self) -> None:
        names = ["Ann Lee", "Acme", "Bob"]

        assert redact("Bob met Ann Lee.", names).text == "[NAME-3] met [NAME-1]."
        assert redact("Acme hired Bob.", names).text == "[NAME-2] hired [NAME-3]."

    @pytest.mark.parametrize("said", ["Ann Lee", "ANN LEE", "ann  lee", "Ann\nLee"])
    def test_letter_case_and_white_space_may_differ(self, said: str) -> None:
        hidden = redact(f"I am {said}.", ["Ann Lee"])

        assert hidden == ("I am [NAME-1].", {"[NAME-1]": said})

    def test_whole_words_only(self) -> None:
        text = "Annual plans, Joann and anns"

        assert redact(text, ["Ann"]).text == text

    def test_the_longest_name_first(self) -> None:
        hidden = redact("Ann Lee and Ann", ["Ann", "Ann Lee"])

        assert hidden.text == "[NAME-2] and [NAME-1]"

    @pytest.mark.parametrize("name", ["", " ", "A", "  b "])
    def test_what_is_too_short_is_no_name(self, name: str) -> None:
        assert redact("A plan b", [name]).text == "A plan b"

    def test_signs_in_a_name_are_taken_as_they_are(self) -> None:
        assert redact("At A.B (UK) or AxB", ["A.B (UK)"]).text == "At [NAME-1] or AxB"

    def test_one_name_twice_keeps_the_first_number(self) -> None:
        assert redact("ann", ["Bob", "Ann", "ANN"]).text == "[NAME-2]"

    def test_a_placeholder_that_was_typed_is_not_taken(self) -> None:
        hidden = redact("[NAME-1] and name-1x are no Ann.", ["Ann"])

        assert hidden.text == "[NAME-1] and name-1x are no [NAME-1XX]."
        assert restored(hidden.text, hidden.names) == "[NAME-1] and name-1x are no Ann."

    @pytest.mark.parametrize("name", ["Email", "link", "NAME", "10", "NAME-1", "[EMAIL-1]"])
    def test_a_name_that_looks_like_a_placeholder(self, name: str) -> None:
        text = f"Ann (a@x.example, www.x.example) of {name}"
        hidden = redact(text, [*["Bob"] * 9, "Ann", name])

        assert not hidden.text.endswith(name)
        assert restored(hidden.text, hidden.names) == text


class TestInvariants:
    @given(PIECES)
    def test_nothing_that_must_be_hidden_is_sent(self, pieces: list[str]) -> None:
        hidden = redact(" ".join(pieces), NAMES).text

        assert not any(secret in hidden for secret in HIDDEN)

    @given(PIECES)
    def test_the_text_comes_back(self, pieces: list[str]) -> None:
        text = " ".join(pieces)
        hidden = redact(text, NAMES)

        assert restored(hidden.text, hidden.names) == text

    @given(PIECES)
    def test_what_need_not_be_hidden_stays(self, pieces: list[str]) -> None:
        hidden = redact(" | ".join(pieces), NAMES)

        tags = "|".join(re.escape(tag) for tag in hidden.names)
        left = re.split(tags, hidden.text) if tags else [hidden.text]
        plain = [w for piece in pieces if piece in PLAIN for w in piece.split()]
        assert [w for part in left for w in part.split() if w != "|"] == plain

    @given(st.text(), st.lists(st.text(max_size=6), max_size=4))
    def test_it_takes_whatever_is_typed(self, text: str, names: list[str]) -> None:
        hidden = redact(text, names)

        assert all(tag in hidden.text for tag in hidden.names)
        assert redact(text, names) == hidden


class TestPeople:
    def test_the_same_person_has_the_same_placeholder_and_comes_back(self):
        said = "Ann Lee taught me. Later Bo Ek asked Ann Lee, and Ann agreed."
        found = redact(said, people=["Ann Lee", "Bo Ek", "Ann"])
        assert found.text == (
            "[PERSON-1] taught me. Later [PERSON-2] asked [PERSON-1], and [PERSON-3] agreed."
        )
        assert restored(found.text, found.names) == said

    def test_a_name_that_was_given_keeps_its_own_placeholder(self):
        found = redact("Ann Lee met Bo Ek.", ["ann lee"], ["Ann Lee", "Bo Ek"])
        assert found.text == "[NAME-1] met [PERSON-1]."

    def test_a_found_name_is_no_other_word(self):
        assert (
            redact("Mark said to mark it.", people=["Mark"]).text == "[PERSON-1] said to mark it."
        )

    def test_words_of_the_subject_are_no_names(self):
        rubric = Rubric(
            id="l1",
            number=1,
            question="What does the Lasso do?",
            category=Category.ALGORITHMS,
            reference="It is L1, and a Laplace prior.",
            criteria=(Criterion(id="c", points=1, statement="It selects features."),),
        )
        assert people_in(["Lasso", "Laplace", "Ann Lasso", "Ann"], rubric) == ("Ann Lasso", "Ann")
