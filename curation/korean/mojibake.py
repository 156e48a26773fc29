"""Mojibake: Korean read in a wrong encoding is repaired where that inverts without loss, and only named elsewhere.

Run it before anything else: NFC, stripping and the removal of invisible marks each destroy bytes of a broken syllable.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from curation.korean.hangul import has_hangul, is_syllable
from curation.korean.misreadings import ESCAPED_WORD, MISREADINGS, Kind, Misreading, compose_conjoining, encode


class Verdict(StrEnum):
    """What may be done with a text."""

    FINE = "fine"
    REPAIRED = "repaired"
    LOSSY = "lossy"  # letters are gone: quarantine


@dataclass(frozen=True, slots=True)
class Repaired:
    """The text, mended or as it came, and what had happened to it."""

    text: str
    kind: Kind
    verdict: Verdict


# The 2,350 syllables of KS X 1001, in which all but a few words of modern Korean are written.
_STANDARD = frozenset(bytes([row, cell]).decode("euc_kr") for row in range(0xB0, 0xC9) for cell in range(0xA1, 0xFF))
# These 718 make up 97 % of running Korean, the handbook in corpora/wms as well as everyday talk.
_COMMON = frozenset(
    "가각간갈감갑값갔강갖같개객갠걔거걱건걸검것게겠겨격견결겼경계고곤곳공과관괜교구국군굴굽궁권귀규그극근글금급긋기긴길김깁까깐깝깨꺼껏께꼬꼭꽃꾸꿈꿔뀌끊끔끗끝끼나난날남납낫났낭낮낯낱내낸낼냅냈냉냐냥너넉넌널넘넣네녀년념녔"
    "녕노놀높놓뇌누눈눌눠뉴느는늘능늦니닌님다닥닦단달닭담답당대댁더덕던덜덩덮데델도독돈돌동돼되된될됩두둔둘둥뒤드득든듣들등디딩따땅때떠떡떤떻또똑뚜뚝뜨뜻라락란람랐랑래랙랜램랫략량러런럼럽렀렇레렛려력련렬렵렸령례로록론롭롯"
    "료루룸룹류르른를름릅리린림립링마막만많말맑맘맛망맞맡매맥맨머먹먼멀멈멋메며면명몇모목몰몸못무묶문묻물뭉뭐뭔뮤므미민믿밀밑바박밖반받발밝밤밥방밭배백버번벌범법벗베벤벨벼벽변별병보복본볼봄봉봐봤뵙부북분불붙브블비빈빌빛빠"
    "빨뼈뽑뿌뿐쁘사산살삶삼상새색생샤서석섞선설섭성세센셔션셨소속손솔송쇼수숙순술숨숫쉬쉽슈스슨슬슴습승시식신싣실싫심싶싸싹싼쌍쌓써썼쏘쓰쓸씀씨씩씬씻아악안앉않알암았앙앞애액앨야약양얘어억언얼엄업없엇었에엔여역연열영옆예옛"
    "오옥온올옮옷옹와완왔왕왜왠외왼요욕용우욱운울움웃워원월웠웨위윈윗유육윤율으은을음읍응의이익인일읽잃임입잇있잊자작잔잘잠잡잣장재저적전절점접정젖제젠젤져졌조족존좀좁종좋좌죄죠주죽준줄중줘쥐쥬즈즉증지직진질짐집짓짜짧째쪽"
    "쯤찌찍차착찮찰참창찾채책챙처천철첫청체쳐쳤초촌총최추축춘출춤충춰취측층치칙친칠침칭카칸캐캔캠커컨컬컴컵컷케켜켰코콕콘콜쿄쿠크큰클키킨킹타탁탄탈탐탑탕태택터턴털테텍텔템텝토톡통퇴투툴트특틀티틱팀파판팔패퍼펀페펙펜펴편펼"
    "평폐포폭폰표푸풀품퓨프픈플피픽핀필핑하학한할함합항해핵핸햇했행향허헌험헤혀현혈협혔형혜호혹혼홀홍화확환활황회획효후훈훌휘휠휴흐흔흘흥희히힌힘"
)
_RARE = "".join(char for char in map(chr, range(0xAC00, 0xD7A4)) if char not in _STANDARD)
_LATIN = "\x80-\xffŒœŠšŽžŸƒˆ˜–—‘’‚“”„†‡•…‰‹›€™\ufffd"
# What every damaged text holds. Clean Korean holds none of it, so that one search decides.
_SUSPECT = (
    re.compile(f"[\u1100-\u11ff\u0e4a-\u0e4d｡-ￜ一-鿿\uf900-\ufaff\ufffd{_RARE}]"),
    re.compile(f"[{_LATIN}]{{4}}|[ê-í][{_LATIN}]{{2}}"),
    re.compile("[ㄱ-ㅎ][ㅏ-ㅣ]"),
    ESCAPED_WORD,
)
_BROKEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\uf8ff\ufffd]")  # in no repaired text
_SURE = tuple(row for row in MISREADINGS if row.is_sure)
_CONTROL = re.compile("[\x80-\x9f]")
_INSIDE_WORD = re.compile("[a-z][가-힣]+[a-z]")  # Defini챌천es: Portuguese, not Korean


def repair(texts: Sequence[str]) -> list[Repaired]:
    """Each text repaired, or as it came: fine, or lossy with its kind named; same order.

    A repair stands only if the corruption, done again, gives the input to the letter, and the result is Korean.
    A text is repaired as a whole, else line by line; one lossy line makes it lossy, and it is left as it came.
    """
    return [_repair(text) if _is_suspect(text) else Repaired(text, Kind.NONE, Verdict.FINE) for text in texts]


def _is_suspect(text: str) -> bool:
    if text.isascii():
        return bool(ESCAPED_WORD.search(text))
    return any(pattern.search(text) for pattern in _SUSPECT)


def _repair(text: str) -> Repaired:
    if whole := _undone(text):
        return whole
    lines = text.split("\n")
    if beside := _undone_beside_korean(lines):
        return beside
    # A single line is proof only where its form is.
    alone = [_undone(line, _SURE) or _named(line) for line in lines]
    damaged = [line for line in alone if line.verdict != Verdict.FINE]
    lossy = next((line for line in damaged if line.verdict == Verdict.LOSSY), None)
    if lossy or not damaged:
        return Repaired(text, lossy.kind, Verdict.LOSSY) if lossy else Repaired(text, Kind.NONE, Verdict.FINE)
    return Repaired("\n".join(line.text for line in alone), damaged[0].kind, Verdict.REPAIRED)


def _undone_beside_korean(lines: list[str]) -> Repaired | None:
    """All lines but the Korean ones undone together, so that a line too short to be believed alone is mended too."""
    is_korean = [_share(line, _COMMON) >= 0.5 for line in lines]
    rest = "\n".join(line for line, korean in zip(lines, is_korean, strict=True) if not korean)
    if not any(is_korean) or not (together := _undone(rest)):
        return None
    mended = iter(together.text.split("\n"))
    text = "\n".join(line if korean else next(mended) for line, korean in zip(lines, is_korean, strict=True))
    return Repaired(text, together.kind, Verdict.REPAIRED)


def _undone(text: str, misreadings: Iterable[Misreading] = MISREADINGS) -> Repaired | None:
    composed = compose_conjoining(text)
    if composed != text:  # canonically the same text, so there is nothing to prove
        return Repaired(composed, Kind.NFD, Verdict.REPAIRED)
    for row in misreadings:
        try:
            mended = row.undo(text)
            is_exact = mended != text and text in row.redo(mended)
        except ValueError:
            continue
        if is_exact and _is_korean(mended, text, row):
            return Repaired(mended, row.kind, Verdict.REPAIRED)
    return None


def _is_korean(mended: str, damaged: str, row: Misreading) -> bool:
    """Whether a repair turned what was no Korean into Korean; weak evidence needs a result that reads like it."""
    if _BROKEN.search(mended) or _share(damaged, _COMMON) >= 0.5:
        return False
    syllables = list(filter(is_syllable, mended))
    foreign = sum(char > "\x7f" and char.isalpha() and not is_syllable(char) for char in mended)
    if row.is_sure:
        # A lone syllable is believed where control characters, which no text needs, stood for it.
        least = 1 if _CONTROL.search(damaged) else 2
        return len(syllables) >= max(least, foreign) and _share(mended, _STANDARD) >= 0.5
    if has_hangul(damaged) != (row.kind == Kind.JOHAB_AS_CP949) or _INSIDE_WORD.search(mended):
        return False
    # A syllable that bytes spell by chance is common three times in ten, one of a text nineteen in twenty.
    common = sum(char in _COMMON for char in syllables)
    return common >= max(3, 3 * (len(syllables) - common + foreign)) and len(set(syllables)) > 1


def _share(text: str, syllables: frozenset[str]) -> float:
    """The share of a text's syllables that are in a set, 0 where it has none."""
    found = [char in syllables for char in text if is_syllable(char)]
    return sum(found) / len(found) if found else 0.0


