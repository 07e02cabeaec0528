"""Starting an evaluation from the page: which questions, how they are answered, how far it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

from evals.errors import EvalError
from evals.evaluate import Plan
from rag.answer import Mode
from rag.engine import Engine
from ui.articles import discard
from ui.escape import escape, shortened
from ui.evaluating import SUFFIX, Course, Evaluating, choices, keep_questions
from ui.reports import report_link
from ui.sources import FRAME

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
ONE: dict[str, Any] = {"concurrency_limit": 1}
TICK_SECONDS = 1.0
REASON = 240
"""Characters of a reason that are shown; a question may be quoted in it."""

MODES = [("引文", "quote"), ("成文", "composed")]

NONE_CHOSEN = "先选一套题，或者上传一套。"
NONE_ASKED = "最多几题：要填 1 以上的整数，空着就是全部。"
BUSY = "已经有一次评测在进行，同时只能有一次。等它完成，或者先停下它。"
BROKEN = "程序出了意外的错误，详情在启动它的窗口里。答过的题留着，再开始一次会接着做。"

Shown = tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]
"""How far it is, then updates of the button that starts, the one that stops, and the timer."""


def running_section(
    engine: Engine, tab: gr.Tab, listing: gr.HTML, listed: Callable[[], str]
) -> None:
    """Lay out what an evaluation is started and stopped with.

    When one ends, what `listed` gives is shown in `listing`.
    """
    gr.HTML('<h2 class="wj-heading">新的评测</h2>')
    with gr.Row(elem_id="wj-asking"):
        chosen = gr.Dropdown([], label="用哪套题", min_width=180, elem_id="wj-set")
        upload = gr.UploadButton(
            "上传题目", file_types=[SUFFIX], scale=0, min_width=110, elem_id="wj-upload"
        )
    with gr.Row(elem_id="wj-starting"):
        modes = MODES if engine.writes() else MODES[:1]
        mode = gr.Radio(modes, value="quote", label="怎么答", min_width=150, elem_id="wj-mode")
        most = gr.Textbox(
            label="最多几题", placeholder="全部", max_length=6, min_width=110, elem_id="wj-most"
        )
        start = gr.Button("开始评测", scale=0, min_width=110, elem_id="wj-start")
        stop = gr.Button("停止", scale=0, min_width=110, elem_id="wj-stop", visible=False)
    note, course = gr.HTML(elem_id="wj-run-note"), gr.HTML(elem_id="wj-course")
    timer = gr.Timer(TICK_SECONDS, active=False)

    evaluating, shown = Evaluating(engine), [course, start, stop, timer]
    keep, sets = _keeping(engine), _choosing(engine)
    tab.select(sets, chosen, chosen, **QUIET)
    tab.select(lambda: updates(evaluating.course), None, shown, **QUIET)
    timer.tick(_ticking(evaluating, listed), None, [*shown, listing], **QUIET)
    start.click(
        _beginning(evaluating, engine), [chosen, mode, most], [note, *shown], **ONE, **QUIET
    )
    stop.click(_ending(evaluating), None, shown, **QUIET)
    upload.upload(keep, [upload, chosen], [upload, note, chosen], **ONE, **QUIET)


def at_most(text: str) -> int | None:
    """Read how many questions are asked at most, None for all.

    Raises ValueError for what is no whole number from 1 on.
    """
    if not text.strip():
        return None
    if (number := int(text)) < 1:
        raise ValueError(f"{number} questions cannot be asked")
    return number


def updates(course: Course | None) -> Shown:
    """Show how far an evaluation is, with the button that fits, and look again while it runs."""
    runs = course is not None and not course.over
    stopping = course is not None and course.state == "stopping"
    return (
        course_html(course) if course else "",
        gr.update(visible=not runs),
        gr.update(visible=runs, interactive=not stopping, value="正在停…" if stopping else "停止"),
        gr.update(active=runs),
    )


def course_html(course: Course) -> str:
    """Say how far an evaluation is, or what came of it."""
    if course.over:
        return _outcome(course)
    asked = f"「{escape(course.asked)}」"
    at = f" value={course.done} max={course.total}" if course.total else ""
    said = "正在读题，对照文章" if not course.total else f"{course.done} / {course.total} 题"
    if course.total and course.done == course.total:
        said += "，正在算结果"
    if course.state == "stopping":
        said += "，答完手上这一题就停"
    return (
        f'<div class="wj-count">正在评测{asked}：{said}</div>'
        f'<progress class="wj-bar" aria-label="评测进度"{at}></progress>'
    )


def refusal_html(text: str) -> str:
    """Say why an evaluation was not started; nothing for no text."""
    return f'<div class="wj-notice" role="status">{escape(text)}</div>' if text else ""


def kept_html(upload: Path, home: Path) -> tuple[str, Path | None]:
    """Keep an uploaded question set; say what came of it, and give its file, None when refused."""
    try:
        path, found = keep_questions(upload, home)
    except EvalError as exc:
        return f'<div class="wj-failure" role="alert"><b>没能加入</b>{escape(str(exc))}</div>', None
    finally:
        discard([upload])
    said = f"已加入「{escape(path.name)}」，{len(found.questions)} 题。"
    return f'<div class="wj-report" role="status">{said}{_left_out(found.problems)}</div>', path


def _choosing(engine: Engine) -> Callable[[str | None], dict[str, Any]]:
    def sets(selected: str | None) -> dict[str, Any]:
        """Offer the sets there are; keep to the one selected, else take the first."""
        found = choices(engine.settings.home, engine.store.catalogue)
        paths = [str(path) for _, path in found]
        kept = selected if selected in paths else next(iter(paths), None)
        return gr.update(choices=[(name, str(path)) for name, path in found], value=kept)

    return sets


def _keeping(engine: Engine) -> Callable[[str, str | None], tuple[None, str, dict[str, Any]]]:
    def keep(uploaded: str, selected: str | None) -> tuple[None, str, dict[str, Any]]:
        said, path = kept_html(Path(uploaded), engine.settings.home)
        return None, said, _choosing(engine)(str(path) if path else selected)

    return keep


def _beginning(
    evaluating: Evaluating, engine: Engine
) -> Callable[[str | None, str, str], tuple[Any, ...]]:
    def refusal(chosen: str | None, mode: str, most: str) -> str:
        """Start, or say why not."""
        known = choices(engine.settings.home, engine.store.catalogue)
        path = next((path for _, path in known if str(path) == chosen), None)
        if path is None:
            return NONE_CHOSEN
        how: Mode = "composed" if mode == "composed" and engine.writes() else "quote"
        try:
            plan = Plan(questions=path, mode=how, limit=at_most(most))
        except ValueError:
            return NONE_ASKED
        return "" if evaluating.start(plan) else BUSY

    def begin(chosen: str | None, mode: str, most: str) -> tuple[Any, ...]:
        return refusal_html(refusal(chosen, mode, most)), *updates(evaluating.course)

    return begin


def _ending(evaluating: Evaluating) -> Callable[[], Shown]:
    def end() -> Shown:
        evaluating.stop()
        return updates(evaluating.course)

    return end


def _ticking(evaluating: Evaluating, listed: Callable[[], str]) -> Callable[[], tuple[Any, ...]]:
    def tick() -> tuple[Any, ...]:
        course = evaluating.course
        return *updates(course), listed() if course and course.over else gr.skip()

    return tick


def _outcome(course: Course) -> str:
    if course.state == "finished":
        address = report_link(course.file).replace("&", "&amp;")
        link = f'<a target="{FRAME}" href="{address}">打开报告</a>'
        said = f"完成，{course.total} 题。{link}{_left_out(course.left_out)}"
        return f'<div class="wj-report" role="status">{said}</div>'
    if course.state == "stopped":
        kept = f"已停止，答过的 {course.done} 题都留着。文章、题目和设置不变，再开始一次会接着做。"
        return f'<div class="wj-report" role="status">{kept}</div>'
    reason = BROKEN if course.state == "broken" else course.failure
    return f'<div class="wj-failure" role="alert"><b>没能评测</b>{escape(reason)}</div>'


def _left_out(problems: tuple[str, ...]) -> str:
    if not problems:
        return ""
    reason = escape(shortened(problems[0], REASON))
    return f"<small>有 {len(problems)} 题用不了，没有问。第一个：{reason}</small>"
