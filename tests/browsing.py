"""Looking at a report in a real browser: rows to make one of, and a page whose every request and word is noticed."""

import json
from contextlib import contextmanager
from importlib.resources import files

from tests.test_curate import as_lines, curate, good_records, record

HOSTILE = [
    "<script>window.x = 1</script>",
    '"><img src=x onerror="window.x = 1">',
    "</script><script>window.x = 1</script>",
    "</style><style>body{display:none}</style>",
    "<b>굵게</b> '\"&amp;",
    "줄을 나누는 \u2028 글자와 \u2029 문단",
    "\u202e뒤집힌 글\u202c \u2066가둔 글\u2069",
    "__proto__:constructor",
]
THINGS = [
    "팔레트",
    "박스",
    "바코드 라벨",
    "검수 전표",
    "지게차 배터리",
    "보충 지시",
    "출고 명세",
    "반품 상자",
    "로트 번호",
    "선반 표찰",
]
ACTS = ["확인", "등록", "정리", "인쇄", "교체", "점검", "보고", "이동", "보관", "폐기"]


def telling_rows():
    """Rows of which each section of the page has something to say: repeats, a wrong level, personal data, sources."""
    good = good_records()
    phone = record("담당자 번호가 뭐야?", "담당자 번호는 010-1234-5678입니다.", source="연락처")
    return [
        *good, good[0], good[2], phone,
        record("출하 마감은 언제야?", "오후 여섯 시에 마감합니다. 늦으면 다음 날 나가.", source="마감"),
        record("출하 마감은 어디서 바꿔?", "설정 화면에서 바꿀 수 있습니다.", source="마감"),
        record("창고 등록은 누가 하나요?", "총괄 담당자가 처음에 한 번 등록합니다.", source="마감"),
    ]  # fmt: skip


def hostile_rows():
    """What a page must show and never run, in every place of a row; and one word of a million letters."""
    return [
        *(record(f"{text} 뭐야?", f"{text} 글자일 뿐입니다.", document=f"{text}.md", source=text) for text in HOSTILE),
        *(record(f"{text} 언제 해?", f"{text} 반말이야. 그냥 해.", source=text) for text in HOSTILE),
        record("긴 낱말이 뭐야?", "가" * 1_000_000),
    ]


def many_rows():
    """2,200 rows of the warehouse, no two alike: 200 more than a page holds."""
    return [
        record(f"{zone}구역 {thing} {act}은 누가 해?", f"{zone}구역 {thing} {act}은 {zone}조가 맡습니다. 끝나면 기록합니다.")
        for zone in range(1, 23) for thing in THINGS for act in ACTS
    ]  # fmt: skip


def make_report(folder, rows, *arguments, broken=b"", ends=(0,)):
    """The page of these rows, curated into `folder/out`; `broken` are lines that cannot be read."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rows.jsonl").write_bytes(as_lines(rows) + broken)
    curate(folder / "rows.jsonl", "--out", folder / "out", *arguments, ends=ends)
    return folder / "out/report.html"


def manifest_of(report):
    """The manifest beside a page."""
    return json.loads((report.parent / "manifest.json").read_bytes())


@contextmanager
def looking_at(browser, report, *, view=None, width=1280, height=800, **options):
    """The page in a browser of its own; nothing but the file is asked for, and the console stays silent.

    `view` are the tags that its address asks for. With its script it is ready; the script alone sets `data-ready`.
    """
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.goto(report.as_uri() + ("" if view is None else f"#rows={json.dumps(view)}"))
    if options.get("java_script_enabled", True):
        page.locator("html[data-ready]").wait_for()
    yield page
    assert [url for url in asked if url.partition("#")[0] != report.as_uri()] == []
    assert said == []
    context.close()


def figure(page, *tags):
    """The first figure that stands for the rows of these tags."""
    wanted = json.dumps(tags, ensure_ascii=False, separators=(",", ":"))  # as the page writes them
    return page.locator(f"[data-rows='{wanted}']:visible").first


def told(page):
    """How many rows the dialog says it found."""
    return page.inner_text("#browser .count")


def questions(page):
    """The questions that the dialog lists, in order."""
    return page.locator("#browser .question").all_inner_texts()


def grave_faults(page, within="html"):
    """What axe-core calls serious or critical in a part of the page, each with the first elements it means.

    The page must have been opened with `bypass_csp=True`: its own policy lets no other script in.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("within => axe.run(within, {resultTypes: ['violations']})", within)["violations"]
    return [
        (fault["id"], [node["html"][:200] for node in fault["nodes"][:3]])
        for fault in found
        if fault["impact"] in ("serious", "critical")
    ]
