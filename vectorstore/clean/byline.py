"""Read what an article says of itself: its title, author, publisher and date."""

from __future__ import annotations

import re

from vectorstore.article import Facts
from vectorstore.clean.dates import DATE, iso
from vectorstore.clean.edit import BYLINE, Edit, Text
from vectorstore.clean.header import header
from vectorstore.clean.lines import ROUNDS, Line, lines, merged, whole, without
from vectorstore.clean.names import BETWEEN, HAN, SURE, credited, only_names, people, reporters
from vectorstore.clean.tail import Piece, pieces

HEAD, FOOT = 8, 4
"""Lines at the top and at the end of an article in which it speaks of itself."""
OPENING = 400
"""Characters from its start in which its dateline stands."""
SIGNATURE = 80
"""Characters of a line of names at most."""
MANY = 3
"""So many lines of one kind are a list in the article and say nothing of it."""

_ROLE = rf"[{HAN}]{{0,8}}(?:记者|記者|通讯员|通訊員|撰稿人?|作者)"
_BOTH = r"(?:文/图|图/文|文图|图文)"
_SPACE = r"[ \t\xa0\u3000]"
_NAMES = rf"{SURE}(?:{BETWEEN}{{1,2}}{SURE}){{0,7}}"
_SIGNED = re.compile(
    rf"(?:(?P<point>[►▶■□●◎◆◇])\s*)?[(（]?(?P<value>"
    rf"(?:(?:{_ROLE}|{_BOTH}|文)[/／|｜:：]?{_SPACE}*)?{_NAMES}"
    rf"(?:{_SPACE}+{_ROLE}{_SPACE}*{_NAMES})?(?P<both>{_SPACE}*{_BOTH})?)[)）]?"
)
_WIRE = re.compile(
    rf"(?:^|(?<=[。！？\n])){_SPACE}*(?P<publisher>(?![据本])(?:(?![摄攝])[{HAN}]){{1,7}}?"
    rf"(?:社|[网網](?!站)|[报報](?!网|道)|[电電]视?台|客户端|新闻(?!网)))"
    rf"[{HAN}]{{0,12}}?(?:(?P<date>(?:(?:19|20)\d\d年)?\d{{1,2}}月\d{{1,2}}日)(?:电"
    rf"|電|讯|訊|消息)(?![视影力子话商动网])|(?:讯|訊)(?=[\s(（]))"
    rf"{_SPACE}*(?:[(（](?P<author>[^()（）\n]{{2,60}})[)）])?"
)
_OURS = re.compile(
    rf"(?:^|(?<=[。！？\n])){_SPACE}*本[报報刊网網台](?:讯|訊|消息)?{_SPACE}*[(（](?P<"
    rf"author>[^()（）\n]{{2,60}})[)）]"
)
_AGENCY = re.compile(
    r"(?:^|\n)[A-Z][A-Za-z.,' ]{2,60}\((?P<publisher>Reuters|AP|AFP"
    r"|Xinhua|Bloomberg|CNN|UPI)\)\s*(?:--?|[–—])"
)
_PREFIX = re.compile(r"(?P<fields>[^\n\f。]{0,160}?)[,，]?[^\S\f]*正文[^\S\f]*[:：]")
_SOURCE = re.compile(r"(?:来源|來源|Source)\s*[:：]")
_PLACE = re.compile(r"(?:地点|地址|地點|会议|主持)")


def read(text: str) -> tuple[Facts, list[Edit]]:
    """Give what an article says of itself, and the edits that take the lines out that say it."""
    left, facts = Text.of(text), Facts()
    for _ in range(ROUNDS):
        said, edits = _once(left.text)
        facts, left = facts.or_else(said), left.edited(edits)
        if not edits:
            break
    return facts, merged(Edit(m.source_start, m.source_end, "", m.kind) for m in left.marks)


def _once(text: str) -> tuple[Facts, list[Edit]]:
    held = lines(text)
    facts, edits = _labelled(text)
    dropped: list[tuple[Line, str]] = []
    for line, said, gone in _said(held):
        facts = facts.or_else(said)
        if gone:
            dropped.append((line, BYLINE))
    facts = facts.or_else(_opening(text[edits[0].end if edits else 0 :]))
    behind = _behind(text, held)
    for piece in reversed(behind):
        facts = facts.or_else(piece.says)
    glued = [Edit(piece.start, piece.end, "", BYLINE) for piece in behind]
    return facts, merged([*edits, *without(text, dropped), *glued])


def _behind(text: str, held: list[Line]) -> list[Piece]:
    listed = _listed(held)
    return [
        piece
        for piece in pieces(text)
        if piece.kind == BYLINE and not (listed and _SOURCE.match(text, piece.start))
    ]


def _labelled(text: str) -> tuple[Facts, list[Edit]]:
    """Read fields that stand before a label saying that the text begins."""
    found = _PREFIX.match(text)
    fields = found.group("fields").strip(" ,，") if found else ""
    said = header(fields) if fields else Facts()
    if not found or said is None:
        return Facts(), []
    return said, [Edit(0, found.end(), "", BYLINE)]


def _said(held: list[Line]) -> list[tuple[Line, Facts, bool]]:
    """Give the lines at the top and the end that speak of the article, and which can go."""
    dates = sum(bool(re.fullmatch(DATE, line.text)) for line in held)
    signed = sum(_looks_signed(line.text) for line in held)
    listed = _listed(held)
    made: list[tuple[Line, Facts, bool]] = []
    for at, line in enumerate(held):
        if HEAD <= at < len(held) - FOOT or listed and _SOURCE.match(line.text):
            continue
        after = held[at + 1].text if at + 1 < len(held) else ""
        said = header(line.text, alone=dates < MANY)
        if said is not None and not _PLACE.match(after):
            signs = re.fullmatch(DATE, line.text) and not any(whole(x.text) for x in held[at + 1 :])
            made.append((line, said, not signs))
        elif signed < MANY and (author := _signed(line.text)) is not None:
            made.append((line, Facts(author=author), True))
    return made


def _listed(held: list[Line]) -> bool:
    """Say whether sources stand below tables, not below the headline."""
    return sum(bool(_SOURCE.match(line.text)) for line in held) >= MANY


def _looks_signed(line: str) -> bool:
    short = len(line) <= SIGNATURE
    return short and bool(_SIGNED.fullmatch(line) or credited(line) is not None)


def _signed(line: str) -> str | None:
    """Give the authors in a line that is a signature, perhaps of editors; None if it is none."""
    if len(line) > SIGNATURE:
        return None
    found = _SIGNED.fullmatch(line)
    if not found or not (
        found["point"]
        or found["both"]
        or re.match(rf"[(（]?(?:{_ROLE}|{_BOTH}|文[/／|｜:：])", line)
    ):
        return credited(line)
    return people(found["value"])


def _opening(text: str) -> Facts:
    """Read the dateline in front of the first sentence."""
    for pattern in (_WIRE, _OURS, _AGENCY):
        found = pattern.search(text.lstrip()[:OPENING])
        if found:
            said = found.groupdict()
            return Facts(
                author=_reporters(said.get("author") or ""),
                publisher=said.get("publisher") or "",
                date=iso(said.get("date") or ""),
            )
    return Facts(author=next(filter(None, map(reporters, text[:OPENING].splitlines())), ""))


def _reporters(words: str) -> str:
    named = people(words)
    return named if re.search(_ROLE, words) or only_names(named) else ""
