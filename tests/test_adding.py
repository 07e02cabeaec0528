"""Adding, syncing and trying out: what comes, what goes, which article copies which."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.conftest import WordEmbedding
from vectorstore.errors import ArticleError
from vectorstore.ingest import add_addresses, add_paths, rehearse, rehearse_sync, sync_folder
from vectorstore.report import CopyOf
from vectorstore.store import Store

FUND = (
    "池州经开区与市投控集团联合设立规模达2亿元的科创飞地专项基金。同时，园区的产业基金对落户项目入股支持。"
    "中心围绕产业链的需求引进急需人才，并开展平台聚才活动。\n"
    "下一步，园区将承接产业转移，推进园区合作与体制改革，让企业在这里办成更多的事。"
    "园区还将把创新作为发展的第一动力，推动结构调整与发展方式的转变。"
)
FUND_TRADITIONAL = (
    "池州經開區與市投控集團聯合設立規模達2億元的科創飛地專項基金！同時,園區的產業基金對落戶項目入股支持。"
    "中心圍繞產業鏈的需求引進急需人才,並開展平臺聚才活動。\n\n"
    "下一步,園區將承接產業轉移,推進園區合作與體制改革,讓企業在這裡辦成更多的事。"
    "園區還將把創新作為發展的第一動力,推動結構調整與發展方式的轉變。"
)
SUN = "合肥的人造太阳运行了1066秒，刷新了世界纪录。这一成果由中科院等离子体所的大学团队取得。"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "news"
    made.mkdir()
    (made / "fund.txt").write_text(FUND)
    (made / "sun.txt").write_text(SUN)
    return made


def found(store: Store, words: WordEmbedding, question: str) -> list[str]:
    hits = store.search(question, words.get_query_embedding(question), 10)
    return [hit.passage.article_id for hit in hits]


def agree(store: Store) -> bool:
    ids = store.catalogue.passage_ids()
    return store.dense.ids() == ids and store.lexical.count() == len(ids)


def test_the_same_text_in_the_other_script_is_a_copy(
    folder: Path, store: Store, words: WordEmbedding
) -> None:
    (folder / "z.txt").write_text(FUND_TRADITIONAL)
    report = add_paths([folder], store, words)
    assert report.copies == (CopyOf("z.txt", "fund.txt", exact=True),)
    assert store.catalogue.counts()[0] == 2
    assert "z.txt" not in found(store, words, "專項基金")
    assert [(c.id, c.exact) for c in store.catalogue.copies("fund.txt")] == [("z.txt", True)]
    assert [(c.id, c.exact) for c in store.catalogue.copies("z.txt")] == [("fund.txt", True)]
    again = add_paths([folder], store, words)
    assert again.unchanged == ("fund.txt", "sun.txt", "z.txt")
    assert again.passages == 0


def test_a_copy_takes_the_place_of_the_article_that_goes(
    folder: Path, store: Store, words: WordEmbedding
) -> None:
    (folder / "y.txt").write_text(FUND + "\n")
    (folder / "z.txt").write_text(FUND_TRADITIONAL)
    add_paths([folder], store, words)
    (folder / "fund.txt").unlink()
    report = sync_folder(folder, store, words)
    assert report.gone == ("fund.txt",)
    assert agree(store)
    assert "y.txt" in found(store, words, "专项基金")
    assert [c.id for c in store.catalogue.copies("y.txt")] == ["z.txt"]


def test_an_article_that_changes_leaves_its_copy_searchable(
    folder: Path, store: Store, words: WordEmbedding
) -> None:
    (folder / "z.txt").write_text(FUND_TRADITIONAL)
    add_paths([folder], store, words)
    (folder / "fund.txt").write_text(SUN.replace("1066", "2000") + "银行也来了，带来三笔贷款。")
    report = add_paths([folder], store, words)
    assert report.changed == ("fund.txt",)
    assert agree(store)
    assert "z.txt" in found(store, words, "专项基金")
    assert not [c for c in store.catalogue.copies("z.txt") if c.exact]


def test_a_copy_that_gets_a_text_of_its_own_is_searched(
    folder: Path, store: Store, words: WordEmbedding
) -> None:
    (folder / "z.txt").write_text(FUND_TRADITIONAL)
    add_paths([folder], store, words)
    (folder / "z.txt").write_text(
        "芯片厂的月产量达到1000万颗，银行为它提供贷款，大学为它培养人才。"
    )
    add_paths([folder], store, words)
    assert "z.txt" in found(store, words, "芯片")
    assert store.catalogue.copies("fund.txt") == []


def test_articles_that_change_their_files_are_both_searched(
    folder: Path, store: Store, words: WordEmbedding
) -> None:
    add_paths([folder], store, words)
    (folder / "fund.txt").write_text(SUN)
    (folder / "sun.txt").write_text(FUND)
    sync_folder(folder, store, words)
    assert store.catalogue.copies("fund.txt") == store.catalogue.copies("sun.txt") == []
    assert agree(store) and store.catalogue.counts()[0] == 2
    assert set(found(store, words, "专项基金")) == {"fund.txt", "sun.txt"}


def test_a_new_text_under_the_name_of_one_that_moved_is_no_copy(
    folder: Path, store: Store, words: WordEmbedding
) -> None:
    (folder / "latest.txt").write_text("月产1000万颗存储芯片，项目投资5亿元。")
    add_paths([folder], store, words)
    (folder / "archive").mkdir()
    (folder / "latest.txt").rename(folder / "archive" / "01.txt")
    (folder / "latest.txt").write_text("银行放了三笔贷款，利率百分之四。")
    sync_folder(folder, store, words)
    assert store.catalogue.copies("archive/01.txt") == []
    assert "archive/01.txt" in found(store, words, "存储芯片") and agree(store)


def test_an_article_that_becomes_another_leaves_its_story(
    folder: Path, store: Store, words: WordEmbedding
) -> None:
    (folder / "gund.txt").write_text(FUND.replace("急需人才", "急需的人才"))
    add_paths([folder], store, words)
    assert [c.id for c in store.catalogue.copies("gund.txt")] == ["fund.txt"]
    (folder / "fund.txt").write_text("银行放了三笔贷款，利率百分之四。")
    sync_folder(folder, store, words)
    assert store.catalogue.copies("gund.txt") == store.catalogue.copies("fund.txt") == []
    assert store.catalogue.stories(["fund.txt", "gund.txt"]).keys() == {"fund.txt", "gund.txt"}
    assert len(set(store.catalogue.stories(["fund.txt", "gund.txt"]).values())) == 2


def test_a_near_copy_does_not_stand_in_the_results_twice(
    folder: Path, store: Store, words: WordEmbedding
) -> None:
    (folder / "repost.txt").write_text(f"转载自园区网站。\n{FUND}\n欢迎关注我们。")
    report = add_paths([folder], store, words)
    assert [(c.id, c.exact) for c in report.copies] == [("repost.txt", False)]
    articles = found(store, words, "专项基金有多大规模")
    assert len({"fund.txt", "repost.txt"} & set(articles)) == 1
    (listed,) = [a for a in store.catalogue.articles() if a.id == "fund.txt"]
    assert listed.copies == 1


def test_sync_makes_the_index_equal_to_the_folder(
    folder: Path, tmp_path: Path, store: Store, words: WordEmbedding
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("台北的大学在太阳能方面有新的发现，研究者说这还只是开始。")
    add_paths([folder, other], store, words)
    (folder / "sun.txt").unlink()
    (folder / "chip.txt").write_text("月产1000万颗存储芯片，项目投资5亿元。")
    (folder / "fund.txt").write_text(FUND.replace("2亿", "3亿"))
    trial = rehearse_sync(folder, store)
    report = sync_folder(folder, store, words)
    assert (trial.added, trial.changed, trial.gone) == (report.added, report.changed, report.gone)
    assert (report.added, report.changed, report.gone) == (
        ("chip.txt",),
        ("fund.txt",),
        ("sun.txt",),
    )
    assert store.catalogue.ids() == ["chip.txt", "fund.txt", "other.txt"]
    assert agree(store)


def test_sync_keeps_what_it_can_no_longer_read(
    folder: Path, store: Store, words: WordEmbedding
) -> None:
    add_paths([folder], store, words)
    (folder / "sun.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    report = sync_folder(folder, store, words)
    assert [r.name for r in report.refused] == ["sun.txt"]
    assert report.gone == ()
    assert "sun.txt" in store.catalogue.ids()


def test_sync_keeps_files_that_folders_are_not_read_for(
    folder: Path, store: Store, words: WordEmbedding
) -> None:
    data = folder / "data.json"
    data.write_text('[{"id": "j1", "text": "月产1000万颗存储芯片，项目投资5亿元。"}]')
    add_paths([folder, data], store, words)
    assert sync_folder(folder, store, words).gone == ()
    assert "j1" in store.catalogue.ids()
    data.unlink()
    assert sync_folder(folder, store, words).gone == ("j1",)


def test_sync_of_what_is_no_folder_is_an_error(
    folder: Path, store: Store, words: WordEmbedding
) -> None:
    with pytest.raises(ArticleError, match="no folder"):
        sync_folder(folder / "fund.txt", store, words)


def test_a_dry_run_tells_what_adding_would_do_and_does_nothing(
    folder: Path, store: Store, words: WordEmbedding
) -> None:
    (folder / "z.txt").write_text(FUND_TRADITIONAL)
    (folder / "bad.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    trial = rehearse([folder], store)
    assert store.catalogue.ids() == []
    report = add_paths([folder], store, words)
    assert trial == report
    assert [r.name for r in report.refused] == ["bad.txt"]


def test_a_passage_said_again_and_again_is_searched_once(
    folder: Path, store: Store, words: WordEmbedding
) -> None:
    (folder / "spam.txt").write_text("专项基金大酬宾，人人有份，先到先得，机会不容错过！" * 20000)
    add_paths([folder], store, words)
    assert len(store.catalogue.passages_of("spam.txt")) < 50
    assert "fund.txt" in found(store, words, "专项基金的规模")


def test_an_address_that_is_a_path_is_refused(
    folder: Path, store: Store, words: WordEmbedding
) -> None:
    report = add_addresses([str(folder / "fund.txt")], store, words)
    assert "no address" in report.refused[0].reason
    assert store.catalogue.ids() == []


def test_the_report_tells_repairs_by_article(
    folder: Path, store: Store, words: WordEmbedding
) -> None:
    (folder / "gloss.txt").write_text(
        "合肥市廬陽區(qū)推動高質量發(fā)展，新簽項目數(shù)和投資額雙增長。"
    )
    report = add_paths([folder], store, words)
    (repaired,) = [r for r in report.repaired if r.name == "gloss.txt"]
    assert ("gloss", 3) in repaired.counts
    article = store.catalogue.article("gloss.txt")
    assert article is not None and "(" not in article.text and "(qū)" in article.raw


def test_a_file_of_several_articles_that_shrinks_loses_the_rest(
    tmp_path: Path, store: Store, words: WordEmbedding
) -> None:
    corpus = tmp_path / "page.csv"
    corpus.write_text(f"title,text\n基金,{FUND.splitlines()[0]}\n太阳,{SUN}\n")
    assert add_paths([corpus], store, words).added == ("page.csv", "page.csv#2")
    corpus.write_text(f"title,text\n基金,{FUND.splitlines()[0]}\n")
    report = add_paths([corpus], store, words)
    assert report.gone == ("page.csv#2",)
    assert store.catalogue.ids() == ["page.csv"]


def test_links_that_lead_to_no_file_are_told_and_the_rest_goes_in(
    tmp_path: Path, store: Store, words: WordEmbedding
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "sun.txt").write_text("人造太阳运行了1066秒。", encoding="utf-8")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "itself").symlink_to(folder / "itself")
    (folder / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    report = add_paths([folder], store, words)
    assert report.added == ("sun.txt",)
    assert [r.reason.partition(" ")[0] for r in report.refused] == ["gone.txt", "itself", "loop"]


def test_a_name_that_was_taken_meanwhile_is_given_another(
    folder: Path, store: Store, words: WordEmbedding
) -> None:
    ours, theirs = folder / "ours", folder / "theirs"
    for place, text in ((ours, "杭州开会。"), (theirs, "苏州的书展。")):
        place.mkdir()
        (place / "n.txt").write_text(text, encoding="utf-8")
    (ours / "copy.txt").write_text("杭州开会。", encoding="utf-8")
    with Store(store.folder) as other:
        report = add_paths([ours], store, words, lambda *_: _added([theirs], other, words))
    assert "n.txt" not in report.added and len(report.added) == 2
    assert store.catalogue.ids() == sorted([*report.added, "n.txt"])
    assert found(store, words, "苏州的书展")[0] == "n.txt"
    assert found(store, words, "杭州开会")[0] in report.added
    assert agree(store)


def _added(paths: list[Path], store: Store, words: WordEmbedding) -> None:
    add_paths(paths, store, words)


def test_a_copy_of_what_was_removed_meanwhile_is_searched(
    folder: Path, store: Store, words: WordEmbedding
) -> None:
    (folder / "first.txt").write_text("杭州开会。", encoding="utf-8")
    add_paths([folder / "first.txt"], store, words)
    (folder / "copy.txt").write_text("杭州开会。", encoding="utf-8")
    with Store(store.folder) as other:
        add_paths([folder / "copy.txt"], store, words, lambda *_: _removed(other))
    assert found(store, words, "杭州开会") == ["copy.txt"]
    assert agree(store)


def _removed(store: Store) -> None:
    store.remove_whole(["first.txt"])


def test_sync_of_an_emptied_folder_says_what_stays(
    folder: Path, store: Store, words: WordEmbedding
) -> None:
    file = folder / "first.txt"
    file.write_text("杭州开会。", encoding="utf-8")
    sync_folder(folder, store, words)
    for left in folder.iterdir():
        left.unlink()
    with pytest.raises(ArticleError, match="were read from it stay.*wenju remove"):
        sync_folder(folder, store, words)
    assert "first.txt" in store.catalogue.ids()


def test_files_of_other_kinds_in_an_archive_are_counted_and_leave_it_whole(
    folder: Path, store: Store, words: WordEmbedding
) -> None:
    def pack(**files: str) -> None:
        with zipfile.ZipFile(folder / "a.zip", "w") as packed:
            for name, text in files.items():
                packed.writestr(name.replace("_", "."), text)

    pack(a_txt="基金在园区。", b_txt="银行在大学。", c_jpg="x", d_eml="x")
    assert sync_folder(folder, store, words).passed_over == 2
    pack(a_txt="基金在园区。", c_jpg="x")
    report = sync_folder(folder, store, words)
    assert (report.refused, report.gone, report.passed_over) == ((), ("a.zip/b.txt",), 1)


def test_adding_what_stands_already_waits_for_nobody(
    folder: Path, store: Store, words: WordEmbedding
) -> None:
    (folder / "first.txt").write_text("杭州开会。", encoding="utf-8")
    add_paths([folder / "first.txt"], store, words)
    with Store(store.folder) as other, other.locked():
        report = add_paths([folder / "first.txt"], store, words)
    assert report.unchanged == ("first.txt",)
