"""The least a server can do with an upload: write it to a file. `bench.upload` compares the portal with this."""

import os
import tempfile

BLOCK_BYTES = 1024 * 1024


def application(environ, start_response):
    """A WSGI application that writes the request body to a file and keeps the file, as the portal must."""
    with tempfile.NamedTemporaryFile(dir=os.environ["BARE_FOLDER"], delete=False) as file:
        while block := environ["wsgi.input"].read(BLOCK_BYTES):
            file.write(block)
        file.flush()
    start_response("204 No Content", [])
    return []
