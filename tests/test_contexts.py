"""Contexts before a question: how many, which, and what a row without its evidence may say."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.korean.speech_level import SpeechLevel, tag_messages
from datagen.contexts import NOT_THERE, Context, as_context, ground_pairs, refuse, user_turn
from datagen.documents import Document, cite
from datagen.gates import Pair
from datagen.passages import split_passages
from datagen.readers.markdown import parse_markdown
from datagen.retrieval.search import build_searcher

RULES = {
    "파렛트": ("두 단까지 쌓는다", "지게차 기사"), "상자": ("무거운 것을 아래에 둔다", "피킹 작업자"),
    "드럼통": ("눕히지 않고 세운다", "위험물 담당자"), "유리병": ("칸막이를 끼운다", "포장 작업자"),
    "의류": ("행거에 건다", "적치 작업자"), "냉동식품": ("해동되기 전에 넣는다", "냉동실 당번"),
    "화장품": ("햇빛을 가린다", "재고 담당자"), "서적": ("비닐로 싼다", "출고 담당자"),
}  # fmt: skip


def written(thing):
    rule, who = RULES[thing]
    text = f"# {thing} 보관\n\n## 쌓는 방법\n\n{thing}을 쌓을 때는 {rule}.\n\n## 담당자\n\n{thing}의 보관은 {who}가 맡는다.\n"
    return Document(f"{thing}.md", text, f"sha-{thing}", parse_markdown(text).sections)


DOCUMENTS = [written(thing) for thing in RULES]
PASSAGES = split_passages(DOCUMENTS, most_chars=100)
SEARCHER = build_searcher(PASSAGES, words=(), dimensions=256)


def pair(document, quote, question, answer):
    start = document.text.index(quote)
    evidence = (cite(document, (2, 2 + len(document.title)), ()), cite(document, (start, start + len(quote)), ()))
    return Pair("condition", "신입", question, SpeechLevel.HAE, answer, evidence[::-1])


PAIRS = [
    one
    for document, (thing, (rule, who)) in zip(DOCUMENTS, RULES.items(), strict=True)
    for one in (
        pair(document, rule, f"{thing} 쌓을 때 어떻게 해야 돼?", f"{thing}은(는) {rule[:-1]}."),
        pair(document, who, f"{thing} 보관은 누가 맡아?", f"{thing} 보관은 {who}가 맡습니다."),
    )
]
SHAPES = {
    "size": st.integers(1, 6), "distractors": st.integers(0, 6), "oracle_share": st.floats(0, 1), "seed": st.integers(0, 9)
}  # fmt: skip


def holds(context, span):
    passage = context.passage
    return passage.document == span.document and passage.start <= span.start and span.end <= passage.end


@settings(max_examples=40, deadline=None)
@given(st.fixed_dictionaries(SHAPES))
def test_every_row_has_its_contexts_and_the_share_of_oracles_is_kept(shape):
    grounded = ground_pairs(PAIRS, PASSAGES, SEARCHER, **shape)
    assert [one.pair.question for one in grounded] == [one.question for one in PAIRS]
    assert all(len(one.contexts) == shape["size"] for one in grounded)
    assert all(len({id(context.passage) for context in one.contexts}) == shape["size"] for one in grounded)
    answered = [one for one in grounded if one.pair.is_answerable]
    assert len(answered) == round(shape["oracle_share"] * len(PAIRS))


@settings(max_examples=40, deadline=None)
@given(st.fixed_dictionaries(SHAPES))
def test_the_gold_answer_stands_only_where_its_evidence_does(shape):
    for before, after in zip(PAIRS, ground_pairs(PAIRS, PASSAGES, SEARCHER, **shape), strict=True):
        fact = before.evidence[0]
        if after.pair.is_answerable:
            assert after.pair == before
            assert [context.is_oracle for context in after.contexts] == [holds(c, fact) for c in after.contexts]
            assert sum(context.is_oracle for context in after.contexts) == 1
        else:
            assert not any(context.is_oracle or fact.quote in context.passage.indexed for context in after.contexts)
            assert after.pair.answer.startswith(NOT_THERE)
            assert fact.quote not in after.pair.answer


@settings(max_examples=40, deadline=None)
@given(st.fixed_dictionaries(SHAPES))
def test_the_nearest_silent_passages_are_among_the_contexts(shape):
    shape["distractors"] = min(shape["distractors"], shape["size"] - 1)
    nearest = SEARCHER.nearest([one.question for one in PAIRS], len(PASSAGES))
    for number, one in enumerate(ground_pairs(PAIRS, PASSAGES, SEARCHER, **shape)):
        fact = PAIRS[number].evidence[0]
        silent = [
            PASSAGES[place]
            for place in nearest[number]
            if not holds(Context(PASSAGES[place], False), fact) and fact.quote not in PASSAGES[place].indexed
        ]
        shown = [context.passage for context in one.contexts]
        assert all(passage in shown for passage in silent[: shape["distractors"]])


def test_a_refusal_says_only_what_its_evidence_says():
    for one in ground_pairs(PAIRS, PASSAGES, SEARCHER, size=4, distractors=2, oracle_share=0.0, seed=3):
        assert all(span.document.text[span.start : span.end] == span.quote for span in one.pair.evidence)
        named = one.pair.answer.removeprefix(NOT_THERE)
        for word in re.findall(r"[가-힣]+ 보관|쌓는 방법|담당자", named):
            assert any(span.quote == word for span in one.pair.evidence)
        assert tag_messages([one.pair.answer])[0].label == "polite"


def context(heading, parts=("절차",)):
    text = f"# {heading}\n\n" + "".join(f"## {part}\n\n이 절은 {part}를 다룬다.\n\n" for part in parts)
    document = Document(f"{heading}.md", text, heading, parse_markdown(text).sections)
    return [Context(passage, False) for passage in split_passages([document], most_chars=100)]


@pytest.mark.parametrize(
    ("contexts", "said"),
    [
        (context("반품"), "자료에는 반품(절차)에 관한 내용만 있습니다."),
        (context("반품", ("개요",)), "자료에는 반품에 관한 내용만 있습니다."),
        (context("반품", ("접수", "검수")), "자료에는 반품(접수, 검수)에 관한 내용만 있습니다."),
        ([*context("반품"), *context("재고")], "자료에는 반품(절차)과 재고(절차)에 관한 내용만 있습니다."),
        (
            [*context("도크"), *context("WMS"), *context("적치")],
            "자료에는 도크(절차), WMS(절차)와 적치(절차)에 관한 내용만 있습니다.",
        ),
    ],
)
def test_what_the_contexts_hold_is_told_in_good_korean(contexts, said):
    assert refuse(PAIRS[0], contexts).answer == f"{NOT_THERE} {said}"


def test_contexts_without_headings_are_not_named_but_cited():
    document = Document(
        "메모.txt", "검수장 열쇠는 사무실에 둔다.", "memo", parse_markdown("검수장 열쇠는 사무실에 둔다.").sections
    )
    contexts = [Context(passage, False) for passage in split_passages([document], most_chars=100)]
    refused = refuse(PAIRS[0], contexts)
    assert refused.answer == NOT_THERE
    assert [span.quote for span in refused.evidence] == [document.text]
    assert user_turn(contexts, "누가?").startswith("[자료 1] 메모\n")


def test_the_user_turn_ends_with_the_question_after_an_empty_line():
    one = ground_pairs(PAIRS, PASSAGES, SEARCHER, size=3, distractors=1, oracle_share=1.0, seed=7)[0]
    turn = user_turn(one.contexts, one.pair.question)
    assert turn.rpartition("\n\n")[2] == one.pair.question
    assert re.findall(r"^\[자료 (\d+)\] .+ > .+$", turn, re.MULTILINE) == ["1", "2", "3"]
    assert all(context.passage.text in turn for context in one.contexts)
    assert set(as_context(one.contexts[0])) == {"document", "sha256", "start", "end", "oracle"}


def test_the_same_seed_gives_the_same_contexts_and_another_seed_others():
    options = {"size": 4, "distractors": 2, "oracle_share": 0.5}
    first = ground_pairs(PAIRS, PASSAGES, SEARCHER, **options, seed=7)
    assert ground_pairs(PAIRS, PASSAGES, SEARCHER, **options, seed=7) == first
    assert ground_pairs(PAIRS[::-1], PASSAGES, SEARCHER, **options, seed=7) == first[::-1]
    assert ground_pairs(PAIRS, PASSAGES, SEARCHER, **options, seed=8) != first
    places = {[context.is_oracle for context in one.contexts].index(True) for one in first if one.pair.is_answerable}
    assert len(places) > 1


def test_dialogues_and_refusals_keep_their_evidence():
    from dataclasses import replace

    follow_up = replace(PAIRS[1], before=PAIRS[0])
    near_miss = replace(PAIRS[2], is_answerable=False, answer=NOT_THERE)
    grounded = ground_pairs([follow_up, near_miss], PASSAGES, SEARCHER, size=4, distractors=2, oracle_share=0.0, seed=7)
    assert [one.pair for one in grounded] == [follow_up, near_miss]
    assert [sum(context.is_oracle for context in one.contexts) for one in grounded] == [2, 1]


def test_evidence_that_needs_more_passages_than_asked_for_is_shown_whole():
    wide = pair(
        DOCUMENTS[0], DOCUMENTS[0].text[DOCUMENTS[0].text.index("파렛트을") :], "파렛트는?", "두 단까지 쌓습니다."
    )
    one = ground_pairs([wide], PASSAGES, SEARCHER, size=1, distractors=1, oracle_share=1.0, seed=7)[0]
    assert [context.is_oracle for context in one.contexts] == [True, True]


def test_with_nothing_else_to_show_no_pair_is_refused():
    passages = split_passages(DOCUMENTS[:1], most_chars=1000)[:1]
    alone = build_searcher(passages, words=(), dimensions=256)
    one = ground_pairs(PAIRS[:1], passages, alone, size=3, distractors=2, oracle_share=0.0, seed=7)[0]
    assert one.pair == PAIRS[0]
    assert [context.is_oracle for context in one.contexts] == [True]
