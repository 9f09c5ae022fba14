"""Linux's way to hand many datagrams over with one system call: its structures and its calls."""

import ctypes
from collections.abc import Callable
from typing import Any

POINTER_BYTES = 8
Call = Callable[..., int]


class Header(ctypes.Structure):
    """Linux's `struct mmsghdr` where pointers have 64 bits."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("vectors", ctypes.c_void_p),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int64),
        ("length", ctypes.c_uint64),
    )


class Vector(ctypes.Structure):
    """`struct iovec`."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def system_call(name: str) -> Call | None:
    """Return sendmmsg or recvmmsg where this system has it in the layout above, else None.

    It returns how many datagrams it took; -1 when it took none, for `error_number()`.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if ctypes.sizeof(ctypes.c_void_p) != POINTER_BYTES or not hasattr(libc, name):
        return None
    function: Any = getattr(libc, name)
    # recvmmsg has a time-out more than sendmmsg has.
    function.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int) + (
        (ctypes.c_void_p,) if name == "recvmmsg" else ()
    )
    call: Call = function
    return call


def error_number() -> int:
    """Return why the last call took nothing."""
    return ctypes.get_errno()


class Slots:
    """A buffer of so many slots of so many bytes, and the headers that point into it."""

    def __init__(
        self,
        count: int,
        size: int,
        *,
        name: tuple[int, int],
        data: tuple[int, int],
        control: tuple[int, int] | None = None,
    ) -> None:
        """Lay name, data and control messages out in each slot, each by its place and length."""
        self.buffer = bytearray(count * size)
        base = ctypes.addressof((ctypes.c_char * len(self.buffer)).from_buffer(self.buffer))
        self._vectors = (Vector * count)()
        self.headers = (Header * count)()
        for number in range(count):
            at = base + number * size
            vector, header = self._vectors[number], self.headers[number]
            vector.base, vector.length = at + data[0], data[1]
            header.name, header.name_length = at + name[0], name[1]
            header.vectors, header.vector_count = ctypes.addressof(vector), 1
            if control is not None:
                header.control, header.control_length = at + control[0], control[1]
        self.at = ctypes.addressof(self.headers)
