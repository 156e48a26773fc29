"""Titles: what a document, or a section above the one in view, is about, as a question may name it."""

from __future__ import annotations

import re
from functools import lru_cache

# Titles that name a kind of document, not a subject a question could be scoped by.
_NO_SUBJECT = re.compile(r"질문|용어|사례|[:：]|(?:[니한된른는]다|세요|십시오)\.?$")  # 선적을 통합합니다
# The kind of document a title ends in: 물류모듈 사용자 매뉴얼 is about 물류모듈.
_KINDS = (
    "매뉴얼|메뉴얼|설명서|가이드(?:북|라인)?|안내서?|규정|지침서?|정의서|기준서|규격서|사양서|작업 ?표준서?|"
    "표준작업절차서|절차서|안전수칙|수칙|교육 자료|릴리스 노트|자주 묻는 질문|FAQ|도움말(?: 센터)?|고객 ?센터|"
    r"빠른 시작|시작하기|문제 해결|개요|소개|README|v?\d+(?:\.\d+)+"
)
_FOR = "사용자|운용|운영자|관리자|개발|구성|운영|관리|업무|표준|작업|신입(?: 사원)?|교육|상세|종합|빠른|간편"
_DOCUMENT_KIND = re.compile(rf"\s*(?:{_FOR})?\s*(?:{_KINDS})$", re.IGNORECASE)
_MANUAL = re.compile(r"(?:매뉴얼|메뉴얼|설명서|가이드(?:북|라인)?|안내서|지침서?|규정|수칙|교육 자료|핸드북)$")
_OF_MANUAL = re.compile(r"^.*(?:매뉴얼|메뉴얼|설명서|가이드(?:북)?|핸드북)\s*[—–|:-]\s*(?=\S)")  # … 매뉴얼 — 제4장 입고
# Whom a document is for says nothing of what it is about: 본사 관리자 상세 매뉴얼.
_READERS = re.compile(r"(?:관리자|사용자|작업자|담당자|직원|사원|운영자|개발자|신입|지점|본사|현장)(?:용|를 위한)?$")
_OF = re.compile(r"(?:에 대한|[을를] 위한|에 관한|[을를] 통한|에서|하여) ")
_MANNER = re.compile(r"^(?:수동|자동)으로 ")
_VERBAL = re.compile(r" (?:설정|구성|예약|정의|만들기|생성|작업|사용)(?:하기)?$")
_UNSAFE = re.compile(r"의 | 등 | 및 \S+$|사용자 설정$")
_LEAST_CHARS, _MOST_CHARS = 2, 24
_BRACKETED = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_NUMBERING = re.compile(
    r"^(?:\S{1,6} ?\d+ ?[:：]|\d+단계[:：.]?|\d+(?:\.\d+)+\.?|제? ?\d+ ?[장절편부조.)]\.?|[가-하][.)]|[IVXⅠ-Ⅹ]+\.)\s*"
)
# Headings of a document's skeleton: what stands under them is told apart by the heading above.
_SKELETON = re.compile(
    r"^(?:(?:주요|기본|상세|세부|전체|추가|공통|일반|메인|적용|필수|선택|사전|전제|참고|주의|지원|고급|기타|"
    r"자주 묻는) ?)?(?:개요|소개|목적|범위|사용(?:법| 방법)?|방법|절차|순서|단계|기능(?: 설명| 개요| 소개)?|특징|"
    r"설명|설정|구성|정보|항목|화면(?: 구성)?|사항|유의점|주의점|기준|정책|조건|목록|종류|유형|예외|부록|본문|총칙|"
    r"질문|정의|내용|상황|비교|이점|관리|처리|작업|등록|조회|운영|연락처|문의(?:처)?|문제 해결|"
    r"(?:처리|작업|진행) ?순서|(?:등록|처리|작업) ?방법|버튼 설명)$|"
    r"^(?:자주 발생하는|일반적인|흔한) (?:문제|오류)$|\d+분 요약"
)


@lru_cache(maxsize=4096)  # asked for with every question of a document
def subject_of(title: str) -> str:
    """The title as a question may name it; empty where it names no subject, or one too long to say.

    이전 주문에 대한 초과 피킹 is about 초과 피킹, 처분 코드 설정 about 처분 코드; 작업의 지연 처리 stays whole.
    """
    title = _bare(title)
    if len(title) < _LEAST_CHARS or _NO_SUBJECT.search(title):
        return ""
    core = _MANNER.sub("", _OF.split(title)[-1])
    core = core if " " in core else title
    bare = _VERBAL.sub("", core)
    subject = bare if " " in bare and not _UNSAFE.search(core) else core
    return subject if len(subject) <= _MOST_CHARS else ""


def is_manual(title: str) -> bool:
    """Whether a title names a whole book, whose parts have topics of their own: 물류모듈 사용자 매뉴얼."""
    return bool(_MANUAL.search(_plain(title)))


def topic_of(heading: str) -> str:
    """What a heading within a document tells of the sections below it; empty where it only orders them: 사용 방법."""
    text = _bare(heading)
    return "" if _SKELETON.search(text) or not _LEAST_CHARS < len(text) <= _MOST_CHARS else text


def _plain(title: str) -> str:
    """A title without its numbering, what stands in brackets, and the manual it is a chapter of."""
    return _NUMBERING.sub("", _OF_MANUAL.sub("", _BRACKETED.sub("", title).strip()))


def _bare(title: str) -> str:
    """A title without the kind of document it ends in; empty where only its readers are left: 관리자 상세 매뉴얼."""
    bare = _plain(title)
    is_kind = False
    while (shorter := _DOCUMENT_KIND.sub("", bare).strip()) != bare:
        bare, is_kind = shorter, True
    return "" if is_kind and _READERS.search(bare) else bare
