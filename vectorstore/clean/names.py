"""Tell people's names as they stand in bylines."""

from __future__ import annotations

import re

_SINGLE = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章"
    "云苏潘葛奚范彭郎"
    "鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康"
    "伍余元卜顾孟平黄"
    "和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强"
    "贾路娄危江童颜郭"
    "梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸"
    "左石崔吉钮龚程邢"
    "裴陆荣翁荀羊惠甄曲封芮储靳汲邴松井段富巫乌焦巴弓牧隗谷车侯宓蓬全班仰秋仲伊宫宁仇"
    "栾甘厉祖武符刘景"
    "詹束龙叶幸司韶郜黎薄印宿白怀蒲鄂索咸籍赖卓蔺屠蒙池乔阴胥苍闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍桑桂"
    "牛寿通边扈燕冀郏浦尚农温庄晏柴瞿阎慕连茹习宦艾鱼容向古易慎戈廖庾居衡步耿弘匡文寇东欧利蔚"
    "越隆师巩聂晁敖冷辛阚那简饶曾沙鞠关游权盖桓丛公佟佘佴信冼占原曲仝代付伦但凡初占卿召肖"
    "覃苟闫涂岳尧旷招揭邸帅亓鹿禚郄楚银智战钭阳海晋言续"
    "趙錢孫鄭馮陳衛蔣韓楊許呂張嚴魏謝鄒喻竇雲蘇魯韋馬鳳費賀湯滕羅畢鄔樂時齊顧黃穆蕭邵計談龐紀舒項賈"
    "婁顏郭鍾徐駱蔡盧莫經繆應鄧單諸龔陸榮儲靳鞏聶闕簡饒關遊劉龍葉黎蒲賴藺喬聞黨譚貢勞邊農溫莊閻連習"
    "魚東歐師權蓋塗嶽鄺閆"
)
_DOUBLE = (
    "欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|夏侯|东方|東方|皇甫|尉迟|公孙"
    "|公孫|慕容|令狐|宇文|长孙|司徒|端木|西门|南宫|申屠|呼延|轩辕|方彭"
    "|拉巴|扎西|达瓦|次仁"
)
_NEVER = (
    "的了是在我你他她它们個个就都而被把让讓将將已完图圖网網报報社讯訊者编編辑輯摄攝版"
    "员員会會局部院委号號县縣省等稿端评評译譯著"
)

HAN = "\u4e00-\u9fff"
SURE = (
    rf"(?:(?:{_DOUBLE})[{HAN}]{{1,2}}|[{_SINGLE}](?![{_NEVER}])[{HAN}](?:(?![{_NEVER}])[{HAN}])?"
    rf"|(?:(?![{_NEVER}])[{HAN}]){{2,6}}(?:·(?:(?![{_NEVER}])[{HAN}]){{2,8}})+)(?![{HAN}])"
)
"""A name that is one by its surname."""
SISTER = rf"(?:[{HAN}]{{1,7}}(?:报|報|网|網|社|台|刊|新闻|新聞|客户端)[/／])"
"""The first of two papers that one reporter writes for."""
LOOSE = (
    rf"(?:[{HAN}]{{2,4}}(?![{HAN}])|[{HAN}]{{2,6}}·[{HAN}·]{{2,8}}|[A-Z][A-Za-z.'’-]+(?"
    rf": [A-Z][A-Za-z.'’-]+){{1,3}})"
)
"""What a label makes a name."""
BETWEEN = r"(?:[ \t\xa0\u3000]{1,4}|[、,，/／&])"

EDITORS = (
    r"(?:(?:本期|今日|当班|當班)?(?:(?:责任|流程|值班|网络|见习|实习|本文|本版|美术|文字|新媒体|核稿"
    r"|視頻|视频)?编辑|(?:責任|流程|值班|網路|網絡|實習|本文|本版|美術|文字|核稿|執行)?編輯"
    r"|责编|責編|责校|責校|编审|編審|编校|編校|校对|校對|审校|審校|审核|審核|审读|審讀|审稿|審稿|核稿"
    r"|审签|初审|初審|复审|複審|终审|終審|一审|二审|三审|签审|签发|監審|监审|排版|版式|美编|美編))"
)
"""What those are called who edit an article."""
MAKERS = (
    r"(?:(?:本期|今日|当班|當班)?(?:总监制|总编辑|總編輯|监制|監製|主编|主編"
    r"|值班主任|值班编委|统筹|統籌))"
)
"""What others are called who answer for it; they stand in books and films as well."""

