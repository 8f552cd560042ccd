"""Confirmed lines become results, certificates and awards: only once, frozen, and according to the rule."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from centres.models import EntryAccount
from moderation.awards import actions
from moderation.awards.models import FROZEN, Certificate, Result, Revocation
from portal.kit.models import Event, OutboxEntry
from portal.kit.stateful import TransitionRefused
from tests.awards.confirming import confirm, kinds_of
from tests.factories import accounts, candidates
from tests.factories import moderation as make
from tests.states import bypassing_moves, moves_made, without_trigger

pytestmark = pytest.mark.django_db
MOVES = {
    ("issued", "replace", "replaced"),
    ("issued", "revoke", "revoked"),
    ("revoked", "restore", "issued"),
}


def test_each_confirmed_line_becomes_a_result_a_certificate_and_a_used_entry():
    claim = make.certificated_claim(3, entries=4)

    account = EntryAccount.objects.get(centre=claim.centre)
    assert (account.available, account.reserved, account.used) == (1, 0, 3)
    assert Result.objects.count() == 3
    for line in claim.lines.all():
        certificate = line.certificates.get()
        unit, candidate = line.assignment.unit, line.assignment.candidate
        assert certificate.entry.held_for == line.uid
        assert certificate.entry.kind == "use"
        assert (certificate.title, certificate.code, certificate.glh) == (unit.title, unit.code, unit.glh)
        assert (certificate.certificate_name, certificate.date_of_birth) == (
            line.certificate_name,
            line.date_of_birth,
        )
        assert (certificate.ocr_number, len(candidate.ocr_number)) == (candidate.ocr_number, 8)
    due = OutboxEntry.objects.filter(kind="print-certificate").values_list("subject_id", flat=True)
    assert set(due) == set(Certificate.objects.values_list("pk", flat=True))


def test_recording_results_twice_issues_nothing_twice():
    claim = make.certificated_claim(2)
    before = (Certificate.objects.count(), Result.objects.count(), Event.objects.count())
    assert actions.record_results(claim) == []
    assert (Certificate.objects.count(), Result.objects.count(), Event.objects.count()) == before


def test_refused_lines_get_no_certificate():
    claim = make.certificated_claim(2, outcome="not_agreed", comment="More work.")
    assert claim.lines.count() == 2
    assert not Result.objects.exists()
    assert not Certificate.objects.exists()


def test_candidate_keeps_one_number_at_the_awarding_body(level):
    candidate = candidates.candidate()
    confirm(candidate, level, 1)
    candidate.refresh_from_db()
    first = candidate.ocr_number
    confirm(candidate, level, 2)
    assert set(candidate.certificates.values_list("ocr_number", flat=True)) == {first}


def test_two_units_make_no_award(level):
    candidate = candidates.candidate()
    confirm(candidate, level, 1, 2)
    assert kinds_of(candidate) == ["UNIT"] * 2


def test_three_units_with_the_mandatory_one_make_the_certificate(level):
    candidate = candidates.candidate()
    confirm(candidate, level, 1, 2)
    confirm(candidate, level, 3)
    assert kinds_of(candidate) == ["CERTIFICATE"] + ["UNIT"] * 3
    award = candidate.certificates.get(kind="award")
    assert [code for code, _ in award.units] == [unit.code for unit in level.units.filter(number__lte=3)]
    assert award.glh == 90


def test_units_without_the_mandatory_one_make_no_award(level):
    candidate = candidates.candidate()
    confirm(candidate, level, 2, 3, 4, 5, 6)
    assert kinds_of(candidate) == ["UNIT"] * 5


def test_five_units_in_one_claim_make_the_diploma_alone(level):
    candidate = candidates.candidate()
    confirm(candidate, level, 1, 2, 3, 4, 5)
    assert kinds_of(candidate) == ["DIPLOMA"] + ["UNIT"] * 5


def test_five_units_in_one_claim_make_both_awards_where_the_setting_says_so(level, settings):
    settings.ONLY_LARGEST_NEW_AWARD = False
    candidate = candidates.candidate()
    confirm(candidate, level, 1, 2, 3, 4, 5)
    assert kinds_of(candidate) == ["CERTIFICATE", "DIPLOMA"] + ["UNIT"] * 5


def test_certificate_is_topped_up_to_a_diploma_and_each_is_issued_once(level):
    candidate = candidates.candidate()
    confirm(candidate, level, 1, 2, 3)
    confirm(candidate, level, 4, 5)
    confirm(candidate, level, 6)
    assert kinds_of(candidate) == ["CERTIFICATE", "DIPLOMA"] + ["UNIT"] * 6


def test_certificate_is_not_issued_beside_a_diploma_that_contains_it(level):
    candidate = candidates.candidate()
    confirm(candidate, level, 1, 2, 3, 4, 5)
    confirm(candidate, level, 6)
    assert kinds_of(candidate) == ["DIPLOMA"] + ["UNIT"] * 6


def test_award_carries_the_name_that_was_certificated_last(level):
    candidate = candidates.candidate(first_names="Megan", last_name="Evans")
    confirm(candidate, level, 1, 2)
    candidate.last_name = "Evans-Pugh"
    candidate.save()
    confirm(candidate, level, 3)
    names = {row.code: row.certificate_name for row in candidate.certificates.all()}
    unit = {number: level.units.get(number=number).code for number in (1, 2, 3)}
    assert names == {
        unit[1]: "Megan Evans",
        unit[2]: "Megan Evans",
        unit[3]: "Megan Evans-Pugh",
        level.awards.get(units_needed=3).code: "Megan Evans-Pugh",
    }


def revocable() -> Certificate:
    """A certificate that two people have agreed to revoke."""
    certificate = make.certificated_claim().lines.get().certificates.get()
    revocation = Revocation.objects.create(
        certificate=certificate, ground=Revocation.Ground.ERROR, reason="Why", proposed_by=accounts.staff()
    )
    revocation.move("approve", by=accounts.staff())
    certificate.because_of = revocation
    certificate.save()
    return certificate


def test_certificate_moves_as_the_table_says():
    without_trigger(Certificate, "revoked_as_approved")
    assert moves_made(revocable, by=accounts.staff()) == MOVES


def test_database_refuses_every_other_move_of_a_certificate():
    passed = bypassing_moves(revocable)
    assert passed <= {(source, target) for source, _, target in MOVES}


@pytest.fixture
def certificate():
    return make.certificated_claim().lines.get().certificates.get()


OTHER_VALUES = {
    "date_of_birth": "1999-01-01",
    "awarded_on": "1999-01-01",
    "level": 7,
    "glh": 999,
    "units": [["X", "Y"]],
    "candidate": None,
    "claim": None,
    "line": None,
    "entry": None,
    "named_entry": None,
    "supersedes": None,
    "award": None,
}


@pytest.mark.parametrize("field", [name for name in FROZEN if OTHER_VALUES.get(name, "") is not None])
def test_printed_values_are_frozen_by_the_database(certificate, field):
    with pytest.raises(DatabaseError), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(**{field: OTHER_VALUES.get(field, "other")})


def test_certificate_is_never_deleted(certificate):
    with pytest.raises(DatabaseError), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).delete()


def test_later_changes_of_the_candidate_and_unit_do_not_reach_the_certificate(certificate):
    candidate, unit = certificate.candidate, certificate.line.assignment.unit
    candidate.last_name, unit.title = "Married", "Renamed"
    candidate.save()
    unit.save()
    fresh = Certificate.objects.get(pk=certificate.pk)
    assert (fresh.certificate_name, fresh.title) == (certificate.certificate_name, certificate.title)


def copy_of(certificate, **values) -> Certificate:
    kept = {name: getattr(certificate, name) for name in FROZEN if name not in ("number", "supersedes")}
    return Certificate(**{**kept, **values})


def test_no_second_certificate_for_one_line(certificate):
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_of(certificate).save()


def test_no_certificate_without_a_confirmed_line_and_its_used_entry(certificate):
    pending = make.submitted_claim().lines.get()
    for values in ({"line": pending}, {"line": None}, {"entry": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            copy_of(certificate, **values).save()
    assert Certificate.objects.count() == 1


def test_reissue_supersedes_with_the_same_values_and_uses_no_entry(certificate):
    by = accounts.staff()
    used = EntryAccount.objects.get(centre=certificate.candidate.centre).used
    replacement = actions.reissue(certificate, by=by, why="Lost in the post")

    certificate.refresh_from_db()
    assert (certificate.state, certificate.replaced_by) == ("replaced", by)
    assert (replacement.state, replacement.supersedes) == ("issued", certificate)
    assert replacement.number != certificate.number
    same = [name for name in FROZEN if name not in ("number", "supersedes")]
    assert [getattr(replacement, name) for name in same] == [getattr(certificate, name) for name in same]
    assert EntryAccount.objects.get(centre=certificate.candidate.centre).used == used
    assert OutboxEntry.objects.filter(kind="print-certificate", subject_id=replacement.pk).exists()
    assert Event.objects.about(replacement).get(verb="issue certificate").why == "Lost in the post"


def test_only_a_certificate_in_force_is_reissued(certificate):
    by = accounts.staff()
    replacement = actions.reissue(certificate, by=by, why="Lost")
    with pytest.raises(TransitionRefused):
        actions.reissue(certificate, by=by, why="Again")
    revoked = revocable()
    revoked.move("revoke", by=by, why="Malpractice")
    with pytest.raises(TransitionRefused):
        actions.reissue(revoked, by=by, why="Again")
    assert set(Certificate.objects.all()) == {certificate, replacement, revoked}
