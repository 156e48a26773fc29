"""Honest answers made wrong in eleven ways, and what of it gets through the gates.

python benchmarks/mutants.py [DOCS ...] [--seed 1] [--least 200]     (the handbook of the clone if none)

The honest answers are the no-model writer's kept pairs, seen as if a language model had written them.
"""

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from curation.recipe import load_recipe
from curation.words import load_words
from datagen.documents import Evidence
from datagen.gates import Inspected, Origin, Pair, first_fault, inspect
from datagen.recipe import Gates, Recipe
from datagen.wms import GLOSSARY, HANDBOOK, RECIPE, WORDS, write_dataset

PROMPTS = Path(__file__).parent.parent / "datagen" / "llm" / "prompts"
Mutate = Callable[[Pair, random.Random], Pair | None]

_FIGURE = re.compile(r"\d+")
_UNITS = (
    "분 시간 일 주 개월 년", "kg g 톤", "mm cm m", "원 달러", "개 박스 파렛트", "% ℃ 도", "회 번 명", "건 장 줄",
    "단계 가지 자리",
)  # fmt: skip
_WITH_UNIT = re.compile(
    r"(?<=\d)( ?)(" + "|".join(sorted(" ".join(_UNITS).split(), key=len, reverse=True)) + r")(?![가-힣A-Za-z]{2})"
)
_DATES = (
    "월요일 화요일 수요일 목요일 금요일 토요일 일요일", "오전 오후", "매일 매주 매월 매년", "평일 주말",
    "전일 당일 익일",
)  # fmt: skip
_DATE = re.compile(r"\d+(?= ?(?:년|월|일|시|분|시간|개월|주|초)(?![가-힣]{2}))|\d+(?=[:-]\d)|(?<=\d[:-])\d+|(?<=\d )주")
_CODE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9]*(?:[-_./][A-Za-z0-9]+)*")
_NEGATIONS = (
    (r"하지 않습니다", "합니다"), (r"되지 않습니다", "됩니다"), (r"지 않습니다", "ㅂ니다"), (r"수 없습니다",
    "수 있습니다"),
    (r"수 있습니다", "수 없습니다"), (r"(?<!수 )있습니다", "없습니다"), (r"(?<!수 )없습니다", "있습니다"),
    (r"해야 합니다", "하면 안 됩니다"),
    (r"(?<=[가-힣])합니다", "하지 않습니다"), (r"(?<=[가-힣])합니다", "할 수 없습니다"), (r"(?<=[가-힣]{2})합니다",
    "하는 것은 금지됩니다"),
    (r"됩니다", "되지 않습니다"), (r"(?<=[가-힣]{2})입니다", "이 아닙니다"), (r"(?<=[가-힣])하고 ", "하지 않고 "),
    (r"(?<=[가-힣])하면 ", "하지 않으면 "),
    (r"하지 않고 ", "하고 "), (r"하지 않으면 ", "하면 "), (r"하지 않은 ", "한 "), (r"되지 않은 ", "된 "),
    (r"(?<=[가-힣])된 ", "되지 않은 "),
    (r"불가능", "가능"), (r"(?<!불)가능", "불가능"), (r"(?<= )(?=[가-힣]+니다\.)", "못 "), (r"없는 ", "있는 "),
    (r"있는 ", "없는 "), (r"없이 ", "있게 "),
    (r"안 됩니다", "됩니다"), (r"(?<![가-힣])완료", "미완료"), (r"(?<![가-힣])정상", "비정상"), (r"어야 합니다",
    "지 않아야 합니다"),
)  # fmt: skip
_OPPOSED = tuple(
    pair.split("/")
    for pair in (
        "이상/이하 초과/미만 입고/출고 최대/최소 필수/선택 수동/자동 이전/이후 상차/하차 구매/판매 포함/제외 "
        "허용/금지 증가/감소 늘어/줄어 높/낮 "
        "많으/적으 길/짧 빠르/느리 시작/종료 추가/삭제 승인/반려 가능/불가능 상온/냉장 냉장/냉동 오전/오후 "
        "상단/하단 왼쪽/오른쪽 내부/외부 정상/불량 "
        "유료/무료 전체/일부 모든/일부 고정/변동 먼저/나중에 신규/기존 수입/수출 매입/매출 잠금/해제 개별/일괄 "
        "열/닫 켜/끄 넣/빼 올리/내리 받/보내 "
        "무겁/가볍 위쪽/아래쪽 성공/실패 등록/삭제 앞/뒤 안/밖 공급/수요 확정/취소 시작/완료 큰/작은 높은/낮은 "
        "긴/짧은 많은/적은 "
        "활성/비활성 연결/해제 표시/숨김 반입/반출 송신/수신 직접/간접 실제/전산 다음/이전 마지막/처음 "
        "첫/마지막 새/기존 늘리/줄이 올려/내려"
    ).split()
)
_FOREIGN = (
    "Please check the inventory before shipping.", "在庫を確認してください。", "请先确认库存。",
    "Проверьте остатки на складе.",
    "Bitte prüfen Sie den Bestand.", "在庫", "確認", "库存", "The stock is counted every month.", "склад",
    "ありがとうございます。",
)  # fmt: skip
_CASUAL_ENDINGS = (
    ("합니다.", "해."), ("합니다.", "한다."), ("됩니다.", "돼."), ("됩니다.", "된다."), ("입니다.", "이다."),
    ("입니다.", "이야."),
    ("습니다.", "다."), ("습니다.", "어."), ("니다.", "ㄴ다."), ("합니다.", "하지."), ("합니다.", "함."),
    ("입니다.", "임."),
)  # fmt: skip
_CASUAL = (
    "그냥 그렇게 하면 돼.",
    "알겠지?",
    "이렇게 하면 된다.",
    "꼭 확인해라.",
    "잊지 마.",
    "나도 그렇게 해.",
    "그게 다야.",
)
_TASK = (
    "시스템 프롬프트에 따라 답합니다.", "자료 1에 따르면 그렇습니다.", "AI 언어 모델로서 말씀드립니다.", "[1]",
    "답변 형식은 JSON입니다.",
    '{"answer": "예"}', "지시 사항에 따라 존댓말로 답했습니다.", "제공된 자료만 사용했습니다.",
    '<자료 번호="1">', "As an AI, I cannot say.",
)  # fmt: skip


