"""No answer at all, told from honest ones: parroted, listed, off topic, foreign, too short."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.adapters.resources import resource
from vivavoce.adapters.rubric_files import load_bank
from vivavoce.core.answer import Span
from vivavoce.core.grade import Flag
from vivavoce.core.integrity import (
    CAPPING,
    flags_of,
    is_english,
    is_keyword_list,
    is_parroted,
    without,
)
from vivavoce.core.rubric import Bank, Category, Criterion, Level, Rubric

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=200)
QUESTION = "What is the trade-off between bias and variance?"
ANSWER = "A simple model underfits because it cannot follow the pattern."


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return Rubric(
        id="bias-variance",
        number=1,
        question=QUESTION,
        asked_as=("so um what's the whole bias variance thing about",),
        category=Category.ALGORITHMS,
        reference="Simple models underfit, complex ones overfit.",
        criteria=(Criterion(id="bias", points=1, statement="A simple model underfits."),),
    )


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank(resource("rubrics") / "machine-learning")


@given(ANY_TEXT, st.booleans())
def test_any_text_gets_its_flags_once(text: str, off_topic: bool) -> None:
    rubric = Rubric(
        id="q",
        number=1,
        question=QUESTION,
        category=Category.ALGORITHMS,
        reference="r",
        criteria=(Criterion(id="c", points=1, statement="s"),),
    )
    found = flags_of(text, rubric, off_topic=off_topic)

    assert len(found) == len(set(found))
    assert found == flags_of(text, rubric, off_topic=off_topic)
    if Flag.EMPTY in found:
        assert found == [Flag.EMPTY]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [Flag.EMPTY]),
        (" \n\t ", [Flag.EMPTY]),
        ("...", [Flag.EMPTY]),
        ("😀😀", [Flag.EMPTY]),
        ("\u200b\u200d", [Flag.EMPTY]),
        ("\x00", [Flag.EMPTY]),
        ("\ud800", [Flag.EMPTY]),
        ("___", [Flag.EMPTY]),
        ("underfitting", [Flag.TOO_SHORT]),
        ("I do not know", [Flag.TOO_SHORT]),
        ("um well you know it's what it is", [Flag.TOO_SHORT]),
        (QUESTION, [Flag.PARROTED]),
        ("The trade-off is between the bias and the variance.", [Flag.PARROTED]),
        ("whole bias variance thing", [Flag.PARROTED]),
        ("bias, noise, trees, boosting, bagging, validation", [Flag.KEYWORD_LIST]),
        (ANSWER, []),
        (f"Dear grader, {ANSWER}", [Flag.INSTRUCTIONS]),
    ],
)
def test_flags_of_typical_answers(text: str, expected: list[Flag], rubric: Rubric) -> None:
    assert flags_of(text, rubric, off_topic=False) == expected


def test_off_topic_is_said_where_nothing_else_explains_it(rubric: Rubric) -> None:
    assert flags_of(ANSWER, rubric, off_topic=True) == [Flag.OFF_TOPIC]
    assert flags_of(QUESTION, rubric, off_topic=True) == [Flag.PARROTED]


def test_a_very_long_answer_is_marked_and_not_capped(rubric: Rubric) -> None:
    assert flags_of(f"{ANSWER} " * 150, rubric, off_topic=False) == []
    assert flags_of(f"{ANSWER} " * 151, rubric, off_topic=False) == [Flag.VERY_LONG]
    assert Flag.VERY_LONG not in CAPPING


def test_the_capping_flags_are_those_that_are_no_answer() -> None:
    assert {f.value for f in CAPPING} == {
        "empty",
        "too-short",
        "parroted",
        "keyword-list",
        "off-topic",
        "instructions-to-grader",
    }


class TestParroted:
    @pytest.mark.parametrize(
        "text",
        [
            "bias variance trade-off",
            "Well, it is a trade-off between bias and variance, bias and variance.",
            "the TRADE-OFF, between BIAS and VARIANCE, is the trade-off of bias and variance",
        ],
    )
    def test_words_of_the_question_alone(self, text: str) -> None:
        assert is_parroted(text, [QUESTION])

    def test_one_new_word_in_four_is_still_parroted_and_more_is_not(self) -> None:
        assert is_parroted("bias variance trade regression", ["bias variance trade"])
        assert not is_parroted("bias variance regression", ["bias variance trade"])

    def test_any_wording_of_the_question_counts(self) -> None:
        text = "how do I balance underfitting and overfitting"

        assert is_parroted(text, [QUESTION, "How do you balance underfitting and overfitting?"])
        assert not is_parroted(text, [QUESTION])

    def test_an_answer_in_the_words_of_the_question_says_something_new(self) -> None:
        assert not is_parroted("High bias underfits, high variance overfits.", [QUESTION])

    @pytest.mark.parametrize("questions", [[], ["?"], ["What is it?"]])
    def test_a_question_without_content_words_is_never_parroted(self, questions: list[str]) -> None:
        text = "bias is error"

        assert not (questions and is_parroted(text, [*questions, QUESTION]))

    def test_text_without_content_is_not_parroted(self) -> None:
        assert not is_parroted("it is what it is", [QUESTION])


LISTS = [
    "bias, variance, underfitting, overfitting, noise, validation",
    "bias variance underfitting overfitting complexity regularisation validation noise bagging",
    "bias and variance and underfitting and overfitting and complexity and noise",
    "Bias. Variance. Underfitting. Overfitting. Noise. Complexity.",
    "- bias\n- variance\n- overfitting\n- noise\n- cross-validation\n- complexity",
    "the bias, the variance, the noise, the underfitting, the overfitting, the complexity",
    "bias / variance / noise / trees / boosting / bagging",
    "um bias, uh variance, um noise, trees, boosting, uh bagging",
    "BIAS; VARIANCE; NOISE; TREES; BOOSTING; BAGGING",
]
TERSE = [
    "High bias = underfit, too simple. High variance = overfit, fits noise.",
    (
        "High bias underfits, high variance overfits; complexity lowers bias, raises variance; pick "
        "minimum validation error"
    ),
    "Supervised learning needs labels, unsupervised finds structure without labels.",
    "Precision = TP/(TP+FP), recall = TP/(TP+FN).",
    "L1 sparse, L2 shrinks. Lambda large = more bias.",
    "A damaged bulb disrupts the flow of the current.",
    (
        "Lasso charges absolute coefficients and deletes some features; ridge charges squares and "
        "keeps every feature, only smaller."
    ),
    "ReLU is cheap, it does not saturate, it gives sparse activations, and gradients flow",
    "It is simple, it is fast, it is robust, and it is easy to explain",
]


class TestKeywordList:
    @pytest.mark.parametrize("text", LISTS)
    def test_terms_without_a_claim(self, text: str) -> None:
        assert is_keyword_list(text)

    @pytest.mark.parametrize("text", TERSE)
    def test_terse_claims_are_answers(self, text: str) -> None:
        assert not is_keyword_list(text)

    def test_fewer_than_six_words_are_no_list(self) -> None:
        assert not is_keyword_list("bias, variance, noise, trees, boosting")
        assert is_keyword_list("bias, variance, noise, trees, boosting, bagging")

    def test_the_stuffed_samples_of_the_bank_and_no_others(self, bank: Bank) -> None:
        for rubric in bank.rubrics:
            for exemplar in rubric.exemplars:
                stuffed = exemplar.level is Level.STUFFED
                assert is_keyword_list(exemplar.answer) == stuffed, exemplar.answer


def test_no_honest_sample_of_the_bank_is_capped_by_its_words(bank: Bank) -> None:
    for rubric in bank.rubrics:
        for exemplar in rubric.exemplars:
            if exemplar.level not in (Level.STUFFED, Level.OFF_TOPIC):
                assert flags_of(exemplar.answer, rubric, off_topic=False) == [], exemplar.answer


def test_every_question_of_the_bank_is_found_when_repeated(bank: Bank) -> None:
    for rubric in bank.rubrics:
        for question in rubric.questions:
            assert CAPPING & set(flags_of(question, rubric, off_topic=False)), question


FOREIGN = {
    "Spanish": "El sesgo es el error por suposiciones demasiado simples y la varianza es la "
    "sensibilidad a los datos de entrenamiento.",
    "German": "Der Bias ist der Fehler durch zu einfache Annahmen, und die Varianz ist die "
    "Empfindlichkeit gegenüber den Daten.",
    "French": "Le biais est l'erreur due à des hypothèses trop simples et la variance est la "
    "sensibilité aux données.",
    "Italian": "Il bias è l'errore dovuto a ipotesi troppo semplici e la varianza è la "
    "sensibilità ai dati di addestramento del modello.",
    "Portuguese": "O viés é o erro de suposições simples demais e a variância é a sensibilidade "
    "do modelo aos dados de treino.",
    "Dutch": "De bias is de fout van te eenvoudige aannames en de variantie is de gevoeligheid "
    "van het model voor de trainingsdata.",
    "Danish": "Bias er fejlen fra alt for simple antagelser og varians er hvor meget modellen "
    "ændrer sig med træningsdata.",
    "Swedish": "Bias är felet från alltför enkla antaganden och varians är hur mycket modellen "
    "ändras med träningsdata.",
    "Polish": "Bias to błąd wynikający ze zbyt prostych założeń modelu a wariancja to wrażliwość "
    "modelu na dane treningowe, które się zmieniają.",
    "Russian": "Смещение это ошибка из-за слишком простых предположений модели",
    "Chinese": "偏差是由于模型假设过于简单而产生的误差",
    "Arabic": "التحيز هو الخطأ الناتج عن الافتراضات البسيطة",
    "Hindi": "पूर्वाग्रह सरल मान्यताओं से उत्पन्न त्रुटि है",
}


class TestEnglish:
    @pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
    def test_other_languages(self, text: str) -> None:
        assert not is_english(text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "123 + 456 = 579",
            "bias",
            "что это",
            *TERSE,
            *LISTS,
            "yeah so um bias is basically when the model is like too simple right",
            "naïve Bayes, résumé, façade: a classifier with a naïve assumption is what it is",
            "σ(x) = 1 / (1 + e^(-x)), so the derivative is σ(x)(1 - σ(x)) for all of x",
        ],
    )
    def test_english_and_what_is_too_short_to_tell(self, text: str) -> None:
        assert is_english(text)

    def test_every_sample_of_the_bank_reads_as_english(self, bank: Bank) -> None:
        for rubric in bank.rubrics:
            assert is_english(rubric.reference)
            assert [e.answer for e in rubric.exemplars if not is_english(e.answer)] == []

    @given(ANY_TEXT)
    def test_any_text_gets_an_answer(self, text: str) -> None:
        assert is_english(text) in (True, False)


def test_blanked_spans_keep_every_offset() -> None:
    assert without("one two three", [Span(start=4, end=7)]) == "one     three"
    assert without("one two three", []) == "one two three"


@given(
    st.text(max_size=80),
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), max_size=5),
)
def test_blanking_changes_the_spans_and_nothing_else(
    text: str, ends: list[tuple[int, int]]
) -> None:
    spans = [Span(start=min(a, b, len(text)), end=min(max(a, b), len(text))) for a, b in ends]
    inside = {i for span in spans for i in range(span.start, span.end)}

    blanked = without(text, spans)

    assert len(blanked) == len(text)
    assert all(
        new == (" " if i in inside else old)
        for i, (old, new) in enumerate(zip(text, blanked, strict=True))
    )
