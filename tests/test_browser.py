"""The report in a real browser: it asks nobody for anything, fits every screen, and reads in light and dark."""

import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def report(tmp_path_factory, request):
    base = tmp_path_factory.mktemp("report")
    docs = request.config.rootpath / "corpora" / "wms" / "반품"
    for command in (
        ["datagen.wms", str(docs), "--license", "CC-BY-4.0", "--out", str(base / "candidates")],
        ["curation", "run", str(base / "candidates"), "--out", str(base / "dataset")],
    ):
        subprocess.run([sys.executable, "-m", *command], check=True, capture_output=True)
    return base / "dataset" / "report.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_report_stands_alone_and_fits_the_screen(browser, report, width, scheme):
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(report.as_uri())
    assert asked == [report.as_uri()]
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in background.removeprefix("rgb(").removesuffix(")").split(",")[:3])
    assert (brightness > 382) == (scheme == "light")
    page.close()


def test_the_banner_shows_the_manifest_it_was_made_from(browser, report):
    import json

    digest = json.loads((report.parent / "manifest.json").read_bytes())["manifest_sha256"]
    page = browser.new_page()
    page.goto(report.as_uri())
    assert digest in page.inner_text("body")
    page.close()
