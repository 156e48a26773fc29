"""The gates: a sound pair passes, and each fault is caught by the gate that is named for it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.korean.kiwi import tokenise
from curation.korean.speech_level import SpeechLevel
from curation.recipe import load_recipe
from datagen.documents import Document, cite
from datagen.gates import GATES, Pair, facts_in, first_fault, inspect
from datagen.recipe import Recipe
from datagen.retrieval.search import Standing
from datagen.uniqueness import repeats
from datagen.wms import RECIPE

TEXT = "냉장 의약품은 2–8 ℃에서 보관한다. 온도가 벗어나면 30분 안에 품질 담당자에게 알려야 하고 출고하지 않는다."
DOCUMENT = Document("의약품.md", TEXT, "0" * 64, ())
LIMITS = load_recipe(Recipe, RECIPE).gates
FOUND = Standing({"bm25": 1, "faiss": 1}, {"bm25": 1.0, "faiss": 0.1}, 1)


def evidence(quote):
    start = TEXT.index(quote)
    return cite(DOCUMENT, (start, start + len(quote)), ())


SOUND = Pair(
    "condition", "신입", "냉장 의약품의 온도가 벗어나면 어떻게 해야 돼?", SpeechLevel.HAE,
    "온도가 벗어나면 30분 안에 품질 담당자에게 알려야 하고 출고하지 않습니다.", (evidence(TEXT[TEXT.index("온도가") :]),),
)  # fmt: skip


def fault(pair, standing=FOUND):
    return first_fault(inspect([pair], [standing], ())[0], LIMITS)


def test_a_sound_pair_passes_every_gate():
    assert fault(SOUND) is None


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"unconverted": "hae: 알려"}, "unconverted"),
        ({"question": "왜?"}, "length"),
        ({"question": "냉장 " * 40 + "어떻게 해야 돼?"}, "length"),
        ({"answer": ""}, "length"),
        ({"evidence": ()}, "quote"),
        ({"evidence": (replace(SOUND.evidence[0], quote="온도가 벗어나면 40분"),)}, "quote"),
        ({"answer": SOUND.answer.replace("30분", "40분")}, "number"),
        ({"answer": SOUND.answer.replace("30분", "30일")}, "number"),
        ({"answer": SOUND.answer.replace("품질 담당자", "WMS 담당자")}, "number"),
        ({"answer": "창고 관리자가 경찰과 소방서와 언론사에 연락하고 대피 방송을 하지 않습니다."}, "coverage"),
        ({"answer": "온도가 벗어나면 30분 안에 품질 담당자에게 알려야 하고 출고합니다."}, "polarity"),
        ({"question": "이 의약품의 온도가 벗어나면 어떻게 해야 돼?"}, "pointing"),
        ({"question": "문서에 따르면 온도가 벗어나면 어떻게 해야 돼?"}, "pointing"),
        ({"question": "아래 표의 온도가 벗어나면 어떻게 해야 돼?"}, "pointing"),
        ({"question": "냉장 의약품의 온도가 벗어나면 어떻게 해야 하나요?"}, "register"),
        ({"answer": SOUND.answer.replace("않습니다", "않는다")}, "register"),
        ({"answer": SOUND.answer.replace("온도가", "온도 가")}, "adrift"),
        ({"question": "냉장 의약품을 입고할 때 온도가 벗어나면 어떻게 해야 돼?"}, "opposed"),
        ({"question": "냉장 의약품에 대한 온도가 벗어나면 어떻게 해야 돼?"}, "wording"),
        ({"answer": f"또한 {SOUND.answer}"}, "wording"),
        ({"answer": SOUND.answer.replace("30분", "**30분**")}, "wording"),
    ],
)
def test_each_fault_is_caught_by_its_gate(change, gate):
    found = fault(replace(SOUND, **change))
    assert found is not None
    assert found[0] == gate


def test_an_answer_that_repeats_its_question_says_nothing():
    pair = replace(SOUND, question="냉장 의약품의 온도가 벗어나?", answer="냉장 의약품은 온도가 벗어나요.",
                   evidence=(evidence("냉장 의약품은"), evidence("온도가 벗어나")))  # fmt: skip
    assert fault(pair) == ("informative", "the answer repeats the question")


def test_a_question_that_does_not_find_its_evidence_is_refused():
    found = fault(SOUND, Standing({"bm25": 99, "faiss": 99}, {"bm25": -1.0, "faiss": -0.1}, 99))
    assert found == ("retrieved", "evidence at rank 99")


def test_every_gate_has_a_case_here():
    names = {gate.__name__ for gate in GATES}
    assert names == {
        "unconverted", "length", "quote", "number", "coverage", "polarity", "opposed", "pointing", "informative", "adrift",
        "wording", "evidence_wording", "register", "retrieved",
    }  # fmt: skip


@given(st.integers(0, 99999), st.sampled_from(["분", "일", " kg", "%", "자리", ""]))
def test_a_number_with_its_unit_is_one_fact(number, unit):
    text = f"기준은 {number}{unit} 값이다"
    assert f"{number}{unit.strip()}" in facts_in(text, tokenise([text])[0])
    assert f"{number + 1}{unit.strip()}" not in facts_in(text, tokenise([text])[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("오류 코드 IF01은", {"if01"}),
        ("GTIN-13과 T11", {"gtin-13", "t11"}),
        ("1,100 × 1,200 mm", {"1,100", "1,200mm"}),
        ("−18 ℃ 이하", {"−18℃"}),
        ("09:00까지", {"09:00"}),
        ("품목을 두 개씩", {"두"}),
    ],
)
def test_facts_are_read_with_their_signs_and_units(text, expected):
    assert facts_in(text, tokenise([text])[0]) == expected


def test_one_question_keeps_one_answer():
    def definition(answer, question="로트가 뭐야?"):
        return replace(SOUND, kind="definition", question=question, answer=answer)

    def cell(answer, fact="냉장 의약품은"):
        return replace(
            SOUND, kind="table", question="과입의 처리는 어떻게 돼?", answer=answer, evidence=(evidence(fact),)
        )

    pairs = [
        definition("로트는 묶음입니다."),
        definition("로트는 같은 조건에서 만든 묶음입니다.", "로트는 무슨 뜻이야?"),
        cell("과입의 처리는 반송입니다."),
        cell("과입의 처리는 폐기입니다.", "출고하지 않는다"),
        replace(SOUND, kind="procedure", question="로트는 어떤 순서로 처리해?"),
    ]
    found = inspect(pairs, [FOUND] * len(pairs), ())
    assert sorted((index, gate) for index, gate, _ in repeats(found)) == [
        (0, "repeated"),
        (2, "ambiguous"),
        (3, "ambiguous"),
    ]


def test_the_count_of_a_list_is_exempt_and_no_other_number_in_it_is():
    listed = replace(
        SOUND, answer="모두 2가지입니다.\n1. 2–8 ℃에서 보관합니다.\n2. 출고하지 않습니다.", evidence=(evidence(TEXT),)
    )
    assert fault(listed) is None or fault(listed)[0] != "number"
    invented = replace(listed, answer=listed.answer.replace("출고하지", "2 층에 출고하지"))
    assert fault(invented)[0] == "number"


def test_a_yes_may_not_repeat_a_number_that_only_the_question_holds():
    yes = replace(
        SOUND,
        question="온도가 벗어나면 40분 안에 알려도 돼?",
        answer="네, 40분 안에 품질 담당자에게 알려야 하고 출고하지 않습니다.",
    )
    assert fault(yes)[0] == "number"


def test_an_answer_may_name_the_step_that_was_asked_for_and_no_other():
    asked = replace(SOUND, question="의약품이 벗어날 때 2단계에서는 뭘 해?", answer=f"2단계에서는 {SOUND.answer}")
    assert fault(asked) is None
    assert inspect([asked], [FOUND], ())[0].exempt == ("2단계",)
    assert fault(replace(asked, answer=f"3단계에서는 {SOUND.answer}"))[0] == "number"


def test_a_figure_takes_the_unit_that_its_column_names():
    text = "| 작업 | 단가(원) |\n| --- | --- |\n| 포장 | 60 |\n"
    document = Document("요금.md", text, "0" * 64, ())
    spans = [(text.index(quote), text.index(quote) + len(quote)) for quote in ("60", "포장", "단가(원)")]
    price = Pair(
        "number", "신입", "포장은 단가가 얼마야?", SpeechLevel.HAE, "포장의 단가는 60원입니다.",
        tuple(cite(document, span, ()) for span in spans),
    )  # fmt: skip
    assert fault(price) is None
    assert fault(replace(price, answer="포장의 단가는 60개입니다."))[0] == "number"
