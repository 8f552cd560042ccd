"""Validators of typed text, for every room."""

from django.core.validators import RegexValidator

# A name with a line break could add lines to the headers of an e-mail or to a calendar.
one_line = RegexValidator(
    r"[\x00-\x1f\x7f\x85\u2028\u2029]", "Write this on one line, without line breaks.", inverse_match=True
)
