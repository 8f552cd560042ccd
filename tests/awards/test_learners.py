"""One person at several centres is one learner: their units count together. People with similar details stay apart."""

import re
from datetime import date
from itertools import permutations

import pytest
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from candidates import actions as candidate_actions
from candidates.models import Candidate, Learner, LearnerPair
from moderation.awards import actions
from moderation.awards.actions import learners
from moderation.awards.models import Certificate
from moderation.awards.tasks import revocation
from portal.accounts.models import EMail
from portal.kit import outbox
from portal.kit.models import OutboxEntry
from portal.kit.stateful import TransitionRefused
from tests.awards.confirming import confirm, revoke
from tests.factories import accounts, candidates, centres
from tests.states import bypassing_moves, moves_made

pytestmark = pytest.mark.django_db
BORN = date(2010, 3, 14)
UCI, OTHER = "123456789012A", "123450099012B"
SIAN = {"first_names": "Siân Haf", "last_name": "O’Neill", "date_of_birth": BORN}


def at(place=None, **values) -> Candidate:
    return candidates.candidate(place, **{**SIAN, **values})


def match() -> None:
    """Run the workers: match new and changed candidates, and test awards of those joined."""
    work("match-learners")
    work("test-awards")


def work(kind: str) -> None:
    for entry in OutboxEntry.objects.filter(kind=kind, state="due").order_by("pk"):
        outbox.work(entry.pk)


def pairs() -> list[tuple[str, str]]:
    return [(pair.state, pair.why) for pair in LearnerPair.objects.order_by("pk")]


def are_one(one: Candidate, other: Candidate) -> bool:
    one.refresh_from_db()
    other.refresh_from_db()
    return one.learner_id is not None and one.learner_id == other.learner_id


@pytest.mark.parametrize("number", [{"uci": UCI}, {"uln": "1234567894"}], ids=["UCI", "ULN"])
def test_number_birth_date_and_name_that_agree_join_by_themselves(number):
    one, other = at(**number), at(first_names="Sian", last_name="O'Neill Haf", **number)
    match()
    assert are_one(one, other)
    label = "UCI" if "uci" in number else "ULN"
    assert pairs() == [("joined", f"Same {label}, same name, same date of birth")]


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ({}, {}, "Same name, same date of birth"),
        ({"uci": UCI}, {"uci": UCI, "last_name": "Jones"}, "Same UCI, different name, same date of birth"),
        (
            {"uci": UCI},
            {"uci": UCI, "date_of_birth": date(2010, 3, 15)},
            "Same UCI, same name, different date of birth",
        ),
        (
            {"uci": UCI, "uln": "1234567894"},
            {"uci": UCI, "uln": "9876543214"},
            "Same UCI, different ULN, same name, same date of birth",
        ),
        ({"uci": UCI}, {"uci": OTHER}, "Different UCI, same name, same date of birth"),
    ],
)
def test_all_else_is_a_pair_that_staff_decide(first, second, why):
    one, other = at(**first), at(**second)
    match()
    assert not are_one(one, other)
    assert pairs() == [("open", why)]


def test_numbers_that_only_one_of_them_has_are_no_difference():
    one, other = at(uci=UCI, uln="1234567894"), at(uci=UCI, entered_number="12345678")
    match()
    assert are_one(one, other)


def test_people_who_share_nothing_or_one_centre_are_no_pair():
    one = at()
    at(one.centre)
    at(last_name="Jones")
    at(date_of_birth=date(2009, 1, 1))
    match()
    assert pairs() == []


def test_looking_twice_finds_nothing_twice():
    one, other = at(uci=UCI), at(uci=UCI)
    match()
    for centre in (one.centre, other.centre):
        Candidate.objects.update(is_matched=False)
        actions.match_learners(centre)
    assert [state for state, _ in pairs()] == ["joined"]
    assert Learner.objects.filter(candidates__isnull=False).distinct().count() == 1