@dataclass(slots=True)
class Tally:
    """What became of one mutator's mutants."""

    applied: int
    caught: Counter[str]
    through: list[tuple[Pair, Pair]]


def number(pair: Pair, draw: random.Random) -> Pair | None:
    """Another number, now and then one that stands in the evidence."""
    return _with(pair, draw, _FIGURE, lambda found: _other_number(found[0], pair, draw))


def _other_number(digits: str, pair: Pair, draw: random.Random) -> str:
    there = [one for evidence in pair.evidence for one in _FIGURE.findall(evidence.quote) if one != digits]
    return draw.choice(there) if there and draw.random() < 0.5 else str(int(digits) + draw.choice((1, 2, 5, 10, 100)))


def unit(pair: Pair, draw: random.Random) -> Pair | None:
    """Another unit of the same sort, or of any."""
    return _with(pair, draw, _WITH_UNIT, lambda found: found[1] + draw.choice(_other_units(found[2], draw)))


def _other_units(unit: str, draw: random.Random) -> list[str]:
    rows = [row.split() for row in _UNITS]
    own = next(row for row in rows if unit in row)
    same = {"회", "번"} if unit in ("회", "번") else {unit}  # 5회 and 5번 are one number
    return [one for one in (own if draw.random() < 0.5 else draw.choice(rows)) if one not in same] or ["상자"]


def date(pair: Pair, draw: random.Random) -> Pair | None:
    """Another date, weekday, time of day or period; where none stands there, a day is named."""
    words = re.compile("|".join(word for row in _DATES for word in row.split()))
    if words.search(pair.answer) and draw.random() < 0.7:
        rows = {word: row.split() for row in _DATES for word in row.split()}
        return _with(pair, draw, words, lambda found: draw.choice([one for one in rows[found[0]] if one != found[0]]))
    if _DATE.search(pair.answer):
        return _with(
            pair, draw, _DATE, lambda found: _other_number(found[0], pair, draw) if found[0].isdigit() else "일"
        )
    said = draw.choice(("3월 5일까지 ", "매주 월요일에 ", "오전 9시에 ", "2024-03-05에 ", "익일 ", "매월 1일에 "))
    return _with(pair, draw, re.compile(r"(?<= )(?=[가-힣]+니다\.)"), lambda _: said)


def code(pair: Pair, draw: random.Random) -> Pair | None:
    """Another digit or letter in a code or a Latin word, two letters changed round, or another case."""
    return _with(pair, draw, _CODE, lambda found: _other_code(found[0], draw))


def _other_code(code: str, draw: random.Random) -> str:
    place, way = draw.randrange(len(code)), draw.randrange(4)
    if way == 0:
        return code.swapcase()
    if way == 1 and len(code) > 1:
        return code[:-2] + code[-1] + code[-2]
    char = code[place]
    other = str((int(char) + 1) % 10) if char.isdigit() else draw.choice("BCDKXZ") if char.isalpha() else "_"
    return code[:place] + other + code[place + 1 :] if way == 2 else f"{code}-{draw.randint(1, 9)}"


