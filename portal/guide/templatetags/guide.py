"""Tags for writing the parts of the guides: links between parts, links to the portal, pictures.

Each renders for the screen or, if the context says `on_paper`, for the PDF.
"""

from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from PIL import Image

from ..contents import GUIDES, absolute

register = template.Library()
PICTURES = Path(settings.BASE_DIR) / "static" / "guide"


@register.simple_tag(takes_context=True)
def see(context, slug: str, of: str = ""):
    """A link to another part, with its title as the text; `of` names another guide."""
    guide = GUIDES[of] if of else context["guide"]
    part = guide.part(slug)
    if part is None:
        raise template.TemplateSyntaxError(f"The guide {guide.slug} has no part {slug}.")
    if not context.get("on_paper"):
        return format_html('<a href="{}">{}</a>', with_origin(context, part.get_absolute_url()), part.title)
    if of and guide != context["guide"]:
        return format_html('<a href="{}">{}</a>', absolute(part.get_absolute_url()), part.title)
    return format_html('<a class="see" href="#{}">{}</a>', part.slug, part.title)


@register.simple_tag(takes_context=True)
def out(context, route: str, words: str):
    """A link to a public page of the portal."""
    path = reverse(route)
    return format_html('<a href="{}">{}</a>', absolute(path) if context.get("on_paper") else path, words)


@register.simple_tag(takes_context=True)
def link_to(context, part):
    """The address of `part`; it carries the page the reader came from."""
    return with_origin(context, part.get_absolute_url())


@register.simple_block_tag(takes_context=True)
def picture(context, content, name: str, *, alt: str):
    """A picture of the portal, from `static/guide`; `content` is its caption.

    `portal.guide.pictures` says how it is taken.
    """
    if not (PICTURES / f"{name}.png").exists():
        return ""  # not taken yet; a test lists what is missing
    width, height = _size(name)
    source = f"../guide/{name}.png" if context.get("on_paper") else static(f"guide/{name}.png")
    return format_html(
        '<figure class="shot{}"><img src="{}" alt="{}" width="{}" height="{}" loading="lazy">'
        "<figcaption>{}</figcaption></figure>",
        " shot--tall" if height > width else "",
        source,
        alt,
        width,
        height,
        content,
    )


def with_origin(context, url: str) -> str:
    came_from = context.get("came_from")
    return f"{url}?{urlencode({'from': came_from})}" if came_from else url


@cache
def _size(name: str) -> tuple[int, int]:
    with Image.open(PICTURES / f"{name}.png") as image:
        return image.size