def test_units_of_two_centres_make_one_award_at_the_centre_of_the_last(level):
    one, other = at(uci=UCI), at(uci=UCI)
    confirm(one, level, 1, 2)
    last = confirm(other, level, 3)
    numbers = set(Certificate.objects.values_list("ocr_number", flat=True))
    assert len(numbers) == 1, "one person has one number"
    award = Certificate.objects.get(kind="award")
    assert (award.candidate, award.claim, award.centre_number) == (other, last, other.centre.number)
    assert [code for code, _ in award.units] == [level.units.get(number=n).code for n in (1, 2, 3)]
    assert award.glh == 90


def test_a_centres_pages_show_its_own_alone(client, level):
    one, other = at(uci=UCI), at(uci=UCI)
    first = confirm(one, level, 1, 2)
    confirm(other, level, 3)
    client.force_login(first.created_by)
    html = client.get(reverse("certificates", args=[one.centre.number])).content.decode()
    shown = {row.number for row in Certificate.objects.all() if row.number in html}
    assert shown == {row.number for row in one.certificates.all()}
    client.force_login(one.user)
    html = client.get(reverse("my-certificates")).content.decode()
    assert {row.number for row in Certificate.objects.all() if row.number in html} == shown


def test_a_number_that_the_centre_entered_joins_and_is_checked(level):
    one = at()
    confirm(one, level, 1, 2)
    one.refresh_from_db()
    right = at(entered_number=one.ocr_number)
    wrong = at(entered_number=one.ocr_number, last_name="Jones")
    match()
    assert are_one(one, right)
    assert not are_one(one, wrong)
    confirm(right, level, 3)
    assert right.certificates.get(kind="award").ocr_number == one.ocr_number
    confirm(wrong, level, 4)
    wrong.refresh_from_db()
    assert wrong.ocr_number not in ("", one.ocr_number)


def test_centre_reads_the_same_words_whether_somebody_matches_or_not(client, level):
    one = at()
    confirm(one, level, 1)
    one.refresh_from_db()
    officer = centres.person(centres.centre())
    client.force_login(officer)
    centre = officer.memberships.get().centre
    pages = []
    for number, entered in (("0001", one.ocr_number), ("0002", "99999999")):
        data = {
            "number": number, "first_names": "Siân Haf", "last_name": "O’Neill", "date_of_birth_day": "14",
            "date_of_birth_month": "3", "date_of_birth_year": "2010", "entered_number": entered,
            "is_another": "yes",
        }  # fmt: skip
        client.post(reverse("candidate-add", args=[centre.number]), data, follow=True)
        match()
        html = client.get(reverse("candidate", args=[centre.number, number])).content.decode()
        assert "Entered by your centre" in html
        shown = html[html.index("<h2>Details</h2>") : html.index("</main>")]
        pages.append(
            re.sub(
                r"\d{2}:\d{2}[:.\d]*|csrf\S+ value=\S+", "", shown.replace(entered, "").replace(number, "")
            )
        )
        assert Candidate.objects.get(centre=centre, number=number).entered_number == entered
    assert are_one(one, Candidate.objects.get(centre=centre, number="0001"))
    assert pages[0] == pages[1], "history included"


def test_entered_number_has_eight_digits(client):
    officer = centres.person(centres.centre())
    client.force_login(officer)
    candidate = at(officer.memberships.get().centre)
    url = reverse("candidate-edit", args=[candidate.centre.number, candidate.number])
    data = {
        "number": candidate.number, "first_names": "Siân Haf", "last_name": "O’Neill", "date_of_birth_day": "14",
        "date_of_birth_month": "3", "date_of_birth_year": "2010", "entered_number": "1234567",
    }  # fmt: skip
    html = client.post(url, data, follow=True).content.decode()
    assert "The number has 8 digits" in html
    candidate.refresh_from_db()
    assert candidate.entered_number == ""
    with pytest.raises(IntegrityError), transaction.atomic():
        Candidate.objects.filter(pk=candidate.pk).update(entered_number="1234567")


def test_changed_details_are_looked_for_again():
    one, other = at(uci=UCI), at()
    match()
    assert not are_one(one, other)
    other.uci = UCI
    candidate_actions.change_candidate(other, by=accounts.adult())
    match()
    assert are_one(one, other)


