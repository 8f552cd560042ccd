"""Two rows of one person: found, compared, merged with everything that belongs to them; nothing is lost."""

from datetime import date

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from candidates import actions, rules
from candidates.merging import FOLLOWERS
from candidates.models import Candidate, DifferentPeople
from moderation.models import ClaimLine
from portal.accounts.models import SignInCode, User
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from portfolios.models import Assignment
from tests.factories import accounts, candidates, catalogue, moderation, portfolios

pytestmark = pytest.mark.django_db

BORN = date(2010, 3, 14)


def two(centre, **values) -> tuple[Candidate, Candidate]:
    """The same person twice: the first is kept."""
    return (
        candidates.candidate(centre, number="0001", first_names="Megan", last_name="Evans"),
        candidates.candidate(
            centre, number="0002", **{"first_names": "Megan", "last_name": "Evens", **values}
        ),
    )


def merge(kept, merged):
    actions.merge_candidates(kept, merged, by=accounts.adult(name="Olga Office"))


# --- finding ------------------------------------------------------------------------------


def test_likely_duplicates_are_shown_side_by_side_until_they_are_said_to_be_two(office):
    client, centre = office
    two(centre)
    candidates.candidate(centre, first_names="Bob", last_name="Ng")
    candidates.candidate(first_names="Megan", last_name="Evans")  # of another centre
    url = reverse("candidate-duplicates", args=[centre.number])
    assert rules.likely_duplicates(centre) == [("0001", "0002", "Nearly the same name, same date of birth")]
    page = client.get(url).content.decode()
    assert reverse("candidate-merge", args=[centre.number, "0001", "0002"]) in page
    client.post(reverse("candidate-different", args=[centre.number, "0002", "0001"]))
    client.post(reverse("candidate-different", args=[centre.number, "0001", "0002"]))
    assert DifferentPeople.objects.count() == 1
    assert "No likely duplicates found" in client.get(url).content.decode()
    assert Event.objects.filter(verb="say different people").count() == 2


@pytest.mark.parametrize("numbers", [("0001", "0002"), ("0002", "0001")])
@pytest.mark.parametrize("order", [("0001", "0002"), ("0002", "0001")])
def test_two_people_are_asked_about_once_whichever_was_added_or_named_first(office, numbers, order):
    _, centre = office
    made = {
        number: candidates.candidate(centre, number=number, first_names="Megan", last_name=last)
        for number, last in zip(numbers, ("Evans", "Evens"), strict=True)
    }
    asked = [{first, second} for first, second, _ in rules.likely_duplicates(centre)]
    actions.say_different(*(made[number] for number in order), by=accounts.adult())
    assert (asked, rules.likely_duplicates(centre)) == ([{"0001", "0002"}], [])


def test_everybody_is_compared_again_only_when_somebody_has_changed(office, monkeypatch):
    _, centre = office
    compared = []
    compare = rules.Lookalikes
    monkeypatch.setattr(rules, "Lookalikes", lambda: compared.append(centre) or compare())

    def found() -> tuple[list, int]:
        compared.clear()
        return rules.likely_duplicates(centre), len(compared)

    assert (found(), found()) == (([], 1), ([], 0))
    one, other = two(centre)
    pair = [("0001", "0002", "Nearly the same name, same date of birth")]
    assert (found(), found()) == ((pair, 1), (pair, 0))
    changes = {"known_as": "Meg", "uci": "999990260001T", "uln": "1234567899", "last_name": "Even"}
    for name, value in changes.items():
        Candidate.objects.filter(pk=one.pk).update(**{name: value})
        assert found()[1] == 1
    assert found()[1] == 0
    Candidate.objects.filter(pk=other.pk).update(date_of_birth=date(2001, 1, 1))
    assert found() == ([], 1)


