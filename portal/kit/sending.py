"""How long a file takes to send at the speeds that people have."""

LINES_BITS = [1_000_000, 5_000_000, 50_000_000]  # a second: a slow line, a phone or home, a school or college


def time_to_send(size_bytes: int, line_bits: int) -> str:
    """At best, with nobody else on the line: 20 MB at 5 Mbit/s → "32 seconds"."""
    return time_words(size_bytes * 8 / line_bits)


def time_words(seconds: float) -> str:
    """Rounded as people say it."""
    if seconds < 1:
        return "under 1 second"
    size, unit = (
        (1, "second") if round(seconds) < 60 else (60, "minute") if seconds < 7200 else (3600, "hour")
    )
    number = round(seconds / size)
    return f"{number} {unit}{'' if number == 1 else 's'}"


def times_to_send(size_bytes: int) -> str:
    """For the common speeds: "3 minutes at 1 Mbit/s, 32 seconds at 5 Mbit/s, 3 seconds at 50 Mbit/s"."""
    return ", ".join(f"{time_to_send(size_bytes, line)} at {line // 1_000_000} Mbit/s" for line in LINES_BITS)
