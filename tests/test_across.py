"""Written sentences in another language than the articles, with the real embedding model."""

from pathlib import Path

import pytest

from rag.across import DOUBT, across
from rag.compose import Draft, draft
from rag.tongues import Tongues
from vectorstore.article import Passage
from vectorstore.embed import SentenceEmbedding, open_embedding
from vectorstore.finish import from_text
from vectorstore.ingest import add_articles
from vectorstore.split import passages
from vectorstore.store import Store

pytestmark = pytest.mark.model

SUN = from_text(
    "1066秒，这是全超导托卡马克核聚变实验装置在合肥刷新的世界纪录。会场设在图书馆。", "sun"
)
BANKS = from_text("「金色驿站」是金融机构服务平台，已有19家金融机构进驻。", "banks")
PLANTS = from_text("洪水过后，学校停课三天，农田里的水稻大多被淹。", "plants")


@pytest.fixture(scope="module")
def model(models: Path) -> SentenceEmbedding:
    opened = open_embedding(str(models / "multilingual-e5-small"))
    assert isinstance(opened, SentenceEmbedding)
    return opened


@pytest.fixture
def shown() -> list[Passage]:
    return [p for article in (PLANTS, BANKS, SUN) for p in passages(article)]


def _checked(written: str, shown: list[Passage], model: SentenceEmbedding, store: Store) -> Draft:
    add_articles([SUN, BANKS, PLANTS], store, model)
    return across(draft(written, shown, "?"), shown, model, Tongues(model), store.spread)


@pytest.mark.parametrize(
    ("written", "quoted"),
    [
        ("A tokamak in Hefei set a world record of 1066 seconds. [1]", "1066秒，这是"),
        ("19 financial institutions have joined the platform. [3]", "「金色驿站」是"),
        ("The schools were closed after the flood. [2]", "洪水过后"),
    ],
)
def test_what_says_the_same_is_cited_whatever_was(
    written: str, quoted: str, shown: list[Passage], model: SentenceEmbedding, store: Store
) -> None:
    made = _checked(written, shown, model, store)
    assert [q.text[: len(quoted)] for q in made.quotes] == [quoted]
    assert made.sentences[0].supported and made.sentences[0].citations == (1,)


def test_what_no_article_says_is_doubted(
    shown: list[Passage], model: SentenceEmbedding, store: Store
) -> None:
    told = "The president of France is Emmanuel Macron. [1] Hamlet was written by Shakespeare. [2]"
    made = _checked(told, shown, model, store)
    assert [DOUBT in s.doubts for s in made.sentences] == [True, True]


def test_another_number_is_doubted(
    shown: list[Passage], model: SentenceEmbedding, store: Store
) -> None:
    made = _checked("25 financial institutions joined the platform. [2]", shown, model, store)
    assert not made.sentences[0].supported and "25" in made.sentences[0].doubts[0]


def test_sentences_in_the_language_of_the_articles_stay_as_they_are(
    shown: list[Passage], model: SentenceEmbedding, store: Store
) -> None:
    written = draft("洪水过后学校停课三天。[1]", shown, "?")
    assert across(written, shown, model, Tongues(model), store.spread) == written
