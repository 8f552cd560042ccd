"""For the runs of pytest in a copy of the checkout: notes which test runs which line, or runs the chosen tests alone.

A plugin, as the copy is told what to do before it reads its own conftest.py. The environment says what is wanted:
MUTANTS_RECORD, the file to write which test runs which line to, and MUTANTS_TARGETS, whose lines; or MUTANTS_CHOSEN,
the file with the ids of the tests to be run, against a database that is ready.
"""

import json
import os
from collections import defaultdict
from pathlib import Path

import pytest


def pytest_configure(config):
    if os.environ.get("MUTANTS_RECORD"):
        config.pluginmanager.register(Recorder(), "mutants-recorder")
    if os.environ.get("MUTANTS_CHOSEN"):
        config.pluginmanager.register(Chosen(), "mutants-chosen")


class Recorder:
    """Lines by the test that ran them. What a fixture of a whole module runs is run for each test of that file."""

    def __init__(self):
        import coverage

        self.targets = json.loads(os.environ["MUTANTS_TARGETS"])
        self.coverage = coverage.Coverage(data_file=None, config_file=False, include=self.targets)
        self.seconds: dict[str, float] = defaultdict(float)
        self.passed: set[str] = set()
        self.context = ""
        self.coverage.start()

    def _switch(self, context: str) -> str:
        before, self.context = self.context, context
        self.coverage.switch_context(context)
        return before

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        before = self._switch(item.nodeid)
        try:
            return (yield)
        finally:
            self._switch(before)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef, request):
        if fixturedef.scope == "function" or "::" not in self.context:
            return (yield)
        before = self._switch(self.context.partition("::")[0])
        try:
            return (yield)
        finally:
            self._switch(before)

    def pytest_runtest_logreport(self, report):
        self.seconds[report.nodeid] += report.duration
        if report.when == "call" and report.passed:
            self.passed.add(report.nodeid)

    def pytest_sessionfinish(self):
        self.coverage.stop()
        data = self.coverage.get_data()
        lines: dict[str, dict[str, list[int]]] = defaultdict(dict)
        for target in self.targets:
            for line, contexts in data.contexts_by_lineno(str(Path(target).absolute())).items():
                for context in filter(None, contexts):
                    lines[context].setdefault(target, []).append(line)
        tests = {
            test: {"seconds": self.seconds[test], "lines": lines.get(test, {})}
            for test in sorted(self.passed)
        }
        shared = {context: found for context, found in lines.items() if "::" not in context}
        Path(os.environ["MUTANTS_RECORD"]).write_text(json.dumps({"tests": tests, "shared": shared}))


class Chosen:
    """Runs the chosen tests in the order they would have, against a copy of a database whose tables are made."""

    def __init__(self):
        import pgtrigger
        from django.db.backends.base.creation import BaseDatabaseCreation

        self.chosen = set(json.loads(Path(os.environ["MUTANTS_CHOSEN"]).read_text()))
        BaseDatabaseCreation.create_test_db = _take_ready_database
        pgtrigger.install = lambda *names, **options: None

    def pytest_collection_modifyitems(self, config, items):
        kept = [item for item in items if item.nodeid in self.chosen]
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in self.chosen])
        items[:] = kept


def _take_ready_database(self, *args, **options):
    from django.conf import settings

    name = self._get_test_db_name()
    self.connection.close()
    settings.DATABASES[self.connection.alias]["NAME"] = self.connection.settings_dict["NAME"] = name
    self.connection.ensure_connection()
    return name
