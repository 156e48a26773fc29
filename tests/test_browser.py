"""The report in a real browser: it stands alone, each figure opens its rows, and what it shows can do nothing."""

import io
import json
import re
import unicodedata

import pytest

from tests.browsing import (
    HOSTILE,
    figure,
    grave_faults,
    hostile_rows,
    looking_at,
    make_report,
    manifest_of,
    many_rows,
    questions,
    telling_rows,
    told,
)

SEARCH = "#browser input"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return make_report(tmp_path_factory.mktemp("report"), telling_rows(), broken=b'{"question": "\xff"}\n')


@pytest.fixture(scope="module")
def big_report(tmp_path_factory):
    return make_report(tmp_path_factory.mktemp("big"), many_rows())


@pytest.fixture
def page(browser, report):
    with looking_at(browser, report) as page:
        yield page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_stands_alone_and_fits_every_screen(browser, report, scheme):
    with looking_at(browser, report, color_scheme=scheme) as page:
        assert is_light(page) == (scheme == "light")
        assert manifest_of(report)["manifest_sha256"] in page.inner_text("body")
        for width in (360, 768, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            figure(page, "verdict:keep").click()
            assert page.evaluate("document.querySelector('#browser').scrollWidth") <= width
            box = page.locator("#browser").bounding_box()
            assert 0 <= box["x"] <= box["x"] + box["width"] <= width
            assert box["width"] == width or width > 360
            page.keyboard.press("Escape")


def is_light(page):
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(map(float, re.findall(r"[\d.]+", background)[:3])) > 382


def test_a_figure_opens_exactly_the_rows_that_the_manifest_counts(page, report):
    manifest = manifest_of(report)
    facts = manifest["statistics"]["all"]
    opened = {
        ("verdict:keep", "user:casual", "assistant:polite"): facts["levels"]["casual"]["polite"],
        ("step:rules", "verdict:drop"): {step["step"]: step for step in manifest["steps"]}["rules"]["dropped"],
        ("verdict:keep", "chars_user:1"): facts["spread"]["user"]["chars"][1],
        ("verdict:keep", "split:train"): manifest["splits"]["train"]["rows"],
        (): manifest["steps"][0]["in"],
    }
    assert all(opened.values())
    for tags, count in opened.items():
        figure(page, *tags).click()
        assert told(page) == f"{count:,}행"
        assert page.locator("#browser li details").count() == count
        assert page.locator("#browser .chip").count() == len(tags)
        assert page.get_by_role("dialog", name="행 펼쳐 보기").count() == 1
        page.keyboard.press("Escape")


def test_no_figure_says_another_number_than_it_opens(page):
    # `show` is the script's own way to open a set; to click on each of some hundred figures would take a minute.
    differing = page.evaluate(
        """[...document.querySelectorAll("[data-rows]")].filter((figure) => figure.dataset.total).map((figure) => {
             show(JSON.parse(figure.dataset.rows));
             return [figure.dataset.rows, Number(figure.dataset.total), document.querySelector("#browser .count").textContent];
           }).filter(([, total, told]) => told !== `${total.toLocaleString("en")}행`)"""
    )
    assert differing == []


def test_every_figure_is_a_button_that_says_what_it_opens(page):
    figures = page.locator("[data-rows]")
    assert figures.count() > 50
    assert page.locator("[data-rows]:not([role=button][tabindex='0'][aria-haspopup=dialog])").count() == 0
    assert "반말" in figure(page, "verdict:keep", "user:casual", "assistant:polite").get_attribute("aria-label")


def test_the_keyboard_alone_opens_searches_reads_and_returns(page):
    aim = figure(page, "verdict:keep", "user:casual", "assistant:polite")
    for _ in range(200):
        page.keyboard.press("Tab")
        if aim.evaluate("node => node === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    page.keyboard.type("화면에서")
    listed = questions(page)
    assert told(page).endswith(f" 가운데 {len(listed)}행")
    focused = "document.activeElement.querySelector('.question')?.textContent"
    read = []
    for key in ("ArrowDown", "ArrowDown", "k", "j", "ArrowUp"):
        page.keyboard.press(key)
        read.append(page.evaluate(focused))
    assert read == [listed[0], listed[1], listed[0], listed[1], listed[0]]
    page.keyboard.press("Enter")
    details = page.locator("#browser [open] dl")
    details.wait_for()
    assert "python -m curation explain DIR" in details.inner_text()
    page.keyboard.press("Enter")
    assert not details.is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#browser").is_visible()
    assert aim.evaluate("node => node === document.activeElement")


def test_under_a_korean_input_method_the_same_keys_walk(page):
    figure(page, "verdict:keep").click()
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'ㅓ', code: 'KeyJ', bubbles: true}))"
    )
    assert page.evaluate("document.activeElement.querySelector('.question').textContent") == questions(page)[0]


