"""Tells what is being done, with the seconds it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Progress:
    """Prints one line a step, as soon as it is over."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Name a step that takes a while."""
        begun = time.monotonic()
        if sys.stdout.isatty():
            print(f"         {title} …", end="\r", flush=True)
        yield
        took = time.monotonic() - begun
        print(f"{self.elapsed:6.1f} s  {title} ({took:.1f} s)", flush=True)

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began
