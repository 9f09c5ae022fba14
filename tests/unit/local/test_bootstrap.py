from pathlib import Path

import pytest

from local import bootstrap
from local.bootstrap import MissingError, Step, check_python


def test_an_old_python_is_told_with_the_remedy() -> None:
    with pytest.raises(MissingError, match=r"3\.9.*PYTHON=python3\.11"):
        check_python((3, 9))


def test_a_new_python_is_fine() -> None:
    check_python((3, 14))


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bootstrap, "STAMPS", tmp_path / "stamps")
    path = tmp_path / "lock.txt"
    path.write_text("one==1")
    return path


def test_a_step_is_skipped_until_its_inputs_change(lock: Path) -> None:
    def step() -> Step:
        return Step("packages", [lock], made=lock)

    with step() as first:
        assert not first.is_done
    assert step().is_done
    lock.write_text("one==2")
    assert not step().is_done


def test_a_step_that_failed_is_done_again(lock: Path) -> None:
    with pytest.raises(MissingError), Step("packages", [lock], made=lock):
        raise MissingError
    assert not Step("packages", [lock], made=lock).is_done


def test_a_step_whose_result_was_deleted_is_done_again(lock: Path, tmp_path: Path) -> None:
    made = tmp_path / "venv"
    made.mkdir()
    with Step("packages", [lock], made=made):
        pass
    made.rmdir()
    assert not Step("packages", [lock], made=made).is_done
