"""Import every module by itself, each in a fork of a process that has loaded models and nothing else:
`python -m tests.alone`. Prints the modules that need another one imported first, and why.
"""

import importlib
import os
import sys
import traceback

from tests.imports import modules


def main() -> int:
    import django
    from django.utils import module_loading

    module_loading.autodiscover_modules = lambda *names, **options: None  # of admin, tasks and all else
    django.setup()
    faults = 0
    for name in sorted(set(modules()) - set(sys.modules)):
        sys.stdout.flush()
        if child := os.fork():
            faults += os.waitpid(child, 0)[1] != 0
        else:
            _import(name)
    return faults


def _import(name: str) -> None:
    try:
        importlib.import_module(name)
    except BaseException:
        print(f"{name}: {traceback.format_exc(limit=-2)}", flush=True)
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(bool(main()))
