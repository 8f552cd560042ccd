"""What `make mutants` changes: only what a rule says, each time in one place, and always into a program."""

import ast
from pathlib import Path

import pytest

from bench.mutants.__main__ import mutants, targets
from bench.mutants.changes import changed, changes_of, shown


def told(text: str) -> list[tuple[str, str]]:
    """(the lines touched, as they become) of each change."""
    source = text.encode()
    return [shown(source, change)[1:] for change in changes_of(source)]


def inside(*lines: str) -> str:
    return "\n".join(["def rule(claim, wanted):", *(f"    {line}" for line in lines), ""])


@pytest.mark.parametrize(
    ("line", "become"),
    [
        ("return 2 < claim", ["return 3 < claim", "return 2 <= claim"]),
        ("return (claim) not in (wanted)", ["return (claim) in (wanted)"]),
        ("return claim is None", ["return claim is not None"]),
        ("return not (claim.left)", ["return (claim.left)"]),
        ("return ~claim.rule | wanted", ["return claim.rule | wanted", "return ~claim.rule & wanted"]),
        (
            "return claim and (wanted or claim)",
            [
                "return True and (wanted or claim)",
                "return claim and (False or claim)",
                "return claim and (True)",
                "return claim and (wanted or False)",
            ],
        ),
        ("claim.state = wanted", ["pass"]),
        ("tell(claim)", ["pass"]),
        ("claim.number += wanted", ["pass"]),
        ("number = wanted", []),
        ("return claim if wanted else None", ["return claim if not (wanted) else None"]),
        ("return [one for one in claim if wanted]", ["return [one for one in claim if True]"]),
        ("return max(claim, wanted)", ["return min(claim, wanted)"]),
        ("return claim.lines.first()", ["return claim.lines.last()"]),
        ("return claim.lines.get(pk=wanted)", []),
        (
            "return claim.lines.filter(state=wanted, pk=claim).order_by()",
            [
                "return claim.lines.order_by()",
                "return claim.lines.filter( pk=claim).order_by()",
                "return claim.lines.filter(state=wanted, ).order_by()",
                "return claim.lines.filter(state=wanted, pk=claim)",
            ],
        ),
        ("return Claim.objects.filter(pk=wanted)", ["return Claim.objects.all()"]),
        ("return f'{claim - 1} “left”' + claim", []),
        ("return 'é', True", ["return 'é', False"]),
    ],
)
def test_a_line_is_changed_so(line, become):
    assert told(inside(line)) == [(line, line_becomes) for line_becomes in become]


def test_what_turns_back_no_longer_does_and_what_chooses_chooses_the_other_way():
    guard = inside("if wanted:", "    raise ValueError")
    either = inside("if wanted:", "    pass", "else:", "    raise ValueError")
    assert (told(guard), told(either)) == (
        [("if wanted:", "if False:")],
        [("if wanted:", "if not (wanted):")],
    )


def test_of_a_module_and_its_classes_only_numbers_and_functions_are_changed():
    field = "class Claim:\n    number = Field(2)\n\n"
    method = "    def left(self, at: int | None = 1):\n        return self\n"
    text = f'"""Two."""\nMOST = 15\n\n{field}{method}'
    assert told(text) == [
        ("MOST = 15", "MOST = 16"),
        ("def left(self, at: int | None = 1):", "def left(self, at: int | None = 2):"),
    ]


def test_tests_are_those_that_run_the_lines_of_the_statement():
    text = inside(
        "claim.move(",
        "    wanted,",
        "    by=None,",
        "    again=True,",
        ")",
        "for one in (",
        "    claim,",
        "):",
        "    tell(one)",
    )
    runs = [list(change.runs) for change in changes_of(text.encode())]
    assert runs == [[2, 3, 4, 5, 6], [2, 3, 4, 5, 6], [10]]


def test_every_mutant_of_every_rule_is_a_program():
    possible = mutants(targets())
    assert {Path(mutant.target).parts[0] for mutant in possible} == {
        "centres", "candidates", "portfolios", "moderation", "portal",
    }  # fmt: skip
    for mutant in possible:
        ast.parse(changed(mutant.source, mutant.change))
    assert len({mutant.key for mutant in possible}) == len(possible)
