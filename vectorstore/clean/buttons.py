"""Tell lines made of nothing but what one presses, types or follows on a page."""

from __future__ import annotations

import re

LONGEST = 60
"""Characters of such a line at most."""

_THIS = r"(?:本|此|该|該|当前|當前|这|這)?(?:页面|頁面|页|頁|文章|文|新闻|新聞|窗口|視窗|站)"
_PRESSED = (
    rf"(?:打印|列印|友善列印|关闭|關閉|收藏|分享|转发|轉發|轉寄|推荐|推薦|纠错|糾錯|举报|檢舉|複製|复制)(?:{_THIS}|给朋友|給朋友|[链連][接結]|到|至)?"
    r"|(?:返回|回到?|去)(?:首[页頁]|列表[页頁]?|[顶頂]部|[页頁]首|上一?[页頁层層]|上[级級]|目[录錄])|回[首上]一?[页頁]"
    r"|(?:免费|免費|用户|用戶|用戶|会员|會員|我的|立即|馬上|快速)?(?:登录|登錄|登入|登出|注册|註冊|帳號|账号|退出)|(?:会员|會員|用户|用戶|个人|個人)中心"
    r"|设为首[页頁]|設為首頁|加入(?:收藏|最愛|我的最愛)|收藏本站"
    r"|(?:[网網]站)?(?:地[图圖]|[导導]航|導覽)|(?:手[机機]|[电電][脑腦]|行動|移[动動]|桌面|[触觸]屏|pc|wap)版|无障碍(?:浏览|阅读)|[长長][辈輩]版|[适適]老版"
    r"|简体(?:中文|版)?|繁[体體](?:中文|版)?|簡體(?:中文|版)?|English|EN|中文"
    r"|(?:[客用][户戶]端|APP|App)(?:下[载載])?|下[载載](?:APP|App|[客用][户戶]端)|(?:[订訂][阅閱])(?:[电電]子[报報])?|RSS|[电電]子[报報]"
    r"|(?:高[级級]|站[内內]|[热熱][门門]|全文)?(?:搜[索尋]|檢索|检索|查询|查詢)"
    r"|我[来來要][说說][两兩]句|[上下]一[页頁篇]|投[诉訴]|(?:[网網]友|我要|[发發]表|全部|最新|[热熱][门門]|查看)?(?:[评評][论論]|留言|跟[帖贴貼]|回[应應复復覆])"
    r"|(?:[点點][赞贊讚]|按讚|踩|[顶頂]|喜[欢歡]|[关關]注|追[踪蹤])"
    r"|微信(?:好友)?|微博|朋友圈|QQ(?:空间|好友)?|豆瓣|人人[网網]|Facebook|facebook|FB|LINE|Line|Twitter|X|Email|WhatsApp|Telegram|Plurk|Instagram|YouTube|臉書|脸书"
    r"|[关關][于於]我[们們]|[联聯][系繫絡络](?:我[们們]|方式)?|[广廣]告(?:服[务務]|刊登|合作|投放)?|招聘(?:信息)?|[诚誠]聘英才|人才招聘|徵才"
    r"|法律(?:[声聲]明|[顾顧][问問])|免[责責][声聲]明|[网網]站[声聲]明|[隐隱]私(?:[权權])?(?:政策|[声聲]明|保[护護])?|服[务務]([条條]款|[协協][议議])|使用[条條]款|版[权權](?:[声聲]明|[与與]免[责責])?|友情[链鏈連][接結]|意[见見]反[馈饋]|常[见見][问問][题題]"
    r"|更多(?:>>|»|›|…)?|展[开開](?:全文)?|收起|[查檢]?看(?:更多|全文|原[图圖])|下一步|跳[过過]"
    r"|[大中小特超]|[Aa][+\-]?|字[号號级級体體](?:大小)?"
)
_COUNT = r"(?:\s*[(（:：]?\s*\d[\d,.万萬]*\s*[条條则則次]?\s*[)）]?)?"
_BETWEEN = r"[\s|｜/·•,，、>»›:：\-—_]"
_BUTTONS = re.compile(
    rf"{_BETWEEN}*(?:[【\[（(〖]?\s*(?:\d+\s*[条條则則]\s*)?(?:{_PRESSED}){_COUNT}\s*[】\])）〗]?(?:{_BETWEEN}+|(?<=[】\])）〗])|\Z))+"
)
_SINGLE = re.compile(rf"(?:{_PRESSED})")
_FIELD = re.compile(
    r"[请請](?:[输輸]入|填[写寫]|[选選][择擇]).{0,16}"
    r"|(?:[热熱][门門搜]|[热熱]|站[内內]|快捷|常用|大家都在)?(?:搜[索尋]|搜|[关關][键鍵][词詞字]|[标標][签籤]|[话話][题題]|[词詞])[:：].{1,50}"
)
_NEIGHBOUR = re.compile(
    r"(?:[上下]一?[篇则則条條页頁章]|前一[篇则則]|[后後]一[篇则則])(?:文章|新[闻聞])?\s*[:：|>»].{0,50}"
)
_WAY = (
    r"(?:[请請欢歡]迎?|敬[请請]|更多.{0,10}?[请請]?|[微][信]|手[机機])?(?:[扫掃]一[扫掃]|[扫掃][码碼描]|[长長]按|[识識][别別]|[关關]注|追[踪蹤]|加入|下[载載]"
    r"|[订訂][阅閱]|[点點][击擊]|按[赞讚]|打[开開]|安[装裝])"
)
_WHERE = (
    r"公[众眾][号號]|[客用][户戶]端|APP|App|LINE|Line|微信|微博|二[维維][码碼]|QR|粉[丝絲][专專]?[页頁团團]|粉絲專頁|好友|小程序|[视視][频頻][号號]"
    r"|[头頭][条條][号號]|手[机機]|Telegram|Facebook|YouTube|[频頻]道|朋友圈"
)
_CALL = re.compile(
    rf"(?:更多[^。，,]{{2,10}}[，,]?)?{_WAY}(?=.*(?:{_WHERE}))[^。；;：“”「」，,]{{2,24}}(?:[，,][^。，,]{{2,14}})?[！!]?"
    r"|(?:微信|手[机機]|QQ)[扫掃][^。，,]{0,14}"
)


def is_buttons(line: str) -> bool:
    """Say whether a line is two or more things to press, wherever it stands."""
    if len(line) > LONGEST or not _BUTTONS.fullmatch(line):
        return False
    return len(_SINGLE.findall(line)) > 1


def is_pressed(item: str) -> bool:
    """Say whether a word is a thing to press."""
    return _SINGLE.fullmatch(item) is not None


def asks(line: str, below: bool) -> bool:
    """Say whether a line above or `below` an article asks to type, press, follow or read on."""
    if len(line) > LONGEST:
        return False
    found = (_FIELD, _NEIGHBOUR, _CALL, *([_BUTTONS] if below else []))
    return any(p.fullmatch(line) for p in found)
