"""What HTML says of its elements: which hold entries, which read on in a line, which are not seen, what ends which."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from datagen.readers.html_tokens import VOID, Characters, Tag

LISTS = frozenset("ul ol menu".split())
# Phrasing content (WHATWG HTML 3.2.5.2.5) that reads on in the same line.
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label map mark meter nobr output "
    "picture progress q rp rt ruby s samp small span strike strong sub sup time tt u var wbr".split()
)
# Never part of the text; a header only where it is the page's own, not an article's.
_PASSED = frozenset(
    "script style template nav footer noscript iframe svg math select datalist button object canvas audio video "
    "textarea xmp head title dialog".split()
)
_ROLES = frozenset("navigation banner contentinfo search".split())
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# An end tag may be left out: what opens the one closes the other, up to the element that holds both.
CLOSED_BY_OPENING = {
    "li": (frozenset({"li"}), LISTS), "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})), "tr": (frozenset({"tr", "caption"}), frozenset({"table"})),
    "td": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "th": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
}  # fmt: skip


def is_left_out(tag: Tag, opened: Mapping[str, int]) -> bool:
    """Whether an element is no part of the text, or not seen; `opened` counts the elements open around it."""
    given = tag.attributes
    return (
        tag.name in _PASSED
        or (tag.name == "header" and not any(opened[name] for name in ("main", "article", "section")))
        or given.get("role", "").lower() in _ROLES
        or ("hidden" in given and given["hidden"] != "false")
        or given.get("aria-hidden", "").lower() == "true"
        or bool(_HIDDEN.search(given.get("style", "")))
    ) and tag.name not in ("html", "body")


@dataclass(slots=True)
class LeftOut:
    """An element left out, open until its end tag, or until what ends it where the end tag was left out."""

    tag: str
    depth: int = 1
    inside: int = 0  # lists and tables open in it

    def ends_with(self, token: Tag | Characters) -> bool:
        """Whether the element ends with this token."""
        if isinstance(token, Characters):
            return False
        if self.tag == "p":
            return token.name == "p" or token.name not in (*INLINE, *VOID)
        if token.name == self.tag and token.name not in CLOSED_BY_OPENING:
            self.depth += -1 if token.is_closing else 1
            return self.depth == 0
        is_holder = token.name in (*LISTS, "dl", "table")
        tags, within = CLOSED_BY_OPENING.get(self.tag, (frozenset[str](), frozenset[str]()))
        if not self.inside and (token.name in tags or (token.is_closing and token.name in within)):
            return True
        if is_holder:
            self.inside = max(self.inside + (-1 if token.is_closing else 1), 0)
        return False
