"""Slips as PDF, issuing and re-issuing: what stops working is said first; nothing that lets people in is stored."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from candidates import actions
from portal.accounts.models import SignInCode, User
from portal.accounts.roles import Role
from portal.files import printing
from portal.kit.models import Event
from tests.factories import accounts, candidates, centres

pytestmark = pytest.mark.django_db


def pages_of(answer) -> list[str]:
    """The text of each sheet without spaces, which the PDF reader inserts between spaced characters."""
    assert answer["Content-Type"] == "application/pdf"
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(answer.content)).pages]


def test_slips_of_a_group_are_ten_to_a_sheet_and_hold_name_numbers_and_code(office):
    client, centre = office
    names = [("Siân", "Ŵyn"), ("Łukasz", "Świętek")] + [("Ann", f"Lee{number}") for number in range(9)]
    members = [
        candidates.candidate(centre, first_names=first, last_name=last, number=f"{place:04}")
        for place, (first, last) in enumerate(names, 1)
    ]
    group = candidates.group(centre, *members, name="10B iMedia")
    actions.issue_slips(members, by=accounts.adult())
    answer = client.get(reverse("slips-pdf", args=[centre.number, group.pk]))
    pages = pages_of(answer)
    assert len(pages) == 2
    text = "".join(pages)
    for member in members:
        assert "".join(member.display_name.split()) in text and member.user.signincodes.get().code in text
    assert centre.number in text and "0001" in text and "testserver/sign-in/candidate/" in text
    assert "no-store" in answer["Cache-Control"]
    assert 'filename="slips-10b-imedia.pdf"' in answer["Content-Disposition"]
    assert not default_storage.exists("slips")
    assert Event.objects.get(verb="print slips").after == "11"


def test_slips_of_all_who_never_signed_in_leave_out_who_has(office):
    client, centre = office
    waiting, inside = candidates.candidate(centre, number="0001"), candidates.candidate(centre, number="0002")
    candidates.candidate()  # elsewhere
    actions.issue_slips([waiting, inside], by=accounts.adult())
    User.objects.filter(pk=inside.user_id).update(last_login=timezone.now(), password="chosen")
    page = client.get(reverse("slips-all", args=[centre.number])).content.decode()
    assert waiting.user.signincodes.get().code not in page  # there may be thousands: on paper only
    (text,) = pages_of(client.get(reverse("slips-pdf-all", args=[centre.number])))
    assert waiting.user.signincodes.get().code in text and inside.user.signincodes.get().code not in text


def test_many_slips_are_several_files(office, monkeypatch):
    client, centre = office
    monkeypatch.setattr("candidates.views.codes.A_FILE", 2)
    people = [candidates.candidate(centre, last_name=f"Name{number}") for number in range(3)]
    actions.issue_slips(people, by=accounts.adult())
    page = client.get(reverse("slips-all", args=[centre.number])).content.decode()
    assert "Slips 1 to 2 (PDF)" in page and "Slips 3 to 3 (PDF)" in page
    url = reverse("slips-pdf-all", args=[centre.number])
    (text,) = pages_of(client.get(url, {"part": "2"}))
    assert "Name2" in text and "Name1" not in text
    assert client.get(url, {"part": "3"}).url == reverse("slips-all", args=[centre.number])
    assert "Name0" in pages_of(client.get(url, {"part": "x"}))[0]


def test_missing_codes_are_issued_without_ending_those_that_work(office):
    client, centre = office
    have, lack = candidates.candidate(centre), candidates.candidate(centre)
    group = candidates.group(centre, have, lack)
    actions.issue_slips([have], by=accounts.adult())
    page = client.get(reverse("slips", args=[centre.number, group.pk])).content.decode()
    assert "Issue codes for 1 candidate<" in page
    client.post(reverse("slips-issue", args=[centre.number, group.pk]), {"only": "missing"})
    assert SignInCode.objects.filter(ended_at=None).count() == SignInCode.objects.count() == 2


def test_issuing_again_says_first_how_many_codes_stop_working(office):
    client, centre = office
    people = [candidates.candidate(centre) for _ in range(3)]
    group = candidates.group(
        centre, *people, candidates.candidate(centre, password=accounts.PASSWORD), name="10B"
    )
    actions.issue_slips(people[:2], by=accounts.adult())
    url = reverse("slips-issue", args=[centre.number, group.pk])
    page = client.get(url).content.decode()
    assert "Issue new codes for 3 candidates of 10B?" in page
    assert "2 codes that work now will stop working" in page
    assert SignInCode.objects.count() == 2
    assert "3 new codes. Earlier slips stopped working." in client.post(url, follow=True).content.decode()


def test_letter_that_no_font_has_is_said_and_nothing_is_printed(office):
    client, centre = office
    candidate = candidates.candidate(centre, first_names="李", last_name="Ng")
    group = candidates.group(centre, candidate, name="10😀")
    actions.issue_slips([candidate], by=accounts.adult())
    page = client.get(reverse("slips-pdf", args=[centre.number, group.pk]), follow=True).content.decode()
    assert "This cannot be printed." in page and "李" in page
    candidate.first_names = "Li"
    actions.change_candidate(candidate, by=accounts.adult())
    assert len(pages_of(client.get(reverse("slips-pdf", args=[centre.number, group.pk])))) == 1


def test_codes_are_for_those_who_may_issue_them(office):
    client, centre = office
    group = candidates.group(centre, candidates.candidate(centre))
    client.force_login(centres.person(centre, Role.STANDARDISER))
    for name, args in (
        ("slips-pdf", [group.pk]),
        ("slips-pdf-all", []),
        ("slips-all", []),
        ("slips-issue-all", []),
    ):
        assert client.get(reverse(name, args=[centre.number, *args])).status_code == 403


def test_threads_that_draw_at_once_get_whole_files():
    html = (
        "<!DOCTYPE html><html lang='en'><head><title>{0}</title></head><body><p>Sheet {0}</p></body></html>"
    )
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda number: printing.draw_now(html.format(number)), range(8)))
    texts = [PdfReader(io.BytesIO(pdf)).pages[0].extract_text().strip() for pdf in drawn]
    assert texts == [f"Sheet {number}" for number in range(8)]


def test_pages_of_slips_take_the_same_queries_for_one_and_for_three(office, queries_of):
    client, centre = office
    actions.issue_slips([candidates.candidate(centre)], by=accounts.adult())
    urls = [reverse(name, args=[centre.number]) for name in ("slips-all", "slips-pdf-all", "slips-issue-all")]
    for url in urls:
        client.get(url)
    before = [queries_of(lambda url=url: client.get(url)) for url in urls]
    actions.issue_slips([candidates.candidate(centre) for _ in range(2)], by=accounts.adult())
    assert [queries_of(lambda url=url: client.get(url)) for url in urls] == before
