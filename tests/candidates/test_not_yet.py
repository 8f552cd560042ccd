"""Wherever an entry is ordered, work begins or a claim is built, one sentence says what cannot be claimed yet."""

import pytest
from django.test import Client
from django.urls import reverse

from moderation.models import Claim
from portal.accounts.roles import Role
from portal.catalogue.grades import PASS_MERIT_DISTINCTION, PASS_ONLY, Scale
from tests.factories import candidates, catalogue, centres
from tests.factories import portfolios as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages():
    """{page: its text} on which entries for one qualification are sold, or its work begins; `scale` is its grades'."""

    def read(scale: Scale) -> dict[str, str]:
        centre, size = centres.centre(), catalogue.size(code="05843")
        size.qualification.grade_scale = scale.code
        size.qualification.save()
        unnamed = catalogue.qualification(title="Other", grade_scale=scale.code)
        centres.approval(centre, unnamed)
        centres.fee(unnamed)
        unit = catalogue.unit(qualification=size.qualification)
        work = make.assignment(candidates.candidate(centre), unit)
        entry = candidates.named_entry(centre, size)
        centres.may_enter(centre, catalogue.size(qualification=size.qualification))
        order = candidates.named_order(centre, size)
        number = centre.number
        officer, tutor = centres.person(centre), centres.person(centre, Role.TUTOR)
        draft = Claim.objects.create(
            number="CL-1", centre=centre, qualification=size.qualification, created_by=officer
        )
        asked = {
            "qualification": (None, [size.qualification.code], {}),
            "unit": (None, [unit.code], {}),
            "fees": (None, [], {}),
            "order-new": (officer, [number], {}),
            "named-order-new": (officer, [number], {}),
            "order-submit": (officer, [number, order.pk], {}),
            "named-entry-transfer": (officer, [number, entry.pk], {}),
            "assign-unit": (tutor, [number], {"unit": unit.code}),
            "claims": (officer, [number], {}),
            "claim": (officer, [draft.pk], {}),
            "my-work": (work.candidate.user, [], {}),
        }
        found = {}
        for name, (person, arguments, query) in asked.items():
            client = Client()
            if person:
                client.force_login(person, backend="portal.accounts.backends.ByName")
            found[name] = client.get(reverse(name, args=arguments), query).content.decode()
        return found

    return read


def saying_so(pages: dict[str, str]) -> set[str]:
    words = (
        "Grades of Pass, Merit, Distinction cannot be recorded",
        "it cannot be claimed, and no certificates",
    )
    return {name for name, page in pages.items() if all(part in page for part in words)}


def test_said_before_every_order_at_assignment_and_on_the_qualifications_page(pages, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    found = pages(PASS_MERIT_DISTINCTION)
    assert saying_so(found) == set(found)


def test_not_said_of_what_can_be_claimed(pages, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    assert saying_so(pages(PASS_ONLY)) == set()
