"""Find menus, search boxes, lists of other articles, advertisements and notices."""

from __future__ import annotations

import re

from vectorstore.clean.buttons import asks, is_buttons, is_pressed
from vectorstore.clean.edit import MENU, Edit
from vectorstore.clean.lines import Line, lines, merged, taken_out, whole, without
from vectorstore.clean.names import only_names
from vectorstore.clean.tail import pieces

SHORT = 60
"""Characters of a line that can stand in a list of other articles."""
MOST = 40
"""Lines that such a list has at most."""

_ALONE = re.compile(
    r"(?:快捷搜索|热门搜索|热搜|站内搜索|搜索)[:：].{0,60}"
    r"|(?:您?(?:当前|现在)?(?:所在)?的?位置|當前位置|您的位置)(?:是)?\s*[:：].{0,80}"
    r"|(?:网站|網站)?(?:首页|首頁|主页|Home)(?:\s*[>›»→/|·]+\s*[^>›»→/|\n]{1,20}){1,8}"
    r"|[【\[(（]?(?:字号|字號|字体|字體|【字号)\s*[:：]?\s*[大中小特超号A+\-\s"
    r"|/、]{1,16}[】\])）]?.{0,12}"
    r"|[大中小\s|/【】\[\]]{5,12}"
    r"|(?:一键)?(?:分享|转发|推荐)(?:到|至)?(?:[:：].{0,40}|(?:微信"
    r"|微博|QQ|朋友圈|QQ空间|豆瓣|\s|、|/|和)+)"
    r"|[【\[]?(?:打印|列印)(?:本页|此页|本文|此文)?(?:\s*[|/ ]?\s*(?:关闭"
    r"|收藏|纠错|分享|返回).{0,10})?[】\]]?"
    r"|[【\[]?(?:关闭(?:窗口|本页)?|收藏(?:本文|本站)?|纠错|糾錯|举报"
    r"|返回(?:顶部|首页|列表|上一页|搜狐.{0,6}))[】\]]?"
    r"|(?:点击|點擊)?(?:加载|查看|阅读|展开|閱讀|了解|載入)(?:更多|全文"
    r"|原文|剩余全文|全部)(?:评论|内容|新闻|>>|»)?[>»…]*"
    r"|(?:上一篇|下一篇|上一页|下一页|上一条|下一条|上篇|下篇)(?:文章)?(?:[:：].{0,80})?"
    r"|.{0,20}(?:扫一扫|扫码|扫描|长按|识别(?=.{0,8}二维码)).{0,12}(?:二维码|关注|下载"
    r"|公众号|客户端|APP|查看|分享|加入).{0,24}"
    r"|(?:欢迎|请|点击|微信|敬请|更多.{0,10})?(?:关注|搜索关注)(?:我们(?=[\s，。！!,:：]|\Z|的)"
    r"|本刊|.{0,14}(?:公众号|官方微博|官方微信|微信号|头条号|视频号)).{0,16}"
    r"|[【\[-]*(?:广告|廣告|推广|Advertisement|ADVERTISEMENT|AD)[】\]-]*"
    r"|.{0,30}(?:版权所有(?![者人权])|版權所有(?![者人權])|[Aa]ll [Rr]ights [Rr]eserv"
    r"ed|ALL RIGHTS RESERVED|Copyright\s*(?:©|\(c\)|&copy;|\d{4})|©\s*\d{4}).{0,80}"
    r"|.{0,20}[京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川贵云陕甘青藏桂蒙宁新](?:ICP["
    r"备证]|公网安备).{0,40}"
    r"|(?:违法和不良信息|不良信息).{0,8}举报.{0,40}|版权侵权联系电话[:：].{0,40}"
    r"|(?:阅读|浏览|点击|评论|点赞)(?:量|数|次数)?\s*[:：(（]?\s*\d[\d.万+]*\s*次?[)）]?"
    r"|(?:热门|文章|本文)?(?:标签|標籤|TAG|Tags?)\s*[:：].{0,60}"
    r"|Skip to (?:main )?content|(?:Sign|Log) ?(?:in|up|out)|Subscribe(?: now)?"
    r"|Menu|Search|Read (?:more|next|also)\b.{0,90}|(?:Continue|Keep) reading.{0,60}"
    r"|Share (?:this|on|via)\b.{0,50}|Share|(?:Click|Tap) (?:here )?to (?:share"
    r"|print|read|subscribe)\b.{0,60}|Follow us(?: (?:on|at|@).{0,50})?|Print this\b.{0,30}"
    r"|(?:Sign|Signed) up (?:for|to)\b.{0,80}newsletter.{0,60}|Subscribe to\b.{0,80}"
    r"|Get (?:our|the)\b.{0,60}newsletter.{0,60}"
    r"|(?:We|This (?:web)?site|Our (?:web)?site|By (?:using|continuing))\b.{0,60}\b"
    r"(?:us(?:e[sd]?|ing)|accept|consent|agree|set|store)\b.{0,40}\bcookies?\b.{0,160}"
    r"|(?:Accept|Reject|Manage)(?: all)?(?: cookies| preferences)|Accept all"
    r"|(?:Leave|Post|Add) a (?:comment|reply).{0,30}|(?:\d+ )?Comments?(?: \(\d+\))?"
    r"|(?:Privacy Policy|Terms of (?:Use|Service)|Cookie Policy)(?:\s*["
    r"|·/]\s*.{0,60})?|Back to top",
)
_LIST = re.compile(
    r"[【\[]?(?:(?:相关|相關)(?:阅读|新闻|链接|推荐|文章|报道|报导|報導|報道|热词(?:搜索)?"
    r"|资讯|稿件|閱讀|新聞|推薦)"
    r"|猜(?:您|你)(?:喜欢|喜歡)|(?:推荐|延伸|拓展|更多|推薦)(?:阅读"
    r"|新闻|文章|閱讀)|往期(?:回顾|精选|推荐)|大家都在看|大家还看了"
    r"|(?:热门|热点|精彩|最新|编辑|今日|为您|熱門)(?:推荐|文章|新闻"
    r"|排行|资讯|评论|推薦)|(?:新闻|点击|阅读)?排行榜?|你可能(?:还|也)?(?:会)?(?:喜欢"
    r"|感兴趣)"
    r"|Related (?:articles|stories|posts|topics|content|news|links|coverage"
    r"|reading)|More (?:stories|from\b.{0,30}|on this(?: story| topic)?)"
    r"|You (?:may|might) also like|Recommended(?: for you)?|Most (?:read"
    r"|popular|viewed)|Trending(?: now)?|Latest (?:news|stories)|Up next)"
    r"[】\]]?(?:\s*[:：>»]+\s*(?P<rest>.{0,80}))?",
    re.IGNORECASE,
)

