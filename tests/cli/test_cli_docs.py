from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from vivavoce.cli import app

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "command-line.md"


def commands(command: Any, name: str = "viva") -> Iterator[tuple[str, list[str]]]:
    """Every command with its long options; a group's own come before its commands'."""
    options = [
        text
        for parameter in command.params
        for text in (*parameter.opts, *parameter.secondary_opts)
        if text.startswith("--")
    ]
    yield name, options
    for child, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, f"{name} {child}")


COMMANDS = dict(commands(get_command(app)))


def section(name: str) -> str:
    """What the page says of a command: from its heading to the next of that rank."""
    found = re.search(rf"^## `{name}`.*?\n(.*?)(?=^## |\Z)", PAGE.read_text("utf-8"), re.M | re.S)
    assert found, f"docs/command-line.md has no heading for {name}"
    return found[1]


def test_the_walk_sees_the_commands():
    assert {"viva grade", "viva batch", "viva bank show", "viva cache clear"} <= COMMANDS.keys()
    assert "--fail-under" in COMMANDS["viva grade"]


@pytest.mark.parametrize(
    "name", [n for n in COMMANDS if n not in ("viva bank", "viva cache", "viva scorer")]
)
def test_each_command_and_each_long_option_is_documented(name):
    text = section(name)
    missing = [o for o in COMMANDS[name] if not re.search(rf"{o}(?![\w-])", text)]
    assert not missing, f"docs/command-line.md, {name}: not a word of {', '.join(missing)}"


def test_the_page_documents_nothing_that_is_not_there():
    known = {option for options in COMMANDS.values() for option in options} | {"--help"}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", PAGE.read_text("utf-8")))
    assert named <= known
    headings = set(re.findall(r"^## `(viva[^`]*)`", PAGE.read_text("utf-8"), re.M))
    assert headings <= COMMANDS.keys()


def test_every_page_is_linked():
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("there is no README.md to link from")
    text = readme.read_text("utf-8")
    page = PAGE.read_text("utf-8")
    lost = [
        p.name
        for p in (ROOT / "docs").glob("*.md")
        if f"(docs/{p.name})" not in text and f"({p.name})" not in page
    ]
    assert not lost
