from pathlib import Path

from local.state import State


def test_a_secret_is_made_up_once(tmp_path: Path) -> None:
    assert State(tmp_path).secret("admin") == State(tmp_path).secret("admin")
    assert State(tmp_path).secret("admin") != State(tmp_path).secret("owner")


def test_secrets_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    State(tmp_path).secret("admin")
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0


def test_two_instances_have_different_keys(tmp_path: Path) -> None:
    assert State(tmp_path / "a").key != State(tmp_path / "b").key


def test_what_was_never_kept_is_empty(tmp_path: Path) -> None:
    assert State(tmp_path).read("nothing.json") == {}
