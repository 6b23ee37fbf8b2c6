"""EML: one mail, by Python's own package. The plain part is the article; without one, the HTML part."""

from __future__ import annotations

import codecs
import re
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from typing import Final

from pipeline.errors import InputError
from pipeline.stages.ingest.caps import Caps
from pipeline.stages.ingest.fields import address, iso_date, language, one_line
from pipeline.stages.ingest.fragment import html_text
from pipeline.stages.ingest.raw import Raw
from pipeline.text.decoding import decode

_SIGNATURE: Final = re.compile(r"^-- \r?$.*\Z", re.MULTILINE | re.DOTALL)
_QUOTED: Final = re.compile(r"^>.*(?:\n|\Z)", re.MULTILINE)
_FLOWING: Final = re.compile(r"^(?!>)(.*\S) \n(?=[^\s>])", re.MULTILINE)
"""A line that goes on in the next (RFC 3676); a reply does not flow into what it quotes."""
_BODIES: Final = ("plain", "html")


def read_mail(data: bytes, name: str, caps: Caps) -> list[Raw]:
    """The body without signature and quoted replies; subject, day, sender and organisation from the head.

    A sender is an author, not a publisher: who passes an article on did not publish it. ``Organization`` says who did.

    Raises:
        InputError: no part holds text.
    """
    del name, caps
    try:
        mail = message_from_bytes(data, _class=EmailMessage, policy=default)
        part = _body(mail)
        text = _text(part) if part is not None else ""
    except InputError:
        raise
    except Exception as error:  # the package parses headers lazily, and raises all kinds on hostile ones
        raise InputError("The mail is malformed.", hint="Save the article as plain text.") from error
    if not text.strip():
        raise InputError("The mail has no text.", hint="If the article is attached, save it and give the file.")
    return [
        Raw(
            text,
            "eml",
            title=one_line(_header(mail, "Subject")),
            publisher=one_line(_header(mail, "Organization")),
            published=iso_date(_header(mail, "Date")),
            url=address(_header(mail, "Archived-At").strip("<> ")),
            language=language(_header(mail, "Content-Language").split(",")[0]),
            author=_sender(mail),
        )
    ]


def _body(mail: EmailMessage) -> EmailMessage | None:
    found = mail.get_body(preferencelist=_BODIES)
    return found if isinstance(found, EmailMessage) else None


def _text(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    text = _decoded(payload if isinstance(payload, bytes) else b"", part.get_content_charset())
    if part.get_content_subtype() == "html":
        return html_text(text)
    text = _SIGNATURE.sub("", text.replace("\r\n", "\n"))
    if str(part.get_param("format", "")).lower() == "flowed":
        text = _FLOWING.sub(r"\1 ", text)
    return _QUOTED.sub("", text)


def _decoded(payload: bytes, charset: str | None) -> str:
    """In the charset that the part names, where its bytes bear that out."""
    try:
        return payload.decode(codecs.lookup(charset or "ascii").name)
    except (LookupError, UnicodeError):
        return decode(payload)


def _header(mail: EmailMessage, name: str) -> str:
    try:
        return str(mail[name] or "")
    except Exception:  # noqa: BLE001  a header that the package cannot parse is one that says nothing
        return ""


def _sender(mail: EmailMessage) -> str | None:
    try:
        addresses: tuple[Address, ...] = getattr(mail["From"], "addresses", ())
        return one_line(addresses[0].display_name) if addresses else None
    except Exception:  # noqa: BLE001  as above
        return None