@pytest.mark.parametrize("which", [0, 1], ids=["the one looked for", "the next"])
def test_details_changed_while_somebody_is_looked_for_are_looked_for_as_well(monkeypatch, which):
    elsewhere = at(uci=UCI)
    match()
    first = at(last_name="Jones")
    changed = (first, at(first.centre))[which]
    match()
    for candidate in (first, changed):
        Candidate.objects.filter(pk=candidate.pk).update(is_matched=False)
    look, changes = learners.alike, [{"last_name": "O’Neill", "uci": UCI}]

    def alike(candidate):
        found = look(candidate)
        if candidate == first and changes:
            for name, value in changes.pop().items():
                setattr(changed, name, value)
            candidate_actions.change_candidate(changed, by=accounts.adult())
        return found

    monkeypatch.setattr(learners, "alike", alike)
    actions.match_learners(first.centre)
    assert are_one(elsewhere, changed)
    assert not Candidate.objects.filter(is_matched=False).exists()


def pair_of(one, other) -> LearnerPair:
    return LearnerPair.objects.get(first=min(one, other, key=lambda row: row.pk))


def test_staff_join_a_pair_and_what_the_units_make_is_issued(level):
    one, other = at(), at()
    confirm(one, level, 1, 2)
    confirm(other, level, 3)
    one.refresh_from_db()
    assert not Certificate.objects.filter(kind="award").exists()
    by = accounts.staff()
    actions.join_learners(pair_of(one, other), by=by, why="Passport seen")
    work("test-awards")
    assert are_one(one, other)
    assert one.ocr_number == other.ocr_number
    award = Certificate.objects.get(kind="award")
    assert (award.candidate, award.ocr_number) == (other, one.ocr_number)
    work("test-awards")
    assert Certificate.objects.filter(kind="award").count() == 1


def test_pair_kept_apart_is_not_joined_by_what_agrees_later():
    one, other = at(), at()
    match()
    actions.separate_learners(pair_of(one, other), by=accounts.staff(), why="Twins’ cousins")
    for candidate in (one, other):
        candidate.uci = UCI
        candidate_actions.change_candidate(candidate, by=accounts.adult())
    match()
    assert not are_one(one, other)
    assert [state for state, _ in pairs()] == ["separate"]


def test_nobody_is_joined_through_a_third_with_whom_they_are_kept_apart():
    one, other = at(uci=UCI), at(uci=UCI, last_name="Jones")
    match()
    actions.separate_learners(pair_of(one, other), by=accounts.staff(), why="Two people")
    third = at(uci=UCI)
    match()
    assert are_one(one, third)
    pair = LearnerPair.objects.get(first=other, second=third)
    with pytest.raises(TransitionRefused, match=r"are two people\. Undo that first"):
        actions.join_learners(pair, by=accounts.staff(), why="Why not")


def test_undoing_parts_them_as_before_and_they_are_not_joined_by_themselves_again(level):
    one, other = at(), at()
    confirm(one, level, 1)
    confirm(other, level, 1)
    one.refresh_from_db()
    other.refresh_from_db()
    numbers = (one.ocr_number, other.ocr_number)
    pair = pair_of(one, other)
    actions.join_learners(pair, by=accounts.staff(), why="One person")
    actions.undo_learners(pair, by=accounts.staff(), why="Two after all")
    assert not are_one(one, other)
    assert (one.ocr_number, other.ocr_number) == numbers
    for candidate in (one, other):
        candidate.uci = UCI
        candidate_actions.change_candidate(candidate, by=accounts.adult())
    match()
    assert not are_one(one, other)
    assert pairs() == [("open", "Same UCI, different eight-digit number, same name, same date of birth")]


def three(level) -> list[Candidate]:
    """Three similar candidates at three centres, each with their own number, not joined."""
    people = [at(), at(), at()]
    for candidate in people:
        confirm(candidate, level, 1)
        candidate.refresh_from_db()
    return people


