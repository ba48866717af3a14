from __future__ import annotations

import pytest

import vivavoce


def ids(ran):
    assert ran.status == 0, ran
    return [row["id"] for row in ran.json]


def test_the_bank_lists_its_questions_in_order(viva):
    rows = viva("bank", "list", "--json").json
    assert [row["number"] for row in rows] == list(range(1, 52))
    assert set(rows[0]) == {
        *("id", "number", "question", "category", "kind", "difficulty", "criteria"),
    }
    shown = viva("bank", "list").out
    assert all(row["id"] in shown for row in rows)


def test_categories_divide_the_bank(viva):
    parts = [
        ids(viva("bank", "list", "--category", c, "--json"))
        for c in ("algorithms", "programming", "company", "interest")
    ]
    assert all(parts)
    assert sum(map(len, parts)) == 51
    assert "programming" in viva("bank", "list", "--category", "cooking").refused(2)


def test_show_prints_a_study_card(viva):
    card = viva("bank", "show", "l1-l2")
    record = viva("bank", "show", "l1-l2", "--json").json
    assert record["id"] == "l1-l2"
    assert record["criteria"]
    assert record["question"] in card.out
    assert viva("bank", "show", record["number"], "--json").json == record
    viva("bank", "show", "nothing of the kind").refused(2)


def test_search_finds_by_meaning(viva):
    rows = viva("bank", "search", "dictionary", "buckets", "hashing", "-n", "3", "--json").json
    assert len(rows) == 3
    assert rows[0]["id"] == "hash-table"
    assert [r["similarity"] for r in rows] == sorted((r["similarity"] for r in rows), reverse=True)
    assert "hash-table" in viva("bank", "search", "hashing").out
    viva("bank", "search").refused(2)
    viva("bank", "search", "x", "--count", "0").refused(2)


def test_check_lints_a_bank(viva, small_bank):
    ran = viva("bank", "check", "--bank", small_bank, "--json")
    assert ran.status in (0, 1)
    assert set(ran.json) == {"rubrics", "findings"}
    assert len(ran.json["rubrics"]) == 2
    errors = [f for f in ran.json["findings"] if f["severity"] == "error"]
    assert ran.status == bool(errors)


def test_a_wrong_field_is_named_with_its_file(viva, small_bank):
    file = small_bank / "hash-table.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("difficulty:", "dificulty:"), encoding="utf-8"
    )
    said = viva("bank", "list", "--bank", small_bank).refused(1)
    assert str(file) in said
    assert "dificulty" in said
    assert str(file) in viva("grade", "hash-table", "x", "--bank", small_bank).refused(1)


@pytest.mark.parametrize("content", ["- a\n", "id: [", "\x00\x01", ""])
def test_a_file_that_is_no_rubric_is_refused(viva, tmp_path, content):
    file = tmp_path / "r.yaml"
    file.write_text(content)
    assert str(file) in viva("bank", "list", "--bank", file).refused(1)


