"""Where the private servers keep their files, and which account they run as.

Sockets do not allow long paths, PostgreSQL does not run as root, and the account that runs it for root cannot open
root's own folders. This module finds a place that suits all three.
"""

import fcntl
import hashlib
import os
import pwd
import re
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .processes import Unavailable

SOCKET_FOLDER_LIMIT_BYTES = 80  # the kernel allows a socket path of 107, name included
PLAIN_PATH = re.compile(r"[\w./-]+", re.ASCII)  # needs no quoting in a URL or a server's settings
ENOUGH_DISK_BYTES = 200 * 1024**2
LIB = Path("/var/lib")  # not /var/tmp, where Debian 13 deletes files a month old


@dataclass(frozen=True)
class Account:
    """A user and group of this machine, by number: the names may no longer exist."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Place:
    """The folder `var` of one stack, and what the servers need outside it."""

    var: Path

    @cached_property
    def account(self) -> Account | None:
        """The account PostgreSQL runs as: ours (None) unless we are root; then the owner of any existing data."""
        if os.geteuid():
            return None
        for folder in (self.var / "postgres", self.refuge):
            with suppress(FileNotFoundError):
                found = folder.lstat()
                if found.st_uid:
                    return Account(found.st_uid, found.st_gid)
        for name in ("postgres", "nobody"):
            with suppress(KeyError):
                known = pwd.getpwnam(name)
                return Account(known.pw_uid, known.pw_gid)
        raise Unavailable("PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody'.")

    @property
    def as_account(self) -> dict:
        """Options with which subprocess starts a program as `account`."""
        if self.account is None:
            return {}
        return {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}

    @property
    def data(self) -> Path:
        """The folder of PostgreSQL's data: in `var`, or in the refuge when `account` cannot reach `var`."""
        folder = self.var / "postgres" if self.reachable(self.var) else self.refuge
        self.make_private(folder)
        return folder

    @property
    def refuge(self) -> Path:
        """Root's folder outside those that only root may enter. Its name stays the same while the checkout does."""
        return LIB / self._nickname

    def bring_home(self) -> None:
        """Move what earlier versions kept for root in /var/tmp to where nothing is deleted."""
        former = Path("/var/tmp") / self._nickname  # noqa: S108  (what is in it runs as its owner, never as root)
        if os.geteuid() == 0 and former.is_dir() and not former.is_symlink() and not self.refuge.exists():
            subprocess.run(["mv", former, self.refuge], check=True)

    @property
    def sockets(self) -> Path:
        """The folder of the sockets: beside the data, or elsewhere if that path is too long or needs quoting."""
        folder = self.data / "s"
        if not _suits_sockets(folder):
            folder = self._spare_sockets
        self.make_private(folder)
        return folder

    def reachable(self, path: Path) -> bool:
        """Whether `account` may enter the folder, or run the program, at `path`."""
        return subprocess.run(["test", "-x", path], **self.as_account, check=False).returncode == 0

    def check_disk(self) -> None:
        """Raises Unavailable before a full disk can damage anything."""
        if shutil.disk_usage(self.var).free < ENOUGH_DISK_BYTES:
            raise Unavailable(f"The disk is full: {self.var} needs {ENOUGH_DISK_BYTES // 1024**2} MB free.")

    def log(self, server: str) -> Path:
        return self.var / "log" / f"{server}.log"

    def put_aside(self) -> Path:
        """Move what belongs to the private database out of the way. Returns the folder where it is kept."""
        kept = self.var / "put-aside" / time.strftime("%Y-%m-%d-%H%M%S")
        kept.mkdir(parents=True)
        shutil.move(self.data / "cluster", kept / "cluster")
        for name in ("media", "mail", "redis", "demo-sign-ins.txt", "secret-key"):
            if (self.var / name).exists():
                shutil.move(self.var / name, kept / name)
        return kept

    def forget(self) -> None:
        """Delete everything the servers keep, inside `var` and outside."""
        for folder in (self.var, self.refuge, self._spare_sockets):
            if folder.exists():
                shutil.rmtree(folder)

    @property
    def _nickname(self) -> str:
        return "portal-" + hashlib.sha256(os.fsencode(self.var)).hexdigest()[:16]

    @property
    def _spare_sockets(self) -> Path:
        """Root's are in /var/lib. /tmp is the last choice: the machine deletes old files there."""
        if os.geteuid() == 0:
            return LIB / f"{self._nickname}-s"
        cache = Path.home() / ".cache"
        kept = [folder / self._nickname for folder in (cache, Path("/run/user") / str(os.geteuid()))]
        fitting = (path for path in kept if path.parent.is_dir() and _suits_sockets(path))
        return next(fitting, Path("/tmp") / self._nickname)  # noqa: S108  (private, and refused if another's)

    def make_private(self, folder: Path) -> None:
        """Make a folder only `account` (and root) may open. Raises Unavailable if it belongs to somebody else."""
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        owner = self.account.uid if self.account else os.geteuid()
        if self.account and found.st_uid == os.geteuid():
            os.chown(folder, owner, self.account.gid, follow_symlinks=False)
        elif found.st_uid != owner or not stat.S_ISDIR(found.st_mode):
            raise Unavailable(
                f"{folder} belongs to another user. Delete it as that user, or use another checkout."
            )


def _suits_sockets(folder: Path) -> bool:
    return len(os.fsencode(folder)) <= SOCKET_FOLDER_LIMIT_BYTES and bool(PLAIN_PATH.fullmatch(str(folder)))


@contextmanager
def claimed(var: Path) -> Iterator[Place]:
    """`var`, locked for this run. Raises Unavailable if another run is using it."""
    var = var.resolve()
    try:
        var.mkdir(mode=0o711, parents=True, exist_ok=True)
        lock = (var / "lock").open("a")
    except PermissionError:
        raise Unavailable(f"This user cannot write to {var}: another user made it.") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable(f"Another run is using {var}. Stop that one first.") from None
        yield Place(var)
