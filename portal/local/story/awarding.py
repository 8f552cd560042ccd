"""Act 5: certificates are printed, downloaded, checked by anybody, and reissued."""

from .browser import need
from .cast import AWARD, MEGAN, OWEN, TITLES, Cast, Paper
from .papers import code_on, unpacked, words_of
from .people import NUMBER
from .telling import step, wait_for

VALID, REPLACED, UNKNOWN = (
    "This certificate is valid",
    "This certificate was replaced",
    "No matching certificate found",
)


def printing(cast: Cast) -> None:
    with step("Workers", "issue and print four unit certificates and an award"):
        wait_for(lambda: _are_printed(cast, 5), "The prints")
    with step("The exams officer", "downloads them as a zip; text and QR code of each are right"):
        files = unpacked(cast.officer.open(cast.officer.at("certificates.zip")).content)
        for number, (holder, what) in cast.officer.certificates().items():
            (pdf,) = [content for name, content in files.items() if number in name]
            _read(cast, number, MEGAN if "Megan" in holder else OWEN, what, pdf)
        need(len(cast.papers) == len(files) == 5, f"The zip contains {sorted(files)}")
        (award,) = [paper for paper in cast.papers.values() if paper.what == AWARD]
        one = cast.officer.open(f"/certificates/{award.number}.pdf").content
        need(one == award.pdf, "The award downloaded by itself differs from the one in the zip")
    with step("The candidate", "downloads her own four; she cannot see another candidate’s"):
        page = cast.megan.open("/my/certificates/")
        own = [paper for paper in cast.papers.values() if paper.holder == MEGAN]
        need(
            set(NUMBER.findall(page.words)) == {paper.number for paper in own}, "They are not exactly her own"
        )
        for paper in own:
            content = cast.megan.open(f"/certificates/{paper.number}.pdf").content
            need(content == paper.pdf, f"The PDF of {paper.number} differs between her and the centre")
            paper.checked.append("downloaded by its holder")
        cast.megan.open(f"/certificates/{_of_owen(cast).number}.pdf", expect=404)


def _are_printed(cast: Cast, count: int) -> bool:
    return cast.officer.open(cast.officer.at("certificates/")).shows(f"Download {count} as a zip")


def _read(cast: Cast, number: str, holder: str, what: str, pdf: bytes) -> Paper:
    """Name, unit and number are right in the text; the code leads to the page of this certificate."""
    words, code = words_of(pdf), code_on(pdf)
    what = AWARD if what.startswith(AWARD) else what  # its size comes after its title
    need(what == AWARD or what in TITLES.values(), f"{number} is for something unknown: {what}")
    for expected in (holder, what, number, f"Centre {cast.officer.centre}", "Harbour Sixth Form College"):
        need(expected in words, f"Certificate {number} does not say “{expected}”: {words}")
    need(f"/check/{number}/" in code, f"The code of {number} says {code}")
    cast.papers[number] = Paper(number, holder, what, pdf, ["text", "QR code"])
    return cast.papers[number]


def _of_owen(cast: Cast) -> Paper:
    return next(paper for paper in cast.papers.values() if paper.holder == OWEN)


def checks(cast: Cast) -> None:
    with step("An employer", "checks each by number and last name, and by its QR code"):
        for paper in cast.papers.values():
            _check(cast, paper, VALID)
    with step("An employer", "tries a wrong name and a wrong number: no match"):
        number = _of_owen(cast).number
        cast.employer.check(number, "Evans-Davies").needs(UNKNOWN)
        cast.employer.check("2222-2222-2222", "Pritchard").needs(UNKNOWN)


def _check(cast: Cast, paper: Paper, answer: str) -> None:
    cast.employer.check(paper.number, paper.holder.split()[-1]).needs(answer, paper.number)
    cast.employer.scan(code_on(paper.pdf)).needs(answer, paper.number)
    paper.checked.append("valid by name and by code" if answer == VALID else "then shown as replaced")


def reissue(cast: Cast) -> None:
    with step("Staff", "reissue one that was lost; the old one shows as replaced, the new one is valid"):
        lost = _of_owen(cast)
        cast.staff.act(
            "awards/certificate", lost.number, "reissue", says="1 reissued", reason="Lost in the post."
        )
        wait_for(lambda: _are_printed(cast, 5), "The reissued certificate")
        (number,) = set(cast.officer.certificates()) - set(cast.papers)
        pdf = cast.officer.open(f"/certificates/{number}.pdf").content
        new = _read(cast, number, lost.holder, lost.what, pdf)
        _check(cast, lost, REPLACED)
        _check(cast, new, VALID)


def balance(cast: Cast) -> None:
    with step("The exams officer", "reads the e-mail about the claim and the account: it balances"):
        cast.officer.letter("moderation concluded")
        cast.officer.letter("certificates are ready")
        balances = cast.officer.balances()
        need(balances == [3, 0, 4], f"The account has {balances} instead of 3 available, 0 reserved, 4 used")
        sums = cast.officer.sums_of_the_ledger()
        need(sums == balances, f"The ledger's lines add up to {sums}, but the account has {balances}")


def report(cast: Cast) -> None:
    print("\nCertificates, and how each was checked:")
    for paper in cast.papers.values():
        print(f"  {paper.number}  {paper.holder}: {paper.what}\n{'':18}{', '.join(paper.checked)}")
