"""What is done with one database, in a process of its own: `python -m bench.pages.tasks TASK …`."""

import hashlib
import io
import json
import sys
from pathlib import Path

import django


def stamp() -> None:
    """Print a digest of the tables and triggers that the models want, of the catalogue and of the builders."""
    import pgtrigger
    from django.apps import apps
    from django.db import connection

    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        for model in apps.get_models():
            editor.create_model(model)
    triggers = sorted(trigger.compile(model).install_sql for model, trigger in pgtrigger.registered())
    words = [*map(str, editor.collected_sql), *triggers]
    digest = hashlib.sha256("\n".join(words).encode())
    catalogue = Path(apps.get_app_config("catalogue").path, "data")
    making = Path(__file__).parent
    for path in sorted([*catalogue.glob("*.toml"), *making.glob("making/*.py"), making / "sizes.py"]):
        digest.update(path.read_bytes())
    print(digest.hexdigest())


def base() -> None:
    """Tables from the models, as in the tests; catalogue and staff group."""
    import pgtrigger
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command

    settings.MIGRATION_MODULES = {config.label: None for config in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    pgtrigger.install()
    settings.MIGRATION_MODULES = {}
    call_command("migrate", fake=True, verbosity=0)
    call_command("load_catalogue", stdout=io.StringIO())
    call_command("load_staff_group", stdout=io.StringIO())


def static() -> None:
    """Static files as in `make run`, collected again when one has changed."""
    from portal.management.commands.prepare import Command

    Command().collect_static()


def centre(name: str) -> None:
    """The centre of one size, with all that is going on there."""
    from django.db import connection

    from . import making
    from .sizes import BY_NAME

    making.build(BY_NAME[name])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def pages(name: str, options: str) -> None:
    """Measure the pages of one size. `options`: {only: word, into: file}."""
    from . import measuring

    measuring.measure_pages(**json.loads(options))


def explain(name: str, only: str) -> None:
    """The slowest queries of the pages whose name holds `only`."""
    from . import explaining

    explaining.explain(only)


def claim(into: str) -> None:
    """The large draft from its submission to its results. It writes, so the database is a copy."""
    from . import claiming

    claiming.measure_claim(Path(into))


TASKS = {task.__name__: task for task in (stamp, base, static, centre, pages, explain, claim)}


if __name__ == "__main__":
    django.setup()
    TASKS[sys.argv[1]](*sys.argv[2:])
