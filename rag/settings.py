"""One frozen Settings; the only reader of the environment and the settings file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from rag.errors import SettingsError

PREFIX = "WENJU_"
FILE_NAME = "settings.toml"


class Settings(BaseSettings):
    """What can be changed, from `WENJU_…` variables, then `settings.toml` in the home."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    home: Path = Field(description="Where index and models live")
    embed_model: str = Field(
        "multilingual-e5-small",
        description="Embedding model: the packaged one, a folder, a hub name, or https://host/v1#name",
    )
    llm: str = Field(
        "qwen2.5-coder-1.5b-instruct",
        description="Language model: a packaged one, a .gguf file, https://host/v1#name, or none",
    )
    api_key: SecretStr = Field(SecretStr(""), description="Key for https://… models")
    passages: int = Field(5, ge=1, le=20, description="Passages shown with an answer")
    certainty: float = Field(
        0.17, ge=0, le=1, description="Decline below this probability that a sentence answers"
    )
    chroma: str = Field(
        "", description="Chroma server that keeps the vectors, http://host:port; none: in the home"
    )
    host: str = Field("127.0.0.1", description="Address the chat listens on")
    port: int = Field(7860, ge=0, le=65535, description="Port the chat listens on")
    password: SecretStr = Field(SecretStr(""), description="Needed when other machines may connect")

    allow_private: bool = Field(
        False, description="Let addresses of this machine and its network be added"
    )

    @property
    def index(self) -> Path:
        """The folder of the index."""
        return self.home / "index"

    @property
    def models(self) -> Path:
        """The folder of the model weights."""
        return self.home / "models"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the environment before the file; read nothing else."""
        file = TomlConfigSettingsSource(settings_cls, init_settings.init_kwargs["home"] / FILE_NAME)  # type: ignore[attr-defined]
        return init_settings, env_settings, file


def read_settings(home: Path | None = None, **given: Any) -> Settings:
    """Read all settings once; `given` wins over the environment, that over the file.

    Raises SettingsError for an unknown name or a value out of range.
    """
    place = home or Path(os.environ.get(f"{PREFIX}HOME") or platformdirs.user_data_dir("wenju"))
    try:
        return Settings(home=place.expanduser().resolve(), **given)
    except ValidationError as exc:
        first = exc.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"The setting {name} is not valid: {first['msg']}."
            f" Look at {PREFIX}{name.upper()} and at {place / FILE_NAME}."
        ) from exc
    except (OSError, ValueError) as exc:
        raise SettingsError(f"{place / FILE_NAME} cannot be read ({exc}).") from exc
