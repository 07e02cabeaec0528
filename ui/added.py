"""What adding did, as lines of the terminal or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from ui.terminal import show_json

if TYPE_CHECKING:
    from vectorstore.report import Report

LINES = 60
"""Lines about single files and articles at most; `--json` has them all."""

QUIET = ("form", "control", "space", "line break")
"""Kinds of cleaning that are told only in the sum: nobody looks them up one by one."""

_err = Console(stderr=True, highlight=False)
_out = Console(highlight=False, soft_wrap=True)


def show_report(report: Report, as_json: bool, dry_run: bool = False) -> None:
    """Print what adding did, or, after a dry run, what it would do."""
    if as_json:
        return show_json(asdict(report))
    lines = list(_lines(report))
    for line in lines[:LINES]:
        _err.print(line, soft_wrap=True)
    if len(lines) > LINES:
        _err.print(f"… and {len(lines) - LINES} lines more; --json has them all.")
    if report.repaired:
        _out.print(f"Cleaned: {_told(_sums(report))}.")
    _out.print(("Would be: " if dry_run else "") + _summary(report))
    if report.passed_over:
        _out.print(f"{report.passed_over} files of other kinds were passed over.")
    return None


def _lines(report: Report) -> Iterator[str]:
    for refused in report.refused:
        yield f"[yellow]Left out:[/yellow] {escape(refused.reason)}"
    for name, articles in report.found:
        if articles > 1:
            yield f"[cyan]Found:[/cyan] {escape(name)} holds {articles} articles"
    for copy in report.copies:
        how = "is a copy of" if copy.exact else "tells nearly the same as"
        yield f"[cyan]Copy:[/cyan] {escape(copy.id)} {how} {escape(copy.of)}"
    for repaired in report.repaired:
        told = {kind: count for kind, count in repaired.counts if kind not in QUIET}
        if told:
            yield f"[cyan]Cleaned:[/cyan] {escape(repaired.name)}: {_told(told)}"
    for gone in report.gone:
        yield f"[cyan]Gone:[/cyan] {escape(gone)}"


def _summary(report: Report) -> str:
    counts = [
        (len(report.added), "added"),
        (len(report.changed), "changed"),
        (len(report.unchanged), "unchanged"),
        (len(report.gone), "gone"),
        (len(report.copies), "of them copies"),
        (len(report.refused), "left out"),
    ]
    always = ("added", "changed", "unchanged", "left out")
    said = ", ".join(f"{count} {what}" for count, what in counts if count or what in always)
    return f"{said}; {report.passages} passages written."


def _sums(report: Report) -> dict[str, int]:
    sums: dict[str, int] = {}
    for repaired in report.repaired:
        for kind, count in repaired.counts:
            sums[kind] = sums.get(kind, 0) + count
    return sums


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
