"""Find names however they are typed: without accents, with any apostrophe, in any order, with a comma.

A model also keeps its names in plain letters: `plain_names = plain_names_of("first_names", "last_name")`, which
PostgreSQL fills. The lookup `holds` converts what is typed to the same letters: `plain_names__holds="Wiśniewska"`, in
the admin `search_fields = ["plain_names__holds"]`.
"""

from functools import reduce
from operator import and_
from typing import Any

from django.db.models import F, Func, GeneratedField, Lookup, Q, TextField, Value
from django.db.models.functions import Concat

from .names import ACCENTS, LEFT_OUT, ONE_LETTER, SEVERAL_LETTERS, plain, words

# What separates words; a hyphen in a name stays in the column, so that MaryJane also finds Mary-Jane.
_APART = "[^[:alnum:]]*[^[:alnum:]-][^[:alnum:]]*"
_QUOTED = LEFT_OUT.replace("'", "''")
NOTHING = "\x01"  # in no name: for typed text without a letter


def holding(name: str, typed: str) -> Q:
    """Rows whose column `name` of plain letters contains every word of `typed`; none if it has no letter."""
    return reduce(and_, (Q(**{f"{name}__holds": word}) for word in words(typed) or [NOTHING]))


class PlainText(TextField):
    """A column of plain letters that keeps hyphens."""


@PlainText.register_lookup
class Holds(Lookup):
    """Whether the column contains the plain letters of what is typed."""

    lookup_name = "holds"

    def get_prep_lookup(self):
        return f"%{plain(str(self.rhs)) or NOTHING}%"

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        value, more = self.process_rhs(compiler, connection)
        either = f"translate({column}, '-', ' ') LIKE {value} OR translate({column}, '-', '') LIKE {value}"
        return f"({either})", [*params, *more, *params, *more]


class Plain(Func):
    """The expression in plain letters, computed by PostgreSQL in the same way as `names.plain`."""

    output_field = PlainText()
    arity = 1

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:  # type: ignore[override]
        inner, params = compiler.compile(self.source_expressions[0])
        sql = f"normalize(translate({inner}, '{_QUOTED}', ''), NFKD)"
        sql = f"translate({sql}, '{''.join(ONE_LETTER)}', '{''.join(ONE_LETTER.values())}')"
        for letter, letters in SEVERAL_LETTERS.items():
            sql = f"replace({sql}, '{letter}', '{letters}')"
        sql = f"lower(regexp_replace({sql}, '{ACCENTS}', '', 'g'))"
        return f"regexp_replace({sql}, '{_APART}', ' ', 'g')", params


def plain_names_of(*fields: str) -> GeneratedField:
    """The column of plain letters of `fields`, in this order."""
    parts = [part for name in fields for part in (name, Value(" "))][:-1]
    names = Concat(*parts, output_field=TextField()) if len(parts) > 1 else F(fields[0])
    return GeneratedField(expression=Plain(names), output_field=PlainText(), db_persist=True)
