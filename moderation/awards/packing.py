"""Many certificates as one zip, streamed: no file is ever held whole."""

from collections.abc import Iterable, Iterator

from zipstream import ZipStream

from portal.files import storage

from .models import Certificate


def zip_of(certificates: Iterable[Certificate]) -> ZipStream:
    """A zip of printed certificates, named so that they sort by candidate. PDFs are packed as they are."""
    stream = ZipStream()
    for certificate in certificates:
        name = f"{certificate.candidate.number}-{certificate.file_name}"
        stream.add(_chunks(certificate), name)
    return stream


def _chunks(certificate: Certificate) -> Iterator[bytes]:
    # Opened when its turn comes, so that a long list does not hold a hundred files open.
    yield from storage.blocks(certificate.pdf.storage, str(certificate.pdf.name))
