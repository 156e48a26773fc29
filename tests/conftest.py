"""What several test files read: the project's own gold tables, and a small handbook to write from."""

import csv
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent.parent
# Speed is no law: on a busy machine a first example that loads Kiwi or tables takes what it takes.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
GOLD = ROOT / "corpora" / "gold"

CYCLE_COUNT = """\
# 순환 실사

순환 실사는 창고를 구역으로 나누어 돌아가며 세는 실사 방식이다.

## 실사 방식 비교

| 실사 방식 | 세는 범위 | 담당자 |
|---|---|---|
| 정기 실사 | 창고 전체 | 재고 담당자 |
| 순환 실사 | 정해진 구역 | 현장 작업자 |

## 실사 수량을 입력하는 방법

1. 실사 입력 화면을 연다.
2. 로케이션 바코드를 스캔한다.
3. 센 수량을 입력한다.

## 실사 입력 화면 항목

- **전산 수량**: WMS에 기록된 수량
- **실사 수량**: 현장에서 센 수량

## 차이가 났을 때

실사 수량과 전산 수량이 다르면 다른 작업자가 재실사를 한다.

## 예시

| 구역 | 주기 |
|---|---|
| A구역 | 3일 |
"""


def read_gold(name: str) -> list[dict[str, str]]:
    """The rows of a gold table."""
    with (GOLD / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture
def small_handbook(tmp_path: Path) -> Path:
    """A folder with one document of each kind of fact."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "순환-실사.md").write_text(CYCLE_COUNT, encoding="utf-8")
    return folder


@pytest.fixture
def gold() -> Callable[[str], list[dict[str, str]]]:
    """Reads a gold table by name."""
    return read_gold


@pytest.fixture(scope="module")  # Playwright holds an event loop, in which no other may run
def browser():
    """A real Chromium; where there is none the test is skipped, unless REQUIRE_ALL_TESTS is set."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None and not os.environ.get("REQUIRE_ALL_TESTS"):
        pytest.skip("no Chromium found: the page was not looked at in a browser")
    assert chromium is not None, "REQUIRE_ALL_TESTS is set, and no Chromium was found"
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--no-first-run"]  # fmt: skip
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield running
        running.close()
