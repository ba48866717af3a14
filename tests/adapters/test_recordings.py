"""Deleting recordings: those in vivavoce's own folder, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from vivavoce.adapters.recordings import erase
from vivavoce.errors import HistoryError


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "recordings"
    (folder / "old").mkdir(parents=True)
    for name in ("a.wav", "b.wav", "old/c.wav"):
        (folder / name).write_bytes(b"RIFF")
    return folder


def left(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir()}


def test_what_is_named_goes_and_the_rest_stays(own):
    assert erase([str(own / "a.wav"), str(own / "old" / "c.wav")], own) == 2
    assert left(own) == {"b.wav"}


def test_what_is_gone_already_is_not_counted(own):
    named = str(own / "a.wav")
    assert erase([named, named, str(own / "never.wav")], own) == 1
    assert erase([named], own) == 0


def test_files_elsewhere_are_never_touched(own, tmp_path, monkeypatch):
    mine = tmp_path / "mine.wav"
    mine.write_bytes(b"RIFF")
    beside = tmp_path / "recordings-of-mine"
    beside.mkdir()
    (beside / "d.wav").write_bytes(b"RIFF")
    monkeypatch.chdir(tmp_path)
    paths = [str(mine), "mine.wav", str(own / ".." / "mine.wav"), str(beside / "d.wav")]
    assert erase(paths, own) == 0
    assert mine.exists()
    assert left(beside) == {"d.wav"}


def test_folders_stay(own):
    assert erase([str(own), str(own / "old"), "/", "."], own) == 0
    assert left(own) == {"a.wav", "b.wav", "old/c.wav"}


def test_a_link_to_a_file_elsewhere_does_not_lead_there(own, tmp_path):
    mine = tmp_path / "mine.wav"
    mine.write_bytes(b"RIFF")
    (own / "link.wav").symlink_to(mine)
    assert erase([str(own / "link.wav")], own) == 0
    assert mine.exists()


def test_the_folder_may_itself_be_a_link(own, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(own)
    assert erase([str(link / "a.wav")], link) == 1
    assert not (own / "a.wav").exists()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="the system has no /proc")
def test_what_cannot_be_deleted_is_named():
    # Not even root may delete here.
    with pytest.raises(HistoryError, match=r"environ: cannot be deleted"):
        erase(["/proc/self/environ"], Path("/proc/self"))