def test_page_of_duplicates_takes_the_same_queries_for_one_and_for_three(office, queries_of):
    client, centre = office
    url = reverse("candidate-duplicates", args=[centre.number])

    def pair(number):
        for last in ("Evans", "Evens"):
            made = candidates.candidate(
                centre, first_names="Megan", last_name=last, date_of_birth=date(2010, 1, number)
            )
            candidates.group(centre, made)

    pair(1)
    client.get(url)
    before = queries_of(lambda: client.get(url))
    for number in range(2, 4):
        pair(number)
    assert len(rules.likely_duplicates(centre)) == 3
    assert queries_of(lambda: client.get(url)) == before


# --- merging ------------------------------------------------------------------------------


def test_page_says_what_is_kept_and_who_is_merged(office):
    client, centre = office
    kept, merged = two(centre, known_as="Meg", uln="1234567899")
    url = reverse("candidate-merge", args=[centre.number, kept.number, merged.number])
    page = client.get(url).content.decode()
    after = {row["label"]: row["after"] for row in rules.compare(kept, merged)}
    assert (after["Last name"], after["Known as"], after["ULN"]) == ("Evans", "Meg", "1234567899")
    assert "Keep 0002 Meg Evens instead" in page and "This cannot be undone." in page
    assert Candidate.objects.count() == 2
    assert client.get(reverse("candidate-merge", args=[centre.number, "0001", "0001"])).status_code == 404


def test_merge_moves_everything_and_closes_the_account(office):
    client, centre = office
    kept, merged = two(centre, known_as="Meg", uln="1234567899", password=accounts.PASSWORD)
    old, new = candidates.group(centre, kept, name="10A"), candidates.group(centre, merged, name="10B")
    unit, other = catalogue.unit(), catalogue.unit()
    catalogue.checklist(unit=unit)
    catalogue.checklist(unit=other)
    mine = portfolios.assignment(kept, unit)
    theirs = portfolios.assignment(merged, other)
    evidence = portfolios.evidence(theirs, by=merged.user)
    actions.issue_slips([candidates.candidate(centre)], by=accounts.adult())
    theirs_client = type(client)()
    theirs_client.force_login(merged.user)

    answer = client.post(reverse("candidate-merge", args=[centre.number, "0001", "0002"]), follow=True)

    assert "has been merged into 0001" in answer.content.decode()
    kept.refresh_from_db()
    assert (kept.last_name, kept.known_as, kept.uln) == ("Evans", "Meg", "1234567899")
    assert set(kept.groups.all()) == {old, new}
    assert new.candidates.count() == 1
    assert set(kept.assignments.all()) == {mine, theirs}
    evidence.refresh_from_db()
    assert not evidence.is_on_behalf  # the candidate's own, whichever account it came from
    assert not User.objects.get(pk=merged.user_id).is_active
    assert theirs_client.get(reverse("my-work")).status_code == 302
    assert (
        kept.user.name != ""
        and Candidate.objects.get(pk=kept.pk).user.name == User.objects.get(pk=kept.user_id).name
    )


def test_merged_one_is_in_no_list_and_no_count_and_its_page_leads_to_the_kept_one(office):
    client, centre = office
    kept, merged = two(centre)
    merge(kept, merged)
    assert list(centre.candidates.all()) == [kept]
    assert Candidate.everyone.get(pk=merged.pk).merged_into == kept
    page = client.get(reverse("candidates", args=[centre.number])).content.decode()
    assert "0001" in page and "0002" not in page
    answer = client.get(merged.get_absolute_url(), follow=True)
    assert answer.redirect_chain == [(kept.get_absolute_url(), 302)]
    assert "0002 was merged into 0001 Megan Evans." in answer.content.decode()
    assert client.get(reverse("candidate-edit", args=[centre.number, "0002"])).status_code == 404