def test_an_empty_and_a_missing_bank_are_refused(viva, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "no .yaml file" in viva("bank", "list", "--bank", empty).refused(1)
    assert "no such file" in viva("batch", "x", "--bank", tmp_path / "no").refused(1)


def test_flag_goes_before_environment_before_dotenv_before_toml(viva, tmp_path, small_bank):
    one, two, three = (tmp_path / f"{n}.yaml" for n in ("one", "two", "three"))
    for file in (one, two, three):
        text = (small_bank / "l1-l2.yaml").read_text(encoding="utf-8")
        file.write_text(text.replace("id: l1-l2", f"id: {file.stem}", 1), encoding="utf-8")
    (tmp_path / "viva.toml").write_text(f"bank = '{one}'\n")
    assert ids(viva("bank", "list", "--json")) == ["one"]
    (tmp_path / ".env").write_text(f"VIVA_BANK={two}\n")
    assert ids(viva("bank", "list", "--json")) == ["two"]
    env = {"VIVA_BANK": str(three)}
    assert ids(viva("bank", "list", "--json", env=env)) == ["three"]
    flag = viva("bank", "list", "--json", "--bank", small_bank, env=env)
    assert set(ids(flag)) == {"hash-table", "l1-l2"}


def test_offline_can_be_set_and_unset(viva, tmp_path):
    (tmp_path / "viva.toml").write_text("offline = true\nembedder = 'openai:x'\n")
    assert "--offline" in viva("grade", "l1-l2", "x").refused(1)
    assert viva("grade", "l1-l2", "x", "--embedder", "minilm").status == 0


@pytest.mark.parametrize(
    ("toml", "told"), [("offline = 'perhaps'", "offline"), ("offline =", "viva.toml")]
)
def test_settings_without_meaning_are_named(viva, tmp_path, toml, told):
    (tmp_path / "viva.toml").write_text(toml)
    assert told in viva("bank", "list").refused(2)


def test_version_and_help(viva):
    assert viva("--version").out == f"vivavoce {vivavoce.__version__}\n"
    top = viva("--help")
    assert top.status == 0
    assert all(name in top.out for name in ("grade", "batch", "bank", "doctor", "cache"))
    assert viva("grade", "-h").status == 0
    assert "--install-completion" in top.out
    assert "--show-completion" in top.out


def test_completion_can_be_shown(process):
    ran = process("--show-completion", env={"SHELL": "/bin/bash"})
    assert "Traceback" not in ran.err


def test_doctor_finds_a_sound_installation(viva):
    ran = viva("doctor", "--json")
    state = {row["name"]: row["state"] for row in ran.json}
    assert ran.status == 0, ran.out
    assert {"embedder", "calibration", "bank", "cache"} <= state.keys()
    assert "embedder" in viva("doctor").out


def test_doctor_fails_where_the_bank_is_broken(viva, tmp_path):
    file = tmp_path / "r.yaml"
    file.write_text("id: x\n")
    ran = viva("doctor", "--bank", file, "--json")
    assert ran.status == 1
    found = next(row for row in ran.json if row["name"] == "bank")
    assert str(file) in found["detail"]


def test_the_cache_fills_and_empties(viva, tmp_path):
    env = {"VIVA_CACHE_DIR": str(tmp_path / "c")}
    assert viva("cache", "info", "--json", env=env).json["files"] == 0
    said = (
        "L1 adds the sum of the absolute weights and makes some of them exactly zero, so it selects "
        "features. L2 adds the sum of their squares, shrinks them all and keeps every one."
    )
    viva("grade", "l1-l2", said, env=env)
    full = viva("cache", "info", "--json", env=env).json
    assert full["files"] == 1
    assert full["bytes"] > 0
    assert full["folder"].startswith(str(tmp_path / "c"))
    assert "1 rubric" in viva("cache", "info", env=env).out
    assert viva("cache", "clear", env=env).out == "Deleted 1 files and 0 replies.\n"
    assert viva("cache", "info", "--json", env=env).json["files"] == 0


def test_a_command_that_does_not_exist_is_a_usage_mistake(viva):
    viva("grad").refused(2)
    viva("bank", "lst").refused(2)


def test_made_answers_are_graded_and_counted(viva, small_bank):
    ran = viva("bank", "check", "--adversarial", "--bank", small_bank, "--json")

    tricks = {row["trick"]: row for row in ran.json["tricks"]}
    assert sum(row["cases"] for row in tricks.values()) == len(ran.json["answers"])
    # Two rubrics: each repeats its question once, and is given one order to the grader.
    assert tricks["parroted"]["cases"] == tricks["instructed"]["cases"] == 2
    assert tricks["parroted"]["stood"] == tricks["keywords"]["stood"] == 2
    assert tricks["instructed"]["highest"] < 1.0
    strict = {"parroted", "keywords", "off-topic", "instructed"}
    fooled = any(a["trick"] in strict and not a["stood"] for a in ran.json["answers"])
    assert ran.status == int(fooled)

    shown = viva("bank", "check", "--adversarial", "--bank", small_bank)
    assert shown.status == ran.status
    assert all(trick in shown.out for trick in tricks)
