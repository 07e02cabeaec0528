"""How the page looks: theme, style sheet and the fixed pieces of HTML."""

from __future__ import annotations

from pathlib import Path

from gradio.themes import Base, Font

TITLE = "问据 Wenju"

FONTS = (
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "system-ui",
    "sans-serif",
)
"""Fonts that systems bring along; nothing is fetched."""

MONO = ("ui-monospace", "Menlo", "Consolas", "monospace")

HEADER = "<h1>问据 <span>Wenju</span></h1><p>问自己的文章，每句回答都指到原文</p>"

SOURCE_FRAME = (
    '<a class="wj-back" href="#wj-left">↑ 回到问答</a>'
    '<iframe name="source" src="/source" title="原文"></iframe>'
)

WELCOME = '<div class="wj-welcome"><b>想知道什么？</b><p>回答只来自你的文章，点编号看原文</p></div>'

EMPTY = (
    '<div class="wj-welcome"><b>还没有文章</b><p>放几篇进来，就可以提问了</p>'
    '<a class="wj-go" href="#articles">添加文章</a></div>'
)


def theme() -> Base:
    """Give the theme, all of it made from fonts and colours that are here."""
    return Base(
        primary_hue="teal",
        neutral_hue="stone",
        font=[Font(name) for name in FONTS],
        font_mono=[Font(name) for name in MONO],
    )


def head() -> str:
    """Give what goes into the head of the page: its style, and the script of its links.

    Here Gradio leaves the style as it is; what it is given as `css` it writes anew.
    """
    here = Path(__file__)
    style = here.with_name("style.css").read_text(encoding="utf-8")
    return f"<style>{style}</style>{here.with_name('head.html').read_text(encoding='utf-8')}"
