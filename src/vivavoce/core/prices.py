"""What calls cost, by the tokens that a server counts."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["PRICES", "Price", "price_of", "tokens_of"]

MILLION = 1_000_000
CHARACTERS_A_TOKEN = 3.5
"""English text of chat models has 4 or more; an estimate had better be too high."""


class Price(NamedTuple):
    """US dollars for a million tokens.

    Attributes:
        as_of: the day or month that it is of; empty where nothing is charged or nobody said.
    """

    prompt: float
    completion: float
    as_of: str = ""

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        """US dollars for one call."""
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / MILLION


FREE = Price(0.0, 0.0)
LISTED = "2025-08"
# OpenAI's list prices of that month; `--prices FILE` takes the place of any of them.
PRICES: dict[str, Price] = {
    model: Price(prompt, completion, LISTED)
    for model, (prompt, completion) in {
        "gpt-4o": (2.5, 10.0),
        "gpt-4o-mini": (0.15, 0.6),
        "gpt-4.1": (2.0, 8.0),
        "gpt-4.1-mini": (0.4, 1.6),
        "gpt-4.1-nano": (0.1, 0.4),
        "gpt-5": (1.25, 10.0),
        "gpt-5-mini": (0.25, 2.0),
        "gpt-5-nano": (0.05, 0.4),
        "o3": (2.0, 8.0),
        "o4-mini": (1.1, 4.4),
    }.items()
}


def price_of(model: str, own: dict[str, Price], *, listed: bool, free: bool) -> Price | None:
    """The price of a model; None where it is not known.

    A dated name such as `gpt-4o-2024-08-06` has the price of the longest name it begins with.

    Args:
        own: the user's prices, which come first.
        listed: OpenAI serves it, so that its list prices hold.
        free: a server of one's own.
    """
    for table in (own, PRICES if listed else {}):
        names = [n for n in table if model == n or model.startswith(f"{n}-2")]
        if names:
            return table[max(names, key=len)]
    return FREE if free else None


def tokens_of(text: str) -> int:
    """About how many tokens a text has, where no server has counted them."""
    return round(len(text) / CHARACTERS_A_TOKEN) + 1
