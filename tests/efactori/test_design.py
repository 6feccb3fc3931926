"""The living page of the design system, and what makes the application installable."""

import json
import struct

from django.contrib.staticfiles import finders
from django.test import Client

from users.models import User


def test_the_design_page_is_for_staff_alone(client: Client, as_alice: Client, alice: User) -> None:
    assert client.get("/design/").status_code == 404
    assert as_alice.get("/design/").status_code == 404
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    page = as_alice.get("/design/").content.decode()
    assert page.count('class="badge') > 30
    assert "What belongs to no field stands above all of them." in page


def test_the_manifest_names_icons_of_the_size_it_says(client: Client) -> None:
    answer = client.get("/manifest.webmanifest", headers={"Accept-Language": "nl"})
    told = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert (told["start_url"], told["display"]) == ("/", "standalone")
    assert told["shortcuts"] == [{"name": "Nieuwe factuur", "url": "/invoices/new/"}]
    sizes = {}
    for icon in told["icons"]:
        path = finders.find(icon["src"].removeprefix("/static/"))
        assert path
        with open(path, "rb") as picture:
            sizes[icon["sizes"]] = struct.unpack(">II", picture.read(24)[16:24])
    assert sizes == {"192x192": (192, 192), "512x512": (512, 512)}
