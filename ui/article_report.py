"""What adding did, in the words of the articles tab."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ui.citations import link
from ui.escape import escape
from ui.failure import in_chinese
from ui.repairs import done_words
from ui.sources import source_link
from vectorstore.report import CopyOf, Repaired, Report

NAMED = 8
"""Articles named in each line of a report."""

REFUSED = 200
"""Reasons shown at most."""


def report_html(report: Report) -> str:
    """Say in words what adding did."""
    lines = [
        _line("新加入", report.added),
        _line("更新了", report.changed),
        _line("没有变化", report.unchanged),
        _gone(report.gone),
        _held(report),
        _copies(report.copies),
        _repaired(report.repaired),
        _refused(report),
    ]
    said = "".join(lines) or "<div>没有读到文章。</div>"
    return f'<div class="wj-report">{said}</div>'


def failure_html(text: str, what: str = "没能加入") -> str:
    """Say that something failed as a whole, and why."""
    return f'<div class="wj-failure"><b>{what}</b>{escape(in_chinese(text))}</div>'


def _line(label: str, ids: Sequence[str]) -> str:
    if not ids:
        return ""
    named = "、".join(_article(id_) for id_ in ids[:NAMED])
    return f"<div>{label} {len(ids):,} 篇：{named}{_more(ids)}</div>"


def _gone(ids: Sequence[str]) -> str:
    if not ids:
        return ""
    named = "、".join(escape(id_) for id_ in ids[:NAMED])
    return f"<div>文件里不再有、已经移走 {len(ids):,} 篇：{named}{_more(ids)}</div>"


def _held(report: Report) -> str:
    several = [(name, count) for name, count in report.found if count > 1]
    named = "；".join(f"{escape(name)} 里有 {count:,} 篇" for name, count in several[:NAMED])
    return f"<div>{named}{_more(several)}</div>" if several else ""


def _copies(copies: Sequence[CopyOf]) -> str:
    if not copies:
        return ""
    named = "；".join(_copy(copy) for copy in copies[:NAMED])
    return f"<div>其中同文 {len(copies):,} 篇：{named}{_more(copies)}</div>"


def _copy(copy: CopyOf) -> str:
    alike = "相同" if copy.exact else "相近"
    return f"{_article(copy.id)} 与 {_article(copy.of)} {alike}"


def _repaired(repaired: Sequence[Repaired]) -> str:
    if not repaired:
        return ""
    sums = Counter[str]()
    for each in repaired:
        sums.update(dict(each.counts))
    rows = "".join(
        f"<li>{_article(each.name)}：{escape(done_words(each.counts))}</li>"
        for each in repaired[:NAMED]
    )
    shown = f"<ul>{rows}</ul>" if len(repaired) > 1 else ""
    return (
        f'<div class="wj-repaired">整理了 {len(repaired):,} 篇：{escape(done_words(sums.items()))}'
        f"{shown}</div>"
    )


def _refused(report: Report) -> str:
    reasons = "".join(f"<li>{escape(in_chinese(r.reason))}</li>" for r in report.refused[:REFUSED])
    if not reasons:
        return ""
    return f'<div class="wj-refused">没有加入 {len(report.refused):,} 个：<ul>{reasons}</ul></div>'


def _article(article_id: str) -> str:
    return link(source_link(article_id), "wj-reading", article_id, "打开这一篇")


def _more(named: Sequence[object]) -> str:
    return " 等" if len(named) > NAMED else ""
