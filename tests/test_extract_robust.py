"""No document breaks the road from its text to its facts, however it was cut, mangled or left half written."""

import random
import re
from pathlib import Path

import pytest

from datagen.documents import Document
from datagen.extract.reading import read_sentences
from datagen.readers.markdown import parse_markdown
from datagen.wms import find_facts

HANDBOOK = Path(__file__).parent.parent / "corpora" / "wms"
# Documents of every part of the handbook, and one in the shapes it does not use.
SAMPLED = (
    "용어집.md", "운영/자주-묻는-질문(FAQ).md", "운영/장애-사례와-조치.md", "설비/컨베이어.md", "재고/순환-실사.md", "시스템/API-연동.md",
)  # fmt: skip
OTHER = """# 📦 매장 앱 안내서 v2.1

## 1. 시작하기

**Q1: 로그인이 안 돼요**
**A1**:
* 비밀번호 확인
* 앱 재시작

### 자주 발생하는 문제

#### ❌ "권한이 없습니다"
- **원인**: 역할 미지정
- **해결 방법**:
  1. 역할 확인
  2. 관리자에게 문의

| 증상 | 원인 | 조치 |
|---|---|---|
| 화면 꺼짐 | 배터리 방전 | 충전합니다. |
| 화면 꺼짐 | 전원 불량 | 설비 담당자를 부릅니다. |

> [!WARNING]
> 문을 오래 열어 두면 안 됩니다.

## 3.2 주문 등록

- **수량**: 받을 개수
- **상태** – 대기, 확정, 취소

1. **메뉴 > 주문**을 누른다.
2. 수량 입력 후 [저장] 클릭
   - 0이면 저장되지 않는다.

| 상태 | 뜻 |
|---|---|
| 대기 | 아직 확정하지 않은 주문 |
| 확정 |  |
"""
ODD_LINES = (
    "할 것", "| 옵션 | 설명 | |\n|---|---|---|\n| 정렬 | 정렬할 기준입니다. | 예 |",
    "- ", "1. ", "##", "###   ", "A:", "Q:", "Q1:", "**A1**:", "- A:", "가", "|", "| 하나 |\n|---|\n| 값 |", "| |\n|-|", "✅ 🚚 📦", "증상:",
    "- 해결:", "> [!NOTE]", "> [!CAUTION]\n> ", "**", "- **이름**:", "- **:** 값", "?", "→", ":", "다음과 같습니다:", "$x = y$", "[](x)",
    "\u00a0\u200b", "1) \u200b", "- a\n  - b\n    - c\n      - d\n        - e\n          - 창고를 닫는다.",
    "A. \n\n1. 문을 연다.\n2. 문을 닫는다.", "원인: 방전 조치:", "\"\"", "''", "…", "및", "때", "경우에는", "하려면", "합니다.", "이면 이고 이며",
)  # fmt: skip


def drop_lines(lines, chances):
    return [line for line in lines if chances.random() > 0.3]


def cut_lines(lines, chances):
    return [line[: chances.randint(0, len(line))] if chances.random() < 0.4 else line for line in lines]


def behead_lines(lines, chances):
    return [line[chances.randint(0, len(line)) :] if chances.random() < 0.4 else line for line in lines]


def shuffle_lines(lines, chances):
    return chances.sample(lines, len(lines))


def insert_odd_lines(lines, chances):
    odd = [*ODD_LINES, *chances.choices(ODD_LINES, k=len(ODD_LINES))]
    at = {chances.randrange(len(lines)): line for line in odd}
    return [one for place, line in enumerate(lines) for one in (line, at.get(place)) if one is not None]


def blank_lines_of_text(lines, chances):
    return [re.match(r"[#\-\d.|>*\s]*", line)[0] if chances.random() < 0.3 else line for line in lines]


def narrow_tables(lines, chances):
    return ["|".join(line.split("|")[:3]) + "|" if line.startswith("|") else line for line in lines]


def join_lines(lines, chances):
    return " ".join(line if chances.random() < 0.5 else line + "\n" for line in lines).split("\n")


def strew_invisibles(lines, chances):
    return [re.sub(" ", lambda _: chances.choice((" ", "\u00a0", " \u200b", "\u3000")), line) for line in lines]


def indent_lines(lines, chances):
    return [" " * chances.choice((0, 0, 2, 4, 9)) + line for line in lines]


MUTATIONS = (
    drop_lines, cut_lines, behead_lines, shuffle_lines, insert_odd_lines, blank_lines_of_text, narrow_tables, join_lines,
    strew_invisibles, indent_lines,
)  # fmt: skip


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_no_extractor_raises(mutate):
    chances = random.Random(mutate.__name__)
    texts = [(HANDBOOK / name).read_text(encoding="utf-8") for name in SAMPLED]
    mutated = ["\n".join(mutate(text.splitlines(), chances)) for text in (*texts, OTHER, OTHER)]
    documents = [
        Document(f"{place}.md", text, f"{place:064}", parse_markdown(text).sections)
        for place, text in enumerate(mutated)
    ]
    for document, candidate in find_facts(documents, read_sentences(documents, ()), with_absent=True):
        assert all(0 <= start < end <= len(document.text) for start, end in candidate.evidence)


@pytest.mark.parametrize("line", ODD_LINES)
def test_no_extractor_raises_on_a_document_of_one_odd_line(line):
    for text in (
        line,
        f"# 창고\n\n{line}",
        f"# 창고\n\n## {line}\n\n- {line}\n\n{line}\n\n1. 문을 연다.\n2. 문을 닫는다.",
    ):
        document = Document("x.md", text, "0" * 64, parse_markdown(text).sections)
        find_facts([document], read_sentences([document], ()), with_absent=True)
