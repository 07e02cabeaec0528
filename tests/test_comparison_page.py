"""Opens the comparison of two runs at the widths of the page's frame and of a phone."""

import pytest

from evals.compare import compared
from evals.report import comparison_html
from tests.test_browser import CHROMIUM, browser, playwright
from tests.test_report import changed, mixed

__all__ = ["browser"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no chromium; get one with: apt-get install chromium"),
]

FRAME_AT_1280, PHONE = 560, 390


@pytest.mark.parametrize("width", [FRAME_AT_1280, PHONE])
def test_every_figure_is_seen_without_scrolling_sideways(
    browser: playwright.Browser, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.set_content(comparison_html(compared(mixed(), changed())))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cells = page.locator(".changes tbody :is(th, td)")
    assert cells.count() > 20
    for cell in cells.all():
        ends = cell.evaluate("cell => cell.getBoundingClientRect().right")
        assert ends <= width and cell.evaluate("cell => cell.scrollWidth <= cell.clientWidth")
    first = page.locator(".changes tbody tr").first
    labels = first.evaluate(
        "row => [...row.cells].map(c => getComputedStyle(c, '::before').content)"
    )
    assert labels[2:] == ['"之前"', '"之后"', '"相差"', '"95% 区间"', '"p"']
    assert page.get_by_role("table").first.get_by_role("row").count() == 9
    page.close()


def test_wide_window_has_one_table_with_a_head(browser: playwright.Browser) -> None:
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    page.set_content(comparison_html(compared(mixed(), changed())))
    assert page.locator(".changes thead").is_visible()
    tops = page.locator(".changes tbody tr").first.evaluate(
        "row => [...row.cells].map(c => c.getBoundingClientRect().top)"
    )
    assert len(set(tops)) == 1
    page.close()
