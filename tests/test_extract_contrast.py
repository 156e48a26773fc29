"""Comparisons out of prose: what is set side by side, and what only stands together."""

import pytest

from datagen.documents import Document
from datagen.extract.prose.contrast import APART, contrasts
from datagen.extract.reading import Reading, read_sentences
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.markdown import parse_markdown


def found_in(markdown):
    document = Document("x.md", markdown, "0" * 64, parse_markdown(markdown).sections)
    reading = Reading(document, read_sentences([document], ()), frozenset())
    return list(contrasts(reading))


def asked(candidate):
    return [phrase(template.text, REGISTERS[0], candidate.slots) for template in candidate.templates]


def test_two_things_of_a_kind_under_one_heading_are_told_apart_by_their_definitions():
    body = "생효모는 물기를 빼지 않은 효모입니다. 건조 효모는 물기를 말려 굳힌 효모입니다."
    [candidate] = found_in(f"# 효모\n\n## 생효모와 건조 효모\n\n{body}\n")
    assert "생효모와 건조 효모는 차이가 뭐야?" in asked(candidate)
    assert candidate.answer == body


def test_two_definitions_in_sibling_sections_are_evidence_both():
    text = (
        "# 발효\n\n## 저온 발효\n\n저온 발효는 냉장고에서 하룻밤 부풀리는 발효입니다.\n\n"
        "## 상온 발효\n\n상온 발효는 작업대 위에서 한 시간 부풀리는 발효입니다.\n"
    )
    [candidate] = found_in(text)
    spans = [*(text[start:end] for start, end in candidate.evidence), *(one.quote for one in candidate.elsewhere)]
    assert any("하룻밤" in span for span in spans) and any("한 시간" in span for span in spans)
    assert {one.section[-1] for one in candidate.elsewhere} == {"상온 발효"}


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("호밀빵과 달리 우유 식빵은 틀에 넣어 굽습니다.", "호밀빵이랑 우유 식빵은 뭐가 달라?"),
        ("호밀빵은 돌판에 올려 굽는 반면 우유 식빵은 틀에 넣어 굽습니다.", "호밀빵이랑 우유 식빵은 뭐가 달라?"),
    ],
)
def test_a_sentence_that_sets_two_things_against_each_other_tells_them_apart(sentence, question):
    [candidate] = found_in(f"# 굽기\n\n## 틀\n\n{sentence}\n")
    assert any(said.endswith(question) for said in asked(candidate))
    assert candidate.answer == sentence


@pytest.mark.parametrize(
    "body",
    [
        # A title joins what is not of a kind, too.
        "## 반죽과 반죽기\n\n반죽은 밀가루에 물을 섞는 작업입니다. 반죽기는 반죽을 치대는 설비입니다.\n",
        "## 틀\n\n이 방식과 달리 우유 식빵은 틀에 넣어 굽습니다.\n",  # which one is not said here
        "## 틀\n\n호밀빵은 돌판에 올려 굽습니다. 반면 손이 많이 갑니다.\n",  # nothing else is named
        "## 굽기\n\n굽기는 반죽을 익히는 작업입니다. 식히기는 빵의 김을 빼는 작업입니다.\n",  # two acts in a row
    ],
)
def test_what_only_stands_together_is_not_compared(body):
    assert found_in(f"# 제과\n\n{body}") == []


@pytest.mark.parametrize("register", REGISTERS)
def test_every_template_can_be_said_in_every_register(register):
    for template in APART:
        said = phrase(template.text, register, {"lead": "", "one": "생효모", "other": "건조 효모"})
        assert said.endswith((".", "?")) and not set("<>[]{}|") & set(said)
