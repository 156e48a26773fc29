"""The recipes that ship: each says every key, so that a reader sees all that is decided, and does what its name says."""

import tomllib
import unicodedata

import pytest
from judged_rows import asked, judged
from pydantic import BaseModel

from curation.recipe import load_recipe
from curation.recipes.schema import CurationRecipe, Source, shipped_recipe
from curation.sources.shapes.recognise import check_source, recognise

NAMES = ("wms", "tesseract", "koculture", "aihub-summary", "annotate-only")
RECIPES = {name: load_recipe(CurationRecipe, shipped_recipe(name)) for name in NAMES}


def keys(model: type[BaseModel], prefix: str = "") -> set[str]:
    found = set()
    for name, field in model.model_fields.items():
        nested = isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        found |= keys(field.annotation, f"{prefix}{name}.") if nested else {prefix + name}
    return found


def said(data: dict, prefix: str = "") -> set[str]:
    nested = {name: value for name, value in data.items() if isinstance(value, dict) and name != "waived"}
    return {prefix + name for name in data.keys() - nested.keys()}.union(
        *(said(value, f"{prefix}{name}.") for name, value in nested.items())
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_says_every_key_and_no_other(name):
    text = shipped_recipe(name).read_text(encoding="utf-8")
    assert said(tomllib.loads(text)) == keys(CurationRecipe)
    assert RECIPES[name].name == name
    for line in text.splitlines():
        assert sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line) <= 130, line


def test_every_recipe_that_ships_is_known_here():
    folder = shipped_recipe("wms").parent
    assert {path.stem for path in folder.glob("*.toml")} == set(NAMES)


def test_wms_is_the_defaults():
    assert RECIPES["wms"] == CurationRecipe()


def differences(name: str, *parts: str) -> set[str]:
    """The keys in which a recipe differs from the defaults, in all its parts but those named."""
    ours, defaults = RECIPES[name].model_dump(), CurationRecipe().model_dump()
    return {
        f"{part}.{key}" if isinstance(ours[part], dict) else part
        for part in ours.keys() - {"name", *parts}
        for key in (ours[part] if isinstance(ours[part], dict) else ("",))
        if (ours[part][key] != defaults[part][key] if isinstance(ours[part], dict) else ours[part] != defaults[part])
    }


def test_outside_its_rules_and_its_source_a_recipe_is_the_defaults():
    assert differences("tesseract", "rules") == {"target_answer"}
    assert differences("koculture", "rules") == {"target_answer", "read.sources"}
    assert differences("aihub-summary", "rules") == {
        "target_answer", "read.sources", "split.train", "split.valid", "split.test",
    }  # fmt: skip
    assert differences("annotate-only") == {
        "target_answer", "rules.enabled", "repeats.drop_by", "leaks.drop_evaluation", "split.train", "split.valid", "split.test",
    }  # fmt: skip


def test_tesseract_filters_by_four_things_and_says_whose_thresholds_they_are():
    text = shipped_recipe("tesseract").read_text(encoding="utf-8")
    assert "never published" in text and "OURS" in text
    loop = "입고 검수를 먼저 하고 적치합니다. " * 12
    rows = [
        asked("언제 해?", "네"), asked("언제 해?", "★☆★☆ 말일에 합니다. ★☆★☆"), asked("순서 알려 줘", loop),
        asked("언제 해?", "The count takes place on the last day."), asked("언제 해?", "말일에 해."),
        asked("언제 해?", "AI 언어 모델로서 답변해 드릴 수 없습니다."),
    ]  # fmt: skip
    assert [row["reason"] for row in judged(rows, RECIPES["tesseract"])] == [
        "short_answer", "many_specials", "repetition", "little_hangul", None, "refusal",
    ]  # fmt: skip


def test_koculture_keeps_the_talk_of_friends_as_it_is():
    rows = [
        asked("헐", "ㅇㅈ"),
        asked("오늘 뭐 함?", "그냥 집에서 뒹굴뒹굴ㅋㅋㅋㅋㅋㅋ"),
        asked("이거 실화냐", "네 실화입니다!!!! 가즈아"),
    ]
    for row, turns in zip(judged(rows, RECIPES["koculture"]), rows, strict=True):
        assert (row["reason"], row["texts"], row["edits"]) == (None, [text for _, text in turns], [])


def test_the_summaries_are_wanted_in_plain_style():
    rows = [
        asked("다음 대화를 요약해 줘.", "두 사람은 내일 만나기로 한다."),
        asked("요약해 줘.", "두 사람은 내일 만나기로 했습니다."),
    ]
    assert [row["reason"] for row in judged(rows, RECIPES["aihub-summary"])] == [None, "polite_answer"]


def test_annotate_only_changes_nothing():
    rows = [asked("언제\u200b 해?", ""), [("user", "언제 해?")], asked("왜", "\ufffd010-1234-5678")]
    for row, turns in zip(judged(rows, RECIPES["annotate-only"]), rows, strict=True):
        assert (row["reason"], row["texts"], row["edits"]) == (None, [text for _, text in turns], [])


def test_the_sources_of_recipes_name_shapes_that_there_are():
    sources = [source for recipe in RECIPES.values() for source in recipe.read.sources]
    assert len(sources) == 2
    for source in sources:
        check_source(source)
        assert isinstance(source, Source) and source.license is not None and source.stated_by is not None


def test_the_source_of_koculture_puts_the_published_prefix_before_each_question():
    (source,) = RECIPES["koculture"].read.sources
    found = recognise({"title": "갓생", "question": "갓생이 뭐야?", "answer": "부지런한 삶이지!"}, source)
    assert found is not None
    question = found.messages[0]["content"]
    assert question.startswith("친구와 채팅을 하고 있다고 가정하고") and question.endswith("갓생이 뭐야?")
