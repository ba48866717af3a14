"""The table of made answers on a terminal."""

from __future__ import annotations

from rich.console import Console

from vivavoce.core.adversary import Attack, AttackResult, Trick, TrickSummary
from vivavoce.reports.bank_table import print_adversarial


def test_what_an_answer_says_is_text_and_the_worst_comes_first() -> None:
    console = Console(width=100, record=True, force_terminal=False)
    rows = [TrickSummary(Trick.PADDED, "within 12", 4, 1, 50.0, 72.5, 88.0)]
    fooled = [
        AttackResult(Attack("r", Trick.PADDED, "[red]near[/red]", "b"), 60.0, 75.0, False),
        AttackResult(Attack("r", Trick.PADDED, "far\x1b[2J\nout", "b"), 10.0, 90.0, False),
    ]

    print_adversarial(rows, fooled, console)

    text = console.export_text()
    assert "within 12" in text
    assert "25%" in text
    assert "[red]near[/red]" in text
    assert "\x1b" not in text
    assert text.index("10 (was 90)") < text.index("60 (was 75)")
