"""What happened, in words: audit lines keep a verb, such as "hand in", and pages say "Handed in"."""

_IRREGULAR = {
    "begin": "began", "give": "gave", "hold": "held", "keep": "kept", "put": "put", "reset": "reset",
    "send": "sent", "set": "set", "take": "took", "tell": "told", "undo": "undid", "withdraw": "withdrew",
    "write": "wrote",
}  # fmt: skip
_DOUBLED = ("bar", "submit", "tag", "transfer")
_WHOLE = {
    "certificates ready": "Certificates became ready",
    "allocation has effect again": "Allocation took effect again",
    "low balance": "Balance became low",
    "say different people": "Said to be different people",
    "separate": "Kept apart",
}


def past(verb: str) -> str:
    """A verb of the audit trail as what was done: "send_back" is "Sent back"."""
    verb = verb.replace("_", " ").strip()
    if verb in _WHOLE:
        return _WHOLE[verb]
    first, *rest = verb.split(" ")
    return " ".join([_past_of(first), *rest]).capitalize()


def _past_of(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _DOUBLED:
        return f"{word}{word[-1]}ed"
    if word.endswith("e"):
        return f"{word}d"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ied"
    return f"{word}ed"
