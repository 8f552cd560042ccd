"""A unit as one zip: every file under a name without the candidate's, with a manifest; now, and as handed in."""

import csv
import hashlib
import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.demo import evidence as demo
from portal.kit.models import Event
from portfolios import actions
from tests.factories import candidates, centres, moderation, portfolios

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]

FILM = demo.video()


def unzipped(response) -> dict[str, bytes]:
    content = b"".join(response.streaming_content)
    assert response["Content-Length"] == str(len(content))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def manifest(files: dict[str, bytes]) -> list[dict[str, str]]:
    (name,) = (name for name in files if name.endswith("_00_manifest.csv"))
    return list(csv.DictReader(io.StringIO(files[name].decode("utf-8-sig"))))


def stem(work) -> str:
    return f"{work.candidate.centre.number}_{work.candidate.number}_U{work.unit.number:02}"


def add(work, name: str, content: bytes, title: str, **more):
    return portfolios.evidence(work, file=portfolios.text_file(name, content), title=title, **more)


@pytest.fixture
def full(world):
    """A unit with three files: one tagged, one replaced by its tutor, one named in another script."""
    add(world.work, "plan.TXT", b"My plan.", "Siân’s plan: first/second", criteria=world.criteria[:2])
    film = add(world.work, "titles.mp4", FILM, "Titles")
    actions.replace_file(film, portfolios.text_file("titles.txt", b"=1+1"), by=world.tutor)
    add(world.work, "board.txt", b"Boards.", "故事板")
    add(world.work, "no.txt", b"Taken out.", "Taken out")
    actions.remove_evidence(world.work.evidence.get(title="Taken out"), by=world.candidate)
    return world.work


def test_every_present_file_in_its_newest_version_and_a_manifest(full, world, sign_in):
    response = sign_in(world.candidate).get(reverse("work-zip", args=[full.pk]))
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == f'attachment; filename="{stem(full)}.zip"'
    files = unzipped(response)
    assert list(files) == [
        f"{stem(full)}_00_manifest.csv",
        f"{stem(full)}_01_sians-plan-firstsecond.txt",
        f"{stem(full)}_02_titles.txt",
        f"{stem(full)}_03_file.txt",
    ]
    assert list(files.values())[1:] == [b"My plan.", b"=1+1", b"Boards."]
    first, second, third = manifest(files)
    assert first == {
        "File": f"{stem(full)}_01_sians-plan-firstsecond.txt",
        "Title": "Siân’s plan: first/second",
        "Name when uploaded": "plan.TXT",
        "Version": "1",
        "Bytes": "8",
        "SHA-256": hashlib.sha256(b"My plan.").hexdigest(),
        "Criteria": ", ".join(criterion.ref for criterion in world.criteria[:2]),
        "Uploaded by": "The candidate",
        "Uploaded at": f"{timezone.localtime():%d/%m/%Y} {first['Uploaded at'][-5:]}",
    }
    assert (second["Version"], second["Uploaded by"]) == ("2", "Tomos Tutor")
    assert third["Title"] == "故事板"


def test_names_of_the_candidate_are_nowhere_in_it(full, world, sign_in):
    files = unzipped(sign_in(world.tutor).get(reverse("work-zip", args=[full.pk])))
    told = " ".join(files) + files[f"{stem(full)}_00_manifest.csv"].decode()
    assert "Evans" not in told and "Megan" not in told


def test_download_is_recorded_once_with_what_left(full, world, sign_in):
    url = reverse("work-zip", args=[full.pk])
    assert sign_in(world.tutor).head(url).status_code == 200
    assert not Event.objects.filter(verb="download").exists()
    unzipped(sign_in(world.tutor).get(url))
    event = Event.objects.get(verb="download")
    newest = [item.versions.latest("number").pk for item in full.evidence.present()]
    assert (event.by, event.subject) == (world.tutor, full)
    assert event.details == {"file": f"{stem(full)}.zip", "versions": newest}


def test_unit_without_files_says_so(world, sign_in, messages_of):
    response = sign_in(world.candidate).get(reverse("work-zip", args=[world.work.pk]), follow=True)
    assert messages_of(response) == ["There are no files to download yet."]
    assert reverse("work-zip", args=[world.work.pk]) not in response.content.decode()


def test_file_that_the_store_lost_ends_the_download_rather_than_leaving_it_out(full, world, sign_in):
    version = full.evidence.get(title="故事板").current
    version.file.storage.delete(version.file.name)
    response = sign_in(world.candidate).get(reverse("work-zip", args=[full.pk]))
    with pytest.raises(FileNotFoundError):
        unzipped(response)


def test_strangers_get_none_of_it(full, world, sign_in):
    actions.hand_in(full, by=world.candidate)
    urls = [reverse("work-zip", args=[full.pk])]
    urls += [reverse(page, args=[full.pk, 1]) for page in ("round", "round-zip")]
    for stranger in (candidates.candidate(world.centre).user, centres.person(centres.centre())):
        assert [sign_in(stranger).get(url).status_code for url in urls] == [404, 404, 404]
    assert [sign_in(world.tutor).get(url).status_code for url in urls] == [200, 200, 200]


