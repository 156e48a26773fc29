"""From candidates to pairs: personas one can edit, noise with a label, quotas that take turns."""

from collections import Counter
from dataclasses import replace

import pytest

from curation.korean.kiwi import tokenise
from curation.korean.speech_level import SpeechLevel
from curation.recipe import load_recipe
from datagen.documents import Document, cite
from datagen.extract.reading import Candidate
from datagen.gates import Pair, inspect
from datagen.noise import NOISES
from datagen.phrasing import Template
from datagen.quota import over_quota
from datagen.recipe import Quota, Recipe
from datagen.retrieval.search import Standing
from datagen.wms import RECIPE
from datagen.write import write_pairs

TEXT = "로트은 같은 조건에서 만든 묶음이다."
DOCUMENT = Document("로트.md", TEXT, "1" * 64, ())
CANDIDATE = Candidate(
    "definition", (Template("N", "{term:이/가} 뭐야?"), Template("W", "{term:은/는} 무슨 <뜻이야>")), {"term": "로트"}, TEXT,
    ((0, len(TEXT)),), ("로트",),
)  # fmt: skip


def recipe(*overrides):
    return load_recipe(Recipe, RECIPE, list(overrides))


def test_a_particle_that_clashes_is_mended_in_the_answer():
    (pair,) = write_pairs([(DOCUMENT, CANDIDATE)], recipe(), ())
    assert pair.answer == "로트는 같은 조건에서 만든 묶음입니다."


def test_answers_take_the_level_the_recipe_asks_for():
    (pair,) = write_pairs([(DOCUMENT, CANDIDATE)], recipe('answer_level="haeyo"'), ())
    assert (pair.answer, pair.answer_level) == ("로트는 같은 조건에서 만든 묶음이에요.", SpeechLevel.HAEYO)


def test_a_persona_of_ones_own_asks_like_another():
    own = [f"personas.{key}.mix=[0,0,0]" for key in "WNMPICSE"]
    asked = recipe(*own, 'personas.Z={name="야간 조장", mix=[90,5,5], asks_like="W"}')
    (pair,) = write_pairs([(DOCUMENT, CANDIDATE)], asked, ())
    assert pair.persona == "야간 조장"
    assert "무슨" in pair.question


@pytest.mark.parametrize(
    ("kind", "question", "noisy"),
    [
        ("no_spaces", "재고 실사 어떻게 해?", "재고실사어떻게해?"),
        ("no_particles", "당일 출고는 몇 시까지 받아?", "당일 출고 몇 시까지 받아?"),
        ("abbreviated", "반품은 어떻게 입고해?", "반품은 어케 입고해?"),
        ("mistyped", "로트가 뭐예요?", "로트가 뭐에요?"),
    ],
)
def test_noise_is_what_people_type(kind, question, noisy):
    assert NOISES[kind](question, tokenise([question])[0]) == noisy


def test_noise_is_labelled_and_only_on_request():
    drafts = [(DOCUMENT, replace(CANDIDATE, slots={"term": f"로트 {number}"})) for number in range(40)]
    assert all(pair.noise is None for pair in write_pairs(drafts, recipe(), ()))
    noisy = write_pairs(drafts, recipe("noise.share=1.0", 'noise.kinds=["no_spaces"]'), ())
    for pair in noisy:
        assert (pair.noise == "no_spaces") == (" " not in pair.question)
        assert pair.question_level is not SpeechLevel.HAPSYO or pair.noise is None


def test_quotas_give_every_kind_and_section_its_turn():
    standing = Standing({"bm25": 1}, {"bm25": 1.0}, 1)
    pairs = [
        Pair(
            kind,
            "신입",
            f"{kind} {section} {number}은 뭐야?",
            SpeechLevel.HAE,
            "답입니다.",
            (cite(DOCUMENT, (0, 3), (section,)),),
        )
        for kind in ("table", "definition")
        for section in ("처음", "끝")
        for number in range(6)
    ]
    found = inspect(pairs, [standing] * len(pairs), ())
    over = over_quota(found, Quota(per_document=8, per_kind=5, kinds={"definition": 3}))
    kept = [pairs[index] for index in range(len(pairs)) if index not in over]
    assert Counter(pair.kind for pair in kept) == {"table": 5, "definition": 3}
    assert {pair.evidence[0].section for pair in kept if pair.kind == "table"} == {("처음",), ("끝",)}
    assert all("one document" in why or "kind" in why for why in over.values())
