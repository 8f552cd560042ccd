"""One centre with a tutor and a candidate, who has one unit with four criteria."""

from dataclasses import dataclass

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from centres.models import Centre
from portal.accounts.models import User
from portal.accounts.roles import Role
from portfolios import rules
from portfolios.models import Assignment
from tests.factories import candidates, centres, portfolios


@dataclass
class World:
    centre: Centre
    tutor: User
    exams_officer: User
    work: Assignment

    @property
    def candidate(self) -> User:
        return self.work.candidate.user

    @property
    def criteria(self) -> list:
        return rules.criteria_of(self.work)


@pytest.fixture
def world(db) -> World:
    centre = centres.centre(name="Riverside School")
    tutor = centres.person(centre, Role.TUTOR, name="Tomos Tutor")
    candidate = candidates.candidate(centre, first_names="Megan", last_name="Evans")
    return World(centre, tutor, centres.person(centre), portfolios.assignment(candidate))


@pytest.fixture
def sign_in():
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="portal.accounts.backends.ByName")
        return client

    return signed_in


@pytest.fixture
def count_queries():
    def counted(client: Client, url: str) -> int:
        client.get(url)  # once before, to fill the caches of the process
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    return counted


@pytest.fixture
def messages_of():
    """Every message shown on the page that a response leads to."""

    def found(response) -> list[str]:
        return [str(message) for message in response.context["messages"]]

    return found