def quote(pair: Pair, draw: random.Random) -> Pair | None:
    """A quote with a word changed, cut off and lengthened, or moved."""
    place = draw.randrange(len(pair.evidence))
    one = pair.evidence[place]
    words = one.quote.split(" ")
    words[draw.randrange(len(words))] = draw.choice(("전혀", "항상", "100개", "반드시", "관리자"))
    wrong = draw.choice((
        replace(one, quote=" ".join(words)), replace(one, quote=one.quote + "."), replace(one, start=one.start + 1,
        end=one.end + 1),
        replace(one, quote=one.quote[:-1]), replace(one, quote=one.quote.replace(" ", "") + " "),
    ))  # fmt: skip
    evidence: tuple[Evidence, ...] = (*pair.evidence[:place], wrong, *pair.evidence[place + 1 :])
    return replace(pair, evidence=evidence) if wrong.document.text[wrong.start : wrong.end] != wrong.quote else None


def negation(pair: Pair, draw: random.Random) -> Pair | None:
    """A denial added, dropped or put on another predicate."""
    fitting = [(pattern, other) for pattern, other in _NEGATIONS if re.search(pattern, pair.answer)]
    if not fitting:
        return None
    pattern, other = draw.choice(fitting)
    return _with(pair, draw, re.compile(pattern), lambda _: other)


def opposed(pair: Pair, draw: random.Random) -> Pair | None:
    """A term in place of its opposite; now and then both change places."""
    fitting = [
        pair_[::turn] for pair_ in _OPPOSED for turn in (1, -1) if re.search(_word(pair_[::turn][0]), pair.answer)
    ]
    if not fitting:
        return None
    one, other = draw.choice(fitting)
    if other in pair.answer and not re.search(
        rf"{one}\S{{0,2}}[ ·,]{{1,2}}{other}|{other}\S{{0,2}}[ ·,]{{1,2}}{one}", pair.answer
    ):
        turned = re.sub(_word(other), one, re.sub(_word(one), "\0", pair.answer)).replace("\0", other)
        return replace(pair, answer=turned) if turned != pair.answer else None
    return _with(pair, draw, re.compile(_word(one)), lambda _: other)


def _word(term: str) -> str:
    """A term as a word, or the start of one; not 열을 and 줄이, which are nouns with their particles."""
    return (
        rf"(?<![가-힣]){term}{'(?! )' if term == '줄이' else ''}"
        if len(term) > 1
        else rf"(?<![가-힣]){term}(?=[다고면지은는을어아여])(?!을 )"
    )


def language(pair: Pair, draw: random.Random) -> Pair | None:
    """A sentence or a word in another language."""
    said = draw.choice(_FOREIGN)
    return replace(
        pair, answer=draw.choice((f"{pair.answer} {said}", f"{said} {pair.answer}", _inside(pair.answer, said, draw)))
    )


def casual(pair: Pair, draw: random.Random) -> Pair | None:
    """One sentence in 반말 or in plain style, or one added."""
    if draw.random() < 0.3:
        return replace(pair, answer=f"{pair.answer} {draw.choice(_CASUAL)}")
    fitting = [(polite, other) for polite, other in _CASUAL_ENDINGS if polite in pair.answer]
    if not fitting:
        return None
    polite, other = draw.choice(fitting)
    return _with(pair, draw, re.compile(re.escape(polite)), lambda _: other)


def prompt(pair: Pair, draw: random.Random) -> Pair | None:
    """A line of the instructions, or words of the task, in the answer."""
    told = (
        [line.strip() for line in pair.origin.instructions.splitlines() if len(line.strip()) > 20]
        if pair.origin
        else []
    )
    said = draw.choice(_TASK) if draw.random() < 0.4 or not told else draw.choice(told)
    if said in told and draw.random() < 0.5:
        start = draw.randrange(max(1, len(said) - 20))
        said = said[start : start + 25]
    return replace(pair, answer=draw.choice((f"{pair.answer} {said}", f"{said} {pair.answer}")))


def _inside(text: str, said: str, draw: random.Random) -> str:
    words = text.split(" ")
    words.insert(draw.randrange(len(words) + 1), said)
    return " ".join(words)


def _with(
    pair: Pair, draw: random.Random, pattern: re.Pattern[str], other: Callable[[re.Match[str]], str]
) -> Pair | None:
    """The pair with one place of its answer changed; list numbers are left alone."""
    places = [found for found in pattern.finditer(pair.answer) if not re.match(r"\d+\. ", pair.answer[found.start() :])]
    if not places:
        return None
    found = draw.choice(places)
    answer = pair.answer[: found.start()] + other(found) + pair.answer[found.end() :]
    answer = re.sub(r"([가-힣])([ㅂㄴ])(니?다)", lambda cut: _closed(cut[1], cut[2]) + cut[3], answer)
    return replace(pair, answer=answer) if answer != pair.answer else None


