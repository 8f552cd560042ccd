"""Marking: judgements are saved, a colleague's newer judgement is shown beside them, nothing typed is lost."""

import pytest
from django.urls import reverse

from portal.kit.stateful import TransitionRefused
from portfolios import actions, rules
from portfolios.models import Judgement
from portfolios.sides import TUTOR, judging_for
from portfolios.standing import standing_at
from tests.factories import candidates
from tests.factories import portfolios as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(world):
    """The world's work, handed in."""
    make.evidence(world.work, criteria=world.criteria[:1])
    actions.hand_in(world.work, by=world.candidate)
    return world


def typed(form) -> dict[str, str]:
    """What a browser would send from the form as shown."""
    names = ("outcome", "comment", "seen")
    return {
        row.add_prefix(name): str(row[name].value() if row[name].value() is not None else "")
        for row in form.rows
        for name in names
    }


def url(work) -> str:
    return reverse("marking", args=[work.pk])


def newest(work) -> dict[str, tuple[str, str]]:
    found = work.judgements.standing(standing_at(work), TUTOR).select_related("criterion")
    return {judgement.criterion.ref: (judgement.outcome, judgement.comment) for judgement in found}


def change(sent, criterion, outcome=None, comment=None):
    if outcome is not None:
        sent[f"c{criterion.pk}-outcome"] = outcome
    if comment is not None:
        sent[f"c{criterion.pk}-comment"] = comment


def test_page_shows_evidence_beside_every_criterion(waiting, sign_in):
    page = sign_in(waiting.tutor).get(url(waiting.work)).content.decode()
    item = waiting.work.evidence.get()
    assert f'id="evidence-{item.pk}"' in page
    assert page.count(f'href="#evidence-{item.pk}"') == 1
    assert page.count("Nothing tagged yet") == 3
    for criterion in waiting.criteria:
        assert f'id="criterion-{criterion.pk}"' in page
        assert f'name="c{criterion.pk}-seen" value="0"' in page


def test_saving_judges_what_was_changed_and_only_that(waiting, sign_in, messages_of):
    client = sign_in(waiting.tutor)
    sent = typed(client.get(url(waiting.work)).context["form"])
    change(sent, waiting.criteria[0], "met", "Clear.\r\nWell put.")
    change(sent, waiting.criteria[1], "not_yet", "Name the audience.")
    page = client.post(url(waiting.work), sent, follow=True)
    assert page.redirect_chain == [(url(waiting.work), 302)]
    assert messages_of(page) == ["2 judgements were saved."]
    assert newest(waiting.work) == {
        "1.1": ("met", "Clear.\nWell put."),
        "1.2": ("not_yet", "Name the audience."),
    }
    again = client.post(url(waiting.work), typed(page.context["form"]), follow=True)
    assert (messages_of(again), Judgement.objects.count()) == (["Nothing was changed."], 2)


def test_comment_without_a_judgement_is_kept_and_the_rest_saved(waiting, sign_in):
    client = sign_in(waiting.tutor)
    sent = typed(client.get(url(waiting.work)).context["form"])
    change(sent, waiting.criteria[0], "met")
    change(sent, waiting.criteria[1], comment="Nearly there")
    page = client.post(url(waiting.work), sent)
    assert newest(waiting.work) == {"1.1": ("met", "")}
    assert "Choose Met or Not yet met for 1.2" in page.content.decode()
    assert "Nearly there" in page.content.decode()
    shown = typed(page.context["form"])
    change(shown, waiting.criteria[1], "not_yet")
    client.post(url(waiting.work), shown)
    assert newest(waiting.work) == {"1.1": ("met", ""), "1.2": ("not_yet", "Nearly there")}


def test_stale_judgement_shows_both_texts_saves_the_rest_and_then_wins_knowingly(waiting, sign_in):
    client = sign_in(waiting.tutor)
    sent = typed(client.get(url(waiting.work)).context["form"])
    change(sent, waiting.criteria[0], "not_yet", "I miss the client.")
    change(sent, waiting.criteria[1], "met", "Good.")
    other = make.centres.person(waiting.centre, "tutor", name="Bethan Jones")
    theirs = actions.judge(
        waiting.work,
        waiting.criteria[0],
        side=TUTOR,
        outcome="met",
        comment="Convincing.",
        seen=0,
        by=other,
    )
    page = client.post(url(waiting.work), sent)
    words = page.content.decode()
    assert "Bethan Jones judged 1.1 while you were writing." in words
    assert "Convincing." in words and "I miss the client." in words
    assert newest(waiting.work) == {"1.1": ("met", "Convincing."), "1.2": ("met", "Good.")}
    shown = typed(page.context["form"])
    assert shown[f"c{waiting.criteria[0].pk}-seen"] == str(theirs.pk)
    assert client.post(url(waiting.work), shown).status_code == 302
    assert newest(waiting.work) == {"1.1": ("not_yet", "I miss the client."), "1.2": ("met", "Good.")}


