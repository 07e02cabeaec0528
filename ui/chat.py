"""Turn questions and their answers into what the chat shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rag.answer import Answer, Citation, Evidence, Sentence, Timings
from ui.citations import citation_link, cited_articles, link
from ui.escape import attribute, escape, shortened
from ui.exchange import Exchange
from ui.failure import in_chinese
from ui.scope import scope_words
from ui.sources import source_link
from ui.verdict import verdict_html

NEAREST_SHOWN = 3
"""How many of the nearest passages a decline offers."""

_CONFIDENCE = ((0.9, "把握很大"), (0.75, "把握较大"), (0.5, "把握一般"), (0.0, "把握不大"))


def messages(exchanges: Iterable[Exchange]) -> list[dict[str, str]]:
    """Give the chat's messages, two for each exchange."""
    shown = []
    for exchange in exchanges:
        question = f'<div class="wj-question">{escape(exchange.question)}</div>'
        shown.append({"role": "user", "content": question})
        shown.append({"role": "assistant", "content": exchange_html(exchange)})
    return shown


def exchange_html(exchange: Exchange) -> str:
    """Give everything shown below a question, as one line of HTML."""
    answer = exchange.answer
    parts = []
    if answer:
        parts += [_resolved(answer), _scope(answer)]
        if exchange.composed and exchange.quote and not exchange.quote.declined:
            parts.append(_block("wj-quote wj-small", "原文", _quotes(exchange.quote)))
        parts.append(_body(answer))
    if exchange.failure:
        parts.append(f'<div class="wj-failure"><b>没能回答</b>{escape(exchange.failure)}</div>')
    if exchange.stopped:
        parts.append('<div class="wj-note">已停止</div>')
    if exchange.waiting:
        step = "正在写成回答" if answer else "正在查找"
        parts.append(f'<div class="wj-wait">{step}<i></i><i></i><i></i></div>')
    if answer and not exchange.waiting:
        parts.append(_footer(answer, verdict_html(exchange)))
    return f'<div class="wj-answer">{"".join(parts)}</div>'


def confidence_words(confidence: float) -> str:
    """Say a probability in words, with the number."""
    words = next(words for least, words in _CONFIDENCE if confidence >= least or least == 0)
    return f"{words} {confidence:.0%}"


def sentence_html(sentence: Sentence, citations: Mapping[int, Citation]) -> str:
    """Give a sentence with its exact answer in bold and its citations as links.

    A doubted one is marked as such.
    """
    cited = {n: citations[n] for n in sentence.citations if n in citations}
    start, end = sentence.exact or (0, 0)
    body = _linked(sentence.text[end:], cited)
    if sentence.exact:
        said = escape(sentence.exact_text)
        body = f"{escape(sentence.text[:start])}<strong>{said}</strong>{body}"
    if sentence.supported:
        return f'<span class="wj-sentence">{body}</span>'
    doubts = "；".join(sentence.doubts) or "原文里没有找到依据"
    return (
        f'<span class="wj-sentence wj-unsupported" title="{attribute(doubts)}">{body}</span>'
        f'<small class="wj-doubt">存疑：{escape(doubts)}</small>'
    )


def _linked(text: str, cited: Mapping[int, Citation]) -> str:
    """Give a text and its citations behind it; marks in it are the article's own."""
    return "".join([escape(text), *map(citation_link, cited.values())])


def _body(answer: Answer) -> str:
    if answer.declined:
        return _declined(answer)
    if answer.mode == "quote":
        return _block("wj-quote", "原文", _quotes(answer))
    return f'<div class="wj-text">{_sentences(answer)}</div>'


def _sentences(answer: Answer) -> str:
    citations = {c.n: c for c in answer.citations}
    return "".join(sentence_html(s, citations) for s in answer.sentences)


def _quotes(answer: Answer) -> str:
    citations = {c.n: c for c in answer.citations}
    return "".join(f"<p>{sentence_html(s, citations)}</p>" for s in answer.sentences)


def _declined(answer: Answer) -> str:
    nearest = "".join(f"<li>{_reading(e)}</li>" for e in answer.evidence[:NEAREST_SHOWN])
    offered = f"<p>最接近的段落，供翻看：</p><ul>{nearest}</ul>" if nearest else ""
    looked_for = f"<p>{escape(answer.text)}</p>"
    why = "筛选得太窄" if _unmatched(answer) else "文章里没有答案"
    return f'<div class="wj-declined"><b>{why}</b>{looked_for}{offered}</div>'


def _unmatched(answer: Answer) -> bool:
    return answer.scope is not None and not answer.scope.articles


def _reading(evidence: Evidence) -> str:
    place = evidence.start, evidence.end
    href = source_link(evidence.article_id, *place, quote=evidence.text)
    opened = link(href, "wj-reading", evidence.title or evidence.article_id, "打开这一段")
    return f"{opened}<small>{escape(shortened(evidence.text, 60))}</small>"


def _resolved(answer: Answer) -> str:
    if answer.resolved_question.strip() in ("", answer.question.strip()):
        return ""
    return f'<div class="wj-note">理解为：{escape(answer.resolved_question)}</div>'


def _scope(answer: Answer) -> str:
    if answer.scope is None:
        return ""
    return f'<div class="wj-note">{escape(scope_words(answer.scope))}</div>'


def _footer(answer: Answer, verdict: str) -> str:
    articles = cited_articles(answer.citations)
    sources = f'<div class="wj-sources">{articles}</div>' if articles else ""
    notice = (
        f'<div class="wj-notice">{escape(in_chinese(answer.notice))}</div>' if answer.notice else ""
    )
    meta = f"<span>{escape(_sure(answer))}</span>{_took(answer.timings)}{verdict}"
    return f'{sources}{notice}<div class="wj-meta">{meta}</div>'


def _sure(answer: Answer) -> str:
    if _unmatched(answer):
        return "没有找过任何文章"
    if answer.declined:
        return f"文章里有答案的可能 {answer.confidence:.0%}"
    return confidence_words(answer.confidence)


def _took(timings: Timings) -> str:
    steps = (
        ("检索", timings.retrieve_ms),
        ("阅读", timings.read_ms),
        ("写作", timings.compose_ms),
    )
    detail = "，".join(f"{name} {_seconds(ms)}" for name, ms in steps if ms)
    total = escape(f"用时 {_seconds(timings.total_ms)}")
    return f'<span title="{attribute(detail)}">{total}</span>'


def _block(kind: str, label: str, inner: str) -> str:
    return f'<div class="{kind}"><b class="wj-label">{label}</b>{inner}</div>'


def _seconds(ms: float) -> str:
    return f"{ms / 1000:.1f} 秒" if ms >= 100 else f"{ms:.0f} 毫秒"
