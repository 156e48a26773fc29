"""The page of pairs in a real browser: it asks nobody for anything, runs nothing of what it shows, and finds pairs."""

import pytest
from handmade import FACT, row, write_folder
from test_show import HOSTILE, REJECTED, ROWS

from datagen.beside import open_rows
from datagen.show_page import render


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    base = tmp_path_factory.mktemp("page")
    long = row("가" * 400, HOSTILE, meta={"kind": HOSTILE, "persona": HOSTILE}, source=HOSTILE)
    folder = write_folder(base / "candidates", [*ROWS, long], REJECTED)
    (base / "page.html").write_text(render(*open_rows(folder), left_out=(0, 0)), encoding="utf-8")
    return base / "page.html"


@pytest.fixture
def page(browser, page_file):
    opened = browser.new_page(viewport={"width": 1280, "height": 700})
    opened.goto(page_file.as_uri())
    yield opened
    opened.close()


def shown(page):
    return page.locator(".pair:visible").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_the_page_stands_alone_and_fits_the_screen(browser, page_file, width, scheme):
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.goto(page_file.as_uri())
    assert asked == [page_file.as_uri()]
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in background.removeprefix("rgb(").removesuffix(")").split(",")[:3])
    assert (brightness > 382) == (scheme == "light")
    assert page.locator("mark").first.evaluate("node => getComputedStyle(node).backgroundColor") not in (
        "rgba(0, 0, 0, 0)", background,
    )  # fmt: skip
    page.close()


def test_without_javascript_every_pair_is_read_and_no_dead_control_is_seen(browser, page_file):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(page_file.as_uri())
    assert not page.locator(".filters").is_visible()
    assert shown(page) == len(ROWS) + 1 + len(REJECTED)
    assert FACT in page.text_content("main")
    context.close()


def test_hostile_text_is_only_text(page):
    assert "<script>alert(1)</script>" in page.text_content("main")
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 1


def test_search_and_filters_narrow_what_is_shown(page):
    everything = shown(page)
    page.get_by_label("찾기").fill("재실사가 뭐야")
    assert shown(page) == 1
    page.get_by_label("찾기").fill("")
    page.get_by_label("관문").select_option("retrieved")
    assert shown(page) == 1
    assert "evidence at rank 9" in page.locator(".pair:visible").text_content()
    page.get_by_label("관문").select_option("kept")
    assert shown(page) == everything - len(REJECTED)
    page.get_by_label("종류").select_option("definition")
    assert shown(page) == 1
    page.get_by_label("질문 말투").select_option("hae")
    page.get_by_label("문서").select_option("재고/재실사.md")
    assert page.inner_text("output") == f"1 / {everything}"
    page.get_by_label("찾기").fill("어디에도 없는 말")
    assert page.locator(".empty").is_visible()


def test_j_and_k_walk_through_the_pairs_that_are_shown(page):
    page.get_by_label("종류").select_option("condition")
    page.keyboard.press("Escape")
    pairs = [pair.get_attribute("id") for pair in page.locator(".pair:visible").all()]
    at = []
    for key in ("j", "j", "k", "k", "k", "ㅓ"):
        page.keyboard.press("KeyJ" if key == "ㅓ" else key)
        at.append(page.evaluate("document.activeElement.id"))
    assert at == [pairs[0], pairs[1], pairs[0], pairs[0], pairs[0], pairs[1]]
    top = page.evaluate("document.activeElement.getBoundingClientRect().top")
    assert top >= page.evaluate("document.querySelector('.filters').getBoundingClientRect().bottom") - 1
    page.keyboard.press("/")
    page.keyboard.type("jk")  # letters in the search are letters
    assert page.evaluate("document.querySelector('input').value") == "jk"