_ROLE = re.compile(
    rf"(?:{SISTER}?[{HAN}·]{{0,12}}(?:记者|記者|通讯员|通訊員|实习生|實習生|撰稿人?"
    rf"|作者|特约作者|评论员|評論員|编译|編譯)"
    r"|文/图|图/文|图文|文图|[文圖图](?=[/:：丨|｜ ])|采写|撰文|编译"
    r"|整理|(?:摄影|攝影)(?:报道|報導)?|[Bb][Yy])[ \t:：/丨|｜]*"
)

_SPACE = r"[ \t\xa0\u3000]"
_MARKED = rf"{_SPACE}*[:：/／丨｜|]{_SPACE}*"
_LABEL = (
    rf"(?:(?P<writer{{0}}>[{HAN}]{{{{0,8}}}}(?:记者|記者|通讯员|通訊員|实习生|實習生|撰稿人?)"
    rf"|作者|采写|採寫|撰文|撰稿|文字|文{_MARKED}|(?:文[/／]?[图圖]|[图圖][/／]?文){_MARKED})"
    rf"|(?P<editor{{0}}>{EDITORS})|{MAKERS}|摄影|攝影|[图圖片]{_MARKED})(?:{_MARKED}|{_SPACE}*)"
)
_CREDIT = re.compile(
    f"{_LABEL.format(1)}(?:{_LABEL.format(2)})?"
    rf"(?P<names>{SURE}(?:{BETWEEN}{{1,2}}{SURE}){{0,7}})(?:{_SPACE}|[,，、;；/／|｜]){{0,4}}"
)
_REPORTED = re.compile(
    rf"[〔【\[(（]?(?:[{HAN}]{{0,6}}(?:记者|記者|特派员|特派員)|编译|編譯|文)(?:{_MARKED}|{_SPACE}*)"
    rf"(?P<names>{LOOSE}(?:{BETWEEN}{{1,2}}{LOOSE}){{0,5}}){_SPACE}*[/／|｜╱]{_SPACE}*"
    rf"[{HAN}]{{2,10}}?(?:報導|报导|报道|報道|特稿)[〕】\])）]?"
)

_OTHER = re.compile(r"[\s(（、](?:图片|圖片|视频|摄像|摄影|剪辑|为|報道|报道)|[:：]")


def people(text: str) -> str:
    """Give the names in what stands after a label, without the words for what they are."""
    bare = _OTHER.split(_ROLE.sub(" ", text))[0]
    named = re.split(r"[\s、,，;；/&|丨｜()（）\[\]【】]+", bare)
    return " ".join(re.sub(r"(?<=.)(?:摄影)?报道$|(?<=..)[摄攝]$", "", n) for n in named).strip(
        " .。:：·"
    )


def only_names(text: str, sure: bool = True) -> bool:
    """Say whether a text is one to eight names and nothing else."""
    name = SURE if sure else LOOSE
    return bool(re.fullmatch(rf"{name}(?:{BETWEEN}{name}){{0,7}}", text.strip()))


def credited(line: str) -> str | None:
    """Give the authors in a line of labelled names, perhaps all editors; None if it is none."""
    reported = _REPORTED.fullmatch(line)
    if reported:
        return people(reported["names"])
    bare = re.sub(rf"^[(（【\[〔]{_SPACE}*|{_SPACE}*[)）】\]〕]$", "", line)
    authors, sure, at = [], False, 0
    while at < len(bare):
        found = _CREDIT.match(bare, at)
        if not found:
            return None
        wrote = found["writer1"] or found["writer2"]
        sure = sure or bool(wrote or found["editor1"] or found["editor2"])
        authors += [people(found["names"])] if wrote else []
        at = found.end()
    return " ".join(authors) if sure else None


def reporters(text: str) -> str:
    """Give those who report from a place, where a text begins with them; empty if with others."""
    found = _REPORTED.match(text)
    return people(found["names"]) if found else ""
