"""The walls round a maker: no network, and no files but programs, the file to be shown, and its own folder.

A document may refer to pictures elsewhere, and a program that renders it would fetch them: from other hosts, or from
files that the worker can read and the candidate cannot. So the kernel is asked to refuse both, for the process and for
every program that it starts. Neither needs root, and both work in containers. If the kernel cannot do it (Landlock
came with Linux 5.13), or the system is not Linux, that wall is missing and the other protections remain.
"""

import ctypes
import os
import platform
import struct
import sys
from contextlib import suppress
from pathlib import Path

NO_NEW_PRIVILEGES, SET_FILTER, FILTER_MODE = 38, 22, 2  # of prctl(2)

# --- network: seccomp(2) -----------------------------------------------------------------------

# Machine: how the kernel names it, and its numbers of socket(2) and connect(2).
MACHINES = {"x86_64": (0xC000003E, 41, 42), "aarch64": (0xC00000B7, 198, 203)}
IO_URING = 425  # another way to open a socket
OTHER_NUMBERS = 0x40000000  # from here on x86_64 has the same calls again (x32)
LOAD, IF_EQUAL, IF_FROM, ANSWER = 0x20, 0x15, 0x35, 0x06
NUMBER, MACHINE, FAMILY = 0, 4, 16  # their offsets in what the kernel shows of a call
OF_THIS_MACHINE, OF_NO_KIND = 1, 0xFFFF  # families of sockets: AF_UNIX, and one that does not exist
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | 97  # as if the machine had no such network

# --- files: landlock(7) ------------------------------------------------------------------------

CREATE, ADD, ENTER = 444, 445, 446
RUN, WRITE, READ, LIST, CUT = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
REMOVE, MAKE_SOCKET = 1 << 5, 1 << 9
ON_A_FILE = RUN | WRITE | READ | CUT
# No personal data in these: programs, fonts, and their settings.
OF_THE_SYSTEM = (
    "/usr", "/lib", "/lib64", "/bin", "/opt/libreoffice", "/etc/fonts", "/etc/libreoffice", "/etc/alternatives",
    "/etc/ld.so.cache", "/etc/localtime", "/etc/passwd", "/etc/nsswitch.conf", "/var/cache/fontconfig",
    "/var/lib/libreoffice", "/var/spool/libreoffice", "/dev/urandom", "/dev/random",
)  # fmt: skip


def put_up(source: Path, folder: Path, *, meets_in: Path | None = None) -> None:
    """From here on this process can read only `source`, write only in `folder`, and reach no network.

    `meets_in`: a folder where a program insists on a socket of its own. It may make and remove there what its user
    may, and connect to sockets of this machine, which the kernel cannot tell apart: those servers should authenticate.
    """
    with suppress(OSError, AttributeError):  # a system without these calls
        kernel = ctypes.CDLL(None, use_errno=True)
        kernel.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        _close_network(kernel, may_listen=meets_in is not None)
        _close_files(kernel, source, folder, meets_in)


def _close_network(kernel, *, may_listen: bool) -> None:
    """Allow no sockets, or only local ones (AF_UNIX), to which such a program may also connect."""
    if platform.machine() not in MACHINES:
        return
    machine, socket, connect = MACHINES[platform.machine()]
    steps = [  # what, how many steps to skip if true and if false, and the number
        (LOAD, 0, 0, MACHINE),
        (IF_EQUAL, 0, 8, machine),
        (LOAD, 0, 0, NUMBER),
        (IF_FROM, 6, 0, OTHER_NUMBERS),
        (IF_EQUAL, 5, 0, IO_URING),
        (IF_EQUAL, 4, 0, OTHER_NUMBERS if may_listen else connect),  # LibreOffice wakes itself with it
        (IF_EQUAL, 0, 2, socket),
        (LOAD, 0, 0, FAMILY),
        (IF_EQUAL, 0, 1, OF_THIS_MACHINE if may_listen else OF_NO_KIND),
        (ANSWER, 0, 0, ALLOW),
        (ANSWER, 0, 0, REFUSE),
    ]
    packed = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(packed)))
    kernel.prctl(SET_FILTER, FILTER_MODE, program, 0, 0)


def _close_files(kernel, source: Path, folder: Path, meets_in: Path | None) -> None:
    version = kernel.syscall(CREATE, None, 0, 1)
    if version < 1:
        return
    all_rights = (1 << (12 + min(version, 3))) - 1
    rules = kernel.syscall(CREATE, struct.pack("Q", all_rights), 8, 0)
    for path in _readable():
        _allow(kernel, rules, path, all_rights & (RUN | READ | LIST))
    _allow(kernel, rules, source, READ)
    _allow(kernel, rules, folder, all_rights)
    _allow(kernel, rules, Path(os.devnull), READ | WRITE)
    if meets_in:
        _allow(kernel, rules, meets_in, MAKE_SOCKET | REMOVE)
    kernel.syscall(ENTER, rules, 0)
    os.close(rules)


def _readable() -> set[Path]:
    """Where programs are: the system's, those in PATH, Python's, and the makers themselves."""
    places = [*OF_THE_SYSTEM, *os.get_exec_path(), sys.prefix, sys.base_prefix, str(Path(__file__).parent)]
    return {Path(place).resolve() for place in places if place}


def _allow(kernel, rules: int, path: Path, rights: int) -> None:
    with suppress(OSError):  # not on this machine
        place = os.open(path, os.O_PATH)
        rights &= rights if path.is_dir() else ON_A_FILE
        kernel.syscall(ADD, rules, 1, struct.pack("=Qi", rights, place), 0)
        os.close(place)
