"""`viva bank`: the questions and their rubrics."""

from __future__ import annotations

import json as json_module
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from vivavoce.cli.shared import BankOption, EmbedderOption, JsonOption, console, write_json

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="The questions and their rubrics.")
CategoryOption = Annotated[
    str | None, typer.Option("--category", help="algorithms, programming, company or interest.")
]


@app.command("list")
def list_questions(
    category: CategoryOption = None, bank: BankOption = None, json: JsonOption = False
) -> None:
    """List the questions of the bank."""
    from vivavoce.core.rubric import Category
    from vivavoce.errors import SettingsError
    from vivavoce.wiring import load_bank_in_use, settings

    known = [c.value for c in Category]
    if category is not None and category not in known:
        raise SettingsError(f"No category is called '{category}'; there are {', '.join(known)}.")
    rubrics = [
        r
        for r in load_bank_in_use(settings(bank=bank)).rubrics
        if category in (None, r.category.value)
    ]
    if json:
        rows = [
            {
                "id": r.id,
                "number": r.number,
                "question": r.question,
                "category": r.category.value,
                "kind": r.kind.value,
                "difficulty": r.difficulty,
                "criteria": len(r.criteria),
            }
            for r in rubrics
        ]
        write_json(json_module.dumps(rows, ensure_ascii=False, indent=2))
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    table.add_column("no", justify="right")
    table.add_column("id", no_wrap=True)
    table.add_column("question")
    for r in rubrics:
        table.add_row(str(r.number), Text(r.id), Text(r.question))
    console().print(table)


@app.command()
def show(
    question: Annotated[str, typer.Argument(help="Id, number or wording of the question.")],
    bank: BankOption = None,
    embedder: EmbedderOption = None,
    json: JsonOption = False,
) -> None:
    """Print a study card: question, reference, criteria, misconceptions, reading."""
    from vivavoce.wiring import build_embedder, find_rubric, settings

    chosen = settings(bank=bank, embedder=embedder)
    rubric = find_rubric(chosen, question, build_embedder(chosen))
    if json:
        record = rubric.model_dump(mode="json")
        write_json(json_module.dumps(record, ensure_ascii=False, indent=2))
        return
    from vivavoce.reports.study_card import print_card

    print_card(rubric, console())


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="What the question is about.")],
    bank: BankOption = None,
    embedder: EmbedderOption = None,
    count: Annotated[int, typer.Option("-n", "--count", min=1, help="Questions shown.")] = 5,
    json: JsonOption = False,
) -> None:
    """Find questions by meaning."""
    from vivavoce.services.lookup import BankIndex
    from vivavoce.wiring import build_embedder, build_sentences, load_bank_in_use, settings

    chosen = settings(bank=bank, embedder=embedder)
    index = BankIndex(load_bank_in_use(chosen), build_sentences(chosen, build_embedder(chosen)))
    hits = index.search(" ".join(words))[:count]
    if json:
        rows = [
            {"id": h.rubric.id, "question": h.rubric.question, "similarity": h.similarity}
            for h in hits
        ]
        write_json(json_module.dumps(rows, ensure_ascii=False, indent=2))
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    for h in hits:
        table.add_row(f"{h.similarity:.2f}", Text(h.rubric.id), Text(h.rubric.question))
    console().print(table)


@app.command()
def check(
    bank: BankOption = None,
    embedder: EmbedderOption = None,
    adversarial: Annotated[
        bool,
        typer.Option(
            "--adversarial",
            help="Grade answers made to fool the grader instead (some minutes for a whole bank).",
        ),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Lint the bank: counts, overlaps, near-identical statements, inconsistent exemplars."""
    if adversarial:
        _adversarial(bank, embedder, json)
        return
    from vivavoce.reports.bank_table import print_check
    from vivavoce.services.bank_check import check_bank
    from vivavoce.wiring import build_embedder, load_bank_in_use, settings

    chosen = settings(bank=bank, embedder=embedder)
    report = check_bank(load_bank_in_use(chosen), build_embedder(chosen))
    if json:
        record = {
            "rubrics": [row._asdict() for row in report.rows],
            "findings": [finding._asdict() for finding in report.findings],
        }
        write_json(json_module.dumps(record, ensure_ascii=False, indent=2))
    else:
        print_check(report, console())
    if any(finding.severity == "error" for finding in report.findings):
        raise typer.Exit(1)


@app.command()
def new(
    rubric_id: Annotated[
        str, typer.Argument(metavar="ID", help="Id of the question, such as gradient-descent.")
    ],
    bank: Annotated[
        Path | None,
        typer.Option(
            "--bank", help="Folder to write ID.yaml to; made if need be.", metavar="FOLDER"
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File to write.", metavar="FILE")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
) -> None:
    """Begin a rubric: a commented file to fill in, with the next free number."""
    from vivavoce.adapters.rubric_skeleton import new_rubric
    from vivavoce.errors import SettingsError
    from vivavoce.wiring import settings

    if bank is not None and output is not None:
        raise SettingsError("--bank and -o both say where to write; give one of them.")
    folder = settings(bank=bank).bank if output is None else None
    path = new_rubric(rubric_id, bank=folder, output=output, force=force)
    check = f"viva bank check --bank {shlex.quote(str(path))}"
    sys.stderr.write(f"Wrote {path}\nFill it in, then run: {check}\n")


def _adversarial(bank: Path | None, embedder: str | None, json: bool) -> None:
    """Grades made answers; exit 1 where one that must earn nothing earned more than the cap."""
    from vivavoce.reports.bank_table import print_adversarial
    from vivavoce.services.adversarial import STRICT, adversarial, summaries
    from vivavoce.wiring import build_grader, load_bank_in_use, settings

    chosen = settings(bank=bank, embedder=embedder)
    results = list(adversarial(build_grader(chosen), load_bank_in_use(chosen).rubrics))
    rows = summaries(results)
    if json:
        record = {
            "tricks": [row._asdict() for row in rows],
            "answers": [
                {**r.attack._asdict(), "total": r.total, "base": r.base_total, "stood": r.stood}
                | {"made_from": r.attack.base}
                for r in results
            ],
        }
        write_json(json_module.dumps(record, ensure_ascii=False, indent=2))
    else:
        print_adversarial(rows, [r for r in results if not r.stood], console())
    if any(not r.stood and r.attack.trick in STRICT for r in results):
        raise typer.Exit(1)
