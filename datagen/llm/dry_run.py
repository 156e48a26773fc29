"""Before spending: the plans by kind, what they will cost, and five prompts as a model will read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from curation.korean.speech_level import SpeechLevel
from datagen.corpus import Corpus
from datagen.gates import Inspected
from datagen.llm.calls.prices import Prices, load_prices
from datagen.llm.estimate import REPAIRED_SHARE, SENT_BACK_SHARE, Expected, estimate
from datagen.llm.fence import show
from datagen.llm.plans import Plan, make_plans
from datagen.llm.prompts import LEVEL_NAMES, Prompts, answering, asking, rewriting
from datagen.llm.request import Message, Role
from datagen.llm.writer import addresses_of
from datagen.recipe import Recipe

_PROMPTS = 5
_KINDS = {
    "fact": "사실", "deeper": "까닭", "conditional": "조건", "comparative": "견줌", "scenario": "상황",
    "dialogue": "대화", "multi_hop": "두 자료", "rewrite": "다시 쓰기", "unanswerable": "답 없음",
}  # fmt: skip
_ROLES = {Role.ASKER: "질문", Role.ANSWERER: "답변", Role.REWRITER: "다시 쓰기", Role.JUDGE: "판정"}


def show_dry_run(
    corpus: Corpus, drafts: Sequence[Inspected], recipe: Recipe, prompts: Prompts, limit: int | None
) -> None:
    """Print it all on stdout; nothing is asked and nothing is written. `limit`: only the first plans."""
    from rich.console import Console
    from rich.table import Table as Grid

    prices = load_prices(recipe.connection.prices)
    plans = make_plans(corpus.passages, [one.pair for one in drafts], recipe, searcher=corpus.searcher)[:limit]
    expected = estimate(plans, corpus.passages, recipe, prompts, prices, addresses_of(recipe))
    documents = {corpus.passages[plan.passages[0]].document.name for plan in plans}

    console = Console(highlight=False, markup=False)
    kinds = Grid(
        "kind 종류", "plans 계획", "questions 질문", title=f"{len(plans):,} plans · {len(documents):,} documents"
    )
    for kind, count in Counter(plan.kind for plan in plans).most_common():
        turns = sum(plan.turns for plan in plans if plan.kind == kind)
        kinds.add_row(f"{kind} {_KINDS[kind]}", f"{count:,}", f"{turns:,}")
    roles = Grid("role 역할", "model 모델", "requests 요청", "tokens in 입력", "tokens out 출력", "USD", "원")
    for one in expected:
        roles.add_row(
            f"{one.role} {_ROLES[one.role]}", one.model, f"{one.requests:,}", f"{one.input_tokens:,}",
            f"{one.output_tokens:,}", *_money(one.dollars, prices),
        )  # fmt: skip
    roles.columns[1].overflow = "fold"
    for column in (*kinds.columns[1:], *roles.columns[2:]):
        column.justify = "right"
    console.print(kinds)
    console.print(roles)
    console.print("\n".join(_remarks(plans, expected, recipe, prices)), soft_wrap=True)
    for number, (title, messages) in enumerate(_samples(corpus, plans, recipe, prompts), 1):
        console.print(f"\n──── prompt {number} 프롬프트 · {title}", soft_wrap=True)
        for message in messages:
            console.print(f"[{message.role}]\n{message.content}", soft_wrap=True)


def _remarks(plans: Sequence[Plan], expected: Sequence[Expected], recipe: Recipe, prices: Prices) -> Iterator[str]:
    levels = Counter(plan.level for plan in plans)
    yield "levels 말투: " + " · ".join(f"{name} {levels[level]:,}" for level, name in LEVEL_NAMES.items())
    requests = sum(one.requests for one in expected)
    known = [one.dollars for one in expected if one.dollars is not None]
    dollars, won = _money(sum(known) if len(known) == len(expected) else None, prices)
    yield f"in all 합계: {requests:,} requests 요청 · ${dollars} · {won}원"
    back = SENT_BACK_SHARE if recipe.llm.sends_back else 0
    yield (
        f"assumed 가정: {REPAIRED_SHARE:.0%} repaired 고쳐 받음, {back:.0%} sent back 되돌려 보냄; "
        "tokens are estimates, rather too many 토큰은 어림값이며 넉넉히 잡았습니다"
    )
    if len(known) < len(expected):
        yield "unknown price: give a table in [connection] prices · 모르는 가격은 [connection] prices 표에 적으세요"
    yield "nothing was asked, nothing written · 아무것도 묻거나 쓰지 않았습니다"


def _money(dollars: float | None, prices: Prices) -> tuple[str, str]:
    """Dollars and won: 0.0421 and 59; a question mark each where the price is not known."""
    if dollars is None:
        return "?", "?"
    return f"{dollars:,.{2 if dollars >= 1 or not dollars else 4}f}", f"{dollars * prices.won_per_dollar:,.0f}"


def _samples(
    corpus: Corpus, plans: Sequence[Plan], recipe: Recipe, prompts: Prompts
) -> Iterator[tuple[str, tuple[Message, ...]]]:
    """Up to five prompts: of each kind in turn the first plan's opening one, and one of the answerer's among them.

    No question has been asked yet: the answerer's is one that the extractors found.
    """
    level = SpeechLevel(recipe.answer_level)
    answered = next((plan for plan in plans if plan.kind != "rewrite" and plan.draft is not None), None)
    for plan in _spread(plans)[: _PROMPTS - (answered is not None)]:
        shown = show([corpus.passages[number] for number in plan.passages])
        if plan.kind == "rewrite":
            yield f"rewriter · {plan.kind}", rewriting(prompts, plan, answer_level=level)
        else:
            seen = asking(prompts, plan, shown, sees_topic_only=recipe.llm.asker_sees == "topic")
            yield f"asker · {plan.kind}", seen
    if answered is not None and answered.draft is not None:
        question = answered.draft.question
        (near,) = corpus.searcher.nearest([question], recipe.llm.passages_shown)
        may_be_unanswerable = answered.kind == "unanswerable"
        shown = show([corpus.passages[number] for number in near])
        yield (
            "answerer · a question of the extractors 추출된 질문",
            answering(prompts, [question], shown, answer_level=level, may_be_unanswerable=may_be_unanswerable),
        )


def _spread(plans: Sequence[Plan]) -> list[Plan]:
    """The plans in rounds over their kinds, so that the first few differ as much as they can."""
    rounds: Counter[str] = Counter()
    placed: list[tuple[int, Plan]] = []
    for plan in plans:
        placed.append((rounds[plan.kind], plan))
        rounds[plan.kind] += 1
    return [plan for _, plan in sorted(placed, key=lambda one: one[0])]
