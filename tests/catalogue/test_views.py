"""The public pages: open to everyone, complete, and no slower with a longer catalogue."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.catalogue import actions
from portal.catalogue.management.commands.load_catalogue import IMEDIA, TECHNICALS
from portal.catalogue.models import Award, Unit
from tests.factories import catalogue as make

pytestmark = pytest.mark.django_db


def get(client, name, *args):
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def queries(client, url):
    client.get(url)  # once before, to fill the caches of the process
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_catalogue_lists_the_levels_and_their_awards(client):
    actions.load_catalogue(IMEDIA)
    page = get(client, "catalogue")
    for words in (
        "Level 1 iMedia",
        "Level 2 iMedia",
        "Level 3 iMedia",
        "300 guided learning hours",
        "UCAS points to be confirmed",
    ):
        assert words in page
    assert reverse("qualification", args=["IMEDIA-L2"]) in page


def test_empty_catalogue_says_so(client):
    assert "No qualifications yet" in get(client, "catalogue")


def test_qualification_shows_units_hours_and_what_makes_each_award(client):
    actions.load_catalogue(IMEDIA)
    page = get(client, "qualification", "IMEDIA-L2")
    for words in (
        "8. Computer game design",
        "IM208",
        "OCR Level 2 Certificate for iMedia Users (iMedia)",
        "Any 3 units of the level, including Pre-production skills (IM201).",
        "Any 5 units of the level",
        "1 GCSE, 46 performance points",
        "<dt>Guided learning hours</dt><dd>150</dd>",
    ):
        assert words in page
    assert "UCAS" not in page
    assert "<dt>UCAS points</dt><dd>66, to be confirmed</dd>" in get(client, "qualification", "IMEDIA-L3")


def test_technicals_show_sizes_with_scheme_codes_and_mark_examined_units(client):
    actions.load_catalogue(TECHNICALS)
    page = get(client, "qualification", "CT-DM-2016-L3")
    for words in (
        "Sizes and scheme codes",
        '<span class="number">05844</span>',
        "OCR Level 3 Cambridge Technical Extended Certificate in Digital Media",
        "11 units: 3 examined by OCR, the others coursework.",
        "Coursework, moderated",
        "To be confirmed",
    ):
        assert words in page
    assert page.count("<strong>Examination</strong>") == 3
    assert "CT-DM16-ED" not in page
    assert "What makes an award" not in page
    examined = get(client, "unit", "CT-DM16-01")
    assert "Examined unit" in examined
    assert "No e-checklist is published yet" not in examined
    assert "Scheme code" in get(client, "catalogue")


def test_unit_shows_its_whole_current_checklist_and_no_other(client):
    unit = make.unit()
    make.checklist(unit=unit, criteria=2)
    make.checklist(unit=unit, criteria=6)
    make.checklist(unit=unit, criteria=9, published=False)
    page = get(client, "unit", unit.code)
    assert re.findall(r'criterion__code">([\d.]+)<', page) == ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6"]
    assert "Version 2" in page


def test_unit_without_a_published_checklist_says_so(client):
    checklist = make.checklist(published=False)
    page = get(client, "unit", checklist.unit.code)
    assert "No e-checklist is published yet" in page
    assert "Describe part 1" not in page


@pytest.mark.parametrize(("name", "code"), [("qualification", "IMEDIA-L9"), ("unit", "IM999")])
def test_unknown_code_is_not_found(client, name, code):
    assert client.get(reverse(name, args=[code])).status_code == 404


def test_queries_do_not_grow_with_the_catalogue(client):
    qualification = make.qualification()
    unit = make.unit(qualification=qualification, is_mandatory=True)
    make.checklist(unit=unit, criteria=1)
    make.award(qualification=qualification)
    pages = [reverse("catalogue"), qualification.get_absolute_url(), unit.get_absolute_url()]
    before = [queries(client, page) for page in pages]

    actions.load_catalogue(IMEDIA)
    for _ in range(12):
        make.checklist(unit=make.unit(qualification=qualification))
    make.award(qualification=qualification, kind=Award.Kind.DIPLOMA)
    make.checklist(unit=unit, criteria=30)

    assert [queries(client, page) for page in pages] == before
    assert queries(client, Unit.objects.get(code="IM301").get_absolute_url()) == before[2]
    assert max(before) <= 4


def test_questions_are_answered_without_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = get(client, "questions")
    for words in (
        "statement of entries",
        "The tutor may upload the work for the candidate.",
        "which also shows changes to come",
        "60 at Level 3",
        "46 performance points",
        "aged 14 or over",
    ):
        assert words in page


def test_points_that_were_only_applied_for_are_not_given_as_settled(client):
    answer = get(client, "questions").partition('id="ucas"')[2].partition("<h3")[0]
    assert "have been applied for" in answer and "They are not confirmed." in answer


def test_questions_promise_the_pack_and_the_decisions_that_there_are(client):
    page = get(client, "questions")
    assert "The welcome pack in the portal has log-ins, claim forms and guides." in page
    assert "assignment materials" not in page.lower()
    assert "report on every claim" not in page


def test_every_question_can_be_linked_to(client):
    page = get(client, "questions")
    ids = re.findall(r'<h[23] id="([a-z-]+)"', page)
    assert len(ids) == len(set(ids)) == len(re.findall(r"<h[23]\b", page))
    assert set(re.findall(r'href="#([a-z-]+)"', page)) - {"main"} <= set(ids)
    assert {"approval", "how-to-start", "unnamed-entries", "no-internet", "marking", "ucas", "fees"} <= set(
        ids
    )


def test_questions_say_after_how_many_years_an_approval_lapses(client, db, settings):
    settings.APPROVAL_YEARS = 5
    assert "Approval lapses after 5 years without" in client.get(reverse("questions")).content.decode()
