"""The josa behind a datum, fitted to what stands there instead: 010-1234-5671을 → [전화번호]를."""

import re
from functools import lru_cache

from curation.korean.josa import attach

_MUST = (
    "은/는 이/가 을/를 과/와 으로/로 이에요/예요 이라고/라고 이라는/라는 이라면/라면 이랑/랑 이나/나 이야/야 이란/란"
).split()
# 전화번호이고 is right beside 전화번호고, but 5671고 is not.
_MAY = "이고/고 이며/며 이면/면 이다/다 이죠/죠 이지만/지만 이었다/였다 이었어요/였어요 이었습니다/였습니다".split()
_PAIRS = {form: pair for pair in (*_MUST, *_MAY) for form in pair.split("/")}
# Further josa may follow 로: 번호로는, 번호로도.
_PARTICLE = re.compile(
    rf"(?:(?:으로|로)(?=는|도|만|부터|의|서|써)|(?:{'|'.join(sorted(_PAIRS, key=len, reverse=True))})(?![가-힣]))"
)


def particle_after(text: str, end: int) -> str:
    """The josa at `text[end:]` whose form depends on the sound before it; empty where there is none."""
    match = _PARTICLE.match(text, end)
    return match[0] if match else ""


@lru_cache(maxsize=4096)
def fitted(particle: str, word: str) -> str:
    """The form of the josa that follows the word; as it was where the word's sound is unsure."""
    pair = _PAIRS[particle]
    form = attach(word, pair).removeprefix(word)
    if "(" in form or (pair in _MAY and particle == pair.split("/", maxsplit=1)[0]):
        return particle
    return form