def test_number_of_a_merged_one_stays_taken_and_its_identifiers_are_free(office):
    _, centre = office
    kept, merged = two(centre, uln="1234567899")
    merge(kept, merged)
    with pytest.raises(actions.Taken):
        candidates.candidate(centre, number="0002")
    kept.refresh_from_db()
    kept.uln = ""
    actions.change_candidate(kept, by=accounts.adult())
    candidates.candidate(centre, number="0003", uln="1234567899")


def test_history_of_the_merged_one_is_shown_with_the_kept_ones(office):
    client, centre = office
    kept, merged = two(centre)
    actions.issue_slips([merged], by=accounts.adult(name="Tom Tutor"))
    merge(kept, merged)
    page = client.get(kept.get_absolute_url()).content.decode()
    assert "0002 Megan Evens: One-time code issued" in page and "Tom Tutor" in page
    assert "Merged with a duplicate of the same person: 0002 Megan Evens" in page
    verbs = {
        about: set(Event.objects.about(about).values_list("verb", flat=True)) for about in (kept, merged)
    }
    assert "merge candidates" in verbs[kept] and "merge into another" in verbs[merged]
    assert not SignInCode.objects.get().is_open


def test_chains_are_flattened(office):
    _, centre = office
    one, two_, three = (candidates.candidate(centre) for _ in range(3))
    merge(two_, one)
    merge(three, two_)
    assert set(Candidate.everyone.exclude(merged_into=None).values_list("merged_into", flat=True)) == {
        three.pk
    }


def test_who_was_merged_already_is_refused(office):
    _, centre = office
    kept, merged = two(centre)
    merge(kept, merged)
    for pair in ((kept, merged), (merged, kept)):
        with pytest.raises(TransitionRefused, match="already been merged"):
            merge(*pair)


def test_nobody_of_another_centre_is_merged(office):
    client, centre = office
    ours, theirs = candidates.candidate(centre, number="0001"), candidates.candidate(number="0777")
    assert client.get(reverse("candidate-merge", args=[centre.number, "0001", "0777"])).status_code == 404
    with pytest.raises(TransitionRefused):
        merge(ours, theirs)


# --- what the database itself enforces ----------------------------------------------------


@pytest.mark.parametrize("target", ["itself", "merged", "elsewhere"])
def test_database_refuses_a_row_merged_into_what_is_not_kept(office, target):
    _, centre = office
    kept, merged = two(centre)
    merge(kept, merged)
    other = candidates.candidate(centre)
    into = {"itself": other, "merged": merged, "elsewhere": candidates.candidate()}[target]
    with pytest.raises(DatabaseError), transaction.atomic():
        Candidate.everyone.filter(pk=other.pk).update(merged_into=into)
    with pytest.raises(DatabaseError), transaction.atomic():
        Candidate.everyone.filter(pk=kept.pk).update(merged_into=other)  # another one points to it


@pytest.mark.parametrize("values", [{"uci": "999990260001"}, {"uln": "0234567899"}, {"uln": "12345"}])
def test_database_refuses_identifiers_of_a_wrong_form(office, values):
    _, centre = office
    made = candidates.candidate(centre)
    with pytest.raises(IntegrityError), transaction.atomic():
        Candidate.objects.filter(pk=made.pk).update(**values)


@pytest.mark.parametrize("values", [{"uci": "999990260001T"}, {"uln": "1234567899"}])
def test_database_holds_identifiers_once_at_a_centre(office, values):
    _, centre = office
    candidates.candidate(centre, **values)
    candidates.candidate(**values)  # the same person elsewhere
    second = candidates.candidate(centre)
    with pytest.raises(IntegrityError), transaction.atomic():
        Candidate.objects.filter(pk=second.pk).update(**values)


# --- what prevents a merge ----------------------------------------------------------------


def test_every_model_with_a_candidate_takes_part():
    """A room that stores something about candidates registers a Follower for it (candidates/merging.py)."""
    related = {
        field.related_model._meta.label
        for field in Candidate._meta.get_fields(include_hidden=True)
        if field.auto_created
        and not field.concrete
        and apps.is_installed(field.related_model._meta.app_config.name)
    }
    through = {"candidates.Group_candidates", "candidates.CandidateEvent"}
    assert related - through == {label for follower in FOLLOWERS for label in follower.models}


