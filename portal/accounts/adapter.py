"""How django-allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        """Nobody signs up by themselves: adults are invited, candidates get a code."""
        return False

    def add_message(self, *args, **kwargs) -> None:
        """The pages themselves say what happened; allauth's own notices would say it twice."""
