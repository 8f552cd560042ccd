"""The home page of each role: what there is to do, each a count that links to its list."""

from django.shortcuts import redirect, render

from portal.navigation import current_centre, has_home
from portal.noticeboard.rules import news_for

from .body import moderator_panel, staff_panel
from .centre import centre_panels
from .panel import count


def home(request):
    """What the signed-in person has to do; the public first page for everybody else."""
    user = request.user
    if not user.is_authenticated:
        return render(request, "portal/first_page.html", {"news": news_for(user)})
    centre = current_centre(request)
    panels = centre_panels(user, centre) if centre else []
    if hasattr(user, "moderator"):
        panels.append(moderator_panel(user))
    if user.is_staff:
        panels.append(staff_panel())
    if not has_home(user, centre):
        return redirect("my-work")
    count(panels)
    context = {
        "panels": panels,
        "tiles": [tile for panel in panels for tile in panel.tiles],
        "is_quiet": bool(panels) and all(panel.is_quiet for panel in panels),
        "news": news_for(user),
    }
    return render(request, "portal/home.html", context)
