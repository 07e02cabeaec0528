"""An article into copies as they go round, and into articles that only look like copies."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from evals.spinning import spun
from vectorstore.script import converted

Make = Callable[[str, Sequence[str], random.Random], str]
"""Makes a copy of a text, which may draw stretches of other texts."""

_SENTENCE = re.compile(r"[^。！？!?\n]+(?:[。！？!?\n][”’」』]?)*")
_CREDIT = ("（来源：{}网 编辑：小{}）", "本文转自{}日报，责任编辑：{}", "【{}讯】转载请注明出处 {}")
_WIDER = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})
_OTHER_MARKS = str.maketrans("，。；：“”（）！？", ",.;:「」()!?")
_BREAK = re.compile(r"[，。；！？]")
_MARK = re.compile(r"(?<!\d)[，。；：“”（）！？](?!\d)")
CLOSING = (
    "免责声明：本文仅代表作者个人观点，与本网无关。其原创性以及文中陈述文字和内容未经本站证实，"
    "请读者仅作参考，并自行核实相关内容。如有侵权，请在30日内与我们联系。"
)


def pieces(text: str) -> list[str]:
    """Cut a text into its sentences, nothing left out."""
    return _SENTENCE.findall(text)


def reposted(text: str, others: Sequence[str], draw: random.Random) -> str:
    """Another headline, a credit line, a paragraph put before or after."""
    strange = "".join(pieces(draw.choice(others))[:2])[:150]
    headline = draw.choice(others)[20:45]
    credit = draw.choice(_CREDIT).format(*draw.sample("京沪津渝苏浙皖闽赣鲁豫鄂湘粤", 2))
    first, last = draw.choice(((strange, ""), ("", strange)))
    return f"{headline}\n{first}\n{text}\n{last}\n{credit}"


def shortened(text: str, others: Sequence[str], draw: random.Random) -> str:
    """The first half, or some sentences left out; two fifths are kept at least."""
    told = pieces(text)
    kept = draw.uniform(0.45, 0.8)
    if draw.random() < 0.5:
        return _up_to(told, kept * len(text))
    wanted = sorted(draw.sample(range(len(told)), max(round(kept * len(told)), 1)))
    short = "".join(told[n] for n in wanted)
    return short if len(short) >= 0.4 * len(text) else _up_to(told, kept * len(text))


def _up_to(told: Sequence[str], length: float) -> str:
    made = ""
    for piece in told:
        if made and len(made) >= length:
            break
        made += piece
    return made


def edited(text: str, others: Sequence[str], draw: random.Random) -> str:
    """One sentence in ten to twenty told otherwise, the first of them at least."""
    told = pieces(text)
    changed = draw.sample(range(len(told)), max(round(draw.uniform(0.05, 0.1) * len(told)), 1))
    for n in changed:
        told[n] = draw.choice(("", draw.choice(pieces(draw.choice(others)))))
    return "".join(told)


def rescripted(text: str, others: Sequence[str], draw: random.Random) -> str:
    """The same in the other script."""
    return converted(text, draw.choice(("s2t", "s2tw", "s2hk")))


def repunctuated(text: str, others: Sequence[str], draw: random.Random) -> str:
    """The same in other punctuation, width and spacing."""
    spaced = _BREAK.sub(lambda m: m.group() + draw.choice(("", "", "\n", " ", "\u3000")), text)
    if draw.random() < 0.5:
        return spaced.translate(_WIDER)
    return _MARK.sub(lambda m: m.group().translate(_OTHER_MARKS), spaced)


def respun(text: str, others: Sequence[str], draw: random.Random) -> str:
    """A tenth to three tenths of the words replaced, figures kept."""
    return spun(text, draw, draw.uniform(0.1, 0.3))


def rescripted_spun(text: str, others: Sequence[str], draw: random.Random) -> str:
    """Words replaced, and in the other script."""
    return rescripted(respun(text, others, draw), others, draw)


def rescripted_shortened(text: str, others: Sequence[str], draw: random.Random) -> str:
    """Shortened, and in the other script."""
    return rescripted(shortened(text, others, draw), others, draw)


COPIES: dict[str, Make] = {
    "other script": rescripted,
    "other marks": repunctuated,
    "re-post": reposted,
    "shortened": shortened,
    "edited": edited,
    "spun": respun,
    "spun, other script": rescripted_spun,
    "shortened, other script": rescripted_shortened,
}
"""Each kind of copy that is to be found."""


def round_up(text: str, others: Sequence[str], draw: random.Random) -> str:
    """Tell the article as one of many."""
    told = [text, *(o for o in draw.sample(others, 12))]
    while len(told) > 4 and len("".join(told[:-1])) > 4 * len(text):
        told.pop()
    draw.shuffle(told)
    return "\n".join(told)


def closed(text: str, others: Sequence[str], draw: random.Random) -> str:
    """End the article in the same words as many do, about a fifth to a half of it."""
    return text[: draw.randint(80, 400)] + CLOSING


def series(text: str, others: Sequence[str], draw: random.Random) -> str:
    """Tell another day by a template that is used every day."""
    figures = re.compile(r"\d+")
    template = draw.choice(TEMPLATES)
    return figures.sub(lambda m: str(_like(m.group(), draw)), template)


def _like(figure: str, draw: random.Random) -> int:
    low = 10 ** (len(figure) - 1) if len(figure) > 1 else 0
    return draw.randint(low, 10 ** len(figure) - 1)


TEMPLATES = (
    "本报讯 12日，A股三大指数集体收跌。截至收盘，上证指数跌0.68%，报3189.25点；"
    "深证成指跌1.24%，报10888.55点；创业板指跌1.49%，报2185.82点。"
    "沪深两市全天成交额8321亿元，较上个交易日缩量712亿元。两市共有1587只个股上涨，"
    "3421只个股下跌，46只个股涨停，12只个股跌停。北向资金全天净卖出35.27亿元，"
    "其中沪股通净卖出18.96亿元，深股通净卖出16.31亿元。"
    "盘面上，煤炭、银行板块涨幅居前，半导体、软件板块跌幅居前。",
    "中国福利彩票双色球第2023088期开奖，当期红球号码为03、07、12、18、25、31，蓝球号码为09。"
    "全国共中出一等奖7注，单注奖金为812万元，其中3注含派奖。二等奖中出168注，单注奖金18万元。"
    "本期全国销量为3.82亿元，奖池金额为19.45亿元。"
    "下期开奖时间为8月3日21时15分，欢迎广大彩民关注，理性投注，量力而行。",
    "市气象台今天早晨6时发布天气预报：今天白天晴间多云，最高气温28℃，北转南风2级；"
    "夜间多云，最低气温17℃，南转北风1级，相对湿度40%至85%。明天白天最高气温27℃，"
    "夜间最低气温16℃。预计未来3天无明显降水，15日夜间有小雨，降水量5毫米。"
    "空气质量指数为72，紫外线强度3级，早晚温差较大，请注意适时增减衣物。",
    "来自外汇交易中心的数据显示，12日人民币对美元汇率中间价报7.1587，较前一交易日下跌11个基点。"
    "2023年8月12日银行间外汇市场人民币汇率中间价为：1美元对人民币7.1587元，"
    "1欧元对人民币7.9051元，100日元对人民币4.9873元，1港元对人民币0.9151元，"
    "1英镑对人民币9.1223元，1澳大利亚元对人民币4.6771元，1新西兰元对人民币4.3208元。",
)
"""Reports that come every day with other figures."""

LIKE: dict[str, Make] = {"round-up": round_up, "boilerplate": closed, "series": series}
"""Each kind of article that is not a copy of any."""
