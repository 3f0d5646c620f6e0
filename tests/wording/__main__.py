"""Write the catalogs of locale/ anew: `make messages`. Fails, with a list, while one is not whole."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.wording import catalogs, complaints, extracting  # noqa: E402 - needs the settings

found = extracting.everything()
wrong: list[str] = []
for path in catalogs.paths():
    language = catalogs.language_of(path)
    entries = catalogs.merged(catalogs.read(path), found)
    path.write_text(catalogs.written(entries, found, language))
    told = [f"{language}: {one}" for entry in entries for one in complaints.complaints(entry)]
    sys.stdout.write(f"{language}: {len(entries)} messages, {len(told)} complaints\n")
    wrong += told
sys.exit("\n".join(wrong) or None)
