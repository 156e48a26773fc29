"""The road from plan to pair: what a model says is kept only as far as the gates let it, and no plan vanishes."""

import asyncio
import json
from collections import Counter
from dataclasses import replace

import pytest
from conftest import CYCLE_COUNT

from curation.recipe import load_recipe
from datagen.llm.desk import Desk
from datagen.llm.plans import make_plans
from datagen.llm.prompts import load_prompts
from datagen.llm.request import Lost, Reply, Role
from datagen.llm.road import write_plans
from datagen.recipe import Mix, Recipe
from datagen.standin.model import answer_of
from datagen.wms import RECIPE, draft_pairs

RETURNS = """\
# 반품 검수

반품 검수는 돌아온 상품의 상태를 보고 등급을 정하는 작업이다.

## 반품 기한

반품은 배송이 끝난 날부터 14일 안에 접수한다. 접수하지 않은 반품은 받지 않는다.

## 반품 등급

| 등급 | 상태 | 보관 구역 |
|---|---|---|
| 양품 | 포장이 그대로인 상품 | R1구역 |
| 불량 | 부서진 상품 | R9구역 |
"""
MODEL = [
    'llm.asker.model="openai:묻는 모델"',
    'llm.answerer.model="openai:답하는 모델"',
    'llm.judge.model="openai:판정 모델"',
]


@pytest.fixture(scope="module")
def drafted(tmp_path_factory):
    docs = tmp_path_factory.mktemp("docs")
    (docs / "순환-실사.md").write_text(CYCLE_COUNT, encoding="utf-8")
    (docs / "반품-검수.md").write_text(RETURNS, encoding="utf-8")
    return draft_pairs([docs], load_recipe(Recipe, RECIPE, MODEL), words=(), limit=None, on_step=lambda _: None)


def reply(text):
    return Reply(text, "stop", 10, 5, 0.01, 1)


def honest(request):
    return reply(answer_of(request.messages, request.schema))


def write(drafted, answer=honest, *settings, entails=None, seen=None, **windows):
    """Every plan as it ended, with a model that is a plain function of one request."""
    recipe = load_recipe(Recipe, RECIPE, [*MODEL, *settings])
    drafts = [one.pair for one in drafted.kept]
    plans = make_plans(drafted.corpus.passages, drafts, recipe, searcher=drafted.corpus.searcher)

    async def ask(requests):
        if seen is not None:
            seen.extend(requests)
        return [answer(request) for request in requests]

    desk = Desk(drafted.corpus, recipe, load_prompts(), ask, entails)
    done = asyncio.run(write_plans(desk, plans, lambda _: None, **windows))
    assert [draft.plan for draft in done] == plans, "every plan ends, in its order"
    assert all(draft.is_open == (draft.found is not None and not draft.gate) for draft in done)
    return done


def said(request, change):
    """An honest answer with every answer's text changed."""
    data = json.loads(answer_of(request.messages, request.schema))
    for one in data.get("answers", []):
        one["answer"] = change(one["answer"])
    return reply(json.dumps(data, ensure_ascii=False))


def is_told_why(request):
    return "revise:" in request.prompt


def test_an_honest_model_is_kept_and_every_quote_stands_in_its_document(drafted):
    done = write(drafted)
    kept = [draft.found.pair for draft in done if draft.is_open]
    assert len(kept) >= 0.7 * len(done), Counter(draft.gate for draft in done)
    for pair in kept:
        assert pair.origin.model in ("openai:묻는 모델 + openai:답하는 모델", "openai:답하는 모델")
        for turn in pair.turns:
            assert turn.evidence
            assert all(one.document.text[one.start : one.end] == one.quote for one in turn.evidence)


def test_the_same_replies_give_the_same_pairs_however_the_windows_fall(drafted):
    whole = write(drafted)
    cut = write(drafted, window_plans=3)
    assert [(draft.gate, draft.pair) for draft in whole] == [(draft.gate, draft.pair) for draft in cut]


def test_a_pair_that_a_gate_refused_goes_back_once_with_the_reason(drafted):
    seen = []

    def careless(request):
        return honest(request) if is_told_why(request) else said(request, lambda text: f"{text} 총 9,999번입니다.")

    done = write(drafted, careless, seen=seen)
    back = [draft for draft in done if draft.was_sent_back]
    assert back and sum(draft.is_open for draft in back) >= 0.7 * len(back)
    told = [request.messages[-1].content for request in seen if is_told_why(request)]
    assert len(told) == len(back) and sum("number: " in text for text in told) >= 0.7 * len(told)


def test_a_pair_that_fails_twice_is_refused_with_the_gate_that_saw_it(drafted):
    done = write(drafted, lambda request: said(request, lambda text: f"{text} 총 9,999번입니다."))
    refused = [draft for draft in done if draft.answered is None and draft.plan.kind != "rewrite"]
    assert refused and all(
        draft.gate == "number" for draft in refused if draft.questions and draft.gate != "unanswered"
    )


def test_nothing_is_sent_back_where_the_recipe_says_so(drafted):
    seen = []
    write(drafted, lambda request: said(request, lambda text: f"{text} 9,999번"), "llm.sends_back=false", seen=seen)
    assert not any(is_told_why(request) for request in seen)


def test_an_invented_quote_makes_no_pair(drafted):
    def inventive(request):
        data = json.loads(answer_of(request.messages, request.schema))
        for one in data.get("answers", []):
            one["quotes"] = [{"source": "1", "text": "이 문장은 어느 문서에도 없다."}]
        return reply(json.dumps(data, ensure_ascii=False))

    done = [draft for draft in write(drafted, inventive) if draft.plan.kind != "rewrite"]
    assert {draft.gate for draft in done} <= {"quote", "unanswered"}


