"""The ways Korean text is spoilt by a wrong encoding, each with how it is undone and done again."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from curation.korean.jamo import compose_jamo, decompose_jamo


class Kind(StrEnum):
    """What happened to a text, with 안녕 as an example; the first nine are undone without loss."""

    UTF8_AS_LATIN1 = "utf8_as_latin1"  # ì<95><88>ë<85><95>
    UTF8_AS_LATIN1_TWICE = "utf8_as_latin1_twice"  # Ã¬<c2><95><c2><88> …
    CP949_AS_LATIN1 = "cp949_as_latin1"  # ¾È³ç
    CP949_AS_CP1252 = "cp949_as_cp1252"  # ¾È³ç too; told apart by a letter beyond KS X 1001: 펲 is »Œ
    NFD = "nfd"  # in conjoining letters, as macOS names files
    ENTITIES = "entities"  # &#50504;&#45397;
    ESCAPES = "escapes"  # \uc548\ub155
    HALFWIDTH_JAMO = "halfwidth_jamo"  # ﾷￂﾤﾤￋﾷ
    COMPATIBILITY_JAMO = "compatibility_jamo"  # ㅇㅏㄴㄴㅕㅇ
    # These seven lose letters; the few short texts that survive them are repaired.
    UTF8_AS_CP1252 = "utf8_as_cp1252"  # ì•ˆë…• (bytes 81 8D 8F 90 9D have no character)
    UTF8_AS_CP949 = "utf8_as_cp949"  # �븞�뀞, or ?덈뀞 as Windows writes it
    UTF8_AS_CP874 = "utf8_as_cp874"  # ์•�๋…•
    UTF8_AS_SHIFT_JIS = "utf8_as_shift_jis"  # �譜�
    UTF8_AS_GBK = "utf8_as_gbk"  # 鞎堧厱 (of an odd number of syllables the last is lost)
    CP949_AS_UTF8 = "cp949_as_utf8"  # �ȳ�
    JOHAB_AS_CP949 = "johab_as_cp949"  # 큖몏
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Misreading:
    """A corruption that may be undone."""

    kind: Kind
    undo: Callable[[str], str]  # raises ValueError where the text is no such reading
    redo: Callable[[str], tuple[str, ...]]  # what a repaired text may have looked like
    is_sure: bool  # its form proves it (UTF-8, escapes, single letters); otherwise the result must read as Korean


# As browsers read them (WHATWG Encoding): a byte without a character stays the control character of its number.
_CHARS = {
    codec: {code: char for code in range(0x80, 0x100) if (char := bytes([code]).decode(codec, "ignore"))}
    for codec in ("cp1252", "cp874")
}
_BYTES = {codec: {ord(char): code for code, char in chars.items()} for codec, chars in _CHARS.items()}


_CONJOINING = re.compile("[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|[가-힣][\u11a8-\u11c2]")


def compose_conjoining(text: str) -> str:
    """The text with its decomposed modern syllables (NFD) composed; old Hangul and other scripts stay as they are."""
    return _CONJOINING.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)


def encode(text: str, codec: str, errors: str = "strict") -> bytes:
    """The bytes a text was read from; raises UnicodeEncodeError where it holds a character that `codec` has not."""
    if codec in _BYTES:
        return text.translate(_BYTES[codec]).encode("latin-1", errors)
    return text.encode(codec, errors)


def _decode(data: bytes, codec: str) -> str:
    return data.decode("latin-1").translate(_CHARS[codec]) if codec in _CHARS else data.decode(codec)


def _read(kind: Kind, true: str, wrong: str, *, times: int = 1) -> Misreading:
    def undo(text: str) -> str:
        for _ in range(times):
            text = _decode(encode(text, wrong), true)
        return text

    def redo(text: str) -> tuple[str, ...]:
        for _ in range(times):
            text = _decode(encode(text, true), wrong)
        return (text,)

    return Misreading(kind, undo, redo, is_sure=true == "utf-8")


ESCAPED_WORD = re.compile(r"\\u[0-9a-fA-F]{4}\\u|&#[0-9a-fA-FxX]+;&#")  # not a range: [\uac00-\ud7a3]
_ESCAPE = re.compile(r"(?<!\\)(?:\\u[0-9a-fA-F]{4})+")
_ENTITY = re.compile("&#([0-9]{3,7}|[xX][0-9a-fA-F]{2,6});")
_LETTER = re.compile("[A-Za-z]")
_NON_ASCII = re.compile("[^\x00-\x7f]")
# Meant so in code, properties and pages: print("\uac00\ub098"), name=\uac00\ub098, <b>&#44032;&#45208;</b>.
_IN_CODE = re.compile(r"""[=(\[{,:]\s*["'`](?:\\u|&#)|=(?:\\u|&#)|</""")


def _from_escapes(text: str) -> str:
    def char(found: re.Match[str]) -> str:
        units = bytes.fromhex(found[0].replace("\\u", ""))
        return "".join(char if char > "\x7f" else f"\\u{ord(char):04x}" for char in units.decode("utf-16-be"))

    return _ESCAPE.sub(char, _unless_code(text, _ESCAPE))


def _to_escapes(text: str) -> tuple[str, ...]:
    escaped = _NON_ASCII.sub(lambda found: re.sub("(....)", r"\\u\1", found[0].encode("utf-16-be").hex()), text)
    return escaped, _ESCAPE.sub(lambda found: found[0].upper().replace("\\U", "\\u"), escaped)


def _from_entities(text: str) -> str:
    def char(found: re.Match[str]) -> str:
        code = int(found[1][1:], 16) if found[1][0] in "xX" else int(found[1])
        return chr(code) if code > 0x7F else found[0]

    return _ENTITY.sub(char, _unless_code(text, _ENTITY))


def _to_entities(text: str) -> tuple[str, ...]:
    forms = ("&#{};", "&#x{:x};", "&#x{:X};")
    return tuple("".join(char if char < "\x80" else form.format(ord(char)) for char in text) for form in forms)


def _unless_code(text: str, escape: re.Pattern[str]) -> str:
    rest = escape.sub("", text)
    # Where more letters than escapes are read (six characters each), the text is about escapes.
    if not ESCAPED_WORD.search(text) or _IN_CODE.search(text) or len(_LETTER.findall(rest)) > len(text) - len(rest):
        raise ValueError("escapes in code and in prose about them are meant so")
    return text


def _composed(text: str) -> str:
    return compose_jamo([text], is_all_letters=True)[0].text


MISREADINGS = (
    Misreading(Kind.ESCAPES, _from_escapes, _to_escapes, is_sure=True),
    Misreading(Kind.ENTITIES, _from_entities, _to_entities, is_sure=True),
    Misreading(Kind.HALFWIDTH_JAMO, _composed, lambda text: (decompose_jamo(text, half_width=True),), is_sure=True),
    Misreading(
        Kind.COMPATIBILITY_JAMO,
        _composed,
        lambda text: (decompose_jamo(text), decompose_jamo(text, strokes=True)),
        is_sure=True,
    ),
    _read(Kind.UTF8_AS_LATIN1, "utf-8", "latin-1"),
    _read(Kind.UTF8_AS_LATIN1_TWICE, "utf-8", "latin-1", times=2),
    _read(Kind.UTF8_AS_CP1252, "utf-8", "cp1252"),
    _read(Kind.UTF8_AS_CP1252, "utf-8", "cp1252", times=2),
    _read(Kind.UTF8_AS_CP949, "utf-8", "cp949"),
    _read(Kind.UTF8_AS_CP874, "utf-8", "cp874"),
    _read(Kind.UTF8_AS_SHIFT_JIS, "utf-8", "shift_jis"),
    _read(Kind.UTF8_AS_SHIFT_JIS, "utf-8", "cp932"),
    _read(Kind.UTF8_AS_GBK, "utf-8", "gbk"),
    _read(Kind.CP949_AS_LATIN1, "cp949", "latin-1"),
    _read(Kind.CP949_AS_CP1252, "cp949", "cp1252"),
    _read(Kind.JOHAB_AS_CP949, "johab", "cp949"),
)
