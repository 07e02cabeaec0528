"""Edits keep the way back: every character of the result leads to where it came from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.article import Mark, OffsetMap
from vectorstore.clean.edit import FORM, GLOSS, LINE_BREAK, MOJIBAKE, Edit, Text


def test_a_removed_stretch_is_skipped_on_the_way_back() -> None:
    text = Text.of("發(fā)展快").edited([Edit(1, 5, "", GLOSS)])
    assert text.text == "發展快"
    assert text.offsets.to_source(0, 2) == (0, 6)
    assert text.offsets.to_source(1, 2) == (5, 6)
    assert text.offsets.from_source(0, 6) == (0, 2)
    assert text.marks == (Mark(GLOSS, 1, 5),)


def test_a_stretch_changed_as_a_whole_leads_to_all_it_came_from() -> None:
    text = Text.of("有?!痹搮^人", 100).edited([Edit(1, 6, "。”該區", MOJIBAKE)])
    assert text.text == "有。”該區人"
    assert text.offsets.to_source(2, 3) == (101, 106)
    assert text.offsets.to_source(5, 6) == (106, 107)


def test_characters_replaced_one_by_one_stay_together() -> None:
    text = Text.of("１２３元").edited([Edit(0, 3, "123", FORM)])
    assert text.offsets.to_source(1, 2) == (1, 2)


def test_a_second_round_of_edits_leads_back_through_the_first() -> None:
    once = Text.of("甲(jiǎ)乙\n丙丁").edited([Edit(1, 6, "", GLOSS)])
    twice = once.edited([Edit(2, 3, "", LINE_BREAK)])
    assert twice.text == "甲乙丙丁"
    assert twice.offsets.to_source(1, 3) == (6, 9)
    assert [m.kind for m in twice.marks] == [GLOSS, LINE_BREAK]
    assert twice.marks[1] == Mark(LINE_BREAK, 7, 8)


def test_what_was_put_in_has_an_empty_source() -> None:
    text = Text.of("甲乙").edited([Edit(1, 1, "\n", FORM)])
    assert text.offsets.to_source(1, 2) == (1, 1)
    assert text.offsets.to_source(0, 3) == (0, 2)


def test_edits_that_overlap_are_an_error() -> None:
    with pytest.raises(ValueError, match="overlaps"):
        Text.of("甲乙丙").edited([Edit(0, 2, "", GLOSS), Edit(1, 3, "", GLOSS)])


def test_a_cut_keeps_its_own_offsets_and_marks() -> None:
    text = Text.of("甲(jiǎ)乙丙(bǐng)丁").edited([Edit(1, 6, "", GLOSS), Edit(8, 14, "", GLOSS)])
    cut = text.cut(2, 4)
    assert cut.text == "丙丁"
    assert cut.offsets.to_source(0, 1) == (7, 8)
    assert cut.marks == (Mark(GLOSS, 8, 14),)


def test_an_empty_map_gives_the_beginning() -> None:
    assert OffsetMap().to_source(0, 0) == (0, 0)
    assert OffsetMap().from_source(0, 5) == (0, 0)


@st.composite
def edits(draw: st.DrawFn, length: int) -> list[Edit]:
    points = sorted(draw(st.lists(st.integers(0, length), max_size=8)))
    pairs = zip(points[::2], points[1::2], strict=False)
    return [Edit(a, b, draw(st.text("XYZ", max_size=3)), FORM) for a, b in pairs]


@given(st.data(), st.text(st.characters(codec="utf-8", exclude_characters="XYZ"), min_size=1))
def test_unchanged_characters_lead_to_themselves(data: st.DataObject, source: str) -> None:
    text = Text.of(source, 7)
    for _ in range(data.draw(st.integers(1, 3))):
        if text.text:
            text = text.edited(data.draw(edits(len(text.text))))
    covered = sum(length for _, _, length, _ in text.offsets.blocks)
    assert covered == len(text.text)
    for at, char in enumerate(text.text):
        start, end = text.offsets.to_source(at, at + 1)
        assert 7 <= start <= end <= 7 + len(source)
        if char not in "XYZ":
            assert char in source[start - 7 : end - 7]