def test_search_finds_korean_however_it_was_typed(page):
    figure(page).click()
    everything = questions(page)
    page.fill(SEARCH, "순환 실사")
    found = questions(page)
    assert 0 < len(found) < len(everything)
    assert told(page) == f"{len(everything)}행 가운데 {len(found)}행"
    page.fill(SEARCH, unicodedata.normalize("NFD", "순환 실사"))
    assert questions(page) == found
    page.fill(SEARCH, "실사 순환")  # all the words, wherever they stand
    assert questions(page) == found
    assert page.evaluate("CSS.highlights.get('found').size") > len(found)
    page.fill(SEARCH, "어디에도 없는 말")
    assert page.locator("#browser .empty").is_visible()
    page.fill(SEARCH, "")
    assert questions(page) == everything


def test_selects_narrow_and_chips_widen_what_is_listed(page, report):
    manifest = manifest_of(report)
    figure(page, "verdict:keep", "user:casual", "assistant:polite").click()
    whole = page.locator("#browser details").count()
    page.locator("[data-of=split]").select_option("split:train")
    assert page.locator("#browser details").count() < whole
    page.locator("#browser .chip", has_text="질문 말투").click()
    assert page.locator("#browser .chip").count() == 2
    assert told(page) == f"{sum(row['polite'] for row in manifest['statistics']['all']['levels'].values())}행"
    for _ in range(2):
        page.locator("#browser .chip").first.click()
    assert told(page) == f"{manifest['steps'][0]['in']}행"
    assert json.loads(page.evaluate("asked('rows')")) == []
    page.locator("[data-of='verdict reason']").select_option("reason:repeats/exact_repeat")
    assert page.locator("#browser details").count() == 3


def test_rows_stand_in_the_order_that_is_asked_for(page):
    figure(page, "verdict:keep").click()
    lengths = {}
    for order in ("-question", "question"):
        page.locator("#browser .order").select_option(order)
        lengths[order] = [len(question) for question in questions(page)]
    assert lengths["question"] == sorted(lengths["question"]) == lengths["-question"][::-1]


def test_a_repeat_opens_the_row_that_was_kept_instead(page):
    figure(page, "step:repeats", "reason:repeats/exact_repeat").click()
    repeated = questions(page)[0]
    page.locator("#browser summary").first.click()
    page.locator("#browser dd.instead button").click()
    assert questions(page) == [repeated]
    assert page.locator("#browser details").count() == 1


def test_a_view_has_an_address_and_the_back_button_closes_it(browser, report, page):
    figure(page, "verdict:keep", "user:casual", "assistant:polite").click()
    count = told(page)
    page.go_back()
    assert not page.locator("#browser").is_visible()
    page.go_forward()
    page.locator("#browser").wait_for()
    assert told(page) == count
    with looking_at(browser, report, view=["verdict:keep", "user:casual", "assistant:polite"]) as linked:
        assert told(linked) == count
        linked.keyboard.press("Escape")
        linked.wait_for_url(report.as_uri())


def test_a_view_opened_while_the_last_one_still_closes_stays_open(page):
    state = page.evaluate(
        """async () => {
             const next = (target, name) => new Promise((done) => target.addEventListener(name, done, { once: true }));
             visit(["verdict:keep"]);
             dialog.close();
             await next(dialog, "close");
             visit([]);
             await next(window, "popstate");
             return [dialog.open, asked("rows")];
           }"""
    )
    assert state == [True, "[]"]


def test_no_address_breaks_the_page(page):
    for view in ([], ["<img src=x>", "constructor:a"], "verdict:keep", 7, {"a": 1}):
        page.evaluate("view => { location.hash = `#rows=${view}`; }", json.dumps(view))
        page.locator("#browser").wait_for()
        assert page.locator("#browser img").count() == 0
        chips = page.locator("#browser .chip").all_inner_texts()
        assert chips == (view if isinstance(view, list) else chips)
        page.keyboard.press("Escape")
    page.evaluate("location.hash = '#rows=[oops'")
    assert not page.locator("#browser").is_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_language_and_brightness_are_chosen_in_the_page(browser, report, scripts):
    with looking_at(browser, report, java_script_enabled=scripts, color_scheme="light") as page:
        assert "행의 흐름" in page.inner_text("main")
        assert "Where the rows went" not in page.inner_text("main")
        page.get_by_text("English").first.click()
        assert "행의 흐름" not in page.inner_text("main")
        assert "Where the rows went" in page.inner_text("main")
        assert is_light(page)
        page.get_by_text("Dark").first.click()
        assert not is_light(page)
        page.get_by_text("Light").first.click()
        assert is_light(page)


