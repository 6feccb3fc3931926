"""The settings, as they came from the environment."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

from efactori.doctor import Finding, check, fail, ok, warn


@check("secret key")
def secret_key() -> Finding:
    if len(settings.SECRET_KEY) < 40 or len(set(settings.SECRET_KEY)) < 5:
        return fail("it is short or monotonous", "Set EFACTORI_SECRET_KEY to 40 random characters or more.")
    return ok("long and varied")


@check("debug")
def debug() -> Finding:
    if settings.DEBUG:
        return fail("faults show their inside to everybody", "Leave DEBUG off.")
    return ok("off")


@check("host names")
def host_names() -> Finding:
    if not {"*", "."}.isdisjoint(settings.ALLOWED_HOSTS):
        return fail("every name is answered", "Name the real ones in EFACTORI_ALLOWED_HOSTS, without a star.")
    return ok(", ".join(dict.fromkeys(settings.ALLOWED_HOSTS)))


@check("public address")
def public_address() -> Finding:
    if settings.PRODUCTION and urlsplit(settings.PUBLIC_URL).scheme != "https":
        return fail(
            f"{settings.PUBLIC_URL} is not encrypted",
            "Put a TLS proxy in front and set EFACTORI_URL to its https address; cookies and redirects follow.",
        )
    return ok(settings.PUBLIC_URL)


@check("Django's own checks")
def own_checks() -> Finding:
    """With those for deployment in production: a laptop without HTTPS is no fault."""
    messages = checks.run_checks(include_deployment_checks=settings.PRODUCTION)
    told = [message for message in messages if message.level >= checks.WARNING and not message.is_silenced()]
    told.sort(key=lambda message: message.id or "")
    if not told:
        return ok("nothing to say")
    sentence = "; ".join(f"{message.id} {message.msg.partition('. ')[0]}" for message in told)
    cure = " ".join(dict.fromkeys(message.hint for message in told if message.hint)) or "Do as they say."
    return fail(sentence, cure) if any(m.is_serious() for m in told) else warn(sentence, cure)
