"""Steps of an import, as an exams officer takes them over HTTP, and files for them."""

from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from candidates import actions
from candidates.importing import guess
from candidates.models import CandidateImport
from portal.kit import outbox
from tests.factories import centres

HEADINGS = "Candidate number,First names,Last name,Known as,Date of birth,Group\n"
GOOD = HEADINGS + "1,Siân,Evans,,31/12/2010,10B\n2,Ann,Lee,Annie,1/2/2011,10B\n3,Bob,Ng,,3/4/2011,\n"
BAD = GOOD + "3,Cy,-,,31/02/2011,10B\n"
TWIN = HEADINGS + "7,Sian,Evans,,31/12/2010,\n8,Bob,Ng,,3/4/2011,\n"


def send(client, centre, content, name="year 10.csv"):
    raw = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, raw, content_type="text/csv")
    typed = {"file": file, "once": uuid4().hex}  # each from its own page
    return client.post(reverse("candidate-import-new", args=[centre.number]), typed, follow=True)


def upload(client, centre, content, name="year 10.csv"):
    """The page after the suggested columns were accepted."""
    page = send(client, centre, content, name)
    form = page.context["form"]
    columns = {name: form[name].initial for name in form.fields}
    return client.post(page.redirect_chain[-1][0], columns, follow=True)


def do(client, name, of: CandidateImport):
    answer = client.post(reverse(name, args=[of.centre.number, of.pk]), follow=True)
    return answer.content.decode()


def run(client, file: CandidateImport) -> str:
    """Start the import, let a worker do it, and return the page afterwards."""
    do(client, "candidate-import-complete", file)
    outbox.work_all()
    return client.get(file.get_absolute_url()).content.decode()


def checked(centre, text, *, by=None) -> CandidateImport:
    by = by or centres.person(centre)
    file = actions.upload_import(centre, file_name="f.csv", text=text, by=by)
    actions.check_import(file, guess(file.headings, {}), by=by)
    return file
