"""What ends a command with one clear line."""


class LocalError(Exception):
    """A step failed; the message says what to do about it."""
