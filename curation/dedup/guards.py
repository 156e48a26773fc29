"""What must be equal before two texts may count as a repeat: a number, a code or a 안 changes what a row teaches."""

import re
from collections import Counter
from collections.abc import Sequence

# 1,200 and 1.5 and -3 are one number each; 2026-11-20 is 2026, -11, -20, and so differs from 2026-11-21.
_NUMBER = re.compile(r"[-−]?\d+(?:[.,:/]\d+)*")
# Latin words and codes with the signs that tell them apart: C and C++, A-01 and A-0-1, .csv and csv.
_CODE = re.compile(r"[.#@]?[A-Za-z][A-Za-z0-9]*(?:[-_./+#][A-Za-z0-9+#]+|[+#]+)*")
# 안 된다, 못 합니다, 쓰지 않는다, 없다, 아니다, 하지 마세요, 말고, 불가, 금지, 미출고
_NEGATION = re.compile(
    r"(?<![가-힣])[안못](?=\s)|안(?=되|돼|됩|된|될|하|해|합|한|할)|못(?=하|해|합|한|할)|않|없|아니|아닌|아닙|"
    r"지\s?[마말]|말고|불가|금지|(?<![가-힣])미(?=출고|입고|등록|처리|확정|완료|사용|지정)"
)

Fingerprint = tuple[tuple[tuple[str, int], ...], ...]


def surface(text: str) -> Fingerprint:
    """Multisets of a text's numbers, and of its Latin words and codes (upper and lower case alike)."""
    return (_counts(_NUMBER.findall(text)), _counts([code.lower() for code in _CODE.findall(text)]))


def negations(text: str) -> tuple[tuple[str, int], ...]:
    """Multiset of a text's signs of negation."""
    return _counts(["".join(found.split()) for found in _NEGATION.findall(text)])


def decisive_levels(levels: Sequence[str]) -> frozenset[str]:
    """The speech levels of a text's sentences, those that decide nothing left out."""
    return frozenset(levels) - {"nominal", "fragment", "none"}


def _counts(found: Sequence[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(found).items()))
