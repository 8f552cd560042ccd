"""Which modules each module imports when it is loaded, read from the source.

Importing a module also loads the `__init__` of its packages, unless the importer is in that package itself.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOMS = ["portal", "centres", "candidates", "portfolios", "moderation"]


def modules() -> dict[str, Path]:
    """{name: file} of every module of the portal."""
    root = Path(settings.BASE_DIR)
    found = {}
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            if "migrations" not in parts:
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports() -> dict[str, set[str]]:
    """{module: the modules that are loaded because of it}."""
    every = modules()
    return {name: set(_loaded_by(name, path, every)) for name, path in every.items()}


def circles() -> list[list[str]]:
    """Groups of modules that cannot be loaded without each other, each sorted."""
    graph = imports()
    reach = {name: _reached(graph, name) for name in graph}
    groups = {frozenset(other for other in reach[name] if name in reach[other]) for name in graph}
    return sorted(sorted(group) for group in groups if group)


def _reached(graph: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = graph[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def _loaded_by(name: str, path: Path, every: dict[str, Path]) -> Iterator[str]:
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for wanted in _named(ast.parse(path.read_text()).body, package):
        while wanted and wanted not in every:
            wanted = wanted.rpartition(".")[0]  # a name in a module
        if wanted and wanted != name:
            yield wanted
            yield from (above for above in _packages(wanted, every) if not f"{name}.".startswith(f"{above}."))


def _packages(name: str, every: dict[str, Path]) -> Iterator[str]:
    while name := name.rpartition(".")[0]:
        if name in every:
            yield name


def _named(body: list[ast.stmt], package: str) -> Iterator[str]:
    """What is imported outside functions and outside blocks that only type checkers read."""
    for node in body:
        if isinstance(node, ast.Import):
            yield from (found.name for found in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.rsplit(".", node.level - 1)[0] if node.level > 1 else package
            origin = ".".join(filter(None, [base, node.module])) if node.level else node.module or ""
            yield from (f"{origin}.{found.name}" for found in node.names)
        elif isinstance(node, ast.If):
            is_for_types = "TYPE_CHECKING" in ast.unparse(node.test)
            yield from _named([*([] if is_for_types else node.body), *node.orelse], package)
        elif isinstance(node, ast.Try | ast.With | ast.ClassDef):
            yield from _named(node.body, package)
