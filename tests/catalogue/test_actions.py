"""The catalogue is loaded from a file, again and again, and a published e-checklist stays what it was."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from portal.catalogue import actions, rules, seed
from portal.catalogue.management.commands.load_catalogue import IMEDIA, TECHNICALS
from portal.catalogue.models import Award, Checklist, Criterion, Objective, Qualification, Unit
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from tests.factories import catalogue as make

pytestmark = pytest.mark.django_db
MODELS = [Qualification, Unit, Checklist, Objective, Criterion, Award]


def rows():
    return {model: list(model.objects.order_by("pk").values()) for model in MODELS}


def load(path=IMEDIA):
    out = StringIO()
    call_command("load_catalogue", str(path), stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def changed(tmp_path):
    """Write the iMedia file with some words replaced, and return its path."""

    def write(*replacements):
        text = IMEDIA.read_text()
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "changed.toml"
        path.write_text(text)
        return path

    return write


def test_imedia_has_three_levels_with_their_units_and_awards():
    load()
    levels = Qualification.objects.with_combinations()
    assert [(level.code, [unit.code for unit in level.units.all()]) for level in levels] == [
        ("IMEDIA-L1", [f"IM10{number}" for number in range(1, 8)]),
        ("IMEDIA-L2", [f"IM20{number}" for number in range(1, 9)]),
        ("IMEDIA-L3", [f"IM30{number}" for number in range(1, 9)]),
    ]
    assert [level.mandatory_unit().title for level in levels] == ["Pre-production skills"] * 3
    assert [
        (award.code, award.units_needed, rules.glh_of(award), award.ucas_points)
        for level in levels
        for award in level.awards.all()
    ] == [
        ("IM1C", 3, (90, 90), None),
        ("IM1D", 5, (150, 150), None),
        ("IM2C", 3, (90, 90), None),
        ("IM2D", 5, (150, 150), None),
        ("IM3C", 3, (180, 180), 40),
        ("IM3D", 5, (300, 300), 66),
    ]


def test_every_unit_has_a_checklist_of_four_objectives_and_fifteen_criteria_in_its_own_words():
    load()
    for unit in Unit.objects.all():
        checklist = unit.current_checklist()
        sizes = [objective.criteria.count() for objective in checklist.objectives.all()]
        assert (checklist.version, sizes) == (1, [4, 4, 4, 3])
    texts = Criterion.objects.values_list("text", flat=True)
    assert not [text for text in texts if "{" in text or "  " in text]
    assert [text for text, times in Counter(texts).items() if times > 1] == []


def test_loading_again_changes_nothing():
    assert len(load()) == 3 + 23 + 23 + 6
    before, events = rows(), Event.objects.count()
    assert load() == ["Nothing to change."]
    assert rows() == before
    assert Event.objects.count() == events


def test_changed_wording_makes_a_new_version_and_leaves_the_pinned_one(changed):
    load()
    pinned = Unit.objects.get(code="IM205").current_checklist()
    before = list(Criterion.objects.filter(objective__checklist=pinned).values())

    lines = load(changed(("at least three tracks with fades", "at least four tracks with fades")))

    unit = Unit.objects.get(code="IM205")
    assert lines == ["Published IM205 Digital sound editing e-checklist, version 2"]
    assert unit.current_checklist().version == 2
    assert "four tracks" in unit.current_checklist().objectives.get(number=3).criteria.get(ref="3.2").text
    assert list(Criterion.objects.filter(objective__checklist=pinned).values()) == before
    assert Checklist.objects.filter(version=2).count() == 1


def test_everything_else_is_updated_in_place(changed):
    load()
    keys = dict(Unit.objects.values_list("code", "pk"))

    lines = load(
        changed(
            ('title = "Web authoring"', 'title = "Web design"'),
            ("ucas_points = 40", "ucas_points = 42"),
            ('qan = ""', 'qan = "500/0000/1"'),
        )
    )

    assert sorted(lines) == [
        "Updated award IM3C",
        *(f"Updated qualification IMEDIA-L{level}" for level in (1, 2, 3)),
        *(f"Updated unit IM{level}03" for level in (1, 2, 3)),
    ]
    assert dict(Unit.objects.values_list("code", "pk")) == keys
    assert Award.objects.get(code="IM3C").ucas_points == 42
    assert Unit.objects.get(code="IM203").title == "Web design"


def test_another_unit_may_become_the_mandatory_one(changed):
    load()
    load(
        changed(
            ("is_mandatory = true\n", ""),
            ('title = "Digital graphics editing"', 'title = "Digital graphics editing"\nis_mandatory = true'),
        )
    )
    mandatory = Unit.objects.filter(is_mandatory=True)
    assert [unit.code for unit in mandatory] == ["IM102", "IM202", "IM302"]


@pytest.mark.parametrize(
    ("replacement", "words"),
    [
        (('unit_code = "IM2', 'unit_cod = "IM2'), "'unit_code' is missing"),
        (("{working_files}", "{working_file}"), "'working_file' is missing"),
        (('kind = "DIPLOMA"', 'kind = "DEGREE"'), "IM1D: Value 'DEGREE' is not a valid choice."),
        (("[[objective]]", "[[objective]"), "changed.toml"),
    ],
)
def test_faulty_file_is_named_and_nothing_is_loaded(changed, replacement, words):
    with pytest.raises(CommandError, match=words.replace("[", r"\[")):
        load(changed(replacement))
    assert not Qualification.objects.exists()


def test_missing_file_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"none\.toml: No such file"):
        load(tmp_path / "none.toml")


def test_new_version_is_a_draft_with_the_same_objectives_and_criteria():
    actions.load_catalogue(IMEDIA)
    first = Unit.objects.get(code="IM104").current_checklist()

    draft = actions.start_new_version(first, by=None)

    assert (draft.unit, draft.version, draft.is_published) == (first.unit, 2, False)
    assert actions._sheet_of(draft) == actions._sheet_of(first)
    assert first.unit.current_checklist() == first
    Criterion.objects.filter(objective__checklist=draft, ref="1.1").update(text="State the aim.")
    draft.publish(by=None)
    assert first.unit.current_checklist() == draft


def test_second_draft_of_a_unit_is_refused():
    checklist = make.checklist()
    actions.start_new_version(checklist, by=None)
    with pytest.raises(TransitionRefused, match="already has a draft, version 2"):
        actions.start_new_version(checklist, by=None)
    assert Checklist.objects.count() == 2


def test_seed_reads_without_a_database():
    assert [len(level.units) for level in seed.read(IMEDIA)] == [7, 8, 8]


# --- Cambridge Technicals ---------------------------------------------------------------------


def test_without_a_path_both_catalogues_are_loaded():
    out = StringIO()
    call_command("load_catalogue", stdout=out)
    assert Qualification.objects.filter(entry_route="UNNAMED").count() == 3
    named = Qualification.objects.filter(entry_route="NAMED").order_by("code")
    assert [(q.code, q.grade_scale, q.moderation_mode, q.units.count()) for q in named] == [
        ("CT-DM-2016-L3", "PMD", "VISITED", 11),
        ("CT-IT-2012-L3", "PMD", "VISITED", 38),
    ]
    call_command("load_catalogue", stdout=(again := StringIO()))
    assert again.getvalue() == "Nothing to change.\n"


def test_sizes_have_their_scheme_codes_and_an_unknown_one_is_provisional():
    load(TECHNICALS)
    codes = Award.objects.order_by("qualification__code", "position").values_list(
        "code", "glh", "is_provisional"
    )
    assert list(codes) == [
        ("05843", 180, False),
        ("05844", 360, False),
        ("05845", 540, False),
        ("05846", 720, False),
        ("CT-DM16-ED", 1080, True),
        ("05347", 180, False),
        ("05349", 360, False),
        ("05352", 540, False),
        ("05355", 720, False),
        ("05358", 1080, False),
    ]
    assert set(Award.objects.values_list("rule", "units_needed")) == {("POINTS", None)}


def test_moderated_units_can_be_assigned_and_examined_ones_cannot():
    load(TECHNICALS)
    examined = Unit.objects.filter(is_examined=True)
    assert [(unit.number, unit.glh) for unit in examined] == [(1, 90), (2, 90), (6, 60)]
    assert set(Unit.objects.with_checklist()) == set(Unit.objects.filter(is_examined=False))
    assert not Checklist.objects.filter(unit__is_examined=True).exists()
    texts = Criterion.objects.values_list("text", flat=True)
    assert not [text for text in texts if "{" in text]
    with pytest.raises(TransitionRefused, match="is examined"):
        make.checklist(unit=examined[0])


def test_no_units_make_an_award_that_goes_by_points():
    load(TECHNICALS)
    found = Qualification.objects.with_combinations().get(code="CT-DM-2016-L3")
    assert rules.awards_met(found, [unit.pk for unit in found.units.all()]) == []
    assert [rules.glh_of(award) for award in found.awards.all()][:2] == [(180, 180), (360, 360)]
