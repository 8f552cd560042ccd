"""Sizes and times in words: how large a file is, how long it plays, how long it takes to upload."""

LINES_BITS = [
    1_000_000,
    5_000_000,
    50_000_000,
]  # per second: a slow connection, a phone or home, a school or college


def filesize_uk(size_bytes: int | float | str | None) -> str:
    """`size_bytes` for people: 999 → "999 bytes", 1500 → "1.5 kB" (thousands, as shops and phones count)."""
    try:
        size = int(size_bytes or 0)
    except (TypeError, ValueError):
        return ""
    if abs(size) < 1000:
        return "1 byte" if size == 1 else f"{size} bytes"
    amount = float(size)
    for unit in ("kB", "MB", "GB", "TB"):
        amount /= 1000
        # 999.96 would be shown as 1000, so it moves to the next unit.
        if abs(amount) < 999.5 or unit == "TB":
            break
    digits = f"{amount:.1f}" if abs(amount) < 99.95 else f"{amount:.0f}"
    return f"{digits.removesuffix('.0')} {unit}"


def playing_time(milliseconds: int) -> str:
    """125,000 → "2:05 minutes"."""
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return f"{minutes}:{seconds:02} minutes"


def time_to_send(size_bytes: int, line_bits: int) -> str:
    """The shortest time, with nobody else on the connection: 20 MB at 5 Mbit/s → "32 seconds"."""
    return time_words(size_bytes * 8 / line_bits)


def time_words(seconds: float) -> str:
    """A time, rounded as people say it."""
    if seconds < 1:
        return "under 1 second"
    size, unit = (
        (1, "second") if round(seconds) < 60 else (60, "minute") if seconds < 7200 else (3600, "hour")
    )
    number = round(seconds / size)
    return f"{number} {unit}{'' if number == 1 else 's'}"


def times_to_send(size_bytes: int) -> str:
    """The time at common speeds: "3 minutes at 1 Mbit/s, 32 seconds at 5 Mbit/s, 3 seconds at 50 Mbit/s"."""
    return ", ".join(f"{time_to_send(size_bytes, line)} at {line // 1_000_000} Mbit/s" for line in LINES_BITS)