def parts() -> list[list[int]]:
    """Keys of the candidates who are one learner: [[…], …]."""
    found: dict[int, list[int]] = {}
    for candidate in Candidate.everyone.exclude(learner=None).order_by("pk"):
        found.setdefault(candidate.learner_id, []).append(candidate.pk)
    return sorted(found.values())


def decide(verb, one: Candidate, other: Candidate) -> None:
    first, second = sorted([one, other], key=lambda row: row.pk)
    verb(LearnerPair.objects.get(first=first, second=second), by=accounts.staff(), why="Seen")


@pytest.mark.parametrize("joined", permutations([(0, 1), (1, 2)]), ids=str)
@pytest.mark.parametrize("undone", permutations([(0, 1), (1, 2)]), ids=str)
@pytest.mark.parametrize("who", permutations(range(3)), ids=str)
def test_three_are_parted_in_whatever_order_they_were_joined(level, who, joined, undone):
    people = three(level)
    before = [candidate.ocr_number for candidate in people]
    ends = [people[index] for index in who]
    for left, right in joined:
        decide(actions.join_learners, ends[left], ends[right])
    assert parts() == [[candidate.pk for candidate in people]]
    (left, right), last = undone
    decide(actions.undo_learners, ends[left], ends[right])
    still_one = sorted(ends[index].pk for index in last)
    (alone,) = {candidate.pk for candidate in people} - set(still_one)
    assert parts() == sorted([[alone], still_one])
    decide(actions.undo_learners, *(ends[index] for index in last))
    assert parts() == [[candidate.pk] for candidate in people]
    assert list(Candidate.objects.order_by("pk").values_list("ocr_number", flat=True)) == before


def test_undoing_leaves_alone_whom_an_earlier_undo_parted_and_who_was_joined_with_others_since(level):
    a, b, c = three(level)
    d = at()
    match()
    decide(actions.join_learners, a, b)
    decide(actions.join_learners, a, c)
    decide(actions.undo_learners, a, b)
    decide(actions.join_learners, b, d)
    decide(actions.undo_learners, a, c)
    assert parts() == [[a.pk], [b.pk, d.pk], [c.pk]]


@pytest.mark.parametrize("through", [0, 1], ids=["the one", "the other"])
def test_whom_staff_parted_the_portal_does_not_join_again_through_a_third(level, through):
    people = [at(uci=UCI), at(uci=UCI), at(uci=UCI)]
    match()
    assert parts() == [[candidate.pk for candidate in people]]
    one, other = LearnerPair.objects.filter(state="joined").order_by("pk").values_list("first", "second")[0]
    pair = LearnerPair.objects.get(first=one, second=other)
    actions.undo_learners(pair, by=accounts.staff(), why="Two people")
    parted = parts()
    assert len(parted) == 2
    confirm(Candidate.objects.get(pk=(one, other)[through]), level, 1)
    Candidate.objects.update(is_matched=False)
    for candidate in people:
        actions.match_learners(candidate.centre)
    assert parts() == parted
    between = LearnerPair.objects.exclude(state="joined").order_by("pk")
    assert [found.state for found in between] == ["open", "open"], "staff can still join them"
    actions.join_learners(between.last(), by=accounts.staff(), why="One after all")
    assert parts() == [[candidate.pk for candidate in people]]


def test_undoing_one_of_two_ways_by_which_they_are_joined_leaves_them_one(level):
    a, b, c = three(level)
    decide(actions.join_learners, a, b)
    decide(actions.join_learners, b, c)
    decide(actions.join_learners, a, c)
    decide(actions.undo_learners, a, b)
    assert parts() == [[a.pk, b.pk, c.pk]]
    decide(actions.undo_learners, b, c)
    assert parts() == [[a.pk, c.pk], [b.pk]]


def test_undoing_is_possible_while_an_award_counts_the_units_of_one_alone(level):
    one, other = at(uci=UCI), at()
    confirm(one, level, 1, 2, 3)
    confirm(other, level, 4)
    pair = pair_of(one, other)
    actions.join_learners(pair, by=accounts.staff(), why="One person")
    work("test-awards")
    actions.undo_learners(pair, by=accounts.staff(), why="Two after all")
    assert not are_one(one, other)
    assert Certificate.objects.standing().get(kind="award").candidate == one


