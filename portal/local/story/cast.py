"""The people in the story, what they bring, and what they have learnt so far."""

from dataclasses import dataclass, field
from pathlib import Path

from .checking import Employer, Moderator
from .learning import Candidate, Tutor
from .people import ExamsOfficer, Person, Staff

MEDIA = Path(__file__).resolve().parents[2] / "demo" / "media"
FIRST_USER = ("Patricia Lomax", "patricia@awarding-body.example")
LEVEL = "Level 2 iMedia"
GROUP = "12A iMedia"
AWARD = "OCR Level 2 Certificate for iMedia Users (iMedia)"
PRE_PRODUCTION, GRAPHICS, SOUND = "IM201", "IM202", "IM205"
TITLES = {
    PRE_PRODUCTION: "Pre-production skills",
    GRAPHICS: "Digital graphics editing",
    SOUND: "Digital sound editing",
}
MEGAN, OWEN = "Megan Siân Evans-Davies", "Owen Pritchard"
HEADINGS = "Candidate number,First names,Last name,Known as,Date of birth,Group\n"
FAULTY = HEADINGS + "1,Megan Siân,Evans-Davies,,14/03/2010,\n1,Owen,Pritchard,,31/02/2010,\n"
RIGHT = HEADINGS + "1,Megan Siân,Evans-Davies,,14/03/2010,\n2,Owen,Pritchard,,02/11/2009,\n"
PLAN = ("plan.txt", b"My plan\n\nPurpose, audience, ideas and sources of a poster for the skate park.\n")
REVIEW = ("review.txt", b"Tests and review\n\nTwo people told me what they think; I changed the date.\n")
EVERYTHING = tuple(
    f"{objective}.{place}"
    for objective, count in ((1, 4), (2, 4), (3, 4), (4, 3))
    for place in range(1, count + 1)
)  # the references of all criteria of a Level 2 sheet


class Cast:
    """Eight people, and what has happened to them so far."""

    def __init__(self, url: str, mail: Path):
        self.head = Person("The head of a new centre", url, mail, "head@harbour.example")
        self.staff = Staff(FIRST_USER[0], url, mail, FIRST_USER[1])
        self.officer = ExamsOfficer("Joanne Whitaker", url, mail, "joanne@harbour.example")
        self.tutor = Tutor("Tomasz Lewandowski", url, mail, "tomasz@harbour.example")
        self.megan = Candidate(MEGAN, url, mail, number="0001")
        self.owen = Candidate(OWEN, url, mail, number="0002")
        self.moderator = Moderator("Ruth Abernethy", url, mail, "ruth@moderators.example")
        self.employer = Employer("An employer", url, mail)
        self.claim_url = ""
        self.papers: dict[str, Paper] = {}  # by certificate number


@dataclass
class Paper:
    """One certificate: whose it is, what it is for, the PDF, and how it was checked."""

    number: str
    holder: str
    what: str
    pdf: bytes
    checked: list[str] = field(default_factory=list)