def test_what_another_judged_is_not_undone_by_a_page_that_did_not_touch_it(waiting, sign_in):
    client = sign_in(waiting.tutor)
    actions.judge(
        waiting.work, waiting.criteria[0], side=TUTOR, outcome="met", comment="", seen=0, by=waiting.tutor
    )
    sent = typed(client.get(url(waiting.work)).context["form"])
    seen = waiting.work.judgements.get().pk
    other = make.centres.person(waiting.centre, "tutor")
    actions.judge(
        waiting.work, waiting.criteria[0], side=TUTOR, outcome="not_yet", comment="No.", seen=seen, by=other
    )
    change(sent, waiting.criteria[1], comment="A comment that keeps the page open")
    change(sent, waiting.criteria[2], "met")
    page = client.post(url(waiting.work), sent)
    shown = typed(page.context["form"])
    assert shown[f"c{waiting.criteria[0].pk}-outcome"] == "not_yet"
    change(shown, waiting.criteria[1], "met")
    client.post(url(waiting.work), shown)
    assert newest(waiting.work) == {
        "1.1": ("not_yet", "No."),
        "1.2": ("met", "A comment that keeps the page open"),
        "1.3": ("met", ""),
    }


def test_refused_save_writes_nothing_and_keeps_every_word(waiting, sign_in, messages_of):
    client = sign_in(waiting.tutor)
    sent = typed(client.get(url(waiting.work)).context["form"])
    change(sent, waiting.criteria[0], "met", "Three careful sentences.")
    make.judge_all(waiting.work)
    actions.record_achieved(waiting.work, comment="", by=waiting.tutor)
    page = client.post(url(waiting.work), sent)
    assert page.status_code == 200
    assert messages_of(page) == [
        "The work is “Achieved” now, so it cannot be marked. What you typed is still below."
    ]
    assert "Three careful sentences." in page.content.decode()
    assert Judgement.objects.count() == 4


def test_save_and_next_goes_round_everything_that_waits(waiting, sign_in):
    second = make.handed_in(candidates.candidate(waiting.centre), waiting.work.unit)
    third = make.handed_in(candidates.candidate(waiting.centre), waiting.work.unit)
    make.handed_in()  # at another centre
    client = sign_in(waiting.tutor)
    route = [client.post(url(work), {"then": "next"}).url for work in (waiting.work, second, third)]
    assert route == [url(second), url(third), url(waiting.work)]


def test_after_the_last_one_comes_the_list(waiting, sign_in, messages_of):
    page = sign_in(waiting.tutor).post(url(waiting.work), {"then": "next"}, follow=True)
    assert page.redirect_chain == [(reverse("to-mark", args=[waiting.centre.number]), 302)]
    assert "There is nothing else to mark." in messages_of(page)


def test_return_needs_a_reason_which_the_candidate_reads(waiting, sign_in):
    client = sign_in(waiting.tutor)
    address = reverse("return-work", args=[waiting.work.pk])
    page = client.post(address, {"reason": "  "})
    assert page.context["form"].errors == {"reason": ["Enter what is still to do"]}
    client.post(address, {"reason": "Name the audience."})
    waiting.work.refresh_from_db()
    assert waiting.work.state == "returned"
    page = sign_in(waiting.candidate).get(waiting.work.get_absolute_url()).content.decode()
    assert "Name the audience." in page and "Returned for further work" in page


def test_return_that_is_refused_keeps_the_reason(world, sign_in):
    page = sign_in(world.tutor).post(
        reverse("return-work", args=[world.work.pk]), {"reason": "A long reason"}
    )
    assert page.context["form"].errors == {
        "__all__": [f"Assignment {world.work} is now “Assigned”, so it was not possible to send it back."]
    }
    assert "A long reason" in page.content.decode()


