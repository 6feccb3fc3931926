"""The job that hands a message to the mail server."""

from django.utils.translation import gettext_lazy as _

from activity.jobs import Running, job
from sending import delivering
from sending.models import Message

MAX_ATTEMPTS = 8


@job("sending.deliver", max_attempts=MAX_ATTEMPTS, label=_("Send a mail"))
def deliver(running: Running) -> None:
    message = Message.objects.select_related("document__company").get(pk=running.params["message_id"])
    delivering.deliver(message, is_last_attempt=running.attempt >= MAX_ATTEMPTS)
