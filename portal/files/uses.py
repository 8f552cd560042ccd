"""What files are received for. A room registers its uses in its `uses.py`, as it registers outbox handlers.

The room of files does not know what files are for: it asks the use how large a file may be, who may send it, what
happens when it is ready, and who may read it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from .filetypes import TYPES, FileType

if TYPE_CHECKING:
    from portal.accounts.models import User

    from .models import StoredFile

USES: dict[str, Use] = {}
READERS: dict[str, list[Callable[[User], QuerySet[StoredFile]]]] = {}


class Use:
    """One purpose of files. A room writes a subclass, and `register` makes it known."""

    name: str
    types: Mapping[str, FileType] = TYPES
    is_shown = True  # whether workers make something to view

    @property
    def most_bytes(self) -> int:
        """How large one file may be."""
        raise NotImplementedError

    def most_bytes_of(self, stored: StoredFile) -> int:
        """As `most_bytes`, for a file that has been announced."""
        return self.most_bytes

    def require_sender(self, user: User, stored: StoredFile) -> None:
        """Raise Http404 or PermissionDenied unless `user` may still send it."""
        raise PermissionDenied

    def opens(self, stored: StoredFile) -> bool:
        """Whether it is a container of files that `open` inspects one by one."""
        return False

    def open(self, stored: StoredFile, file, sha256: str) -> None:
        """Extract the files. Raises ValidationError if that cannot be done."""
        raise NotImplementedError

    def when_ready(self, stored: StoredFile) -> None:
        """Write what follows from the file, in the transaction in which it becomes ready.

        Raises TransitionRefused or ValidationError, with words for people, if the file is not wanted after all.
        """


def register(use: type[Use]) -> type[Use]:
    """Class decorator: make a use known."""
    if use.name in USES:
        raise ValueError(f"There is already a use {use.name}: {USES[use.name]}")
    USES[use.name] = use()
    return use


def readable_by(use: str):
    """Register the decorated function(user) → StoredFile rows as one reason for reading files of `use`."""

    def decorator(rows: Callable[[User], QuerySet[StoredFile]]):
        READERS.setdefault(use, []).append(rows)
        return rows

    return decorator


def of(stored: StoredFile) -> Use:
    return USES[stored.use]


def may_read(user: User, stored: StoredFile, *, use: str) -> bool:
    """Whether `user`, who must be active, may read the file now as this use of it."""
    if not user.is_active:
        return False
    return any(rows(user).filter(pk=stored.pk).exists() for rows in READERS.get(use, ()))
