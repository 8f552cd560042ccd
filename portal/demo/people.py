"""The people of the demo: three centres at different stages, one that applies to join, and the awarding body."""

from dataclasses import dataclass, field

from centres.models import Centre
from portal.accounts.models import User
from portal.accounts.roles import Role


@dataclass(frozen=True)
class Adult:
    """Somebody who signs in by e-mail."""

    name: str
    email: str

    @property
    def user(self) -> User:
        return User.objects.get(email=self.email)


@dataclass(frozen=True)
class DemoCentre:
    """A centre as it is when it applies. `candidates` is CSV, as the portal imports it."""

    number: str
    name: str
    kind: Centre.Kind
    address: str
    levels: list[int]
    head: Adult
    exams_officer: Adult
    tutors: list[Adult] = field(default_factory=list)
    staffing: str = ""
    equipment: str = ""
    candidates: str = ""

    @property
    def row(self) -> Centre:
        return Centre.objects.get(number=self.number)

    @property
    def coordinator(self) -> Adult:
        """Who leads the teaching."""
        return self.tutors[0] if self.tutors else self.head

    @property
    def staff(self) -> list[tuple[Adult, Role]]:
        """The people the exams officer adds."""
        return [(self.head, Role.HEAD_OF_CENTRE), *((tutor, Role.TUTOR) for tutor in self.tutors)]


PATRICIA = Adult("Patricia Lomax", "patricia.lomax@awarding-body.example")  # may do everything in the admin
KWAME = Adult("Kwame Boateng", "kwame.boateng@awarding-body.example")  # ordinary staff
RUTH = Adult("Ruth Abernethy", "ruth.abernethy@moderators.example")
SANJAY = Adult("Sanjay Mistry", "sanjay.mistry@moderators.example")

JOANNE = Adult("Joanne Whitaker", "joanne.whitaker@harbour.example")
TOMASZ = Adult("Tomasz Lewandowski", "tomasz.lewandowski@harbour.example")
ANJALI = Adult("Anjali Deshmukh", "anjali.deshmukh@harbour.example")
LOWRI = Adult("Lowri Hopkins", "lowri.hopkins@cwmtawe.example")

HEADINGS = "candidate number,first names,last name,known as,date of birth,group\n"

FIRST_L2, SECOND_L2, LEVEL_3 = "12A iMedia", "12B iMedia", "13 iMedia Level 3"

HARBOUR = DemoCentre(
    number="10101",
    name="Harbour Sixth Form College",
    kind=Centre.Kind.COLLEGE,
    address="Quay Street\nWestport\nWP1 4HB",
    levels=[2, 3],
    head=Adult("Dr Margaret Ellison", "margaret.ellison@harbour.example"),
    exams_officer=JOANNE,
    tutors=[TOMASZ, ANJALI],
    staffing="Two media teachers with nine and four years of vocational coursework. The head of department "
    "leads our internal standardisation.",
    equipment="Two rooms of 24 computers with image, sound and video software; six cameras; 200 Mbit/s.",
    candidates=HEADINGS
    + f"""\
0101,Aisha,Rahman,,17/11/2009,{FIRST_L2}
0102,Owen Rhys,Pritchard,,03/02/2010,{FIRST_L2}
0103,Zofia,Wiśniewska,,22/09/2009,{FIRST_L2}
0104,Ciarán,O’Connor,,30/05/2010,{FIRST_L2}
0105,Grace Oluwaseun,Adeyemi,Grace,14/12/2009,{FIRST_L2}
0106,Daniel,Whitfield,Danny,08/07/2010,{FIRST_L2}
0107,Priya,Nair,,26/01/2010,{FIRST_L2}
0108,Jack,Thornton,,11/10/2009,{FIRST_L2}
0109,Mateusz,Zieliński,,19/04/2010,{SECOND_L2}
0110,Niamh,Gallagher,,02/09/2009,{SECOND_L2}
0111,Harpreet Kaur,Sandhu,,25/03/2010,{SECOND_L2}
0112,Ellis,Carrington-Moore,,06/06/2010,{SECOND_L2}
0113,Yasmin,Hussain,,29/11/2009,{SECOND_L2}
0114,Tomos,Rhydderch,,12/08/2010,{SECOND_L2}
0115,Amelia Rose,Barnes,Millie,15/02/2010,{SECOND_L2}
0116,Imran,Chaudhry,,21/12/2009,{SECOND_L2}
0117,Łucja,Kowalczyk,,07/10/2008,{LEVEL_3}
0118,Oisín,Brennan,,18/05/2009,{LEVEL_3}
0119,Meera,Krishnamurthy,,01/03/2009,{LEVEL_3}
0120,Charlotte,Ashdown,Charlie,23/07/2009,{LEVEL_3}
0121,Dafydd Wyn,Morgan,,09/01/2009,{LEVEL_3}
0122,Chidera,Okonkwo,,13/11/2008,{LEVEL_3}
""",
)

