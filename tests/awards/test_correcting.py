"""A misspelt name is corrected with a new certificate; a different name is not printed."""

from datetime import timedelta

import pgtrigger
import pytest
from django.urls import reverse

from moderation.awards import actions
from moderation.awards.models import FROZEN, Certificate
from moderation.awards.spelling import why_no_correction
from portal.kit.models import Event, OutboxEntry
from portal.kit.stateful import TransitionRefused
from tests.awards.confirming import confirm
from tests.factories import accounts, candidates

pytestmark = pytest.mark.django_db


@pytest.fixture
def misspelt(level):
    candidate = candidates.candidate(first_names="Meagn Rose", last_name="Evans")
    confirm(candidate, level, 1)
    return candidate.certificates.get()


def correct(certificate, name, **values):
    values = {"why": "Misspelt", "evidence": "Passport, seen at the centre", "by": accounts.staff(), **values}
    return actions.correct_name(certificate, name=name, **values)


def test_correction_supersedes_and_changes_nothing_but_the_name(misspelt):
    by = accounts.staff()
    new = correct(misspelt, " Megan  Rose Evans ", by=by)
    misspelt.refresh_from_db()
    assert (misspelt.state, new.state, new.supersedes) == ("replaced", "issued", misspelt)
    changed = {name for name in FROZEN if getattr(new, name) != getattr(misspelt, name)}
    assert changed == {"number", "supersedes", "certificate_name"}
    assert new.certificate_name == "Megan Rose Evans"
    event = Event.objects.about(new).get(verb="correct name")
    assert (event.by, event.before, event.after, event.why, event.details) == (
        by, "Meagn Rose Evans", "Megan Rose Evans", "Misspelt", {"evidence": "Passport, seen at the centre"},
    )  # fmt: skip
    assert OutboxEntry.objects.filter(kind="print-certificate", subject_id=new.pk, state="due").exists()


@pytest.mark.parametrize(
    ("printed", "right"),
    [
        ("Meagn Evans", "Megan Evans"),
        ("Evans Megan", "Megan Evans"),
        ("Zo‰ Bront‰", "Zoë Brontë"),
        ("Jos‚ N£¤ez", "José Núñez"),
        ("MEGAN EVANS", "Megan Evans"),
        ("Mary Ann O Neill", "Maryann O’Neill"),
        ("Sian Wyn", "Siân Ŵyn"),
        ("Jon Smyth", "John Smith"),
    ],
)
def test_another_spelling_is_a_correction(printed, right):
    assert why_no_correction(printed, right) == ""


@pytest.mark.parametrize(
    ("printed", "other"),
    [
        ("Megan Evans", "Megan Jones"),
        ("Megan Evans", "Megan Evans-Jones"),
        ("Megan Rose Evans", "Megan Evans"),
        ("Megan Evans", "Owen Evans"),
        ("Megan Evans", "."),
    ],
)
def test_another_name_is_refused_with_the_way_out(printed, other):
    assert "propose to revoke the certificate" in why_no_correction(printed, other)


def test_refused_correction_changes_nothing(misspelt):
    for name in ("Meagn Rose Jones", "Meagn Rose Evans", "Megan Rose Evan林"):
        with pytest.raises(TransitionRefused):
            correct(misspelt, name)
    assert list(Certificate.objects.values_list("number", "state")) == [(misspelt.number, "issued")]


def test_award_issued_later_carries_the_corrected_name(misspelt, level):
    correct(misspelt, "Megan Rose Evans")
    candidate = misspelt.candidate
    candidate.first_names = "Megan Rose"
    candidate.save()
    confirm(candidate, level, 2, 3)
    assert candidate.certificates.get(kind="award").certificate_name == "Megan Rose Evans"


def test_award_does_not_take_an_older_name_from_a_correction(misspelt, level):
    candidate = misspelt.candidate
    candidate.first_names, candidate.last_name = "Megan Rose", "Pugh"
    candidate.save()
    confirm(candidate, level, 2)
    with pgtrigger.ignore("awards.Certificate:frozen"):
        Certificate.objects.filter(pk=misspelt.pk).update(awarded_on=misspelt.awarded_on - timedelta(days=9))
    misspelt.refresh_from_db()
    correct(misspelt, "Megan Rose Evans")
    confirm(candidate, level, 3)
    assert candidate.certificates.get(kind="award").certificate_name == "Megan Rose Pugh"


def test_staff_correct_in_the_admin_and_are_told_of_the_record_at_the_centre(client, misspelt):
    client.force_login(accounts.staff())
    url = reverse("admin:awards_certificate_changelist")

    def act(**said) -> str:
        data = {"action": "correct", "_selected_action": [misspelt.pk], **said}
        return client.post(url, data, follow=True).content.decode()

    assert 'value="Meagn Rose Evans"' in act()
    assert "This field is required" in act(name="Megan Rose Evans", reason="Misspelt", evidence="")
    said = {"reason": "Misspelt", "evidence": "Passport"}
    refused = act(name="Megan Rose Jones", **said)
    assert "is not another spelling of" in refused
    assert all(f'value="{typed}"' in refused for typed in ("Megan Rose Jones", "Passport")), (
        "what was typed is kept"
    )
    html = act(name="Megan Rose Evans", **said)
    assert f"{misspelt} corrected." in html
    assert "still has the candidate as “Meagn Rose Evans”" in html
    assert Certificate.objects.get(state="issued").certificate_name == "Megan Rose Evans"
