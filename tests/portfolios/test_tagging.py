"""Tagging: the file stays in view, each criterion says what covers it, and gaps are named and linked."""

import re

import pytest
from django.urls import reverse

from portal.kit import outbox
from portfolios import actions
from portfolios.limits import Limits
from tests.factories import catalogue
from tests.factories import portfolios as make
from tests.pages import html_of

pytestmark = pytest.mark.django_db


def shown(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return html_of(answer)


def hints(page: str) -> list[str]:
    """What stands below each criterion, in their order."""
    return re.findall(
        r'<div class="govuk-hint govuk-checkboxes__hint" id="id_criteria_[\d_]+_hint">([^<]*)', page
    )


def test_the_file_is_seen_beside_the_criteria(world, sign_in):
    item = make.evidence(world.work, file=make.text_file(content=b"A lighthouse."))
    outbox.work_all()
    for person in (world.candidate, world.exams_officer):
        assert "A lighthouse." in shown(sign_in(person), reverse("evidence-edit", args=[item.pk]))
    actions.hand_in(world.work, by=world.candidate)
    assert "A lighthouse." in shown(sign_in(world.tutor), reverse("evidence-edit", args=[item.pk]))


def test_each_criterion_says_which_other_files_cover_it(world, sign_in):
    first, second, *_ = world.criteria
    plan = make.evidence(world.work, title="Plan", criteria=[first])
    make.evidence(world.work, title="Idea", criteria=[first, second])
    gone = make.evidence(world.work, title="Gone", criteria=[first])
    actions.remove_evidence(gone, by=world.candidate)
    client = sign_in(world.candidate)
    nothing = "No other file covers it."
    url = reverse("evidence-edit", args=[plan.pk])
    assert hints(shown(client, url)) == ["Covered by Idea", "Covered by Idea", nothing, nothing]
    nothing = "No file covers it yet."
    expected = ["Covered by Plan, Idea", "Covered by Idea", nothing, nothing]
    assert hints(shown(client, reverse("evidence-add", args=[world.work.pk]))) == expected
    actions.hand_in(world.work, by=world.candidate)
    nothing = "No other file covers it."
    assert hints(shown(sign_in(world.tutor), url)) == ["Covered by Idea", "Covered by Idea", nothing, nothing]


def test_a_gap_has_an_action_beside_it_while_files_may_change(world, sign_in):
    first, *others = world.criteria
    make.evidence(world.work, criteria=[first])
    client, work = sign_in(world.candidate), world.work
    add = reverse("evidence-add", args=[work.pk])
    for name in ("assignment", "work-check"):
        page = shown(client, reverse(name, args=[work.pk]))
        links = re.findall(rf'href="{add}\?criterion=(\d+)"', page)
        assert links == [str(criterion.pk) for criterion in others]
    actions.hand_in(work, by=world.candidate)
    for name in ("assignment", "work-check"):
        page = shown(client, reverse(name, args=[work.pk]))
        assert "Nothing tagged yet" in page and "?criterion=" not in page


def test_the_action_leads_to_a_form_with_the_criterion_selected_and_the_files_to_tag(world, sign_in):
    criterion = world.criteria[1]
    plan = make.evidence(world.work, title="Plan")
    url = reverse("evidence-add", args=[world.work.pk])
    answer = sign_in(world.candidate).get(url, {"criterion": criterion.pk})
    assert answer.context["form"].initial == {"criteria": [criterion.pk]}
    page = answer.content.decode()
    assert len(re.findall(r'name="criteria"[^>]* checked', page)) == 1
    assert criterion.text in page and reverse("evidence-edit", args=[plan.pk]) in page


@pytest.mark.parametrize("asked", ["", "x", "0", "9" * 30, "another unit's"])
def test_a_criterion_that_is_not_of_the_unit_is_left_out(world, sign_in, asked):
    if asked.startswith("another"):
        asked = catalogue.checklist().objectives.get().criteria.first().pk
    url = reverse("evidence-add", args=[world.work.pk])
    answer = sign_in(world.candidate).get(url, {"criterion": asked})
    assert (answer.status_code, answer.context["criterion"]) == (200, None)


def test_handing_in_names_the_criteria_without_evidence_and_links_to_each(world, sign_in):
    first, *missing = world.criteria
    make.evidence(world.work, criteria=[first])
    page = shown(sign_in(world.candidate), reverse("hand-in", args=[world.work.pk]))
    named = re.findall(r'<a class="govuk-link" href="#missing-(\d+)">([\d.]+)</a>', page)
    assert named == [(str(criterion.pk), criterion.ref) for criterion in missing]
    add = reverse("evidence-add", args=[world.work.pk])
    for criterion in missing:
        assert f'id="missing-{criterion.pk}"' in page and f"{add}?criterion={criterion.pk}" in page


def test_tagging_takes_the_same_queries_for_one_file_and_for_three(world, sign_in, count_queries):
    item = make.evidence(world.work, criteria=world.criteria[:1])
    client, url = sign_in(world.candidate), reverse("evidence-edit", args=[item.pk])
    before = count_queries(client, url)
    for number in range(2):
        make.evidence(world.work, title=f"Idea {number}", criteria=world.criteria)
    assert count_queries(client, url) == before


def test_the_upload_box_is_one_line_and_a_fold(world, sign_in):
    """Kinds of file, room and times are in the fold, which is open once a fifth of the room or less is left."""
    page = shown(sign_in(world.candidate), reverse("assignment", args=[world.work.pk]))
    (line,) = re.findall(r'<p class="limits">([^<]*)</p>', page)
    assert re.fullmatch(r"Up to 20 MB each, 100 files at a time\. ", line)
    (fold,) = re.findall(r'<details class="more limits-fold">(.*?)</details>', page)
    for words in ("Kinds of file: 3G2, ", "0 bytes of ", "at 5 Mbit/s"):
        assert words in fold and words not in page.replace(fold, "")
    assert "SHA-256" not in page and "Checksum" not in page


@pytest.mark.parametrize(
    ("bytes_used", "files", "is_nearly_reached"),
    [(79, 7, False), (80, 0, True), (0, 8, True), (100, 10, True)],
)
def test_room_is_nearly_used_from_four_fifths_on(bytes_used, files, is_nearly_reached):
    room = Limits("this unit", "", bytes_used, bytes_most=100, files=files, files_most=10, bytes_a_file=1)
    assert room.is_nearly_reached is is_nearly_reached
