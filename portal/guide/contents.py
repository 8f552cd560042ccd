"""What the guides contain: their parts in order. The text of a part is in `templates/guide/<role>/<part>.html`."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse


@dataclass(frozen=True)
class Part:
    """One short page. `slug` gives its address and the name of its template."""

    guide: str
    slug: str
    title: str

    @property
    def template(self) -> str:
        return f"guide/{self.guide}/{self.slug}.html"

    def get_absolute_url(self) -> str:
        return reverse("guide-part", args=[self.guide, self.slug])


@dataclass(frozen=True)
class Guide:
    """The guide for one role. `words` say who it is for; the parts follow the order of the work."""

    slug: str
    role: str
    words: str
    parts: tuple[Part, ...]

    @property
    def title(self) -> str:
        return f"{self.role} guide"

    @property
    def quick(self) -> str:
        """Template of the quick guide: the whole guide in ten lines."""
        return f"guide/{self.slug}/quick.html"

    @property
    def number(self) -> int:
        """Its place among the guides, from 1: the outbox identifies it by this number."""
        return list(GUIDES).index(self.slug) + 1

    pk = number

    def part(self, slug: str) -> Part | None:
        return next((part for part in self.parts if part.slug == slug), None)

    def get_absolute_url(self) -> str:
        return reverse("guide", args=[self.slug])

    @property
    def pdf_url(self) -> str:
        return reverse("guide-pdf", args=[self.slug])


def _guide(slug: str, role: str, words: str, **parts: str) -> Guide:
    """`parts`: slug with underscores = title."""
    found = ((name.replace("_", "-"), title) for name, title in parts.items())
    return Guide(slug, role, words, tuple(Part(slug, name, title) for name, title in found))


CANDIDATE, TUTOR, EXAMS_OFFICER, MODERATOR = "candidate", "tutor", "exams-officer", "moderator"

# The candidate's parts follow the order of the printed guide of 2007 (domain reference 6).
_ALL = [
    _guide(
        CANDIDATE,
        "Candidate",
        "You do the work, upload it and hand it in.",
        signing_in="Signing in",
        getting_started="Getting started",
        your_units="Your units",
        planning="Your plan and your review",
        uploading="Uploading your work",
        upload_times="How long an upload takes",
        workspace="Your workspace",
        changing_files="Changing and tagging your files",
        checking="Checking your evidence",
        handing_in="Handing in",
        messages="Messages to your tutor",
        returned="When your work is returned",
        certificates="Your certificates",
        file_types="File types you can use",
        smaller_files="Making files smaller",
        support="Getting help",
    ),
    _guide(
        TUTOR,
        "Tutor",
        "You assign units, support candidates, mark on the e-checklist and build claims.",
        signing_in="Signing in and finding your way",
        second_step="Two-step verification",
        groups_and_slips="Groups and sign-in slips",
        assigning="Assigning a unit",
        progress="Following progress",
        uploading_for_a_candidate="Uploading for a candidate",
        uploading_for_a_group="Uploading for a group",
        helping="Plans, reviews and messages",
        marking="Marking on the e-checklist",
        returning="Returning work",
        achieved="Recording a unit as achieved",
        standardising="Standardising within the centre",
        claim="Building a claim",
    ),
    _guide(
        EXAMS_OFFICER,
        "Exams officer",
        "You look after approval, people, candidates, entries, claims and certificates. "
        "Also for heads of centre.",
        signing_in="Signing in and finding your way",
        second_step="Two-step verification",
        apply="Applying for approval",
        people="People and roles",
        leaving="When somebody leaves",
        candidates="Adding candidates one by one",
        candidate_files="Adding candidates from a file",
        groups_and_slips="Groups and sign-in slips",
        ordering="Ordering entries",
        account="Statement of account",
        named_entries="Named entries",
        claims="Claims",
        certificates="Certificates",
        messages="Messages, news and key dates",
    ),
    _guide(
        MODERATOR,
        "Moderator",
        "You review a sample of claimed work and decide whether you agree with the centre.",
        signing_in="Signing in and finding your way",
        second_step="Two-step verification",
        your_claims="Your claims and centres",
        sample="The sample",
        reviewing="Reviewing work and deciding",
        concluding="Concluding a claim",
    ),
]
GUIDES: dict[str, Guide] = {guide.slug: guide for guide in _ALL}


def absolute(path: str) -> str:
    """The full address of `path`, as it is printed on paper and in PDFs."""
    return settings.SITE_URL + path
