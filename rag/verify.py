"""Does this sentence stand in those it cites? Pure functions, no model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.quantity import quantities
from rag.signals import SURNAMES
from vectorstore.script import fold, terms

LEAST_WORDING = 0.5
"""Share of a sentence's character pairs that must stand in what it cites, or in the question."""

LEAST_IN_EVIDENCE = 0.3
"""The same share without the question: its words alone carry nothing."""

LEAST_NEAR_A_NUMBER = 0.3
"""The same share for a clause with a number, against the clauses around that number."""

_LATIN_NAME = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Za-z0-9&.-]*[A-Za-z0-9]")
_TITLES = (
    r"市长|书记|主任|局长|处长|科长|院长|校长|总理|总统|主席|部长|省长|县长|区长|经理|总裁|董事长"
    r"|教授|博士|院士|先生|女士|记者|发言人|代表|专家"
)
_PERSON = re.compile(
    rf"(?:{_TITLES}|是|为|叫|由|[，、：:（(]|^)([{SURNAMES}][\u4e00-\u9fff]{{1,2}}?)(?=[说称指表介强认任担。，、）)]|$)"
    rf"|([{SURNAMES}][\u4e00-\u9fff]{{1,2}})(?={_TITLES})"
)
_NEGATION = re.compile(
    r"没有|不(?![仅断少同锈得久但止光管论过锈动])|(?<![无])未(?![来])|并非|无(?!论|人机|缝|废|线|数|限|锡|偿|疑|锈)|从不|拒绝|否认|取消|停止|失败"
    r"|\bnot\b|n't\b|\bno\b|\bnever\b|\bwithout\b|\bnone\b|\bfailed\b"
)
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
    claim, evidence = fold(sentence), fold("\n".join(cited))
    if not _one_language(claim, evidence):
        return tuple(found)
    in_evidence = wording(_wordy(claim), _wordy(evidence))
    in_both = wording(_wordy(claim), _wordy(f"{evidence}\n{fold(question)}"))
    if in_evidence < LEAST_IN_EVIDENCE or in_both < LEAST_WORDING:
        found.append("说法在原文里找不到")
    return tuple(found)


def strays(sentence: str, cited: Sequence[str]) -> tuple[str, ...]:
    """Say which numbers, dates, names and negations of `sentence` the `cited` do not carry."""
    claim, evidence = fold(sentence), fold("\n".join(cited))
    found = [
        *_missing("数字", _strange_numbers(claim, evidence)),
        *_missing("名称", _strange_names(sentence, evidence)),
    ]
    if _one_language(claim, evidence):
        if astray := _numbers_of_something_else(claim, evidence):
            found.append(f"原文里这个数字说的是别的事：{'、'.join(astray)}")
        if _turned(claim, evidence):
            found.append("肯定与否定相反")
    return tuple(found)


def wording(claim: str, evidence: str) -> float:
    """Give the share of the words and character pairs of `claim` that stand in `evidence`."""
    pairs = [t for t in terms(claim) if len(t) > 1]
    held = set(terms(evidence))
    return sum(t in held for t in pairs) / len(pairs) if pairs else 1.0


def _missing(what: str, names: Sequence[str]) -> list[str]:
    return [f"原文里没有这个{what}：{'、'.join(names)}"] if names else []


def _strange_numbers(claim: str, evidence: str) -> list[str]:
    stated = quantities(evidence)
    return [written for value, written in quantities(claim).items() if value not in stated]


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


def _strange_names(sentence: str, evidence: str) -> list[str]:
    claim = fold(sentence)
    people = {name for match in _PERSON.findall(claim) for name in match if name}
    strange = {name for name in people if name not in evidence}
    if _is_chinese(claim):
        strange |= {n for n in _LATIN_NAME.findall(sentence) if fold(n) not in evidence}
    return sorted(strange)


def _one_language(claim: str, evidence: str) -> bool:
    return _is_chinese(claim) == _is_chinese(evidence)


def _is_chinese(text: str) -> bool:
    return len(re.findall(r"[\u4e00-\u9fff]", text)) * 3 > sum(c.isalpha() for c in text)


def _turned(claim: str, evidence: str) -> bool:
    """Tell whether the clause nearest in wording says no where the claim says yes, or reversed."""
    clauses = _clauses(evidence)
    for part in _clauses(claim):
        nearest = max(clauses, key=lambda clause: wording(part, clause), default="")
        close = wording(part, nearest) >= LEAST_WORDING
        if close and bool(_NEGATION.search(part)) != bool(_NEGATION.search(nearest)):
            return True
    return False
