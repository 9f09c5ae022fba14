"""The profiles that ship with the poller, read once from their files."""

import tomllib
from functools import cache
from pathlib import Path

from pollers.domain.profile import Profile, ordered, profile_of

FOLDER = Path(__file__).parent / "profiles"
STANDARD = "standard"


@cache
def profiles(folder: Path = FOLDER) -> tuple[Profile, ...]:
    """Return every profile in the order in which they are to be tried."""
    return ordered(
        profile_of(tomllib.loads(path.read_text()), path.stem)
        for path in sorted(folder.glob("*.toml"))
        if path.stem != STANDARD
    )


@cache
def standard(folder: Path = FOLDER) -> Profile:
    """Return what any agent may offer by the standard MIBs, whoever made it."""
    return profile_of(tomllib.loads((folder / f"{STANDARD}.toml").read_text()), STANDARD)