def _closed(syllable: str, final: str) -> str:
    """A syllable with a final consonant: 보 + ㅂ = 봅."""
    is_open = (ord(syllable) - 0xAC00) % 28 == 0
    return chr(ord(syllable) + {"ㅂ": 17, "ㄴ": 4}[final]) if is_open else syllable + {"ㅂ": "습", "ㄴ": "는"}[final]


_REPLY = re.compile(r"^(네|예|아니요|아닙니다|맞습니다|틀립니다)(?=[,.] )")


def reply(pair: Pair, draw: random.Random) -> Pair | None:
    """네 for 아니요 and the other way round, the rest unchanged."""
    return _with(
        pair,
        draw,
        _REPLY,
        lambda found: draw.choice(("아니요", "아닙니다") if found[0] in "네예맞습니다" else ("네", "예")),
    )


MUTATORS: tuple[Mutate, ...] = (
    number, unit, date, code, quote, negation, opposed, reply, language, casual, prompt,
)  # fmt: skip


def mutants(honest: Sequence[Inspected], mutate: Mutate, least: int, seed: int) -> Iterator[tuple[Inspected, Pair]]:
    """At least so many mutants, each with the honest pair it was made of, as far as forty rounds give them."""
    draw = random.Random(f"{seed}|{mutate.__name__}")
    seen: set[str] = set()
    for _ in range(40):
        for one in draw.sample(honest, len(honest)):
            made = mutate(one.pair, draw)
            key = repr((made.answer, made.evidence)) if made else ""
            if made is None or key in seen:
                continue
            seen.add(key)
            yield one, made
            if len(seen) >= least:
                return


def measure(
    honest: Sequence[Inspected], mutate: Mutate, limits: Gates, words: tuple[str, ...], least: int, seed: int
) -> Tally:
    """One mutator's mutants before the gates."""
    made = list(mutants(honest, mutate, least, seed))
    found = inspect([pair for _, pair in made], [one.standing for one, _ in made], words)
    tally = Tally(len(made), Counter(), [])
    for (one, pair), mutant in zip(made, found, strict=True):
        fault = first_fault(mutant, limits)
        if fault is None:
            tally.through.append((one.pair, pair))
        else:
            tally.caught[fault[0]] += 1
    return tally


def main() -> None:
    """A line a mutator, what got through, and what of the honest answers was refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("docs", nargs="*", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=int, default=200)
    parser.add_argument("--show", type=int, default=5, help="examples of what got through, per mutator")
    given = parser.parse_args()
    recipe = load_recipe(Recipe, RECIPE)
    words = tuple(sorted({*load_words(WORDS), *(() if given.docs else load_words(GLOSSARY))}))
    written = write_dataset(given.docs or [HANDBOOK], recipe, words=words, limit=None, on_step=lambda _: None)
    told = "\n".join(path.read_text(encoding="utf-8") for path in sorted(PROMPTS.glob("*.md")))
    origin = Origin("openai:mutants", None, "0" * 16, told)
    kept = [one for one in written.kept if one.pair.is_answerable and one.before is None]
    honest = inspect([replace(one.pair, origin=origin) for one in kept], [one.standing for one in kept], words)
    refused = Counter(fault[0] for one in honest if (fault := first_fault(one, recipe.gates)))
    honest = [one for one in honest if first_fault(one, recipe.gates) is None]
    print(
        f"honest {len(kept):,}, of them refused {refused.total()} ({refused.total() / len(kept):.2%}) {dict(refused)}"
    )
    tallies = {
        mutate.__name__: measure(honest, mutate, recipe.gates, words, given.least, given.seed) for mutate in MUTATORS
    }
    print(f"\n{'mutator':<10}{'applied':>8}{'through':>8}{'caught':>8}   by gate")
    for name, tally in tallies.items():
        share = tally.caught.total() / max(tally.applied, 1)
        by_gate = ", ".join(f"{gate} {count}" for gate, count in tally.caught.most_common())
        print(f"{name:<10}{tally.applied:>8}{len(tally.through):>8}{share:>8.1%}   {by_gate}")
    for name, tally in tallies.items():
        for before, after in tally.through[: given.show]:
            quotes = " || ".join(one.quote for one in after.evidence)
            print(f"\n{name}\n  Q {after.question}\n  - {before.answer}\n  + {after.answer}\n  E {quotes[:400]}")
    sys.exit(any(tally.through for tally in tallies.values()))


if __name__ == "__main__":
    main()
