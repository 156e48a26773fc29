"""Each rule drops what its name says and nothing at its threshold; the first rule that answers names the reason."""

import inspect

import pytest

from curation.recipe import load_recipe
from curation.recipes.schema import CurationRecipe, Rules, shipped_recipe
from curation.rules import RULES, judge

GOOD = {
    "turns": 2,
    "alternates": True,
    "question": "재고 실사 언제 해?",
    "answer": "매월 말일에 합니다.",
    "user_broken_chars": 0,
    "assistant_broken_chars": 0,
    "assistant_hangul_share": 1.0,
    "assistant_level": "polite",
    "assistant_offending": None,
}


def reason(recipe: CurationRecipe | None = None, **tags: object) -> str | None:
    drop = judge({**GOOD, **tags}, recipe or CurationRecipe())
    return drop.reason if drop else None


def recipe(target: str = "polite", **rules: object) -> CurationRecipe:
    return CurationRecipe(target_answer=target, rules=Rules(**rules))


def test_a_good_row_stays():
    assert reason() is None


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"alternates": False}, "turn_order"),
        ({"assistant_broken_chars": 1}, "broken_characters"),
        ({"question": " \n"}, "empty_question"),
        ({"answer": ""}, "empty_answer"),
        ({"question": "왜"}, "short_question"),
        ({"answer": "가" * 8_001}, "long_answer"),
        ({"answer": " 재고 실사  언제 해? "}, "echo"),
        ({"assistant_hangul_share": 0.29}, "little_hangul"),
        ({"assistant_level": "casual"}, "casual_answer"),
        ({"assistant_level": "mixed"}, "mixed_answer"),
        ({"assistant_level": "plain"}, "plain_answer"),
    ],
)
def test_each_rule_names_its_reason(tags, expected):
    assert reason(**tags) == expected


def test_a_value_at_its_threshold_stays():
    limits = recipe(max_answer_chars=5, min_answer_chars=5, min_answer_hangul_share=0.5)
    assert reason(limits, answer="합니다요.", assistant_hangul_share=0.5) is None


def test_the_target_decides_which_answers_stay():
    assert reason(recipe("casual"), assistant_level="casual") is None
    assert reason(recipe("casual"), assistant_level="polite") == "polite_answer"
    assert reason(recipe("any"), assistant_level="mixed") is None


def test_a_neutral_answer_stays_unless_the_recipe_says_otherwise():
    assert reason(assistant_level="neutral") is None
    assert reason(recipe(keep_neutral_answers=False), assistant_level="neutral") == "neutral_answer"


def test_the_first_rule_that_answers_names_the_reason():
    assert reason(alternates=False, answer="", assistant_level="casual") == "turn_order"


def test_every_rule_of_the_module_stands_in_the_tuple():
    import curation.rules as module

    rules = [
        function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_") and name != "judge"
    ]
    assert set(rules) == set(RULES)


def test_the_recipe_that_ships_and_its_model_are_equal():
    assert load_recipe(CurationRecipe, shipped_recipe("wms")) == CurationRecipe()


def test_annotate_only_says_every_key_and_drops_nothing():
    import tomllib

    path = shipped_recipe("annotate-only")
    given = tomllib.loads(path.read_text(encoding="utf-8"))
    full = CurationRecipe().model_dump()
    assert given.keys() == full.keys()
    assert all(given[key].keys() == full[key].keys() for key in full if isinstance(full[key], dict))
    annotate = load_recipe(CurationRecipe, path)
    assert (annotate.rules.enabled, annotate.repeats.drop, annotate.split.train) == (False, False, 1.0)