LEVEL_1_GROUP, LEVEL_2_GROUP = "Blwyddyn 10", "Blwyddyn 11"

CWM_TAWE = DemoCentre(
    number="68123",
    name="Ysgol Gymraeg Cwm Tawe",
    kind=Centre.Kind.SCHOOL,
    address="Heol yr Orsaf\nPontardawe\nAbertawe SA8 4QQ",
    levels=[1, 2],
    head=Adult("Meirion Prosser", "meirion.prosser@cwmtawe.example"),
    exams_officer=Adult("Eleri Gwynne", "eleri.gwynne@cwmtawe.example"),
    tutors=[LOWRI],
    staffing="One teacher of media and one of art, who standardise each other's marking.",
    equipment="One room of 20 computers; tablets for every pupil from Year 10; fibre.",
    candidates=HEADINGS
    + f"""\
1,Siân Haf,Llywelyn,,14/02/2012,{LEVEL_1_GROUP}
2,Llŷr,Bowen,,03/10/2011,{LEVEL_1_GROUP}
3,Mabli,Jenkins,,27/05/2012,{LEVEL_1_GROUP}
4,Osian Tudur,Rees,,19/01/2012,{LEVEL_1_GROUP}
5,Gwenllian Môn,Ellis,Gwen,08/08/2012,{LEVEL_1_GROUP}
6,Macsen,Howells,,22/11/2010,{LEVEL_2_GROUP}
7,Cerys Angharad,Bevan,,30/04/2011,{LEVEL_2_GROUP}
8,Steffan Gwilym,Rowlands,,16/09/2010,{LEVEL_2_GROUP}
9,Efa,Parri,,05/12/2010,{LEVEL_2_GROUP}
10,Taliesin,Dafis,Tali,11/07/2011,{LEVEL_2_GROUP}
11,Heledd,Môn-Jones,,24/03/2011,{LEVEL_2_GROUP}
12,Iolo,Gŵyn,,01/06/2011,{LEVEL_2_GROUP}
""",
)

# What the same file looked like the first time: a number twice, an impossible date, a missing name.
CWM_TAWE_FIRST_TRY = (
    HEADINGS + "1,Siân Haf,Llywelyn,,14/02/2012,\n1,Llŷr,Bowen,,31/02/2012,\n3,,Jenkins,,27/05/2012,\n"
)

NORTHFIELD = DemoCentre(
    number="31877",
    name="Northfield Training",
    kind=Centre.Kind.PROVIDER,
    address="Unit 6, Foundry Park\nNorthfield\nNF8 2TR",
    levels=[2],
    head=Adult("Alison Craddock", "alison.craddock@northfield.example"),
    exams_officer=Adult("Declan Murphy", "declan.murphy@northfield.example"),
    tutors=[Adult("Sandra Okafor", "sandra.okafor@northfield.example")],
    staffing="One trainer, who taught digital media at a further education college until last year.",
    equipment="Twelve laptops, two cameras and a sound booth; 80 Mbit/s.",
    candidates=HEADINGS
    + """\
0001,Kacper,Nowak,,12/03/2008,Autumn intake
0002,Sinéad,Doyle,,28/10/2007,Autumn intake
0003,Ravi,Patel,,09/06/2008,Autumn intake
0004,Leah Jane,Beckett,,17/01/2008,Autumn intake
0005,Samuel,Osei,Sam,02/12/2007,Autumn intake
0006,Róisín,Kavanagh,,20/08/2008,Autumn intake
""",
)

SALTMARSH = DemoCentre(
    number="",
    name="Saltmarsh Community Academy",
    kind=Centre.Kind.SCHOOL,
    address="Dyke Road\nSaltmarsh\nSM3 9DR",
    levels=[1, 2],
    head=Adult("Graham Tully", "graham.tully@saltmarsh.example"),
    exams_officer=Adult("Helen Brightwell", "helen.brightwell@saltmarsh.example"),
    staffing="Two teachers of computing. Neither has marked coursework by e-checklist before; both have booked "
    "a training day.",
    equipment="Three rooms of 30 computers; no video cameras yet, eight are on order.",
)

CENTRES = [HARBOUR, CWM_TAWE, NORTHFIELD]