def test_undoing_is_refused_while_an_award_counts_units_of_both(level):
    one, other = at(uci=UCI), at(uci=UCI)
    confirm(one, level, 1, 2)
    confirm(other, level, 3)
    award = Certificate.objects.get(kind="award")
    with pytest.raises(TransitionRefused) as refused:
        actions.undo_learners(pair_of(one, other), by=accounts.staff(), why="Two")
    assert refused.value.for_people() == (
        f"Certificate {award} ({award.certificate_name}) counts units from both. Revoke it first."
    )
    assert are_one(one, other)
    revoke(award)
    actions.undo_learners(pair_of(one, other), by=accounts.staff(), why="Two")
    assert not are_one(one, other)


def test_revoking_at_one_centre_follows_at_the_other_without_its_reason(level):
    one, other = at(uci=UCI), at(uci=UCI)
    confirm(one, level, 1, 2)
    confirm(other, level, 3)
    EMail.objects.filter(kind="revocation").delete()
    revoke(one.certificates.get(line__assignment__unit__number=2))
    award = Certificate.objects.get(kind="award")
    assert award.state == "revoked"
    told = {email.event.details["centre"]: email.event for email in EMail.objects.filter(kind="revocation")}
    assert set(told) == {one.centre.number, other.centre.number}
    context = revocation(told[other.centre.number])
    assert (context["is_own"], len(context["followed"])) == (False, 1)
    letters = {
        number: render_to_string("emails/revocation.txt", {**revocation(event), "site_url": ""})
        for number, event in told.items()
    }
    assert "The work was copied." in letters[one.centre.number]
    assert "The work was copied." not in letters[other.centre.number]
    assert award.number not in letters[one.centre.number]
    assert award.number in letters[other.centre.number]


def letters() -> dict[str, str]:
    """{centre number: the e-mail about a revocation}."""
    events = {email.event for email in EMail.objects.filter(kind="revocation")}
    return {
        event.details["centre"]: render_to_string(
            "emails/revocation.txt", {**revocation(event), "site_url": ""}
        )
        for event in events
    }


def test_smaller_award_is_issued_to_the_centre_of_the_last_line_that_stands(level):
    one, other = at(uci=UCI), at(uci=UCI)
    confirm(other, level, 5)
    last = confirm(one, level, 1, 2, 3, 4)
    assert one.certificates.get(kind="award").size == "Diploma"
    revoke(other.certificates.get())
    award = Certificate.objects.standing().get(kind="award")
    assert (award.size, award.candidate, award.claim) == ("Certificate", one, last)
    assert award.centre_name == one.centre.name


GIVE_BACK = "return or destroy every printed certificate that is no longer valid"


def test_centre_whose_award_stays_as_it_is_is_told_nothing(level):
    one, other = at(uci=UCI), at(uci=UCI)
    confirm(one, level, 1, 2, 3)
    confirm(other, level, 2)
    assert revoke(other.certificates.get()) == []
    assert set(letters()) == {other.centre.number}
    assert one.certificates.get(kind="award").state == "issued"


def test_centre_that_only_gets_an_award_is_not_asked_to_have_one_given_back(level):
    one, other = at(uci=UCI), at(uci=UCI)
    confirm(one, level, 1)
    confirm(other, level, 2, 3, 4, 5)
    confirm(one, level, 2)
    revoke(other.certificates.get(line__assignment__unit__number=5))
    award = one.certificates.get(kind="award")
    told = letters()
    assert f"Certificate {award} was issued." in told[one.centre.number]
    assert {number: GIVE_BACK in words for number, words in told.items()} == {
        one.centre.number: False,
        other.centre.number: True,
    }


