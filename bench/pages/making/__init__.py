"""Builds the centre of one size.

Where the portal's own verbs write many rows at once they are used, so that claims, ledger and certificates are as
they come to be in real life. Work, evidence and judgements are written in bulk in the state in which they shall be;
only while that is done are the triggers of moves and frozen rows passed over, in this private database alone. Keys,
constraints and all other triggers hold throughout. The seed is fixed: the same size is built the same each time,
but for certificate numbers and the like.
"""

from django.db import transaction

from ..sizes import Size
from . import claims, entries, people, settling, work


@transaction.atomic
def build(size: Size) -> None:
    world = people.build(size)
    entries.build(world)
    work.build(world)
    claims.build(world)
    settling.settle()
