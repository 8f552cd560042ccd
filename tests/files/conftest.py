"""The people who ask for stored files."""

import pytest
from django.test import Client


@pytest.fixture
def sign_in():
    def signed_in(user) -> Client:
        client = Client()
        client.force_login(user, backend="portal.accounts.backends.ByName")
        return client

    return signed_in
