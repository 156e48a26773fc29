"""The writer on a language model as tests run it: documents of a small warehouse, the command, and what it left."""

import json
import sqlite3
from contextlib import closing

from conftest import CYCLE_COUNT
from llm_server import completion
from typer.testing import CliRunner

from curation.recipe import load_recipe
from datagen.folder import MODEL_GENERATOR
from datagen.llm.plans import make_plans
from datagen.recipe import Recipe
from datagen.standin.chat import read_chat
from datagen.standin.model import answer_of
from datagen.wms import RECIPE, app, draft_pairs

DOCUMENTS = {
    "순환-실사.md": CYCLE_COUNT,
    "반품-검수.md": """\
# 반품 검수

반품 검수는 돌아온 상품의 상태를 보고 등급을 정하는 작업이다.

## 반품 기한

반품은 배송이 끝난 날부터 14일 안에 접수한다. 접수하지 않은 반품은 받지 않는다.

## 반품 등급

| 등급 | 상태 | 보관 구역 |
|---|---|---|
| 양품 | 포장이 그대로인 상품 | R1구역 |
| 불량 | 부서진 상품 | R9구역 |
""",
    "냉동-입고.md": """\
# 냉동 입고

냉동 입고는 얼린 상품을 온도를 지키며 받는 작업이다.

## 도크 준비

냉동 차량이 도착하기 전에 도크 문을 닫아 둔다. 도크 온도가 5도를 넘으면 하역을 멈춘다.

## 온도를 재는 방법

1. 온도계를 상자 사이에 넣는다.
2. 3분 동안 기다린다.
3. 잰 온도를 입고 화면에 적는다.
""",
    "피킹-카트.md": """\
# 피킹 카트

피킹 카트는 여러 주문의 상품을 칸마다 나누어 담는 운반 도구이다.

## 카트 점검

바퀴가 흔들리면 카트를 정비 구역으로 옮긴다. 카트에는 한 번에 60kg까지 싣는다.

## 카트 화면 항목

- **카트 번호**: 카트 손잡이에 붙은 바코드의 번호
- **남은 칸**: 상품을 더 담을 수 있는 칸의 수
""",
}
MODEL = "openai:창고-모델"


def write_documents(folder, documents=None):
    """The documents in a folder of their own, which is given back."""
    folder.mkdir(parents=True)
    for name, text in (documents or DOCUMENTS).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def arguments(docs, out, url, *more):
    """What stands after `python -m datagen.wms`."""
    return [str(one) for one in (docs, "--out", out, "--model", MODEL, "--base-url", url, *more)]


def write(docs, out, url, *more):
    """The command, run here; an InputError is raised."""
    return CliRunner().invoke(app, arguments(docs, out, url, *more), catch_exceptions=False)


def rows(folder, name="candidates.jsonl"):
    return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]


def manifest(folder):
    return json.loads((folder / "manifest.json").read_bytes())


def contents(folder):
    """Every file but the journal; of the manifest all but the block `run`, and the digest that holds for the rest."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("journal.sqlite"))
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    found["manifest.json"] = {key: value for key, value in manifest(folder).items() if key != "run"}
    return found


def of_journal(folder, question):
    """The rows that the journal answers to a question in SQL; it is opened as by a stranger, for reading."""
    with closing(sqlite3.connect(folder / "journal.sqlite")) as connection:
        return connection.execute(question).fetchall()


def is_probe(body):
    """Whether a request is the small first one, which finds out what a server can, and stands in no journal."""
    return len(body["messages"]) == 1


def of_model(found):
    """The rows that a model wrote."""
    return [row for row in found if row["generator"]["name"] == MODEL_GENERATOR]


def count_plans(docs):
    """How many plans the documents give."""
    recipe = load_recipe(Recipe, RECIPE, [f'llm.{role}.model="{MODEL}"' for role in ("asker", "answerer")])
    drafted = draft_pairs([docs], recipe, words=(), limit=None, on_step=lambda _: None)
    drafts = [one.pair for one in drafted.kept]
    return len(make_plans(drafted.corpus.passages, drafts, recipe, searcher=drafted.corpus.searcher))


def honest(body):
    """The no-model writer as the answer of a test's own server."""
    chat = read_chat(json.dumps(body, ensure_ascii=False).encode())
    return completion(answer_of(chat.messages, chat.schema))


def shape_of(body):
    """What a request asks for: Questions, Answers, Rewritten, Verdict."""
    return body["response_format"]["json_schema"]["name"]
