"""What the answer to a request shows, wherever the lines of its template are broken."""


def flat(text: str) -> str:
    """`text` with single spaces, as a browser shows it."""
    return " ".join(text.split())


def html_of(answer) -> str:
    return flat(answer.content.decode())
