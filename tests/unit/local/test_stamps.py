from pathlib import Path

from local.stamps import digest


def test_the_same_inputs_have_the_same_hash(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1")
    assert digest([tmp_path], root=tmp_path) == digest([tmp_path], root=tmp_path)


def test_content_name_and_more_files_change_the_hash(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    seen = set()
    file.write_text("1")
    seen.add(digest([tmp_path], root=tmp_path))
    file.write_text("2")
    seen.add(digest([tmp_path], root=tmp_path))
    file.rename(tmp_path / "b.py")
    seen.add(digest([tmp_path], root=tmp_path))
    file.write_text("2")
    seen.add(digest([tmp_path], root=tmp_path))
    seen.add(digest([tmp_path], root=tmp_path, also="another interpreter"))
    assert len(seen) == 5


def test_what_python_leaves_behind_does_not_change_the_hash(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1")
    before = digest([tmp_path], root=tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_bytes(b"1")
    assert digest([tmp_path], root=tmp_path) == before
