"""How heavy and how quick the page of a curated folder is, in a real browser.

python benchmarks/report.py DIR [DIR ...] [--times 5]       (each is a curated folder; its report.html is opened)

Prints for each: bytes of the page and of the rows in it, rows in it, milliseconds from the start of the navigation to
a page whose figures can be opened (median), milliseconds to open all rows and to search in them (to the end of layout,
worst of the searches), and elements of the document, as opened and with all rows opened. The aim: at most 300 KB and
40 KB for each 1,000 rows, 500 ms, 50 ms, 5,000 elements.
"""

import argparse
import re
import shutil
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

SEARCHES = ("실사", "실", "재고 합니다", "어디에도 없는 말", "")
_TIMED = """(words) => {
  const timed = (what) => { const from = performance.now(); what(); document.body.offsetHeight; return performance.now() - from; };
  const bare = document.querySelectorAll("*").length;
  const opened = timed(() => show([]));
  const searched = words.map((text) => timed(() => {
    document.querySelector("#browser input").value = text;
    document.querySelector("#browser input").dispatchEvent(new Event("input", { bubbles: true }));
  }));
  return { opened, searched: Math.max(...searched), bare, full: document.querySelectorAll("*").length, rows: rows.id.length };
}"""  # noqa: E501


def measure(browser: Browser, page_file: Path, times: int) -> dict[str, float]:
    """The figures of one page; times in ms, the median or worst of so many visits."""
    ready, found = [], []
    for _ in range(times):
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(page_file.as_uri())
        page.locator("html[data-ready]").wait_for()
        ready.append(int(page.evaluate("document.documentElement.dataset.ready")))
        found.append(page.evaluate(_TIMED, list(SEARCHES)))
        page.close()
    text = page_file.read_text(encoding="utf-8")
    packed = re.search(r'id="rows">([^<]*)<', text)
    assert packed is not None, f"{page_file} holds no rows"
    return {
        "bytes": page_file.stat().st_size,
        "row_bytes": len(packed[1]),
        "rows": found[0]["rows"],
        "ready_ms": median(ready),
        "open_ms": max(one["opened"] for one in found),
        "search_ms": max(one["searched"] for one in found),
        "elements": found[0]["bare"],
        "elements_open": found[0]["full"],
    }


def main() -> None:
    """Measures the folders named on the command line, one line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--times", type=int, default=5)
    arguments = parser.parse_args()
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for folder in arguments.folders:
            figures = measure(browser, folder.resolve() / "report.html", arguments.times)
            print(folder, *(f"{name}={value:,.0f}" for name, value in figures.items()))
        browser.close()


if __name__ == "__main__":
    main()