_READINGS = {
    Kind.UTF8_AS_CP1252: "cp1252",
    Kind.UTF8_AS_CP874: "cp874",
    Kind.UTF8_AS_SHIFT_JIS: "cp932",
    Kind.UTF8_AS_GBK: "gbk",
    Kind.UTF8_AS_CP949: "cp949",
}
# A syllable is EA–ED 80–BF 80–BF, a symbol begins with C2, E2 or E3. A lost character stands for one byte or two.
_TORN = re.compile(
    rb"[\xe2\xe3\xea-\xed][\x80-\xbf?]{2}|[\xe2\xe3\xea-\xed]\?|\?[\x80-\xbf][\x80-\xbf?]?|\xc2[\x80-\xbf?]"
)
_LEAD = re.compile(rb"[\xea-\xed?]")
_BESIDE_LOST = re.compile("\ufffd[^\x00-\x7f]|[^\x00-\x7f]\ufffd")
_ASCII = re.compile(rb"[\x00-\x7f]+")


def _named(line: str) -> Repaired:
    """The line as it came, lossy where it reads like one of the corruptions."""
    kind = Kind.NONE
    if not line.isascii():
        shapes = {kind: _utf8_share(line, codec) for kind, codec in _READINGS.items()}
        best = max(shapes, key=lambda kind: shapes[kind])
        if shapes[best] >= 0.8:
            kind = best
        elif _was_johab(line):
            kind = Kind.JOHAB_AS_CP949
        elif _was_cp949(line):
            kind = Kind.CP949_AS_UTF8
    return Repaired(line, kind, Verdict.FINE if kind == Kind.NONE else Verdict.LOSSY)


