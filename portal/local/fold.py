"""`make fold`: rewrite every migration from the models. Until the first release there is nothing to migrate from.

Django's `makemigrations` gives each constraint, index and trigger and many foreign keys an operation of its own, and
`migrate` renders all related models again for each: an empty database took a minute. Here each model is created in one.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

Key = tuple[str, str]  # of a model: its app's label, its name in lower case


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("SECRET_KEY", "only-for-folding")
    django.setup()
    from django.db.migrations.writer import MigrationWriter

    for folder in _folders().values():
        for path in folder.glob("0*.py"):
            path.unlink()
    written = []
    for migration in _migrations():
        path = _folders()[migration.app_label] / f"{migration.name}.py"
        path.write_text(MigrationWriter(migration, include_header=False).as_string())
        written.append(path)
    for tidy in (["check", "--fix", "--select", "I"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *tidy, "--quiet", *written], check=True)
    print(f"{len(written)} migrations written.")


def _folders() -> dict[str, Path]:
    """{label of an app of the portal: folder of its migrations}, the lower rooms first."""
    from django.apps import apps
    from django.conf import settings

    folders = {config.label: Path(config.path) / "migrations" for config in apps.get_app_configs()}
    mine = {
        label: path for label, path in folders.items() if path.is_dir() and settings.BASE_DIR in path.parents
    }
    return {label: path for label, path in mine.items() if ".venv" not in path.parts}


def _migrations() -> Iterator:
    """As few as possible: a room's models that depend on models of other rooms come after those."""
    from django.apps import apps
    from django.db.migrations import Migration
    from django.db.migrations.state import ProjectState

    states = ProjectState.from_apps(apps).models
    waiting = {key: _needs(states[key], states) for key in states if key[0] in _folders()}
    made: dict[Key, tuple[str, str]] = {}
    while waiting:
        left = len(waiting)
        for label in _folders():
            if not (keys := _ready(label, waiting)):
                continue
            earlier = sorted({migration for migration in made.values() if migration[0] == label})
            migration: Any = Migration(f"{len(earlier) + 1:04}_initial", label)
            migration.initial = True
            migration.operations = [*_operations(states, keys)]
            ends = {end for key in keys for end in _ends(states[key])} - {*keys}
            before = {made.get(end, (end[0], "__first__")) for end in ends}
            made |= dict.fromkeys(keys, (label, migration.name))
            migration.dependencies = sorted({*before, *earlier[-1:]})
            yield migration
        if len(waiting) == left:
            raise SystemExit(f"These models need each other: {sorted(waiting)}")


def _ready(label: str, waiting: dict[Key, set[Key]]) -> list[Key]:
    """Take from `waiting` the models of this app that can be created now, in a possible order."""
    found: list[Key] = []
    while new := [key for key, needs in waiting.items() if key[0] == label and not needs & {*waiting}]:
        found += new
        for key in new:
            del waiting[key]
    return found


def _needs(state, states) -> set[Key]:
    """The models that must exist before this one."""
    later = [field for field in state.fields.values() if _comes_later(field, state, states)]
    return _ends(state, without=later) - {_key(state.name, state)}


def _ends(state, without=()) -> set[Key]:
    """The models that it inherits from or points to."""
    bases = [base for base in state.bases if isinstance(base, str)]
    fields = [field for field in state.fields.values() if field.remote_field and field not in without]
    return {_key(name, state) for name in [*bases, *(field.remote_field.model for field in fields)]}


def _comes_later(field, state, states) -> bool:
    """Whether what the field points to needs this model: a through table, or a model that this field may point to."""
    if not field.remote_field:
        return False
    if getattr(field.remote_field, "through", None):
        return True
    end = states.get(_key(field.remote_field.model, state))
    mine = _key(state.name, state)
    back = [other for other in end.fields.values() if other.remote_field and not other.null] if end else []
    return field.null and any(_key(other.remote_field.model, end) == mine for other in back)


def _key(name: str, state) -> Key:
    whole = state.name if name == "self" else name
    label, _, model = whole.rpartition(".")
    return (label or state.app_label).lower(), model.lower()


def _operations(states, keys: list[Key]) -> Iterator:
    from django.apps import apps
    from django.db.migrations import AddField, CreateModel

    from portal.kit.operations import InstallTriggers

    later, guarded = [], []
    for key in keys:
        state = states[key]
        parted: dict[bool, list] = {True: [], False: []}
        for name, field in state.fields.items():
            parted[_comes_later(field, state, states)].append((name, field))
        later += [AddField(state.name_lower, name, field) for name, field in parted[True]]
        options = {name: value for name, value in state.options.items() if value != []}
        if triggers := options.get("triggers"):
            options["triggers"] = [trigger.compile(apps.get_model(*key)) for trigger in triggers]
            guarded.append(state.name_lower)
        yield CreateModel(state.name, parted[False], options, state.bases, state.managers)
    yield from later
    if guarded:
        yield InstallTriggers(models=guarded)


if __name__ == "__main__":
    main()