def test_achieved_page_shows_what_is_not_met(waiting, sign_in):
    client = sign_in(waiting.tutor)
    address = reverse("record-achieved", args=[waiting.work.pk])
    page = client.get(address).content.decode()
    assert "4 required criteria are not judged as met." in page
    page = client.post(address, {"comment": "Very good work"})
    assert "Very good work" in page.content.decode()
    waiting.work.refresh_from_db()
    assert waiting.work.state == "handed_in"
    make.judge_all(waiting.work)
    undeclared = client.post(address, {"comment": "Very good work"})
    assert undeclared.context["form"].errors == {
        "is_authentic": ["Select the declaration to record the unit as achieved"]
    }
    client.post(address, {"comment": "Very good work", "is_authentic": "on"})
    waiting.work.refresh_from_db()
    this_round = waiting.work.rounds.get()
    assert (waiting.work.state, waiting.work.achieved_by) == ("achieved", waiting.tutor)
    assert (this_round.outcome, this_round.comment) == ("achieved", "Very good work")
    assert (this_round.decided_by, this_round.tutor_statement) == (waiting.tutor, actions.TUTOR_STATEMENT)


def test_recording_a_unit_without_a_single_tag_asks_where_the_evidence_is(world, sign_in):
    make.evidence(world.work)
    actions.hand_in(world.work, by=world.candidate)
    make.judge_all(world.work)
    with pytest.raises(TransitionRefused, match="No file is tagged with a criterion"):
        actions.record_achieved(world.work, comment="", by=world.tutor)
    world.work.refresh_from_db()
    assert world.work.state == "handed_in"

    client, address = sign_in(world.tutor), reverse("record-achieved", args=[world.work.pk])
    assert "No file is tagged with a criterion" in client.get(address).content.decode()
    unanswered = client.post(address, {"comment": "", "is_authentic": "on", "untagged": " "})
    assert list(unanswered.context["form"].errors) == ["untagged"]
    client.post(address, {"comment": "", "is_authentic": "on", "untagged": "All in the film."})
    world.work.refresh_from_db()
    assert (world.work.state, world.work.rounds.get().untagged) == ("achieved", "All in the film.")


def test_where_something_is_tagged_nothing_is_asked_about_tags(waiting, sign_in):
    make.judge_all(waiting.work)
    page = sign_in(waiting.tutor).get(reverse("record-achieved", args=[waiting.work.pk]))
    assert list(page.context["form"].fields) == ["comment", "is_authentic"]


@pytest.mark.parametrize("route", ["marking", "return-work", "record-achieved"])
def test_marking_is_for_those_who_hold_the_permission(waiting, sign_in, route):
    address = reverse(route, args=[waiting.work.pk])
    assert sign_in(waiting.tutor).get(address).status_code == 200
    assert sign_in(waiting.exams_officer).get(address).status_code == 403
    assert sign_in(waiting.candidate).get(address).status_code == 403
    assert sign_in(make.tutor_of(make.assignment())).get(address).status_code == 404


def test_marking_makes_the_same_number_of_queries_for_more_evidence(world, sign_in, count_queries):
    make.evidence(world.work, criteria=world.criteria[:1])
    client = sign_in(world.tutor)
    few = count_queries(client, url(world.work))
    for number in range(12):
        make.evidence(world.work, title=f"Item {number}", criteria=world.criteria)
    make.judge_all(world.work)
    assert count_queries(client, url(world.work)) == few


def test_checklist_view_keeps_the_sides_apart(waiting):
    moderator = make.centres.person(make.centres.centre())
    make.judge_all(waiting.work)
    make.record_achieved(waiting.work)
    waiting.work.move("claim", by=waiting.exams_officer)
    judged = waiting.work.judgements
    judged.create(
        criterion=waiting.criteria[0], round_number=1, side="moderator", outcome="not_yet", by=moderator
    )

    def first_line(reader):
        found = rules.checklist_view(waiting.work, [], sides=judging_for(reader, waiting.work))
        line = found[0][1][0]
        return {str(side): said.outcome for side, said in line.said.items()}, line.is_met

    tutors, both = {"Tutor": "met"}, {"Tutor": "met", "Moderator": "not_yet"}
    assert first_line(waiting.tutor) == (tutors, True)  # while the claim is with the moderator
    assert first_line(moderator) == (both, True)
    waiting.work.move("confirm", by=moderator)
    assert first_line(waiting.tutor) == (both, True)
    assert first_line(waiting.candidate) == (tutors, True)


def test_when_all_is_met_the_next_step_is_named(waiting, sign_in, messages_of):
    client = sign_in(waiting.tutor)
    sent = typed(client.get(url(waiting.work)).context["form"])
    for criterion in waiting.criteria:
        change(sent, criterion, "met")
    (said,) = messages_of(client.post(url(waiting.work), sent, follow=True))
    assert reverse("record-achieved", args=[waiting.work.pk]) in said
