"""A library that cannot be imported where strangers' files are opened, as after a failed update."""

from pathlib import Path

import pytest

from portal.files import confined


def without_library(name: str, folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Until `patch` is undone."""
    (folder / f"{name}.py").write_text(f"raise ImportError('{name} was updated by halves')")
    given = confined.surroundings()
    broken = {**given, "PYTHONPATH": f"{folder}:{given['PYTHONPATH']}"}
    patch.setattr(confined, "surroundings", lambda **more: {**broken, **more})
