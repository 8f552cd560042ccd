"""What is on the blank forms of the welcome pack: the claim sheet and the batch header.

They replace the paper forms NQF 4 and NQF 5 (domain reference 5.5). A claim fills in the same templates.
"""

from django.urls import reverse

from .models import Centre

BLANK_LINES = 14  # of a claim sheet: one page


def heading_of(centre: Centre) -> dict:
    """The part at the top of both forms."""
    return {"centre_number": centre.number, "centre_name": centre.name, "centre_address": centre.address}


def blank_claim_sheet(centre: Centre) -> dict:
    return {**heading_of(centre), "lines": [], "blank_lines": range(BLANK_LINES)}


def blank_batch_header(centre: Centre) -> dict:
    return heading_of(centre)


def welcome_links() -> list[tuple[str, str]]:
    """(label, address) of other pages for a new centre: guides, fees list, key dates."""
    return [
        ("User guides, one for each role", reverse("guides")),
        ("Fees list", reverse("fees")),
        ("Key dates", reverse("key-dates")),
    ]
