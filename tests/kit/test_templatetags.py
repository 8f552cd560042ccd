"""Tags that keep a filter while paging, sort, and link from an error to its field."""

from dataclasses import dataclass

import lxml.html
import pytest
from django import forms as django_forms
from django.core.paginator import Paginator
from django.forms import formset_factory
from django.template import Context, RequestContext, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from portal.kit.forms import DateField, Form, FormSet
from portal.kit.paging import paginate
from portal.kit.states import States, Tone
from portal.kit.templatetags import kit
from tests.pages import flat


class SampleForm(Form):
    title = django_forms.CharField()
    kind = django_forms.ChoiceField(widget=django_forms.RadioSelect, choices=[("a", "A")])
    done_on = DateField(label="Done on")


def render(source, path="/", **values):
    return Template("{% load kit %}" + source).render(RequestContext(RequestFactory().get(path), values))


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (None, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (1500, "1.5 kB"),
        (999_960, "1 MB"),
        (5_000_000, "5 MB"),
        (84_200_000, "84.2 MB"),
        (512_000_000, "512 MB"),
        (5_000_000_000, "5 GB"),
        ("x", ""),
    ],
)
def test_size_of_a_file_in_words(size, words):
    assert kit.filesize_uk(size) == words


@dataclass
class Work:
    state: str = "closed"
    outcome: str = ""

    class State(States):
        OPEN = "open", Tone.ACTIVE, "In progress"
        CLOSED = "closed", Tone.GOOD, "Not <open>"

    class Outcome(States):
        NONE = "", Tone.WAITING, "Not decided"


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("{% state work %}", '<strong class="state state--good">Not &lt;open&gt;</strong>'),
        ("{% state work words='Ended' %}", '<strong class="state state--good">Ended</strong>'),
        ("{% state work 'outcome' %}", '<strong class="state state--waiting">Not decided</strong>'),
        ("{% badge 'bad' words %}", '<strong class="state state--bad">&lt;b&gt;</strong>'),
    ],
)
def test_state_is_shown_in_its_words_and_its_colour(source, html):
    assert render(source, work=Work(), words="<b>") == html


def test_states_keep_their_words_and_tone_in_another_models_states():
    class Others(States):
        CLOSED = Work.State.CLOSED.again()

    closed = Others("closed")
    assert (closed.value, closed.tone, closed.label) == ("closed", Tone.GOOD, "Not <open>")


def test_query_keeps_the_filter_and_replaces_one_key():
    assert render("{% query page=3 %}", "/?state=open&page=2") == "?state=open&amp;page=3"


def test_query_drops_a_key_set_to_nothing():
    assert render("{% query page=None %}", "/?state=open&page=2") == "?state=open"


def test_query_from_a_given_base():
    assert render("{% query base sort='name' %}", "/?state=open", base="?group=1") == "?group=1&amp;sort=name"


def test_query_escapes_what_a_visitor_put_in_the_address():
    assert "<script>" not in render("{% query page=1 %}", "/?q=<script>")


def test_query_also_works_inside_a_part_included_with_only():
    page = Paginator(range(60), 25).page(2)
    html = render(
        '{% include "components/paging.html" with page=page only %}', "/?state=open&page=2", page=page
    )
    assert 'href="?state=open&amp;page=3"' in html
    assert "Showing 26 to 50 of 60" in flat(html)


@pytest.mark.parametrize(
    ("path", "url", "aria"),
    [
        ("/?page=4", "?sort=name", None),
        ("/?sort=name&page=4", "?sort=-name", "ascending"),
        ("/?sort=-name", "?sort=name", "descending"),
        ("/?sort=number", "?sort=name", None),
    ],
)
def test_column_heading_sorts_and_turns_round(path, url, aria):
    cell = lxml.html.fragment_fromstring(render('{% sort_header "Name" "name" %}', path))
    assert (cell.get("aria-sort"), cell.find("a").get("href")) == (aria, url)


@pytest.mark.parametrize(("asked", "number"), [("", 1), ("x", 1), ("-3", 4), ("0", 4), ("2", 2), ("99", 4)])
def test_page_asked_for_in_vain_is_answered_with_one_that_exists(asked, number):
    assert paginate(RequestFactory().get("/", {"page": asked}), list(range(100))).number == number


def test_long_list_of_pages_is_shortened():
    assert kit.page_numbers(Paginator(range(1000), 25).page(20)) == [1, None, 19, 20, 21, None, 40]


def test_errors_lead_to_the_first_control_of_a_group_and_the_wrong_part_of_a_date():
    form = SampleForm({"done_on_day": "1", "done_on_year": "2026"})
    assert kit.error_list(form) == [
        {"target": "id_title", "text": "Enter the title"},
        {"target": "id_kind_0", "text": "Choose the kind"},
        {"target": "id_done_on_1", "text": "Done on must include a month"},
    ]
    html = str(form)
    assert all(f'id="{error["target"]}"' in html for error in kit.error_list(form))


def test_form_that_was_not_sent_has_no_errors():
    assert kit.error_list(SampleForm()) == []


def test_errors_of_a_set_say_which_row():
    class Row(Form):
        name = django_forms.CharField()

    sent = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-name": "A", "form-1-name": ""}
    assert kit.error_list(formset_factory(Row, formset=FormSet)(sent)) == [
        {"target": "id_form-1-name", "text": "Row 2: Enter the name"}
    ]


def test_summary_shows_error_of_the_whole_form_without_a_link():
    form = SampleForm({})
    form.add_error(None, "These do not go together")
    html = render_to_string("components/error_summary.html", {"form": form})
    assert "<li>These do not go together</li>" in html
    assert '<a href="#id_kind_0">Choose the kind</a>' in html


def test_confirm_carries_the_token_although_included_with_only():
    html = render('{% include "components/confirm.html" with question="Sure?" only %}')
    assert 'name="csrfmiddlewaretoken" value="' in html


def test_no_token_without_a_request():
    assert Template("{% load kit %}{% csrf_field %}").render(Context()) == ""


@pytest.mark.parametrize(
    ("met", "words"), [(True, "✓</span> Met"), (False, "○</span> Not yet"), (None, "–</span> Not judged")]
)
def test_criterion_is_told_in_words_and_not_judged_is_not_not_met(met, words):
    assert words in flat(render_to_string("components/criteria_tick.html", {"met": met}))


def test_progress_is_full_only_when_all_is_done():
    assert [
        kit.percent_of(done, total) for done, total in [(0, 0), (0, 3), (199, 200), (200, 200), (5, 3)]
    ] == [
        0,
        0,
        99,
        100,
        100,
    ]