def test_the_number_is_the_learners(level):
    candidate = at()
    confirm(candidate, level, 1)
    candidate.refresh_from_db()
    assert candidate.learner.ocr_number == candidate.ocr_number
    for values in ({"ocr_number": "11112222"}, {"learner": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Candidate.objects.filter(pk=candidate.pk).update(**values)


# --- merged at their centre ---------------------------------------------------------------------


def merged_into(kept: Candidate, merged: Candidate) -> None:
    candidate_actions.merge_candidates(kept, merged, by=accounts.adult())
    match()


def test_who_is_merged_brings_along_whom_they_are_one_with(level):
    merged, elsewhere = at(uci=UCI), at(uci=UCI)
    confirm(elsewhere, level, 1)
    match()
    kept = at(merged.centre)
    merged_into(kept, merged)
    assert are_one(kept, elsewhere)
    confirm(kept, level, 2, 3)
    award = Certificate.objects.get(kind="award")
    assert (award.candidate, award.ocr_number) == (kept, elsewhere.ocr_number)


def test_undoing_parts_whoever_a_candidate_was_merged_into_as_well():
    merged, elsewhere = at(uci=UCI), at(uci=UCI)
    match()
    kept = at(merged.centre)
    merged_into(kept, merged)
    decide(actions.undo_learners, merged, elsewhere)
    assert parts() == sorted([[merged.pk, kept.pk], [elsewhere.pk]])
    assert not are_one(kept, elsewhere)


@pytest.mark.parametrize("decided", ["separate", "undo"])
def test_who_is_merged_is_not_joined_as_the_one_kept_with_whom_staff_parted_them_from(decided):
    staff = accounts.staff()
    merged, elsewhere = at(uci=UCI), at(uci=OTHER if decided == "separate" else UCI)
    match()
    pair = LearnerPair.objects.get()
    if decided == "separate":
        actions.separate_learners(pair, by=staff, why="Twins")
        Candidate.objects.filter(pk=elsewhere.pk).update(uci=UCI)
    else:
        actions.undo_learners(pair, by=staff, why="Not seen yet")
    kept = at(merged.centre)
    merged_into(kept, merged)
    assert not are_one(kept, elsewhere)
    state = "separate" if decided == "separate" else "open"
    assert LearnerPair.objects.get(first__in=[kept, elsewhere], second__in=[kept, elsewhere]).state == state


def test_two_rows_are_not_merged_where_staff_say_that_one_is_somebody_and_the_other_is_not():
    merged, elsewhere = at(uci=OTHER), at(uci=UCI)
    match()
    actions.separate_learners(LearnerPair.objects.get(), by=accounts.staff(), why="Twins")
    kept = at(merged.centre, uci=UCI)
    match()
    assert are_one(kept, elsewhere)
    with pytest.raises(TransitionRefused) as refused:
        merged_into(kept, merged)
    assert refused.value.for_people() == (
        f"{kept} and {merged} cannot be merged at the centre. Only the awarding body can join them. Write to it with "
        "both candidate numbers."
    )


def test_pair_moves_as_the_table_says():
    made = {
        ("open", "join", "joined"),
        ("open", "separate", "separate"),
        ("joined", "undo", "open"),
        ("separate", "undo", "open"),
    }

    def pair():
        first, second = at(), at()
        return LearnerPair.objects.create(first=first, second=second, why="Same name")

    assert moves_made(pair, by=accounts.staff()) == made
    assert bypassing_moves(pair) <= {(source, target) for source, _, target in made}


def test_staff_decide_in_the_admin(client):
    one, other = at(uci=UCI), at()
    match()
    client.force_login(accounts.staff())
    url = reverse("admin:candidates_learnerpair_changelist")
    pair = pair_of(one, other)

    def act(action, **more) -> str:
        return client.post(
            url, {"action": action, "_selected_action": [pair.pk], **more}, follow=True
        ).content.decode()

    assert f"{one.centre}" in client.get(url).content.decode()
    asked = act("join")
    assert f"UCI {UCI}" in asked
    assert "What matches: Same name, same date of birth" in asked
    act("join", reason="Passport")
    assert are_one(one, other)
    act("undo", reason="Not the same")
    assert not are_one(one, other)
    act("separate", reason="Two people")
    pair.refresh_from_db()
    assert pair.state == "separate"
    assert "so it was not possible to join it" in act("join", reason="Again")