def work(candidate, unit, *, begun: bool) -> Assignment:
    made = portfolios.assignment(candidate, unit)
    if begun:
        portfolios.evidence(made)
    return made


@pytest.mark.parametrize(("kept_begun", "merged_begun"), [(False, False), (True, False), (False, True)])
def test_unit_of_both_stays_once_where_one_is_untouched(office, kept_begun, merged_begun):
    _, centre = office
    kept, merged = two(centre)
    unit = catalogue.unit()
    catalogue.checklist(unit=unit)
    mine, theirs = work(kept, unit, begun=kept_begun), work(merged, unit, begun=merged_begun)
    merge(kept, merged)
    assert list(Assignment.objects.all()) == [theirs if merged_begun else mine]
    assert Assignment.objects.get().candidate == kept
    assert Event.objects.filter(verb="take back unit").count() == 1


def test_units_with_work_of_both_are_named_and_nothing_is_written(office):
    client, centre = office
    kept, merged = two(centre)
    unit = catalogue.unit()
    catalogue.checklist(unit=unit)
    work(kept, unit, begun=True), work(merged, unit, begun=True)
    url = reverse("candidate-merge", args=[centre.number, "0001", "0002"])
    page = client.get(url).content.decode()
    assert f"Both have work for {unit.code}" in page and "Tell the awarding body" in page
    assert "Yes, they are one person" not in page
    events = Event.objects.count()
    assert f"Both have work for {unit.code}" in client.post(url, follow=True).content.decode()
    assert (Candidate.objects.filter(centre=centre).count(), Event.objects.count()) == (2, events)


def test_who_has_certificates_is_the_one_to_keep(office):
    _, centre = office
    unit = catalogue.unit()
    catalogue.checklist(unit=unit)
    line = moderation.certificated_claim(1, at=centre, unit=unit).lines.get()
    holder, other = line.assignment.candidate, candidates.candidate(centre)
    with pytest.raises(TransitionRefused, match=f"has certificates for {unit.code}. Keep {holder} and merge"):
        merge(other, holder)
    merge(holder, other)
    assert holder.certificates.count() == 1


def test_certificates_of_both_are_for_the_awarding_body(office):
    _, centre = office
    one, other = catalogue.unit(), catalogue.unit()
    holders = []
    for unit in (one, other):
        catalogue.checklist(unit=unit)
        line = moderation.certificated_claim(1, at=centre, unit=unit).lines.get()
        holders.append(line.assignment.candidate)
    with pytest.raises(TransitionRefused, match="Only the awarding body can join them"):
        merge(*holders)


def test_lines_of_claims_go_along_unless_another_name_is_frozen_on_them(office):
    _, centre = office
    unit = catalogue.unit()
    catalogue.checklist(unit=unit)
    claim = moderation.submitted_claim(1, at=centre, unit=unit)
    claimed = claim.lines.get().assignment.candidate
    same = candidates.candidate(
        centre,
        first_names=claimed.first_names,
        last_name=claimed.last_name,
        date_of_birth=claimed.date_of_birth,
    )
    different = candidates.candidate(centre, first_names="Meg", last_name="Evans")
    with pytest.raises(TransitionRefused, match=f"is on claim {claim.number} as {claimed.certificate_name}"):
        merge(different, claimed)
    merge(same, claimed)
    assert ClaimLine.objects.get().assignment.candidate == same


def test_merge_writes_who_and_when(office):
    _, centre = office
    kept, merged = two(centre)
    before = timezone.now()
    merge(kept, merged)
    event = Event.objects.get(verb="merge candidates")
    assert (event.who, event.after, event.at >= before) == ("Olga Office", "0002 Megan Evens", True)
