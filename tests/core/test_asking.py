"""What a turn is by its wording: question, prompt, back-channel, closing."""

from __future__ import annotations

import pytest

from vivavoce.core.asking import (
    content_words,
    is_acknowledgement,
    is_ask,
    is_closing,
    is_small_talk,
    openers,
)


@pytest.mark.parametrize(
    "text",
    [
        "What is overfitting?",
        "so um what's the difference between l1 and l2",
        "Explain the kernel trick.",
        "Great. Talk me through a ROC curve",
        "And variance?",
        "okay could you describe a hash table",
        "Why not?",
        "I'd like you to define recall.",
    ],
)
def test_asks(text: str) -> None:
    assert is_ask(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mm-hm.",
        "So that's the false positive, right?",
        "What you said is right.",
        "I see, it depends on the prior.",
        "Okay?",
        "You were here yesterday.",
    ],
)
def test_does_not_ask(text: str) -> None:
    assert not is_ask(text)


@pytest.mark.parametrize(
    "text", ["Mm-hm.", "Right.", "Okay, great, thanks.", "Uh-huh", "Yeah, that makes sense.", ""]
)
def test_acknowledgements(text: str) -> None:
    assert is_acknowledgement(text)


@pytest.mark.parametrize("text", ["No idea.", "Okay, recall then.", "And?", "I don't know."])
def test_not_mere_acknowledgements(text: str) -> None:
    assert not is_acknowledgement(text)


def test_closings_and_small_talk() -> None:
    assert is_closing("Okay, let's move on.")
    assert is_closing("That's all from me, thanks for your time.")
    assert not is_closing("You could leave some out.")
    assert is_small_talk("Hi Maya, how are you today?")
    assert is_small_talk("Can you hear me all right?")
    assert not is_small_talk("Can you explain recall?")
    assert not is_small_talk("Are you ready to explain gradient descent?")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("regularisation", "regularized"),
        ("neighbours", "neighbor"),
        ("pruning", "prune"),
        ("models", "model"),
        ("overfitting", "overfit"),
        ("probabilities", "probability"),
    ],
)
def test_forms_and_spellings_join(one: str, two: str) -> None:
    assert content_words(one) == content_words(two) != frozenset()


def test_content_words_and_openers() -> None:
    assert content_words("So, um, what's the L1 penalty?") == {"l1", *content_words("penalties")}
    assert content_words("Could you say a little more about that?") == frozenset()
    text = "okay so can you tell me what is recall"
    assert [text[i:].split(maxsplit=1)[0] for i in openers(text)] == ["can", "tell", "what"]