def test_the_dialog_speaks_the_chosen_language(page):
    page.get_by_text("English").first.click()
    assert page.evaluate("document.documentElement.lang") == "en"
    figure(page, "verdict:keep", "user:casual").click()
    parts = page.locator("#browser").locator("h2, button, label > span:first-child, output, .keys, .order")
    said = " ".join(part.inner_text() for part in parts.all() if part.is_visible())
    assert "question: casual" in said
    assert "rows" in said
    assert re.findall("[가-힣]+", said) == []
    assert "lang=en" in page.url


def test_without_javascript_every_figure_and_sample_is_read_and_nothing_looks_like_a_button(browser, report):
    manifest = manifest_of(report)
    with looking_at(browser, report, java_script_enabled=False) as page:
        assert not page.locator("#browser").is_visible()
        assert page.locator("#rows-failed").is_visible() is False
        assert page.locator("button:visible, [role=button]:visible").count() == 0
        cell = figure(page, "verdict:keep", "user:casual", "assistant:polite")
        assert cell.inner_text() == f"{manifest['statistics']['all']['levels']['casual']['polite']}"
        text = page.text_content("main")
        assert "로케이션 코드 어디 있어?" in text  # a dropped row, among the samples of its reason
        assert "010-1234-5678" not in page.content()


def test_on_paper_the_figures_stand_and_the_dialog_does_not(browser, report):
    pypdf = pytest.importorskip("pypdf")
    with looking_at(browser, report, view=[]) as page:
        page.emulate_media(media="print")
        assert not page.locator("#browser").is_visible()
        assert figure(page, "verdict:keep", "user:casual", "assistant:polite").is_visible()
        assert page.evaluate("getComputedStyle(document.documentElement).overflow") != "hidden"
        text = "".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(page.pdf())).pages)
        assert manifest_of(report)["manifest_sha256"] in "".join(text.split())
        assert "행펼쳐보기" not in "".join(text.split())


def test_hostile_rows_are_only_text(browser, tmp_path):
    report = make_report(tmp_path, hostile_rows(), "--recipe", "annotate-only")
    with looking_at(browser, report) as page:
        figure(page).click()
        sources = page.locator("[data-of=source] option").all_text_contents()
        assert {f"{shown(text)} (2)" for text in HOSTILE} <= set(map(one_line, sources))
        for summary in page.locator("#browser summary").all():
            summary.click()
        listed = one_line(page.inner_text("#browser .found"))
        assert [text for text in map(shown, HOSTILE) if text not in listed] == []
        assert page.locator("script").count() == 2
        assert page.locator("main img, dialog img, main b b, dialog b").count() == 0
        assert page.evaluate("window.x") is None
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        page.fill(SEARCH, "가" * 100)
        assert page.locator("#browser details").count() == 1
        page.fill(SEARCH, "__proto__:constructor")
        assert page.locator("#browser details").count() == 2


def shown(text):
    """A hostile text as the page shows it, with one space for any blank."""
    return one_line(re.sub("[\u2028\u2029]", "⏎", re.sub("[\u202a-\u202e\u2066-\u2069]", "\ufffd", text)))


def one_line(text):
    return " ".join(text.split())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_serious(browser, report, width, scheme):
    with looking_at(browser, report, width=width, color_scheme=scheme, bypass_csp=True) as page:
        page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        assert grave_faults(page) == []
        figure(page).click()
        page.locator("#browser summary").first.click()
        page.locator("#browser dl").first.wait_for()
        assert grave_faults(page, "#browser") == []


def test_a_page_of_two_thousand_rows_stays_light_and_says_that_it_is_a_sample(browser, big_report):
    total = manifest_of(big_report)["steps"][0]["in"]
    assert total == 2200
    assert big_report.stat().st_size <= 300_000 + 40 * 2000
    with looking_at(browser, big_report) as page:
        figure(page).click()
        assert told(page) == "이 페이지에 든 2,000행 (전체 2,200행)"
        for _ in range(3):
            page.locator("#browser .later").click()
        assert page.inner_text("#browser .at") == "151–200 / 2000"
        page.locator("#browser summary").last.focus()
        page.keyboard.press("j")
        assert page.inner_text("#browser .at") == "201–250 / 2000"
        page.keyboard.press("k")
        assert page.inner_text("#browser .at") == "151–200 / 2000"
        assert page.evaluate("document.querySelectorAll('*').length") < 5000


def test_rows_that_cannot_be_unpacked_leave_a_page_that_says_so(browser, report, tmp_path):
    broken = tmp_path / "report.html"
    text = report.read_text(encoding="utf-8")
    broken.write_text(re.sub(r'(id="rows">)[^<]{40}', r"\1" + "A" * 40, text), encoding="utf-8")
    context = browser.new_context()
    page = context.new_page()
    page.goto(broken.as_uri())
    page.locator("#rows-failed").wait_for()
    assert "이 브라우저에서는 행을 펼칠 수 없습니다" in page.inner_text("#rows-failed")
    assert page.locator("[role=button]").count() == 0
    context.close()
