"""How many rows several lists have, in one query: a home page shows a dozen counts."""

from collections.abc import Sequence

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def count_each(lists: Sequence[QuerySet]) -> list[int]:
    """The number of rows of each queryset, in their order."""
    counts, asked = [0] * len(lists), []
    values: list = []
    for place, rows in enumerate(lists):
        try:
            sql, params = rows.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:  # the queryset can have no rows, so there is nothing to ask
            continue
        asked.append((place, f"(SELECT count(*) FROM ({sql}) AS counted)"))  # noqa: S608, the SQL is Django's, without values
        values += params
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(sql for _, sql in asked)}", values)
            for (place, _), count in zip(asked, cursor.fetchone(), strict=True):
                counts[place] = count
    return counts
