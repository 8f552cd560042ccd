"""What a page may cost, by its kind."""

THIN, HOME, LIST, MARKING = "thin", "home", "list", "marking"
MS = {THIN: 8, HOME: 15, LIST: 25, MARKING: 40}  # CPU of Python and PostgreSQL together
QUERIES = 15