def _utf8_share(line: str, codec: str) -> float:
    """How much of what is not ASCII is torn UTF-8 read by `codec`; a lost character may have been any byte."""
    raw = encode(line.replace("\ufffd", "?"), codec, "xmlcharrefreplace")
    foreign = raw.count(b"&#") - line.count("&#")  # characters this codec never gives
    torn = b"".join(_TORN.findall(raw))
    if len(torn) < 6 or len(_LEAD.findall(torn)) < 2:  # two syllables
        return 0.0
    return len(_ASCII.sub(b"", torn)) / (len(_ASCII.sub(b"", raw)) + foreign)


def _was_johab(line: str) -> bool:
    if not has_hangul(line) or _share(line, _STANDARD) > 0.9 or _share(line, _COMMON) >= 0.4:
        return False
    recovered = encode(line.replace("\ufffd", "?"), "cp949", "replace").decode("johab", "replace")
    return sum(map(is_syllable, recovered)) > 2 and _share(recovered, _COMMON) >= 0.5


def _was_cp949(line: str) -> bool:
    """A run of lost characters, or several beside the letters (ȳ, ϼ) that some pairs of bytes happen to spell."""
    return "\ufffd\ufffd" in line or (
        line.count("\ufffd") > 1 and not has_hangul(line) and bool(_BESIDE_LOST.search(line))
    )
