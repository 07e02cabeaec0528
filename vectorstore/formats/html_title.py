"""Cut the name of the site off the title of a page."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PARTING = re.compile(r"\s*(?:[_|｜]|--+|——|«|»)\s*|\s+[-–—·:]\s+|\s*[-–—]\s*(?=[^-–—]*$)")
_SITE = re.compile(
    r"(?:[网網报報社台臺]|新闻|新聞|频道|頻道|在线|在線|周刊|週刊|杂志|门户|资讯|資訊|中心|客户端"
    r"|平台|首页|栏目|[a-z]\.(?:com|cn|net|org|hk|tw)|\b(?:News|Times|Post|Daily|BBC|CNN))$",
    re.IGNORECASE,
)
_LONGEST_SITE = 20
_LONGEST_COLUMN = 12


def without_site(title: str, sites: Iterable[str], headings: Iterable[str]) -> str:
    """Give a title without what follows it: the columns and the site, as `sites` call it.

    A part is cut off when the rest is one of the `headings`, or when the part names a site.
    """
    known, shown = set(filter(None, sites)), set(filter(None, headings)) - {title}
    partings = list(_PARTING.finditer(title))
    for parting in partings:
        if title[: parting.start()] in shown:
            return title[: parting.start()]
    while partings:
        parting = partings.pop()
        part = title[parting.end() :].strip()
        # No headline has an underscore: what follows it is a column or a site.
        column = "_" in parting[0] and len(part) <= _LONGEST_COLUMN
        if not (column or part in known or _names_site(part)) or not title[: parting.start()]:
            break
        title = title[: parting.start()]
    return title.strip()


def _names_site(part: str) -> bool:
    return len(part) <= _LONGEST_SITE and bool(_SITE.search(part))
