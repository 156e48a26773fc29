"""What a run costs: known prices, a user's own, and nothing guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.errors import InputError
from datagen.llm.calls.prices import Price, Prices, check_cap, cost, is_local, load_prices, price_of, tokens_in

PRICES = load_prices()


def test_every_price_says_when_it_was_looked_up():
    assert PRICES.won_per_dollar > 0
    for model, price in PRICES.models.items():
        provider, _, name = model.partition(":")
        assert provider and name
        assert price.checked
        assert 0 < price.input <= price.output


def test_tokens_are_paid_by_the_million():
    assert cost(PRICES, "openai:gpt-4o-mini", 1_000_000, 1_000_000) == pytest.approx(0.75)
    assert cost(PRICES, "openai:gpt-4o-mini", 0, 0) == 0


@pytest.mark.parametrize(
    ("edition", "model"),
    [("openai:gpt-4o-2024-08-06", "openai:gpt-4o"), ("openai:gpt-4o-mini-2024-07-18", "openai:gpt-4o-mini"),
     ("anthropic:claude-sonnet-4-20250514", "anthropic:claude-sonnet-4"),
     ("anthropic:claude-sonnet-4-5-20250929", "anthropic:claude-sonnet-4-5"),
     ("anthropic:claude-3-5-haiku-latest", "anthropic:claude-3-5-haiku"),
     ("google_genai:gemini-2.0-flash-001", "google_genai:gemini-2.0-flash")],
)  # fmt: skip
def test_an_edition_costs_what_its_model_costs(edition, model):
    assert price_of(PRICES, edition) == PRICES.models[model]


@pytest.mark.parametrize(
    "other",
    ["openai:gpt-5-pro", "openai:gpt-5.5", "openai:gpt-4o-audio-preview", "openai:eeve", "gpt-4o", "upstage:gpt-4o"],
)
def test_a_name_that_only_begins_alike_has_no_price(other):
    assert cost(PRICES, other, 1, 1) is None


@pytest.mark.parametrize(
    ("base_url", "local"),
    [("http://localhost:8000/v1", True), ("http://127.0.0.1:8000/v1", True), ("http://[::1]:8000/v1", True),
     ("http://192.168.0.7/v1", True), ("http://vllm:8000/v1", True), ("http://gpu.local/v1", True), ("", False),
     ("https://api.openai.com/v1", False), ("https://8.8.8.8/v1", False)],
)  # fmt: skip
def test_only_an_address_of_the_own_network_is_free(base_url, local):
    assert is_local(base_url) is local
    assert cost(PRICES, "openai:eeve", 1_000_000, 1_000_000, base_url) == (0 if local else None)


def test_a_table_of_ones_own_wins_and_keeps_the_rest(tmp_path):
    path = tmp_path / "prices.toml"
    path.write_text(
        'won_per_dollar = 1500\n[models]\n"openai:gpt-4o" = {input = 1, output = 2, checked = "2026-11-21"}\n'
        '"upstage:solar-pro2" = {input = 3, output = 4, checked = "2026-11-21"}\n',
        encoding="utf-8",
    )
    own = load_prices(str(path))
    assert own.won_per_dollar == 1500
    assert cost(own, "openai:gpt-4o", 1_000_000, 1_000_000) == 3
    assert cost(own, "upstage:solar-pro2", 1_000_000, 0) == 3
    assert price_of(own, "openai:gpt-4o-mini") == PRICES.models["openai:gpt-4o-mini"]


@pytest.mark.parametrize("text", ['won_per_dollar = 1\n[models]\n"a:b" = {input = -1, output = 1, checked = ""}', "["])
def test_a_broken_table_is_refused(text, tmp_path):
    path = tmp_path / "prices.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        load_prices(str(path))


def test_a_cap_that_could_not_be_kept_is_refused():
    check_cap(PRICES, {"openai:eeve": ""}, 0)
    check_cap(PRICES, {"openai:eeve": "http://localhost:8000/v1", "openai:gpt-4o": ""}, 5)
    with pytest.raises(InputError, match="eeve") as raised:
        check_cap(PRICES, {"openai:gpt-4o": "", "openai:eeve": "https://llm.example.com/v1"}, 5)
    assert "--max-requests" in raised.value.mend


def test_the_estimate_is_between_sense_and_excess():
    text = "입고 검수는 하차 후 30분 안에 RCV-01 화면에서 합니다."
    assert len(text) / 3 < tokens_in(text) < len(text)
    assert tokens_in("") == 0


@given(st.text(), st.text())
def test_the_estimate_grows_with_the_text(one, other):
    assert max(tokens_in(one), tokens_in(other)) <= tokens_in(one + other) <= tokens_in(one) + tokens_in(other)


def test_a_local_proxy_to_a_model_with_a_price_is_not_free():
    own = Prices(won_per_dollar=1400, models={"openai:대리": Price(input=1.0, output=2.0, checked="2026")})
    assert cost(own, "openai:대리", 1_000_000, 0, "http://127.0.0.1:4000/v1") == 1.0
    assert cost(own, "openai:우리 모델", 1_000_000, 0, "http://127.0.0.1:8000/v1") == 0.0


def test_a_table_of_ones_own_holds_no_more_than_it_changes(tmp_path):
    (tmp_path / "가격.toml").write_text(
        '[models]\n"openai:우리" = {input = 1, output = 2, checked = "2026"}\n', encoding="utf-8"
    )
    own, shipped = load_prices(str(tmp_path / "가격.toml")), load_prices()
    assert own.won_per_dollar == shipped.won_per_dollar
    assert own.models.keys() == shipped.models.keys() | {"openai:우리"}