_TELLS = re.compile(r"扫一扫|扫码|扫描|长按|识别|版权所有|版權所有|^(?:Share|Get|Follow|Read)\b")
_ASKED = re.compile(
    r"欢迎|请|關注|关注|下载|公众号|客户端|APP|分享|更多|版[权權]所有[，,。]"
    r"|[Rr]ights [Rr]eserved|©|Copyright|newsletter|\bus\b"
)
_WARNS = re.compile(r"不要|切勿|谨防|提醒|警方|民警|警惕|当心")
"""Words of the news about codes and links that are dangerous."""

PARAGRAPH = 40
"""Characters of a line that is a paragraph; only above the first and below the last are menus
known by their form."""

_HAN_ITEM = r"(?:[\u3400-\u9fff]{1,6}(?:[A-Z]{2,4})?|[A-Z]{2,4})"
_ITEM = rf"(?:{_HAN_ITEM}|[A-Za-z]{{1,12}}(?:[A-Z]{{2,4}})?)"
_PARTED = re.compile(rf"[|｜·»>\s]*{_ITEM}(?:\s*[|｜/·»>]+\s*{_ITEM}){{2,}}[|｜·»>\s]*")
_SPACED = re.compile(rf"{_HAN_ITEM}(?:\s+{_HAN_ITEM}){{4,}}")
_SECTION = re.compile(
    r"[首主][页頁]|(?:新|要|热|熱|综|綜|图|圖)[闻聞点點合片集说說库庫]|[时時](?:政|[评評]|事|尚)|政治"
    r"|[国國][内內际際]|[环環]球|全球|社[会會]|民生|法[治制]|[财財][经經]|[经經][济濟]|金融|股[票市]|[证證]券|理[财財]"
    r"|[产產][业業]|科技|科[学學]|[数數][码碼]|[互联聯网網]{3}|[军軍]事|[体體]育|[娱娛][乐樂]|文[娱娛化旅]|[艺藝][术術]"
    r"|教育|健康|[医醫][疗療药藥]|汽[车車]|房[产產]|[楼樓]市|旅[游遊]|美食|生活|[视視影][频頻]|直播|[专專][题題栏欄]"
    r"|[评評][论論]|[观觀][点點]|言[论論]|副刊|地方|本地|港澳|台[湾灣]|[两兩]岸|[历歷]史|[读讀][书書]|[游遊][戏戲]"
    r"|[滚滾][动動]|[头頭][条條]|更多|[关關][于於]|[帮幫]助"
    r"|(?i:home|news|world|business|politics|opinion|sports?|weather|tech|technology|science|health"
    r"|culture|arts|travel|life|lifestyle|videos?|about|contact|more)"
)
"""Names of the parts of a news site."""
_FEWEST_KNOWN = 2
"""Names of parts, or things to press, in a row that only they tell from words set apart."""
_CREDITS = re.compile(
    r"[记記]者|通[讯訊]|作者|[编編責责]|摄|攝|文[/／]|[图圖][/／]|[来來]源|校[对對]"
)


