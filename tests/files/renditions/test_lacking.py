"""Which characters of a document this machine cannot draw, according to fontconfig."""

from pathlib import Path

import pytest

from portal.files.renditions import lacking

SCRIPTS = Path(__file__).parents[1] / "hostile" / "cases" / "doc" / "scripts.docx"


@pytest.fixture
def fonts(tmp_path, monkeypatch):
    """A machine whose fonts have the characters for which `lines` print something."""

    def put(lines: str) -> None:
        program = tmp_path / "fc-list"
        program.write_text(f"#!/bin/sh\n{lines}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))

    return put


def test_machine_without_fonts_for_them_names_the_scripts(fonts):
    fonts("true")
    words = lacking.note(SCRIPTS)
    for script in ("Hindi", "Tamil", "Thai", "Korean", "Chinese", "Japanese", "Arabic", "emoji"):
        assert script in words
    assert words.endswith("this portal has no font for them. Download the file to see them.")


def test_machine_with_fonts_for_them_says_nothing(fonts):
    fonts("echo a.ttf")
    assert lacking.note(SCRIPTS) == ""


def test_one_script_is_named_alone(fonts):
    fonts("case $1 in :charset=b[89a-f]*) ;; *) echo a.ttf;; esac")
    assert "missing here (Tamil):" in lacking.note(SCRIPTS)


def test_old_documents_are_asked_by_what_their_pages_say(fonts, tmp_path):
    fonts("true")
    source = tmp_path / "essay.doc"
    source.write_bytes(b"\xd0\xcf\x11\xe0")
    assert "missing here (Thai):" in lacking.note(source, ["Plan", "สวัสดี"])
    assert lacking.note(source, ["Café – £5 “plan”"]) == ""


def test_where_fonts_cannot_be_asked_nothing_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert lacking.note(SCRIPTS) == ""
