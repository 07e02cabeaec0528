from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.settings import Settings, read_settings

README = Path(__file__).parents[1] / "README.md"


def test_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "settings.toml").write_text('llm = "none"\npassages = 7\n', encoding="utf-8")
    monkeypatch.setenv("WENJU_PASSAGES", "3")
    settings = read_settings(tmp_path)
    assert (settings.llm, settings.passages) == ("none", 3)
    assert read_settings(tmp_path, passages=4).passages == 4


def test_home_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_HOME", str(tmp_path))
    assert read_settings().index == tmp_path / "index"


@pytest.mark.parametrize("line", ['lmm = "none"', "passages = 0", "port = 'x'", "= broken"])
def test_bad_file_is_refused_by_name(tmp_path: Path, line: str) -> None:
    (tmp_path / "settings.toml").write_text(line, encoding="utf-8")
    with pytest.raises(SettingsError, match="settings.toml"):
        read_settings(tmp_path)


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    assert "hunter2" not in repr(read_settings(tmp_path, password="hunter2"))


@pytest.mark.parametrize("name", [n for n in Settings.model_fields if n != "home"])
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"WENJU_{name.upper()}" in README.read_text(encoding="utf-8")