@pytest.mark.parametrize(
    "text", ["", "죄송하지만 도와드릴 수 없습니다.", '{"questions": ["실사가', "{}", '{"answers": 3}']
)
def test_what_is_no_answer_is_a_named_fault(drafted, text):
    done = write(drafted, lambda _: reply(text))
    assert {draft.gate for draft in done} <= {"empty", "refusal", "cut", "schema"}
    assert all(draft.keys for draft in done)


def test_a_lost_request_costs_its_own_plan_alone(drafted):
    keys = {}

    def lossy(request):
        return Lost("timeout", "5 s") if keys.setdefault(request.key, len(keys)) % 5 == 0 else honest(request)

    done = write(drafted, lossy)
    lost = [draft for draft in done if draft.gate == "lost"]
    assert lost and all(draft.because == "timeout: 5 s" for draft in lost)
    assert sum(draft.is_open for draft in done) >= 0.4 * len(done)


def test_more_than_half_of_the_votes_must_be_for_a_pair(drafted):
    def judge(against):
        def answer(request):
            if request.role is not Role.JUDGE:
                return honest(request)
            return reply(json.dumps({"faithful": request.sample >= against, "reason": "근거에 없습니다."}))

        return answer

    def open_ones(done):
        return [draft.plan for draft in done if draft.is_open]

    without = open_ones(write(drafted))
    assert open_ones(write(drafted, judge(0), "llm.votes=3")) == without
    assert open_ones(write(drafted, judge(1), "llm.votes=3")) == without
    refused = write(drafted, judge(2), "llm.votes=3")
    assert not open_ones(refused) and {"judge"} <= {draft.gate for draft in refused}
    assert not open_ones(write(drafted, judge(1), "llm.votes=2")), "a tie is not more than half"


def test_the_judge_sees_the_evidence_in_korean_letters(drafted):
    seen = []
    done = write(drafted, honest, "llm.votes=1", seen=seen)
    judged = [request.messages[-1].content for request in seen if request.role is Role.JUDGE]
    kept = [draft.found.pair for draft in done if draft.is_open]
    assert judged and all(any(pair.evidence[0].quote in text for text in judged) for pair in kept)
    assert not any("\\u" in text for text in judged)


def test_evidence_that_does_not_entail_the_answer_is_refused_by_the_nli_gate(drafted):
    done = write(drafted, honest, entails=lambda pairs: ["0.12 entailed" for _ in pairs])
    assert not any(draft.is_open for draft in done)
    assert "nli" in {draft.gate for draft in done}


def test_a_weak_model_only_rewords_what_was_extracted(drafted):
    done = write(drafted, honest, 'llm.mode="rewrite"')
    assert {draft.plan.kind for draft in done} == {"rewrite"}
    kept = [draft for draft in done if draft.is_open]
    assert kept
    for draft in kept:
        own = draft.plan.draft
        assert replace(
            draft.pair, question="", answer="", persona="", question_level=own.question_level, origin=None
        ) == (replace(own, question="", answer="", persona=""))


def test_the_asker_may_be_kept_from_the_passage(drafted):
    seen = []
    write(drafted, honest, 'llm.asker_sees="topic"', seen=seen)
    asked = [request.messages[-1].content for request in seen if request.role is Role.ASKER]
    assert asked and not any("다른 작업자가 재실사를 한다" in text for text in asked)


def test_an_answerable_question_is_no_near_miss(drafted):
    def answers_all(request):
        if request.role is Role.ASKER:
            return reply(json.dumps({"questions": ["반품은 배송이 끝난 날부터 며칠 안에 접수해?"]}, ensure_ascii=False))
        text = "제공된 자료에는 해당 내용이 없습니다. 자료에는 반품 등급만 나와 있습니다."
        answer = {"answerable": False, "answer": text, "quotes": [{"source": "1", "text": "포장이 그대로인 상품"}]}
        return reply(json.dumps({"answers": [answer]}, ensure_ascii=False))

    only = [f"llm.mix.{kind}={float(kind == 'unanswerable')}" for kind in Mix.model_fields]
    done = write(drafted, answers_all, "contexts.size=3", "contexts.distractors=2", *only)
    assert done and not any(draft.is_open for draft in done)
    assert "answered" in {draft.gate for draft in done}


def test_an_asker_may_say_that_there_is_nothing_to_ask(drafted):
    seen = []
    nothing = json.dumps({"questions": []})
    done = write(drafted, lambda one: reply(nothing) if one.role is Role.ASKER else honest(one), seen=seen)
    assert {draft.gate for draft in done if draft.plan.kind != "rewrite"} == {"unasked"}
    assert not any(is_told_why(request) for request in seen if request.role is Role.ASKER)


def test_a_question_at_fault_goes_back_to_whoever_asked(drafted):
    seen = []

    def stiff(request):
        if request.role is not Role.ASKER or is_told_why(request):
            return honest(request)
        data = json.loads(answer_of(request.messages, request.schema))
        return reply(json.dumps({"questions": [f"해당 {one}" for one in data["questions"]]}, ensure_ascii=False))

    done = write(drafted, stiff, seen=seen)
    back = [draft for draft in done if draft.was_sent_back and draft.plan.kind != "rewrite"]
    assert back and sum(draft.is_open for draft in back) >= 0.6 * len(back)
    assert sum(is_told_why(request) and request.role is Role.ASKER for request in seen) == len(back)
