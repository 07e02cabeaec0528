"""Does this sentence stand in those it cites? Pure functions, no model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.quantity import Quantity, quantities, stated
from rag.signals import SURNAMES
from vectorstore.language import is_chinese
from vectorstore.script import fold, terms

LEAST_WORDING = 0.5
"""Share of a sentence's character pairs that must stand in what it cites, or in the question."""

LEAST_IN_EVIDENCE = 0.3
"""The same share without the question: its words alone carry nothing."""

LEAST_NEAR_A_NUMBER = 0.3
"""The same share for a clause with a number, against the clauses around that number."""

_LATIN_NAME = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Za-z0-9&.-]*[A-Za-z0-9]")
_ENGLISH_NAME = re.compile(r"(?<=[\w,;:] )[A-Z][a-z]{2,}")
"""A capitalised word that does not open its sentence."""

_SAME_NAME = 4
"""Letters in which an English name and a word of the source are alike: China, Chinese."""

_TITLES = (
    r"市长|书记|主任|局长|处长|科长|院长|校长|总理|总统|主席|部长|省长|县长|区长|经理|总裁|董事长"
    r"|教授|博士|院士|先生|女士|记者|发言人|代表|专家"
)
_SAYS = "说称指表介强认"
_PERSON = re.compile(
    rf"(?:{_TITLES}|是|为|叫|由(?!于)|[、:(]|^)([{SURNAMES}][\u4e00-\u9fff]{{1,2}}?)"
    rf"(?=[{_SAYS}任担。,、;()]|$)"
    rf"|,([{SURNAMES}][\u4e00-\u9fff]{{1,2}}?)(?=[{_SAYS}])"
    rf"|([{SURNAMES}][\u4e00-\u9fff]{{1,2}})(?={_TITLES})"
)
_NEGATION = re.compile(
    r"没(?!收)有?|不(?![仅断少同锈得久但止光管论过锈动])|(?<![无])未(?![来])|并非"
    r"|无(?!论|人机|缝|废|线|数|限|锡|偿|疑|锈)|从不|拒绝|否认|取消|停止|失败"
    r"|\bnot\b|\bcannot\b|n't\b|\bno\b|\bnobody\b|\bnever\b|\bwithout\b|\bnone\b|\bfailed\b"
)
_BETWEEN = 2
"""Characters between two negations that undo each other: 没有取消, 从不 拒绝."""

_RISES = re.compile(r"增(?!值税)|升(?!级)|涨|上调|提高|扩大|\b(?:rose|rise[sn]?|grew|grow[sn]?)\b")
_FALLS = re.compile(r"降(?!落|临)|减|跌|下滑|下调|缩|回落|\b(?:fell|falls?|fallen|dropp?e?d?s?)\b")
_TOLD_APART = frozenset("元 美元 欧元 日元 港元 韩元 英镑 卢布 年 月 日 % 个百分点".split())
"""Units of which one is never another: money, parts of a date, shares."""
_SPELT = {str(n): c for n, c in enumerate("一二三四五六七八九十", 1)} | {"2": "二两"}
_NUMERALS = re.compile(r"[\d.,零〇一二两三四五六七八九十百千万亿]+")
_CLAUSE = re.compile(r"[，,。；;！!？?\n]|\.\s")


def doubts(sentence: str, cited: Sequence[str], question: str = "") -> tuple[str, ...]:
    """Say what of `sentence` the `cited` sentences do not carry; empty when they carry it all.

    Looked at, in this order: numbers and dates, names, negation, wording. Words of the question
    may be repeated, its numbers and names may not stand in for the evidence. `cited` may be
    longer than the sentences cited (their title with them).
    """
    if not cited:
        return ("没有注明依据",)
    found = list(strays(sentence, cited))
    if is_chinese(sentence) != is_chinese("\n".join(cited)):
        return tuple(found)
    claim, evidence = _folded(sentence), _folded("\n".join(cited))
    in_evidence = wording(_wordy(claim), _wordy(evidence))
    in_both = wording(_wordy(claim), _wordy(f"{evidence}\n{fold(question)}"))
    if in_evidence < LEAST_IN_EVIDENCE or in_both < LEAST_WORDING:
        found.append("说法在原文里找不到")
    return tuple(found)


def strays(sentence: str, cited: Sequence[str]) -> tuple[str, ...]:
    """Say which numbers, dates, names and negations of `sentence` the `cited` do not carry."""
    claim, evidence = _folded(sentence), _folded("\n".join(cited))
    same = is_chinese(sentence) == is_chinese("\n".join(cited))
    found = [
        *_missing("数字", _strange_numbers(claim, evidence)),
        *_missing("名称", _strange_names(sentence, evidence, same)),
    ]
    if same:
        if astray := _numbers_of_something_else(claim, evidence):
            found.append(f"原文里这个数字说的是别的事：{'、'.join(astray)}")
        if _turned(claim, evidence):
            found.append("肯定与否定相反")
        if _reversed(claim, evidence):
            found.append("升降相反")
    return tuple(found)


