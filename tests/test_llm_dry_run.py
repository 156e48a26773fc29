"""Before spending: what would be asked, what it would cost, and five prompts; nothing is asked."""

import re
import subprocess
import sys

import pytest

from curation.recipe import load_recipe
from datagen.corpus import read_corpus
from datagen.llm.calls.prices import load_prices
from datagen.llm.dry_run import show_dry_run
from datagen.llm.estimate import REPAIRED_SHARE, SENT_BACK_SHARE, estimate
from datagen.llm.fence import read_fenced
from datagen.llm.plans import make_plans
from datagen.llm.prompts import load_prompts
from datagen.llm.request import Role
from datagen.llm.writer import addresses_of
from datagen.recipe import Recipe
from datagen.wms import RECIPE, draft_pairs

MODELS = ['llm.asker.model="openai:gpt-4o-mini"', 'llm.answerer.model="openai:gpt-4o-mini"']
JUDGE = ['llm.judge.model="openai:gpt-4o"', "llm.votes=3"]


def recipe(*overrides):
    return load_recipe(Recipe, RECIPE, [*MODELS, *overrides])


@pytest.fixture
def drafted(small_handbook):
    return draft_pairs([small_handbook], recipe(), words=(), limit=None, on_step=lambda _: None)


def expected(drafted, *overrides):
    own = recipe(*overrides)
    plans = make_plans(
        drafted.corpus.passages, [one.pair for one in drafted.kept], own, searcher=drafted.corpus.searcher
    )
    prices = load_prices(own.connection.prices)
    found = estimate(plans, drafted.corpus.passages, own, load_prompts(), prices, addresses_of(own))
    return plans, {one.role: one for one in found}


def shown(drafted, capsys, *overrides, limit=None):
    show_dry_run(drafted.corpus, drafted.kept, recipe(*overrides), load_prompts(), limit)
    return capsys.readouterr().out


def test_it_tells_plans_requests_tokens_and_money_in_both_currencies(drafted, capsys):
    out = shown(drafted, capsys)
    plans, roles = expected(drafted)
    assert f"{len(plans)} plans · 1 documents" in out
    assert "fact 사실" in out
    total = sum(one.requests for one in roles.values())
    dollars = sum(one.dollars for one in roles.values())
    assert f"in all 합계: {total:,} requests" in out
    assert f"${dollars:.4f} · {dollars * load_prices().won_per_dollar:,.0f}원" in out
    assert "nothing was asked, nothing written" in out


def test_five_whole_prompts_are_shown_of_several_kinds_and_the_answerers_among_them(drafted, capsys):
    out = shown(drafted, capsys, "llm.plans_per_passage=6")
    titles = re.findall(r"──── prompt \d 프롬프트 · (.*)", out)
    assert len(titles) == 5
    assert len(set(titles)) == 5
    assert titles[-1].startswith("answerer")
    prompts = out.split("──── prompt ")[1:]
    system = load_prompts().answerer.system
    assert system in prompts[-1]
    tags = [block.tag for block in read_fenced(prompts[-1])]
    assert tags[0] == "과제"
    assert tags[-2:] == ["질문", "형식"]


def test_the_first_plans_alone_cost_less(drafted, capsys):
    assert "2 plans · 1 documents" in shown(drafted, capsys, limit=2)


def test_a_weak_model_is_shown_rewrites_alone(drafted, capsys):
    out = shown(drafted, capsys, 'llm.mode="rewrite"')
    titles = re.findall(r"──── prompt \d 프롬프트 · (.*)", out)
    assert titles == ["rewriter · rewrite"] * 5
    _, roles = expected(drafted, 'llm.mode="rewrite"')
    assert set(roles) == {Role.REWRITER}


def test_an_unknown_price_is_said_and_not_taken_for_nothing(drafted, capsys):
    model = "example:klug-1"
    out = shown(drafted, capsys, f'llm.asker.model="{model}"', f'llm.answerer.model="{model}"')
    assert "$?" in out
    assert "unknown price" in out


def test_ones_own_server_costs_nothing(drafted):
    own = [f'llm.{role}.model="openai:우리 모델"' for role in ("asker", "answerer")]
    _, roles = expected(drafted, *own, 'connection.base_url="http://localhost:8000/v1"')
    assert {one.dollars for one in roles.values()} == {0}


def test_requests_are_those_of_the_plans_and_the_share_that_comes_back(drafted):
    plans, roles = expected(drafted)
    asked = sum(plan.kind != "rewrite" for plan in plans)
    again = 1 + REPAIRED_SHARE + SENT_BACK_SHARE
    assert roles[Role.ASKER].requests == round(asked * again)
    assert roles[Role.ANSWERER].requests == round(asked * again)
    _, final = expected(drafted, "llm.sends_back=false")
    assert final[Role.ASKER].requests == round(asked * (1 + REPAIRED_SHARE))
    _, judged = expected(drafted, *JUDGE)
    assert judged[Role.JUDGE].requests == round(3 * len(plans) * (1 + REPAIRED_SHARE))


def test_more_passages_before_the_answerer_cost_more(drafted):
    _, few = expected(drafted, "llm.passages_shown=1")
    _, many = expected(drafted, "llm.passages_shown=8")
    assert many[Role.ANSWERER].input_tokens > 1.2 * few[Role.ANSWERER].input_tokens
    assert many[Role.ASKER] == few[Role.ASKER]


def test_no_plan_is_no_cost(tmp_path, capsys):
    (tmp_path / "쪽지.md").write_text("# 쪽지\n\n끝.\n", "utf-8")
    corpus = read_corpus([tmp_path], recipe().retrieval, words=(), on_step=lambda _: None)
    show_dry_run(corpus, [], recipe(), load_prompts(), None)
    assert "0 plans" in capsys.readouterr().out


def test_a_dry_run_imports_no_provider_and_writes_nothing(small_handbook, tmp_path):
    out = tmp_path / "out"
    code = f"""
import sys
sys.argv = ["wms", {str(small_handbook)!r}, "--out", {str(out)!r}, "--model", "openai:gpt-4o-mini", "--dry-run"]
from datagen.wms import app
app(standalone_mode=False)
loaded = {{"langchain", "langchain_openai", "openai", "tiktoken"}} & set(sys.modules)
assert not loaded, loaded
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert "──── prompt 5" in done.stdout
    assert not out.exists()
