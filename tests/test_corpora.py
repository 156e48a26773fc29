"""The handbook keeps its promises: enough, each document its own, nothing without something to ask."""

import json
import re
from collections import Counter, defaultdict
from itertools import combinations

import pytest

from curation.korean.kiwi import content_morphemes
from curation.korean.speech_level import SpeechLevel, tag_messages
from curation.words import load_words
from datagen.documents import Items, Paragraph, Table
from datagen.readers.files import find_documents, read_document
from datagen.wms import GLOSSARY, HANDBOOK

SUBJECTS = ("기본개념", "입고", "재고", "출고", "유통가공", "반품", "설비", "특수물류", "시스템", "도입", "운영")
_NOT_LETTERS = re.compile(r"[^0-9A-Za-z가-힣]")


@pytest.fixture(scope="module")
def documents():
    return [read_document(name, path) for name, path in find_documents([HANDBOOK])]


def test_there_are_enough_documents_of_every_subject(documents):
    by_subject = Counter(document.name.split("/")[0] for document in documents)
    assert len(documents) >= 80
    assert sum(len(document.text) for document in documents) >= 120_000
    assert all(by_subject[subject] >= 3 for subject in SUBJECTS)


def paragraphs(document):
    for section in document.sections:
        for block in section.blocks:
            match block:
                case Paragraph():
                    yield block.line.text
                case Items():
                    yield from (item.line.text for item in block.items)
                case Table():
                    yield from (" ".join(cell.text for cell in row) for row in block.rows)


def test_no_two_paragraphs_are_alike(documents):
    shingles = []
    for document in documents:
        for text in paragraphs(document):
            letters = _NOT_LETTERS.sub("", text).lower()
            if len(letters) >= 20:
                shingles.append((document.name, text, {letters[i : i + 5] for i in range(len(letters) - 4)}))
    holders = defaultdict(list)
    for number, (_, _, grams) in enumerate(shingles):
        for gram in grams:
            holders[gram].append(number)
    alike = []
    for number, (name, text, grams) in enumerate(shingles):
        shared = Counter(other for gram in grams for other in holders[gram] if other > number)
        for other, count in shared.items():
            if count / (len(grams) + len(shingles[other][2]) - count) >= 0.5:
                alike.append((name, text, shingles[other][0], shingles[other][1]))
    assert alike == []


def test_every_document_keeps_one_style(documents):
    for document in documents:
        prose = [
            block.line.text for section in document.sections for block in section.blocks if isinstance(block, Paragraph)
        ]
        levels = Counter(
            sentence.level
            for tag in tag_messages([text for text in prose if not text.startswith(("Q.", "A."))])
            for sentence in tag.sentences
            if sentence.confidence > 0.9
        )
        styles = {level for level in (SpeechLevel.HAPSYO, SpeechLevel.PLAIN) if levels[level]}
        assert len(styles) <= 1, (document.name, levels)


def test_a_made_up_figure_stands_only_in_an_example(documents):
    """Shares, sums and durations outside 예시 are law, standard or arithmetic: none is a statistic of ours."""
    allowed = {"개인정보-보호.md", "KPI와-계산식.md", "재고-정확도.md", "투자-효과(ROI)-분석.md", "용어집.md"}
    statistic = re.compile(r"(?:평균|약|대략|보통|통상) ?\d[\d,.]* ?(?:%|퍼센트|배|만 원|억)")
    for document in documents:
        for section in document.sections:
            if any("예시" in heading.text for heading in section.headings) or document.name.split("/")[-1] in allowed:
                continue
            for block in section.blocks:
                if isinstance(block, Paragraph):
                    assert not statistic.search(block.line.text), (document.name, block.line.text)


def test_the_glossary_is_a_word_list():
    words = load_words(GLOSSARY)
    assert {"피킹", "적치", "크로스도킹", "로케이션", "합포장", "수불부"} <= set(words)
    assert len(words) >= 100


QUESTIONS = HANDBOOK.parent / "eval" / "casual_questions.jsonl"


@pytest.fixture(scope="module")
def questions():
    return [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


def test_there_are_enough_evaluation_questions_of_both_kinds(questions):
    kinds = Counter(question["kind"] for question in questions)
    assert len({question["id"] for question in questions}) == len(questions) >= 100
    assert set(kinds) == {"wms", "everyday"} and min(kinds.values()) >= 50
    assert all(8 <= len(question["question"]) <= 40 for question in questions)


def test_a_handbook_question_names_a_document_that_exists(questions):
    for question in questions:
        assert (question["document"] is not None) == (question["kind"] == "wms"), question
        assert question["document"] is None or (HANDBOOK / question["document"]).is_file(), question


def test_every_evaluation_question_is_casual(questions):
    asked = [question["question"] for question in questions]
    labels = [tag.label for tag in tag_messages(asked)]
    assert [text for text, label in zip(asked, labels, strict=True) if label != "casual"] == []


def test_no_two_evaluation_questions_ask_the_same(questions):
    asked = [question["question"] for question in questions]
    content = [set(morphemes) for morphemes in content_morphemes(asked)]
    letters = [_NOT_LETTERS.sub("", text) for text in asked]
    grams = [{text[start : start + 3] for start in range(len(text) - 2)} for text in letters]
    alike = [
        (asked[left], asked[right])
        for left, right in combinations(range(len(asked)), 2)
        for sets in (content, grams)
        if len(sets[left] & sets[right]) >= 0.5 * len(sets[left] | sets[right])
    ]
    assert alike == []
