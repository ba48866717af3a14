"""What judges are told: a Jinja2 template with a version, rendered once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import yaml
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta
from jinja2.sandbox import SandboxedEnvironment

from vivavoce.adapters.resources import resource
from vivavoce.core.answer import Answer
from vivavoce.core.judge_calls import Prompt
from vivavoce.core.judge_prompts import neutralised
from vivavoce.core.rubric import Criterion, Rubric
from vivavoce.errors import SettingsError

__all__ = ["PromptFile"]

FENCE = "---"
BLOCKS = ("system", "user")
NEEDED = frozenset({"answer", "criteria", "nonce", "question"})
KNOWN = NEEDED | {"misconceptions"}
EXAMPLES = 3
"""Phrasings shown of each criterion's `accept` and `reject`."""
LONGEST_FILE = 200_000


class PromptFile:
    """A `PromptWriter` of one file: front matter with a version, blocks `system` and `user`.

    What the candidate wrote is a value and never a template: nothing in it is expanded. It is
    neutralised here, so that no template can forget to.

    Args:
        path: of the template; the packaged `judge.md` where None.

    Raises:
        SettingsError: the file is missing, has a mistake in it, or leaves out the answer, the
            nonce, the question or the criteria.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or resource("prompts") / "judge.md"
        source = _read(self._path)
        self.version, body = _front_matter(self._path, source)
        self._template = _template(self._path, body)
        self._digest = hashlib.sha256(source.encode()).hexdigest()[:12]

    @property
    def digest(self) -> str:
        """Of the whole file, 12 hex digits."""
        return self._digest

    def write(
        self, rubric: Rubric, answer: Answer, criteria: Sequence[Criterion], *, nonce: str
    ) -> Prompt:
        """The prompt for these criteria; see `ports.PromptWriter`.

        Raises:
            SettingsError: the template fails on these values.
        """
        values = {
            "question": rubric.question,
            "criteria": [
                {
                    "id": c.id,
                    "statement": c.statement,
                    "accept": c.accept[:EXAMPLES],
                    "reject": c.reject[:EXAMPLES],
                }
                for c in criteria
            ],
            "misconceptions": [
                {"id": m.id, "statement": m.statement} for m in rubric.misconceptions
            ],
            "answer": neutralised(answer.text, nonce),
            "nonce": nonce,
        }
        try:
            context = self._template.new_context(values)
            system, user = (
                "".join(self._template.blocks[block](context)).strip() for block in BLOCKS
            )
        except (TemplateError, TypeError, ArithmeticError) as exc:
            raise SettingsError(f"{self._path}: the template fails: {exc}") from exc
        return Prompt(system=system, user=user, digest=self._digest)


def _read(path: Path) -> str:
    try:
        source = path.read_text(encoding="utf-8-sig")
    except OSError as exc:
        raise SettingsError(f"{path}: cannot be read ({exc.strerror}).") from exc
    except UnicodeDecodeError as exc:
        raise SettingsError(f"{path}: not UTF-8 text; convert it first.") from exc
    if len(source) > LONGEST_FILE:
        raise SettingsError(f"{path}: {len(source):,} characters; that is no prompt.")
    return source


def _front_matter(path: Path, source: str) -> tuple[int, str]:
    lines = source.split("\n")
    ends = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), 0)
    if lines[0].rstrip() != FENCE or not ends:
        raise SettingsError(
            f"{path}, line 1: no front matter; begin the file with the lines "
            f"'{FENCE}', 'version: 1', '{FENCE}'."
        )
    try:
        head = yaml.safe_load("\n".join(lines[1:ends]))
    # ValueError: a date that is none, or a number of thousands of digits.
    except (yaml.YAMLError, ValueError, RecursionError) as exc:
        raise SettingsError(f"{path}: the front matter is no YAML: {exc}") from exc
    version = head.get("version") if isinstance(head, dict) else None
    if not isinstance(version, int) or isinstance(version, bool):
        raise SettingsError(
            f"{path}: the front matter has no version; write a whole number, 'version: 1'."
        )
    # Line numbers of messages stay those of the file.
    return version, "\n" * (ends + 1) + "\n".join(lines[ends + 1 :])


def _template(path: Path, body: str) -> Template:
    environment = SandboxedEnvironment(
        autoescape=False, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    try:
        names = meta.find_undeclared_variables(environment.parse(body))
        template = environment.from_string(body)
    except TemplateSyntaxError as exc:
        raise SettingsError(f"{path}, line {exc.lineno}: {exc.message}") from exc
    # Python's limits: blocks in blocks, digits of a number.
    except (RecursionError, SyntaxError, ValueError, OverflowError) as exc:
        raise SettingsError(
            f"{path}: Python cannot compile the template ({exc}); write it with fewer blocks in "
            "blocks and shorter numbers."
        ) from exc
    if lost := [b for b in BLOCKS if b not in template.blocks]:
        raise SettingsError(
            f"{path}: there is no block '{lost[0]}'; write "
            f"{{% block {lost[0]} %}} ... {{% endblock %}}."
        )
    if unknown := sorted(names - KNOWN):
        raise SettingsError(
            f"{path}: unknown variable '{unknown[0]}'; there are {', '.join(sorted(KNOWN))}."
        )
    if missing := sorted(NEEDED - names):
        raise SettingsError(f"{path}: '{missing[0]}' is not used; the judge has to be told it.")
    return template
