"""Leaving the network for good: a filter on the system call that makes sockets, needing no privilege (Linux).

Where the kernel or processor is another, nothing is done: no code of the reading process opens a connection, and DuckDB
is shut off by its own settings.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import signal
import struct
import sys

_SOCKET_CALL = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_DIE_WITH_PARENT = 1
_NO_NEW_PRIVILEGES, _SET_FILTER, _FILTER_MODE = 38, 22, 2
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _REFUSE_WITH_EACCES = 0x7FFF0000, 0x00050000 | 13


def leave_network() -> bool:
    """From here on this process and its children cannot make a socket. Says whether the kernel agreed."""
    call = _SOCKET_CALL.get(platform.machine())
    if sys.platform != "linux" or call is None:
        return False
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        program = _program(*call)
        filters = ctypes.create_string_buffer(program, len(program))
        header = _Filter(len(program) // 8, ctypes.cast(filters, ctypes.c_void_p))
        if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0:
            return bool(libc.prctl(_SET_FILTER, _FILTER_MODE, ctypes.byref(header), 0, 0) == 0)
    return False


def end_with_parent(parent: int) -> None:
    """From here on this process is killed when the one that made it, ``parent``, ends; at once if it has (Linux)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _program(architecture: int, socket_call: int) -> bytes:
    """Allow everything of another architecture or another number; refuse the socket call."""
    steps = (
        (_LOAD, 0, 0, 4),
        (_JUMP_IF_EQUAL, 0, 3, architecture),
        (_LOAD, 0, 0, 0),
        (_JUMP_IF_EQUAL, 0, 1, socket_call),
        (_RETURN, 0, 0, _REFUSE_WITH_EACCES),
        (_RETURN, 0, 0, _ALLOW),
    )
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
