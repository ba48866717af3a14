"""Reads rubrics from YAML: one file each, a folder of them a bank."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from vivavoce.core.rubric import Bank, Rubric
from vivavoce.errors import RubricError

__all__ = ["find_file", "load_bank", "load_rubric", "rubric_files"]

HEAD = re.compile(r"^(id|number):\s*['\"]?([\w-]+)['\"]?\s*(?:#.*)?$", re.MULTILINE)
HEAD_CHARS = 2000
LARGEST = 2_000_000
HINTS = {
    "extra_forbidden": "unknown field; check its spelling or remove it",
    "missing": "field is missing; add it",
    "string_pattern_mismatch": "ids are lower-case words joined by hyphens, URLs begin with http",
}


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader, but a key given twice is a mistake instead of silently the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"'{key.value}' is given twice", key.start_mark
                )
            seen.add(str(key.value))
        made: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return made


def rubric_files(bank: Path) -> list[Path]:
    """The rubric files of a bank: the file itself, or every YAML file below a folder, sorted.

    Raises:
        RubricError: there is no such path, or no rubric in it.
    """
    if bank.is_file():
        return [bank]
    if not bank.exists():
        raise RubricError([f"{bank}: no such file or folder. Give --bank an existing path."])
    files = sorted(p for p in bank.rglob("*") if p.suffix in {".yaml", ".yml"} and p.is_file())
    if not files:
        raise RubricError([f"{bank}: holds no .yaml file. A bank is a folder of rubric files."])
    return files


def load_rubric(path: Path) -> Rubric:
    """One rubric.

    Raises:
        RubricError: every mistake of the file at once, each with field and remedy.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise RubricError([f"{path}: larger than {LARGEST:,} bytes; that is no rubric."])
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as exc:
        raise RubricError([f"{path}: not UTF-8 text ({exc.reason}). Save it as UTF-8."]) from exc
    except OSError as exc:
        raise RubricError([f"{path}: cannot be read ({exc.strerror})."]) from exc
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506  (a safe loader in either case)
    except yaml.YAMLError as exc:
        raise RubricError([_yaml_mistake(path, exc)]) from exc
    except (ValueError, RecursionError) as exc:
        raise RubricError([f"{path}: not a rubric: {exc}."]) from exc
    if not isinstance(data, dict):
        found = type(data).__name__
        raise RubricError([f"{path}: holds a {found}, expected fields such as 'id:'."])
    try:
        return Rubric.model_validate(data)
    except ValidationError as exc:
        raise RubricError(_mistakes(path, exc, data)) from exc


def load_bank(bank: Path) -> Bank:
    """Every rubric of a file or folder, in order of number.

    Raises:
        RubricError: every mistake of every file, and ids or numbers used twice.
    """
    rubrics: list[tuple[Path, Rubric]] = []
    mistakes: list[str] = []
    for path in rubric_files(bank):
        try:
            rubrics.append((path, load_rubric(path)))
        except RubricError as exc:
            mistakes += exc.mistakes
    mistakes += _used_twice(rubrics)
    if mistakes:
        raise RubricError(mistakes)
    ordered = sorted((r for _, r in rubrics), key=lambda r: r.number)
    return Bank(rubrics=tuple(ordered), name=bank.stem)


def find_file(bank: Path, question: str) -> Path | None:
    """The file whose `id` or `number` is `question`, found without parsing the others."""
    for path in rubric_files(bank):
        try:
            with path.open(encoding="utf-8-sig", errors="replace") as lines:
                head = dict(HEAD.findall(lines.read(HEAD_CHARS)))
        except OSError:
            continue
        if question in (head.get("id"), head.get("number")):
            return path
    return None


def _used_twice(rubrics: Iterable[tuple[Path, Rubric]]) -> list[str]:
    seen: dict[tuple[str, object], Path] = {}
    out: list[str] = []
    for path, rubric in rubrics:
        for key in (("id", rubric.id), ("number", rubric.number)):
            if key in seen:
                name, value = key
                out.append(
                    f"{path}: {name}: '{value}' is already used by {seen[key]}; give each its own."
                )
            else:
                seen[key] = path
    return out


def _yaml_mistake(path: Path, exc: yaml.YAMLError) -> str:
    mark = getattr(exc, "problem_mark", None)
    where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
    problem = getattr(exc, "problem", None) or getattr(exc, "reason", None) or "unreadable"
    return f"{where}: not valid YAML: {problem}. Quote text that holds ': ' or begins with a sign."


def _mistakes(path: Path, exc: ValidationError, data: dict[str, Any]) -> list[str]:
    name = data.get("id")
    label = f"{path}" if not isinstance(name, str) or name == path.stem else f"{path} ({name})"
    out = []
    for error in exc.errors(include_url=False):
        field = _field(error["loc"])
        hint = HINTS.get(error["type"], "")
        message = error["msg"].removeprefix("Value error, ")
        found = "" if error["type"] in {"missing", "value_error"} else f", found {_short(error)}"
        out.append(f"{label}: {field}: {message[0].lower()}{message[1:]}{found}. {hint}".rstrip())
    return out


def _field(location: tuple[int | str, ...]) -> str:
    out = ""
    for part in location:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else part
    return out or "rubric"


def _short(error: Any) -> str:
    text = repr(error["input"])
    return text if len(text) <= 60 else text[:57] + "..."  # noqa: PLR2004
