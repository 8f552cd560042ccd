"""Candidates and groups."""

from datetime import date
from itertools import count

from candidates import actions
from candidates.models import Candidate, Group, NamedEntry
from centres import actions as centre_actions
from centres.models import EntryOrder
from portal.catalogue.models import Award

from . import accounts, catalogue, centres

numbers = count(1)


def candidate(at=None, *, password: str | None = None, **values) -> Candidate:
    """A candidate at a centre; with `password` they have signed in before."""
    number = f"{next(numbers) % 9999 + 1:04d}"
    at = at or centres.centre()
    values = {"number": number, "first_names": "Megan", "last_name": f"Evans {number}",
              "date_of_birth": date(2010, 3, 14), **values}  # fmt: skip
    made = actions.add_candidate(Candidate(centre=at, **values), by=accounts.adult())
    if password:
        made.user.set_password(password)
        made.user.save()
    return made


def group(at, *members: Candidate, **values) -> Group:
    made = Group.objects.create(centre=at, **{"name": f"Group {next(numbers)}", **values})
    made.candidates.set(members)
    return made


def named_order(at, award: Award | None = None, *members: Candidate) -> EntryOrder:
    """A draft order with `members` (one, if none are given) under a scheme code the centre may enter for."""
    award = award or catalogue.size()
    centres.may_enter(at, award)
    by = centres.person(at)
    order = actions.start_named_order(at, f"N-{next(numbers)}", by=by)
    actions.enter_candidates(order, award, members or [candidate(at)], by=by)
    return order


def named_entry(at=None, award: Award | None = None, member: Candidate | None = None) -> NamedEntry:
    """A processed entry of one candidate."""
    at = at or (member.centre if member else centres.centre())
    order = named_order(at, award, member or candidate(at))
    centre_actions.submit_order(order, by=order.created_by)
    centre_actions.process_order(order, by=accounts.staff())
    return NamedEntry.objects.for_lists().get(order_line__order=order)
