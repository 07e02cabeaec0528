"""Open a language model: a GGUF file inside this process, or any OpenAI-compatible server."""

from __future__ import annotations

import os
import secrets
from collections.abc import Generator, Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import Any

import httpx
from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    ChatResponseGen,
    CompletionResponse,
    CompletionResponseGen,
    LLMMetadata,
    MessageRole,
)
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.llms import LLM, CustomLLM

from rag.errors import AskError
from vectorstore.errors import WeightsError

CONTEXT = 4096
"""Tokens the local model reads and writes together."""

MAX_WORDS = 400
"""Tokens of one answer at most."""

REMOTE_SECONDS = 120.0


def failures() -> tuple[type[Exception], ...]:
    """Give what a model of either kind raises when it cannot go on."""
    import openai  # a second of start-up, for those who have no remote model, too

    return (openai.OpenAIError, httpx.HTTPError, RuntimeError, OSError, ValueError)


def open_llm(model: str, api_key: str = "") -> LLM:
    """Open a `.gguf` file, or `https://host/v1#model-name`; WeightsError for what is neither."""
    if model.startswith(("http://", "https://")):
        from llama_index.llms.openai_like import OpenAILike

        base, _, name = model.partition("#")
        remote: LLM = OpenAILike(
            model=name or "default",
            api_base=base,
            api_key=api_key or "none",
            is_chat_model=True,
            temperature=0.0,
            max_tokens=MAX_WORDS,
            timeout=REMOTE_SECONDS,
            max_retries=0,
            context_window=CONTEXT,
            additional_kwargs={"stream_options": {"include_usage": True}},
        )
        return remote
    if not Path(model).is_file():
        raise WeightsError(
            f"There is no language model {model}. WENJU_LLM takes one that `wenju models` lists,"
            " a .gguf file, https://host/v1#name, or none."
        )
    return LocalLLM(path=model)


def used(reply: ChatResponse) -> tuple[int, int]:
    """Give the tokens a reply has read and written so far, as far as the model tells."""
    told = reply.additional_kwargs
    return int(told.get("prompt_tokens") or 0), int(told.get("completion_tokens") or 0)


class LocalLLM(CustomLLM):
    """A GGUF model run by llama.cpp in this process; one answer at a time, the rest wait."""

    path: str
    _server: Any = PrivateAttr(default=None)
    _turn: Lock = PrivateAttr(default_factory=Lock)

    @property
    def metadata(self) -> LLMMetadata:
        """Say what the model is."""
        return LLMMetadata(
            model_name=Path(self.path).stem,
            is_chat_model=True,
            context_window=CONTEXT,
            num_output=MAX_WORDS,
        )

    def warm(self) -> None:
        """Load the weights now, so that the first answer need not wait. Raises AskError."""
        with self._turn:
            self._open()

    def _open(self) -> Any:
        if self._server is None:
            self._server = _start_server(self.path)
        return self._server

    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseGen:
        """Stream the reply; closing the generator stops the model at once."""
        request = {
            "messages": [{"role": m.role.value, "content": m.content} for m in messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": 0.0,
            "max_tokens": MAX_WORDS,
            **kwargs,
        }

        def replies() -> Generator[ChatResponse, None, None]:
            text = ""
            with self._turn:
                for delta, usage in _deltas(self._open(), request):
                    text += delta
                    message = ChatMessage(role=MessageRole.ASSISTANT, content=text)
                    yield ChatResponse(message=message, delta=delta, additional_kwargs=usage)

        return replies()

    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """Give the whole reply."""
        replies = list(self.stream_chat(messages, **kwargs))
        nothing = ChatResponse(message=ChatMessage(role=MessageRole.ASSISTANT, content=""))
        return replies[-1] if replies else nothing

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """Give the whole reply to one message."""
        reply = self.chat([ChatMessage(role=MessageRole.USER, content=prompt)], **kwargs)
        return CompletionResponse(text=reply.message.content or "")

    def stream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> CompletionResponseGen:
        """Stream the reply to one message."""
        messages = [ChatMessage(role=MessageRole.USER, content=prompt)]
        return (
            CompletionResponse(text=r.message.content or "", delta=r.delta)
            for r in self.stream_chat(messages, **kwargs)
        )


def _start_server(path: str) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = path
    params.n_ctx, params.n_parallel, params.n_gpu_layers = CONTEXT, 1, 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = os.cpu_count() or 2
    params.api_keys = [secrets.token_urlsafe()]
    params.warmup, params.verbosity = False, -1
    try:
        return xllamacpp.Server(params)
    except (RuntimeError, ValueError, OSError) as exc:
        raise AskError(
            f"The language model {path} cannot be loaded ({exc}). Answers come in quotes only;"
            " check the file with: wenju models"
        ) from exc


def _deltas(
    server: Any, request: dict[str, Any]
) -> Generator[tuple[str, dict[str, Any]], None, None]:
    """Turn the server's callbacks, which come from another thread, into a generator.

    Each item is a piece of the reply, or empty and with the count of tokens at the end.
    """
    arrived: SimpleQueue[tuple[str, dict[str, Any]] | BaseException | None] = SimpleQueue()
    stopped = Event()

    def on_chunk(chunk: dict[str, Any]) -> bool:
        if "error" in chunk:
            arrived.put(RuntimeError(str(chunk["error"])))
        for choice in chunk.get("choices", []):
            arrived.put((choice.get("delta", {}).get("content") or "", {}))
        if usage := chunk.get("usage"):
            arrived.put(("", usage))
        return stopped.is_set()

    def work() -> None:
        try:
            server.handle_chat_completions(request, on_chunk)
            arrived.put(None)
        except BaseException as exc:
            arrived.put(exc)

    worker = Thread(target=work, daemon=True)
    worker.start()
    try:
        while (item := arrived.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            if any(item):
                yield item
    finally:
        stopped.set()
        worker.join()
