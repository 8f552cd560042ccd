"""The workers' task for the guides: drawing their PDFs."""

from portal.kit.outbox import Lane, handles


@handles("draw-guide", lane=Lane.PRINT)
def draw_guide(number: int) -> None:
    """Draw one guide. Safe to run twice."""
    from . import pdf
    from .contents import GUIDES

    guide = next((guide for guide in GUIDES.values() if guide.number == number), None)
    if guide:
        pdf.draw_once(guide)