def edits(text: str) -> list[Edit]:
    """Give the edits that take menus and the like out."""
    return taken_out(text, [_once])


def _once(text: str) -> list[Edit]:
    held = lines(text)
    listed = _listed(held)
    above, below = _around(held)
    tables = _tables(held)
    listed |= {
        line.start
        for line in (*above, *below)
        if _is_row(line.text, line is held[0]) and line.start not in tables
    }
    listed |= {
        line.start for part in (above, below) for line in part if asks(line.text, part is below)
    }
    outside = {line.start for line in (*above, *below)}
    dropped = [
        (line, MENU)
        for line in held
        if line.start in listed
        or is_menu(line.text)
        and not _WARNS.search(line.text)
        and (line.start in outside or not _tells(line.text))
    ]
    behind = [Edit(p.start, p.end, "", MENU) for p in pieces(text) if p.kind == MENU]
    return merged([*without(text, dropped), *behind])


def is_menu(line: str) -> bool:
    """Say whether a line belongs to the page around an article."""
    return len(line) <= 260 and bool(_ALONE.fullmatch(line)) or is_buttons(line)


def _tells(line: str) -> bool:
    """Say whether a line inside an article only looks like a menu: a sentence that asks nothing."""
    return whole(line) and _TELLS.search(line) is not None and not _ASKED.search(line)


def _around(held: list[Line]) -> tuple[list[Line], list[Line]]:
    """Give the lines above the first paragraph and below the last; none where there is none."""
    at = [n for n, line in enumerate(held) if len(line.text) >= PARAGRAPH and whole(line.text)]
    return (held[: at[0]], held[at[-1] + 1 :]) if at else ([], [])


def _is_row(line: str, first: bool = False) -> bool:
    """Say whether a line is a row of short items, as a menu is and a list of names is not.

    Spaces part the words of headlines and verses as well, and the `first` line of a text may be
    its headline: there the items must be ones that menus have.
    """
    parted = _PARTED.fullmatch(line) is not None
    if len(line) > SHORT or not (parted or _SPACED.fullmatch(line)):
        return False
    if _CREDITS.search(line) or only_names(line):
        return False
    return (parted and not first) or _known(line) >= _FEWEST_KNOWN


def _known(line: str) -> int:
    items = re.findall(_ITEM, line)
    return sum(is_pressed(item) or _SECTION.fullmatch(item) is not None for item in items)


def _tables(held: list[Line]) -> set[int]:
    """Give the starts of lines of tables: beside a row of as many cells that are no mere words."""
    cells = [line.text.count("\t") + line.text.count("|") for line in held]
    sure = [bool(n) and not _is_row(line.text) for n, line in zip(cells, held, strict=True)]
    made: set[int] = set()
    for order in (range(len(held)), range(len(held) - 1, -1, -1)):
        last = -1
        for i in order:
            beside = last >= 0 and abs(i - last) == 1
            if sure[i] or (beside and cells[i] and cells[i] == cells[last]):
                made.add(held[i].start)
                last = i
    return made


def _listed(held: list[Line]) -> set[int]:
    """Give the starts of the headings of lists of other articles, and of what is in the lists."""
    made: set[int] = set()
    waiting: list[int] = []
    ends = True
    for line in reversed(held):
        heading = _LIST.fullmatch(line.text)
        if heading and (heading.group("rest") or "").strip() and not whole(line.text):
            made.add(line.start)
        elif heading and ends:
            made.update([line.start, *waiting])
            waiting = []
        elif ends and not is_menu(line.text):
            waiting.append(line.start)
            ends = len(line.text) <= SHORT and not whole(line.text) and len(waiting) <= MOST
    return made