def wording(claim: str, evidence: str) -> float:
    """Give the share of the words and character pairs of `claim` that stand in `evidence`."""
    pairs = [t for t in terms(claim) if len(t) > 1]
    held = set(terms(evidence))
    return sum(t in held for t in pairs) / len(pairs) if pairs else 1.0


def _missing(what: str, names: Sequence[str]) -> list[str]:
    return [f"原文里没有这个{what}：{'、'.join(names)}"] if names else []


def _folded(text: str) -> str:
    return fold(text).replace("’", "'")


def _strange_numbers(claim: str, evidence: str) -> list[str]:
    known = stated(evidence)
    return list(
        dict.fromkeys(
            q.written
            for q in stated(claim)
            if not any(_is_same(q, other) for other in known) and not _spelt(q, claim, evidence)
        )
    )


def _is_same(claimed: Quantity, known: Quantity) -> bool:
    """Tell whether a number is that of the source; a sum of money, a date and a share in its unit.

    Where the source has no unit behind it, it may be any.
    """
    if claimed.value != known.value:
        return False
    told = claimed.unit in _TOLD_APART
    return not told or known.unit in ("", claimed.unit)


def _spelt(claimed: Quantity, claim: str, evidence: str) -> bool:
    """Tell whether the source spells a small number out before the same thing: 1个, 一个."""
    words = _SPELT.get(claimed.value, "")
    behind = re.search(rf"{re.escape(claimed.written)} ?([\u4e00-\u9fff])", claim)
    return bool(words and behind and re.search(f"[{words}]{behind[1]}", evidence))


def _numbers_of_something_else(claim: str, evidence: str) -> list[str]:
    """Give numbers that stand in the evidence, but only in clauses that speak of other things."""
    clauses = _clauses(evidence)
    astray = []
    for part in _clauses(claim):
        for value, written in quantities(part).items():
            places = [i for i, clause in enumerate(clauses) if value in quantities(clause)]
            near = [
                wording(_wordy(part), _wordy(" ".join(clauses[max(i - 1, 0) : i + 2])))
                for i in places
            ]
            if near and max(near) < LEAST_NEAR_A_NUMBER:
                astray.append(written)
    return astray


def _wordy(text: str) -> str:
    """Blank out numerals: how they are written tells nothing about what is counted."""
    return _NUMERALS.sub(" ", text)


def _clauses(text: str) -> list[str]:
    return [clause for clause in _CLAUSE.split(text) if clause.strip()]


def _strange_names(sentence: str, evidence: str, same_language: bool) -> list[str]:
    strange = set[str]()
    if is_chinese(sentence):
        strange |= {n for n in _LATIN_NAME.findall(sentence) if fold(n) not in evidence}
        people = {name for found in _PERSON.findall(fold(sentence)) for name in found if name}
        strange |= {name for name in people if same_language and name not in evidence}
    elif same_language:
        names = _ENGLISH_NAME.findall(sentence)
        strange |= {n for n in names if n[:_SAME_NAME].lower() not in evidence}
    return sorted(strange)


def _turned(claim: str, evidence: str) -> bool:
    """Tell whether the clause nearest in wording says no where the claim says yes, or reversed."""
    clauses = _clauses(evidence)
    for part in _clauses(claim):
        nearest = max(clauses, key=lambda clause: wording(part, clause), default="")
        if wording(part, nearest) >= LEAST_WORDING and _denies(part) != _denies(nearest):
            return True
    return False


def _denies(clause: str) -> bool:
    """Tell whether a clause says no; two negations beside each other say yes."""
    odd, end = False, -len(clause)
    for match in _NEGATION.finditer(clause):
        together = match.start() - end <= _BETWEEN
        if odd and not together:
            return True
        odd, end = not (odd and together), match.end()
    return odd


def _reversed(claim: str, evidence: str) -> bool:
    """Tell whether a number rises in the claim, and falls wherever the source names it."""
    clauses = [(quantities(clause), _direction(clause)) for clause in _clauses(evidence)]
    for part in _clauses(claim):
        way = _direction(part)
        for value in quantities(part) if way else ():
            ways = [other for values, other in clauses if value in values]
            if ways and all(other == -way for other in ways):
                return True
    return False


def _direction(clause: str) -> int:
    """Give 1 for a clause in which something rises, -1 where it falls, 0 for both or neither."""
    return bool(_RISES.search(clause)) - bool(_FALLS.search(clause))
