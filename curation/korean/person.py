"""What else a register changes: 나/내 ↔ 저/제, replies and greetings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from curation.korean.mending import Change, Morpheme

# 나는 난 날 나를 나도 · 내 내가 내게; the josa after the first syllable stays.
_HUMBLE = {"나": "저", "난": "전", "날": "절", "내": "제"}
_FAMILIAR = {humble: plain for plain, humble in _HUMBLE.items()}
# Nouns that 나다 follows without a josa.
_HAPPENING = re.compile(
    r"(?:썸|냄새|열|땀|화|소리|눈물|짜증|신|겁|윤|티|맛|향|멋|빛|병|사고|탈|고장|불|혼|기억|차이|엄두) $"
)
# 나 as the second of 가, 나, 다.
_LABEL = re.compile(
    r"나 (?:등급|구역|업체|그룹|조|반|팀|급|항|목|안|창고|동|열|라인|유형|단계|표|형|번)(?![가-힣]*[아어]요?$)"
)
_CLING = ("VCP", "XSN", "NNB")  # 나였다, 나들, 내꺼
_CLOSE = r"(?=\s*(?:[,.!~…]|$))"
_ALONE = r"(?=\s*[.?!…]*$)"
# An opening reply → what it is in each register; one that a register lacks stays.
_REPLIES = tuple(
    (re.compile(pattern), forms)
    for pattern, forms in (
        (rf"(?:응|엉|그래){_CLOSE}", {"haeyo": "네", "hapsyo": "네"}),
        (r"어(?=\s*(?:[.!]|$)|,(?!\s*(?:근데|그런데|이거|저기|그|왜|뭐|잠깐)))", {"haeyo": "네", "hapsyo": "네"}),
        (r"그래(?= (?:그러|그럼|그렇|알았|알겠|좋아|맞아))", {"haeyo": "네", "hapsyo": "네"}),
        (r"그래(?=\s*\?)", {"haeyo": "그래요", "hapsyo": "그렇습니까"}),
        (rf"아니{_CLOSE}", {"haeyo": "아니요", "hapsyo": "아니요"}),
        (rf"(?:아니야|아냐){_CLOSE}", {"haeyo": "아니에요", "hapsyo": "아닙니다"}),
        (rf"좋아{_CLOSE}", {"haeyo": "좋아요", "hapsyo": "좋습니다"}),
        (rf"미안{_CLOSE}", {"haeyo": "미안해요", "hapsyo": "미안합니다"}),
        (rf"안녕(?:{_CLOSE}|(?= (?:나|내|난|저|제|전)))", {"haeyo": "안녕하세요", "hapsyo": "안녕하십니까"}),
        (rf"잠깐만{_ALONE}", {"haeyo": "잠깐만요", "hapsyo": "잠깐만요"}),
        (rf"글쎄{_CLOSE}", {"haeyo": "글쎄요", "hapsyo": "글쎄요"}),
        (rf"그러게{_CLOSE}", {"haeyo": "그러게요", "hapsyo": "그러게요"}),
        (rf"그러니까{_ALONE}", {"haeyo": "그러니까요", "hapsyo": "그러니까요"}),
        (rf"정말{_ALONE}", {"haeyo": "정말요", "hapsyo": "정말입니까"}),
        (rf"왜{_ALONE}", {"haeyo": "왜요", "hapsyo": "왜요"}),
        (rf"(?:네|예){_CLOSE}", {"hae": "응"}),
        (rf"아니[요오]{_CLOSE}", {"hae": "아니"}),
        (r"안녕(?:하세요|하십니까)", {"hae": "안녕"}),
    )
)


def pronoun_changes(morphemes: Sequence[Morpheme], text: str, to: str) -> Iterator[Change]:
    """(start, end, after) of each 나 or 내 that becomes 저 or 제, or the other way round; none for `plain`."""
    if to == "plain":
        return
    person, swap = ("저", _FAMILIAR) if to == "hae" else ("나", _HUMBLE)
    for one in morphemes:
        first = text[one.start : one.start + 1]
        begins = one.start == 0 or not "가" <= text[one.start - 1] <= "힣"
        is_person = (one.tag == "NP" and one.form == person) or (one.tag, one.form, person) == ("MM", "내", "나")
        if (
            is_person
            and not _LABEL.match(text, one.start)
            and first in swap
            and begins
            and _is_word(morphemes, one, text)
            and not _happens(text, one.start)
        ):
            yield one.start, one.start + 1, swap[first]


def _happens(text: str, start: int) -> bool:
    """Whether 나는 is 나다 of a noun before it: 썸 나는 사람, 냄새 나는 방."""
    return text.startswith("나는 ", start) and _HAPPENING.search(text, 0, start) is not None


def _is_word(morphemes: Sequence[Morpheme], pronoun: Morpheme, text: str) -> bool:
    """Whether only a josa or 이다 clings to the pronoun: 내용량 is no 내."""
    end = pronoun.start + 1
    if end >= len(text) or not "가" <= text[end] <= "힣" or text.startswith("혼자", end):
        return True
    clinging = next((one for one in morphemes if one.start <= end < one.end and one is not pronoun), None)
    return clinging is not None and (clinging.tag.startswith("J") or clinging.tag in _CLING)


def reply_change(text: str, start: int, to: str) -> Change | None:
    """(start, end, after) of a reply or a greeting that opens the sentence at `start`: 응 → 네, 안녕 → 안녕하세요."""
    for pattern, forms in _REPLIES:
        if to in forms and (found := pattern.match(text, start)):
            return *found.span(), forms[to]
    return None
