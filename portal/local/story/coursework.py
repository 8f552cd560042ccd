"""Act 3: the candidate works, the tutor helps one who cannot, and marks."""

from .cast import EVERYTHING, GRAPHICS, MEDIA, OWEN, PLAN, PRE_PRODUCTION, REVIEW, SOUND, TITLES, Cast
from .learning import address_of
from .telling import step

OWN_WORK, SIGNED_STATEMENT = "This is my own work", "The candidate has signed a statement"
ADVICE = "Ask somebody in the audience and write down what they say."


def candidate_works(cast: Cast) -> None:
    megan = cast.megan
    with step("The candidate", "signs in with the code from the slip and chooses a password"):
        megan.sign_in_with_code()
        megan.sign_in_again()
    with step("The candidate", "uploads, tags, sees what is missing, tags the rest and hands in"):
        work = megan.work(TITLES[PRE_PRODUCTION])
        megan.upload(work, PLAN, title="Plan", criteria=EVERYTHING[:8])
        megan.upload(megan.open(work.url), REVIEW, title="Review")
        missing = megan.open(f"{address_of(work)}hand-in/")
        missing.needs("7 required criteria have nothing tagged", "Tag Review")
        missing.follow("Tag Review").form(with_field="criteria").choose(*EVERYTHING[8:]).press()
        megan.hand_in(work, statement=OWN_WORK)
    with step("The candidate", "does two more units, with video and audio"):
        for unit, file in ((GRAPHICS, "riverside.mp4"), (SOUND, "melody.mp3")):
            work = megan.work(TITLES[unit])
            megan.upload(work, PLAN, (file, (MEDIA / file).read_bytes()), criteria=EVERYTHING)
            megan.hand_in(work, statement=OWN_WORK)


def tutor_works(cast: Cast) -> None:
    tutor, megan = cast.tutor, cast.megan
    with step("The tutor", "uploads for a candidate without internet and hands in on his behalf"):
        for unit in (PRE_PRODUCTION, GRAPHICS):
            work = tutor.work_of(OWEN, unit)
            tutor.upload(work, PLAN, title="Plan", criteria=EVERYTHING)
            page = tutor.hand_in(work, statement=SIGNED_STATEMENT)
            page.needs(f"Uploaded on the candidate’s behalf by {tutor.name}")
    with step("The tutor", "marks, finds the review not yet good enough, and returns the work"):
        work = tutor.work_of("Megan", PRE_PRODUCTION)
        tutor.judge(work, "met", objectives="123", comment="Clear and complete.")
        tutor.judge(work, "not_yet", objectives="4", comment="Who looked at it?")
        tutor.cannot_record_achieved(work)
        tutor.return_work(work, ADVICE)
    with step("The candidate", "reads why, replaces the review and hands in again"):
        form = (
            megan.work(TITLES[PRE_PRODUCTION])
            .needs(ADVICE)
            .follow("Change or tag Review")
            .follow("Replace the file")
            .form(with_field="file")
        )
        better = REVIEW[1] + b"A visitor said it is too long. I cut it.\n"
        form.attach("file", ("review-2.txt", better)).press().needs("was checked and is now the file of")
        megan.hand_in(megan.work(TITLES[PRE_PRODUCTION]), statement=OWN_WORK)
    with step("The tutor", "judges again and records five units as achieved"):
        tutor.judge(work, "met", objectives="4", comment="Now it is a review.")
        tutor.record_achieved(work, "Well done.")
        for who, unit in (("Megan", GRAPHICS), ("Megan", SOUND), (OWEN, PRE_PRODUCTION), (OWEN, GRAPHICS)):
            work = tutor.work_of(who, unit)
            tutor.judge(work, "met")
            tutor.record_achieved(work)
