"""E-mail addresses: name@host.kr, around an @."""

import re

from curation.pii.found import Found

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}\Z")
_HOST = re.compile(r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}(?![A-Za-z0-9])")
_REPOSITORY = re.compile(r":[\w~/]")  # git@github.com:owner/name is a place for code


def email(text: str, at: int) -> Found | None:
    """The address whose @ is `text[at]`; a host without a dot or a top-level domain of digits is none (node@18.11)."""
    name = _NAME.search(text[max(0, at - 64) : at])
    host = _HOST.match(text, at)
    if not name or not host or (name[0] == "git" and _REPOSITORY.match(text, host.end())):
        return None
    return Found("email", at - len(name[0]), host.end(), "sure")
