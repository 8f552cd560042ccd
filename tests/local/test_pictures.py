"""The program that takes the guide's pictures starts by itself, in an environment that names no settings."""

import os
import subprocess
import sys

from django.conf import settings

LOADING = "from portal.local import pictures; pictures._load_django({}); import portal.guide.pictures"


def test_it_loads_the_list_of_pictures():
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(
        [sys.executable, "-c", LOADING], cwd=settings.BASE_DIR, env={**env, "SECRET_KEY": "x"}, check=True
    )
