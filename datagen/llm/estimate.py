"""What plans will cost before a token is spent: requests, tokens and dollars, role by role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from curation.korean.speech_level import SpeechLevel
from datagen.llm.calls.prices import Prices, cost, tokens_in
from datagen.llm.desk import model_of
from datagen.llm.fence import fence_passages, show
from datagen.llm.plans import Plan
from datagen.llm.prompts import Prompts, answering, asking, rewriting
from datagen.llm.request import Message, Role
from datagen.passages import Passage
from datagen.recipe import Recipe

# Assumed of every role, and said so: answers that cannot be read, and pairs that a gate sends back.
REPAIRED_SHARE, SENT_BACK_SHARE = 0.05, 0.2
# Tokens of an answer with its JSON, for each question: the handbook's own pairs take 26, 113, 58 and 33 in these forms,
# and a model says more.
_OUTPUT_TOKENS = {Role.ASKER: 30, Role.ANSWERER: 130, Role.REWRITER: 70, Role.JUDGE: 40}
_AGAIN_TOKENS = 200  # of what is said about an answer that goes back
_LOOKED_AT = 500  # plans whose prompts are counted; the others are like them


@dataclass(frozen=True, slots=True)
class Expected:
    """What one role is expected to be asked; `dollars` is None where the model's price is not known."""

    role: Role
    model: str
    requests: int
    input_tokens: int
    output_tokens: int
    dollars: float | None


def estimate(
    plans: Sequence[Plan], passages: Sequence[Passage], recipe: Recipe, prompts: Prompts, prices: Prices,
    addresses: Mapping[str, str],
) -> list[Expected]:  # fmt: skip
    """Each role that is asked at all; `addresses` gives each model's address, since one's own machine costs nothing."""
    looked_at = min(len(plans), _LOOKED_AT)
    each = len(plans) / max(looked_at, 1)
    calls = [call for place in range(looked_at) for call in _calls(plans[int(place * each)], passages, recipe, prompts)]
    again = REPAIRED_SHARE + SENT_BACK_SHARE * recipe.llm.sends_back
    expected: list[Expected] = []
    for role in Role:
        own = [call for call in calls if call.role is role]
        if not own:
            continue
        share = REPAIRED_SHARE if role is Role.JUDGE else again  # a pair goes back before it is judged
        requests, written = each * len(own), each * sum(call.output_tokens for call in own)
        read = each * sum(call.input_tokens for call in own)
        read += share * (read + written + requests * _AGAIN_TOKENS)
        model = model_of(recipe, role).model
        totals = round(read), round(written * (1 + share))
        dollars = cost(prices, model, *totals, base_url=addresses.get(model, ""))
        expected.append(Expected(role, model, round(requests * (1 + share)), *totals, dollars))
    return expected


@dataclass(frozen=True, slots=True)
class _Call:
    """One request and its answer, by their length."""

    role: Role
    input_tokens: int
    output_tokens: int


def _calls(plan: Plan, passages: Sequence[Passage], recipe: Recipe, prompts: Prompts) -> Iterator[_Call]:
    """What a plan asks if nothing goes wrong.

    What answerer and judge will be shown is not known yet: so many passages as long as the plan's own, and a pair as
    long as pairs are.
    """
    level, own = SpeechLevel(recipe.answer_level), recipe.llm
    shown = show([passages[number] for number in plan.passages])
    material = tokens_in(fence_passages(shown))
    asked, said = (plan.turns * _OUTPUT_TOKENS[role] for role in (Role.ASKER, Role.ANSWERER))
    if plan.kind == "rewrite":
        messages = rewriting(prompts, plan, answer_level=level)
        yield _Call(Role.REWRITER, _tokens(messages), _OUTPUT_TOKENS[Role.REWRITER])
    else:
        messages = asking(prompts, plan, shown, sees_topic_only=own.asker_sees == "topic")
        yield _Call(Role.ASKER, _tokens(messages), asked)
        material = round(material / len(shown) * own.passages_shown)
        bare = answering(
            prompts, [""] * plan.turns, (), answer_level=level, may_be_unanswerable=plan.kind == "unanswerable"
        )
        yield _Call(Role.ANSWERER, _tokens(bare) + asked + material, said)
    judged = tokens_in(prompts.judge.system) + material + asked + said
    yield from [_Call(Role.JUDGE, judged, _OUTPUT_TOKENS[Role.JUDGE])] * own.votes


def _tokens(messages: Sequence[Message]) -> int:
    return sum(tokens_in(message.content) for message in messages)
