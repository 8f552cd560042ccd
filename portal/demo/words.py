"""What the tutors, candidates and moderators of the demo write."""

# About a criterion that is met, by assessment objective.
MET = {
    1: [
        "Purpose and audience are clear, and you tie them to what the client asked for. Good start.",
        "Two existing products compared fairly. Next time say more about how they use colour.",
        "Your audience survey makes this convincing. File types covered with one real limit each.",
        "Sound work. I checked the file types with you in class and you could explain them.",
    ],
    2: [
        "A plan that somebody else could work from. The timings add up.",
        "Sources and permissions are all listed, including the e-mail from the client.",
        "Three ideas and a proper reason for the one you chose.",
        "Work plan is realistic, and you kept to it apart from the half-term week.",
    ],
    3: [
        "Opens and works on my computer. Folder and file names are tidy.",
        "You used the range of tools the criterion asks for and can say why.",
        "Earlier version kept, so the progress can be seen. Well done.",
        "Published in the right format; I checked size and resolution.",
    ],
    4: [
        "Honest review. You answered the feedback instead of just repeating it.",
        "The test table shows what you put right and when.",
        "Two improvements, each with what it would do for the audience.",
    ],
}
NOT_YET = {
    1: "You describe your own idea here. I need the purpose the client gave in the brief.",
    2: "The sources of the photographs are missing. Who took them, and may you use them?",
    3: "Only the finished file is here. Add the working files so that I can see how it was made.",
    4: "“It is good” is not yet a review. Ask someone in the audience, and say what you would change.",
}
RETURNED = [
    "Nearly there. Add the source and licence of each photograph (2.3), and ask one person from the audience what "
    "they think before you write the review (4.2). Please hand in again by Friday.",
    "The product itself is strong. The review of it is three sentences long: 4.1 wants a test table, and 4.3 two "
    "improvements with reasons. Come and see me at lunchtime if the table is unclear.",
    "I could not find your working files, only the export. Upload the project folder as a zip and tag it to 3.3.",
    "Your plan is for a different product from the one you made. Bring it up to date, or explain what changed and why.",
]
ACHIEVED = [
    "All criteria met. I liked how the storyboard and the final version can be followed frame by frame.",
    "Met in full at the second attempt. The test table makes the difference.",
    "Good, careful work throughout. Achieved.",
    "Achieved. For the next unit, start the list of assets on the first day.",
    "A pleasure to mark. Everything was tagged and easy to find.",
    "Achieved after our internal standardisation meeting; both of us agreed on 3.2.",
]
NOTES = [
    "",
    "",
    "Everything in it is my own work. What I used is named in the diary.",
    "Second version, after what my group said.",
    "Made in class on Tuesday, finished at home.",
    "Shown to two people from the audience; what they said is in the diary.",
]
BEHALF_NOTE = "Uploaded by the tutor from a memory stick: there is no internet at home."

AGREED = [
    "Agree with the centre.",
    "Agree. Evidence is complete and easy to find; comments point to the right places.",
    "Agree. 3.2 is on the thin side, but met.",
]
NOT_AGREED = (
    "4.1 and 4.2 are not met: the review names no test and no other person's view. The plan (2.4) has no timings. "
    "Please work on these with the candidate before you claim again."
)
NOT_AGREED_FOR_CANDIDATE = (
    "Your product works. Your plan needs timings, and your review needs to say how you tested it and what other "
    "people thought."
)
NOT_AGREED_LEVEL_3 = (
    "At Level 3 the assets have to be justified with copyright and cost (2.3). "
    "A list of file names is not enough."
)
REST = "Sampled lines of this assessor were in agreement; the rest is accepted on that basis."
REPORT = """\
Thank you for a well-organised claim. Evidence was tagged throughout, which made it quick to find.

What was good: storyboards at a professional standard; sources and permissions listed by nearly every candidate; \
comments of both assessors point at the evidence rather than praise in general.

What to work on: the review of the product (objective 4). Several candidates state an opinion where the criterion \
asks for a test and for another person's view. One line was not agreed for this reason.

Standardisation: the two assessors agree with each other well. No action is needed before the next claim."""

PROJECTS = [
    "Riverside Skate Park",
    "Harbour Lights Festival",
    "Corner Street Bakery",
    "The Lost Lighthouse",
]


def review(project: str, author: str) -> bytes:
    """A candidate's test table and review, as UTF-8 text."""
    return f"""\
{project}: tests and review

Test                                        Result    What I did
Opens on another computer                   yes
Can be read from two metres                 no        larger type for the date
All sources are in the list                 yes       checked with the list of assets
A friend can say what it is for             yes

What somebody else said. I showed it to two people from the audience. One said the first part is a little \
long; both remembered the name and the day. I agree and made it shorter.

Strength: it can be understood without any sound. Weakness: the last picture is darker than the others, \
because the light had gone.

Improvements. I would take the last picture again in the morning, so that the end looks as friendly as the \
beginning. I would also make a version for phones, as most of the audience look there first.

{author}
""".encode()


# The planning and review form, and messages as (the candidate's question, the tutor's answer).
PLANS = [
    {
        "aim": "A product that brings people of our age to the place. The client wants them to come on opening day.",
        "audience": "Students of 14 to 18 who live within a bus ride, and those who drive them.",
        "tools": "A phone camera, the drawing tablet in room 12, and the free editor we use in class.",
        "assets": "Three photographs of my own; two textures I scanned; the client's logo, with permission by e-mail.",
        "timetable": "Week 1 storyboard. Week 2 assets. Weeks 3 and 4 making. Week 5 tests with four people.",
    },
    {
        "aim": "Show at a glance what happens there, in as few words as possible.",
        "audience": "Families who walk past and do not know the place.",
        "tools": "Paper for the sketches, then the computer room on Tuesdays.",
        "assets": "Drawings by me, a font with an open licence, and one photograph marked CC0.",
        "timetable": "",
    },
]
REVIEWS = [
    {
        "went_well": "People understood it without being told. The colours fit the place.",
        "changed": "I left out the second scene, because two of four people lost the thread there.",
        "would_improve": "The last picture is dark. I would take it again in the morning.",
    },
    {
        "went_well": "I kept to my weeks, and everything opened on another computer.",
        "changed": "Larger type for the date, after the test from two metres.",
        "would_improve": "",
    },
]
ON_A_PLAN = [
    "Clear aim. Say how you will find out whether it reached them.",
    "Good list of assets. Put the date of the e-mail with permission beside the logo.",
]
TALK = [
    (
        "Is it all right if my sister speaks the text?",
        "Yes. Name her under sources, and write the text yourself.",
    ),
    (
        "The file is larger than allowed. What can I do?",
        "Export it at 720 lines. The guide has a part about it.",
    ),
    ("Do I need a second version of the storyboard?", ""),
]
SOURCES = [
    "The client's logo, with permission by e-mail of 3 March. A font with an open licence.",
    "",
    "Map by the harbour office, used with their permission.",
]
AI_NOTE = "A chat tool, for ten names for the product. I chose the fourth and changed it."
