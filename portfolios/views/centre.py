"""What centre staff see of all candidates' work: what to mark, who has which unit, and assigning units."""

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from centres.access import may, open_centre
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.catalogue.models import Unit
from portal.kit.paging import paginate
from portal.kit.stateful import TransitionRefused

from .. import actions, rules
from ..filters import TABS, GroupFilter, WorkFilter
from ..forms import AssignForm
from ..models import Assignment
from ..refusals import show_refusals


@signed_in
def to_mark(request, number):
    """All work at the centre, work to mark first."""
    centre = open_centre(request, number, needs=Permission.SEE_WORK)
    work = Assignment.objects.visible_to(request.user).at(centre)
    tab = request.GET.get("show", "waiting")
    tab = tab if tab in TABS else "waiting"
    chosen = work.filter(state__in=TABS[tab][1]).order_by("handed_in_at", "due_on", "pk")
    counts = work.counted()
    units = Unit.objects.filter(pk__in={unit for _, unit in counts})
    tabs = _tabs(counts, tab)
    found = WorkFilter(request.GET, chosen, request=request, centre=centre, states=TABS[tab][1], units=units)
    page = paginate(
        request,
        found.qs.values_list("pk", flat=True),
        dress=lambda keys: Assignment.objects.filter(pk__in=keys).for_lists().with_messages(request.user),
        count=None if found.form.in_use else next(each["count"] for each in tabs if each["current"]),
    )
    show_refusals(page.object_list)
    today = timezone.localdate()
    context = {
        "centre": centre,
        "tabs": tabs,
        "tab": tab,
        "filter": found,
        "page": page,
        "rows": [(row, rules.came_late(row, today)) for row in page],
        "may_mark": may(request.user, Permission.MARK_WORK, at=centre),
        "may_assign": may(request.user, Permission.ASSIGN_WORK, at=centre),
        "may_upload": may(request.user, Permission.UPLOAD_FOR_CANDIDATE, at=centre),
    }
    return render(request, "portfolios/to_mark.html", context)


def _tabs(counts: dict[tuple[str, int], int], current: str) -> list[dict]:
    return [
        {
            "key": key,
            "label": label,
            "count": sum(count for (state, _), count in counts.items() if state in states),
            "current": key == current,
        }
        for key, (label, states) in TABS.items()
    ]


@signed_in
@require_http_methods(["GET", "POST"])
def assign_unit(request, number):
    """Choose a unit (`?unit=IM201`), then who gets it; nothing changes for those who have it already."""
    centre = open_centre(request, number, needs=Permission.ASSIGN_WORK)
    units = rules.units_to_assign(centre)
    unit = units.filter(code=request.GET.get("unit", "")).first()
    form = None
    if unit:
        initial = {"candidates": request.GET.get("candidate", "")}
        posted = request.POST if request.method == "POST" else None
        form = AssignForm(posted, centre=centre, unit=unit, initial=initial)
        if form.is_valid() and _assign(request, form):
            return redirect(f"{reverse('to-mark', args=[centre.number])}?show=working&unit={unit.pk}")
    have_it = Assignment.objects.at(centre).filter(unit=unit).select_related("candidate") if unit else []
    context = {
        "centre": centre,
        "units": units,
        "unit": unit,
        "qualifications": [unit.qualification] if unit else [],
        "form": form,
        "have_it": paginate(request, have_it, 50) if unit else None,
        "breadcrumbs": [
            ("Candidates’ work", reverse("to-mark", args=[centre.number])),
            ("Assign a unit", None),
        ],
    }
    return render(request, "portfolios/assign_unit.html", context)


def _assign(request, form: AssignForm) -> bool:
    chosen = form.chosen()
    try:
        new = actions.assign(form.unit, chosen, due_on=form.cleaned_data["due_on"], by=request.user)
    except TransitionRefused as refusal:
        form.add_error(None, refusal.for_people())
        return False
    had_it = len(chosen) - len(new)
    if not new:
        messages.info(request, f"Everybody you chose already has {form.unit}. Nothing was changed.")
        return True
    words = f"{form.unit} was assigned to {len(new)} candidate{'' if len(new) == 1 else 's'}."
    if had_it:
        words += f" {had_it} already had it. Nothing changed for them."
    messages.success(request, words)
    return True


@signed_in
def progress(request, number):
    """Candidates against units: the progress of everybody."""
    centre = open_centre(request, number, needs=Permission.SEE_WORK)
    form = GroupFilter(request.GET, centre=centre)
    group = form.chosen()
    candidates = centre.candidates.filter(Exists(Assignment.objects.filter(candidate=OuterRef("pk"))))
    page = paginate(request, candidates.filter(groups=group) if group else candidates)
    units, rows = rules.grid(page.object_list, Assignment.objects.visible_to(request.user).at(centre))
    context = {
        "centre": centre,
        "page": page,
        "units": units,
        "rows": rows,
        "form": form,
        "has_groups": centre.groups.exists(),
        "legend": Assignment.SHORT.items(),
        "breadcrumbs": [
            ("Candidates’ work", reverse("to-mark", args=[centre.number])),
            ("Progress", None),
        ],
    }
    return render(request, "portfolios/progress.html", context)
