"""The centre, who works there, its candidates in their groups, moderator and staff."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from django.utils import timezone

from bench.candidate_import import FIRST, LAST
from candidates import actions as candidate_actions
from candidates.actions.people import add_all
from candidates.models import Candidate, Group
from centres.models import Approval, Centre
from moderation.models import Allocation, Moderator
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.accounts.staff_group import load_staff_group
from portal.catalogue.models import Qualification
from portal.demo import PASSWORD
from portal.demo.setting_up import one_hash

from ..sizes import CENTRE, MODERATOR, OFFICER, STAFF, Size

IN_A_GROUP = 50
QUALIFICATIONS = ["IMEDIA-L1", "IMEDIA-L2", "IMEDIA-L3", "CT-DM-2016-L3"]


@dataclass
class World:
    """What builders hand on to each other; `candidates` in the order of their numbers."""

    size: Size
    chance: Random
    centre: Centre
    officer: User
    tutors: list[User]
    moderator: User
    staff: User
    candidates: list[Candidate]

    def tutor_of(self, place: int) -> User:
        """Who teaches the candidate at this place of the list."""
        return self.tutors[place % len(self.tutors)]


def build(size: Size) -> World:
    with one_hash():
        world = World(
            size=size,
            chance=Random(size.name),  # noqa: S311 - measured data
            centre=Centre.objects.create(number=CENTRE, name="Bench College", kind=Centre.Kind.COLLEGE),
            officer=_adult(OFFICER, "Olga Office"),
            tutors=[
                _adult(f"tutor{n}@centre.example", f"{FIRST[n]} Tutor") for n in range(1, size.tutors + 1)
            ],
            moderator=_adult(MODERATOR, "Mona Moderator"),
            staff=User.objects.create_superuser(STAFF, PASSWORD, name="Sandra Staff"),
            candidates=[],
        )
        load_staff_group()
        _roles(world)
        _candidates(world)
        _sign_in(world)
    _groups(world)
    return world


def _adult(email: str, name: str) -> User:
    return User.objects.create_user(email, PASSWORD, name=name, last_login=timezone.now())


def _roles(world: World) -> None:
    world.officer.memberships.create(centre=world.centre, role=Role.EXAMS_OFFICER)
    for tutor in world.tutors:
        tutor.memberships.create(centre=world.centre, role=Role.TUTOR)
    moderator = Moderator.objects.create(user=world.moderator)
    for qualification in Qualification.objects.filter(code__in=QUALIFICATIONS):
        Approval.objects.create(centre=world.centre, qualification=qualification)
        Allocation.objects.create(moderator=moderator, centre=world.centre, qualification=qualification)


def _candidates(world: World) -> None:
    """Names and birth dates repeat as they do at a college: some are likely duplicates."""
    pick = world.chance.choice
    rows = (
        Candidate(
            centre=world.centre,
            number=f"{number:04}",
            first_names=f"{pick(FIRST)} {pick(FIRST)}" if number % 3 else pick(FIRST),
            last_name=pick(LAST),
            date_of_birth=date(2007, 9, 1) + timedelta(days=world.chance.randrange(1000)),
            is_matched=True,  # there is no other centre
        )
        for number in range(1, world.size.candidates + 1)
    )
    for added in add_all(world.centre, rows, by=world.officer):
        world.candidates += added


def _sign_in(world: World) -> None:
    """Nine of ten have signed in and chosen a password."""
    users = User.objects.in_bulk([candidate.user_id for candidate in world.candidates])
    now = timezone.now()
    for place, candidate in enumerate(world.candidates):
        candidate.user = users[candidate.user_id]
        if place % 10 != 9:
            candidate.user.set_password(PASSWORD)
            candidate.user.last_login = now - timedelta(hours=world.chance.randrange(2000))
    User.objects.bulk_update(users.values(), ["password", "last_login"], batch_size=500)


def _groups(world: World) -> None:
    """Fifty in a group; one in fifty is in none."""
    count = max(1, world.size.candidates // IN_A_GROUP)
    for number in range(count):
        name = f"{12 + number % 2}{chr(65 + number % 26)} {number + 1}"
        group = candidate_actions.save_group(Group(centre=world.centre, name=name), by=world.officer)
        members = [c for place, c in enumerate(world.candidates) if place % count == number and place % 50]
        candidate_actions.set_members(group, members, by=world.officer)
