"""Keys that are handed out and never kept: the database holds their digest alone.

The key of a mailed link is derived from its row and the installation's secret. So the job that writes the mail needs
nothing but the row, writing it again gives the same link, and who reads the database can still open nothing.
"""

import base64
import hashlib

from django.db import models
from django.utils.crypto import salted_hmac


def digest(key: str) -> str:
    """What is stored of a key, and what an incoming one is looked up by."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def of_link(row: models.Model) -> str:
    """The key in the link that is mailed about a row, 43 characters."""
    mac = salted_hmac(f"link:{row._meta.label_lower}", str(row.pk), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")