def test_as_many_queries_for_one_file_as_for_many(world, count_queries, sign_in):
    add(world.work, "plan.txt", b"My plan.", "Plan")
    client, url = sign_in(world.tutor), reverse("work-zip", args=[world.work.pk])
    of_one = count_queries(client, url)
    for number in range(5):
        add(world.work, f"{number}.txt", f"Words of file {number}.".encode(), "More", by=world.tutor)
    assert count_queries(client, url) == of_one


# --- As it was handed in ------------------------------------------------------------------------------


@pytest.fixture
def handed_in_twice(full, world):
    """Handed in, returned; then one file replaced and one removed, and handed in again."""
    actions.hand_in(full, by=world.candidate)
    actions.return_for_further_work(full, why="Say why you chose the colours.", by=world.tutor)
    plan = full.evidence.get(title__startswith="Siân")
    actions.replace_file(plan, portfolios.text_file("plan-2.txt", b"A better plan."), by=world.candidate)
    actions.remove_evidence(full.evidence.get(title="故事板"), by=world.candidate)
    actions.hand_in(full, by=world.candidate)
    return full


def test_each_hand_in_keeps_what_the_tutor_saw(handed_in_twice, world, sign_in):
    client = sign_in(world.candidate)
    first, second = (
        unzipped(client.get(reverse("round-zip", args=[handed_in_twice.pk, number]))) for number in (1, 2)
    )
    assert list(first.values())[1:] == [b"My plan.", b"=1+1", b"Boards."]
    assert list(second.values())[1:] == [b"A better plan.", b"=1+1"]


def test_page_of_a_hand_in_shows_files_checksums_and_what_came_since(handed_in_twice, world, sign_in):
    response = sign_in(world.tutor).get(reverse("round", args=[handed_in_twice.pk, 1]))
    html = response.content.decode()
    files = [(version.file_name, newest.number) for version, newest in response.context["files"]]
    assert files == [("plan.TXT", 2), ("titles.txt", 2), ("board.txt", 1)]
    for content in (b"My plan.", b"=1+1", b"Boards."):
        assert hashlib.sha256(content).hexdigest() in html
    assert hashlib.sha256(b"A better plan.").hexdigest() not in html
    assert html.count("Removed from the unit") == html.count("Replaced: version 2 is") == 1
    assert "Say why you chose the colours." in html and actions.STATEMENT in html
    for version, _ in response.context["files"]:
        file = sign_in(world.candidate).get(reverse("evidence-file", args=[version.pk]))
        assert hashlib.sha256(b"".join(file.streaming_content)).hexdigest() == version.sha256


def test_unit_page_leads_to_each_hand_in(handed_in_twice, world, sign_in):
    for person in (world.candidate, world.tutor):
        html = sign_in(person).get(handed_in_twice.get_absolute_url()).content.decode()
        assert [reverse("round", args=[handed_in_twice.pk, number]) in html for number in (1, 2, 3)] == [
            True, True, False,
        ]  # fmt: skip
    assert sign_in(world.tutor).get(reverse("round", args=[handed_in_twice.pk, 3])).status_code == 404


def test_page_of_a_hand_in_makes_as_many_queries_for_one_file_as_for_many(world, count_queries, sign_in):
    work = portfolios.handed_in(candidates.candidate(world.centre))
    client, counts = sign_in(world.tutor), []
    for number, more in ((2, 0), (3, 5)):  # only the first one has none before it
        actions.return_for_further_work(work, why="More.", by=world.tutor)
        for file in range(more):
            add(work, f"{file}.txt", f"Words of file {file}.".encode(), "More", by=world.tutor)
        actions.hand_in(work, by=work.candidate.user)
        counts.append(count_queries(client, reverse("round", args=[work.pk, number])))
    assert counts[0] == counts[1]


def test_moderator_gets_the_work_as_it_was_claimed(sign_in):
    claim = moderation.claim_in_moderation()
    line = claim.lines.get()
    url = reverse("line-zip", args=[line.pk])
    client = sign_in(claim.in_moderation_by)
    assert url in client.get(reverse("moderated-line", args=[line.pk])).content.decode()
    before = unzipped(client.get(url))
    assert list(before.values())[1:] == [b"Purpose, audience, ideas.\n"]
    # Not agreed, changed and handed in again: the moderator of the old claim sees what was claimed then.
    from moderation import actions as moderating

    moderating.decide_line(line, outcome="not_agreed", comment="No audience.", by=claim.in_moderation_by)
    moderating.conclude(claim, rest={}, report="", by=claim.in_moderation_by)
    work = type(line.assignment).objects.get(pk=line.assignment_id)
    actions.return_for_further_work(work, why="See the moderator.", by=portfolios.tutor_of(work))
    actions.replace_file(
        work.evidence.get(), portfolios.text_file("new.txt", b"Later."), by=work.candidate.user
    )
    actions.hand_in(work, by=work.candidate.user)
    assert unzipped(client.get(url)) == before
    assert sign_in(moderation.moderator().user).get(url).status_code == 404
