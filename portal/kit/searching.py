"""Names are found however they are typed: without accents, with any apostrophe, in any order, with a comma.

A model keeps its names in plain letters beside them: `plain_names = plain_names_of("first_names", "last_name")`, which
PostgreSQL fills. The lookup `holds` brings what is typed to the same letters: `plain_names__holds="Wiśniewska"`, in the
admin `search_fields = ["plain_names__holds"]`.
"""

import re
import unicodedata
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import F, Func, GeneratedField, Lookup, Q, TextField, Value
from django.db.models.functions import Concat

# Letters that do not come apart into a letter and an accent.
_ONE_LETTER = dict(zip("łŁøØđĐðÐıħĦ", "llooddddihh", strict=True))
_SEVERAL = {"ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "þ": "th", "Þ": "th"}
_LEFT_OUT = "'’‘ʼʻ‛′`´"  # marks inside a name: O’Neill is oneill
_QUOTED = _LEFT_OUT.replace("'", "''")
NOTHING = "\x01"  # is in no name: what is typed holds no letter
_MARKS = r"\u0300-\u036f"
_TABLE = str.maketrans({**_ONE_LETTER, **_SEVERAL, **dict.fromkeys(_LEFT_OUT, "")})


def plain(text: str) -> str:
    """`text` in small letters without accents and apostrophes, words apart by one space: "Smith-Jones" is two."""
    letters = unicodedata.normalize("NFKD", text.translate(_TABLE))
    letters = re.sub(f"[{_MARKS}]", "", letters).lower()
    return " ".join(re.sub(r"[^\w]|_", " ", letters).split())


def words(text: str) -> list[str]:
    """The plain words of what somebody typed to find a person: "Wiśniewska, Zofia" is wisniewska and zofia."""
    return plain(text).split()


def holding(name: str, typed: str) -> Q:
    """Rows whose column `name` of plain letters holds every word of `typed`; none where it has no letter."""
    return reduce(and_, (Q(**{f"{name}__holds": word}) for word in words(typed) or [NOTHING]))


class PlainText(TextField):
    """A column of plain letters."""


@PlainText.register_lookup
class Holds(Lookup):
    """Whether the column holds the plain letters of what is typed."""

    lookup_name = "holds"

    def get_prep_lookup(self):
        return f"%{plain(str(self.rhs)) or NOTHING}%"

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        value, more = self.process_rhs(compiler, connection)
        return f"{column} LIKE {value}", [*params, *more]


class Plain(Func):
    """The expression in plain letters, worked out by PostgreSQL as `plain` does it here."""

    output_field = PlainText()
    arity = 1

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:  # type: ignore[override]
        inner, params = compiler.compile(self.source_expressions[0])
        sql = f"translate({inner}, '{''.join(_ONE_LETTER) + _QUOTED}', '{''.join(_ONE_LETTER.values())}')"
        for letter, letters in _SEVERAL.items():
            sql = f"replace({sql}, '{letter}', '{letters}')"
        sql = f"lower(regexp_replace(normalize({sql}, NFKD), '[{_MARKS}]', '', 'g'))"
        return f"regexp_replace({sql}, '[^[:alnum:]]+', ' ', 'g')", params


def plain_names_of(*fields: str) -> GeneratedField:
    """The column of plain letters of `fields`, one after the other."""
    parts = [part for name in fields for part in (name, Value(" "))][:-1]
    names = Concat(*parts, output_field=TextField()) if len(parts) > 1 else F(fields[0])
    return GeneratedField(expression=Plain(names), output_field=PlainText(), db_persist=True)
