"""Harmful files are refused, each with its own message; files that people make are accepted."""

from collections import Counter
from itertools import cycle, islice

import pytest
from django.db import connection

from portal.files.checks import names
from portal.files.models import StoredFile

from . import corpus, good
from .measuring import measured, table
from .sample import Upload
from .ways import BEFORE, WAYS, sent, takes

pytestmark = pytest.mark.django_db

MAX_SECONDS = 2
MAX_MEGABYTES = 64  # whatever size the file claims, and in addition to the file itself
# Django keeps the files of its test client in memory, so only the checks themselves are measured.
WEIGHED = "checks"


# For ways that refuse a file by its extension or size before the checks do.
OWN_WORDS = {
    "attachment": ["are not accepted"],
    "replacement": [
        "cannot be used here. Choose a file of one of these kinds",
        "The largest allowed is",
        "file is empty",
    ],
}


def is_answered(way: str, sample, refusal: str) -> bool:
    """Refused with its own message; or the way in removes folders from the name, and the file is accepted."""
    if way != "checks" and sample.kind in corpus.CLEANED_ON_THE_WAY:
        return bool(refusal) or is_named_well(kept().latest("pk").name)
    return any(words in refusal for words in (sample.words, *OWN_WORDS.get(way, ())))


def kept():
    """The files that were accepted."""
    return StoredFile.objects.filter(state="ready").exclude(file="").exclude(name=BEFORE)


def is_named_well(name: str) -> bool:
    names.look(name)
    return True


def by_turns(samples) -> list:
    """Each sample through the checks and through one way in; `make hostile` sends every sample through every way."""
    ways_in = [way for way in WAYS if way != "checks"]
    turns = zip(samples, cycle(ways_in), strict=False)
    pairs = [pair for sample, way in turns for pair in (("checks", sample), (way, sample))]
    return [pytest.param(way, sample, id=f"{sample.kind}, {way}") for way, sample in pairs]


@pytest.mark.parametrize(("way", "sample"), by_turns(corpus.one_of_each()))
def test_one_of_each_kind_is_refused_with_its_own_words(world, way, sample):
    refusal = sent(way, world, sample)
    if way == "checks" or sample.kind not in corpus.CLEANED_ON_THE_WAY:
        assert list(kept()) == []
    assert is_answered(way, sample, refusal)


def one_of_each_ending():
    return list({sample.kind: sample for sample in good.samples()}.values())


@pytest.mark.parametrize(("way", "sample"), by_turns(one_of_each_ending()))
def test_one_good_file_of_each_ending_is_taken(world, way, sample):
    assert bool(sent(way, world, sample)) != takes(way, sample)


def test_refusal_shows_a_misleading_name_spelt_out(world):
    turned = next(sample for sample in corpus.samples() if sample.name == "harmless\u202etxt.exe")
    assert sent("checks", world, turned) == (
        "“harmless<U+202E>txt.exe” was not accepted: its name contains characters that change the direction of writing "
        "and can hide its real ending. Rename it."
    )


def test_file_is_left_at_its_start(world):
    for sample in islice(good.samples(), 0, None, 20):
        upload = Upload(sample)
        WAYS["checks"](world, upload)
        assert upload.tell() == 0


def test_there_are_hundreds_and_ten_at_least_of_each_kind():
    files = Counter(sample.kind for sample in corpus.samples())
    assert {kind: count for kind, count in files.items() if count < 10} == {}
    assert files.keys() == set(corpus.KINDS) and len(files) >= 30 and files.total() >= 300


def one_by_one(samples):
    """Each of them; the database looks at its tables now and then, as it does by itself where transactions end."""
    for place, sample in enumerate(samples):
        if place % 50 == 0:
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        yield sample


@pytest.mark.hostile
@pytest.mark.parametrize("way", WAYS)
def test_every_hostile_file_is_refused_within_bounds(world, way):
    rows, wrong = [], []
    for sample in one_by_one(corpus.samples()):
        upload = Upload(sample)
        refusal, cost = measured(lambda upload=upload: WAYS[way](world, upload))
        is_right = is_answered(way, sample, refusal)
        rows.append((sample.kind, is_right, cost))
        if not is_right:
            wrong.append(f"{sample} got: {refusal or 'taken'}")
        if cost.seconds > MAX_SECONDS or (way == WEIGHED and cost.megabytes > MAX_MEGABYTES):
            wrong.append(f"{sample} took {cost}")
    print(table(rows, f"hostile, by way of {way}"))
    assert wrong == []


@pytest.mark.hostile
@pytest.mark.parametrize("way", WAYS)
def test_good_files_are_taken(world, way):
    rows, wrong = [], []
    for sample in one_by_one(good.samples()):
        upload = Upload(sample)
        refusal, cost = measured(lambda upload=upload: WAYS[way](world, upload))
        is_right = bool(refusal) != takes(way, sample)
        rows.append((sample.kind, is_right, cost))
        if not is_right:
            wrong.append(f"{sample} got: {refusal}")
    print(table(rows, f"good, by way of {way}"), *wrong, sep="\n")
    assert len(rows) >= 200
    assert len(wrong) <= len(rows) * 0.005
