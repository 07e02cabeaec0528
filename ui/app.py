"""The page: its layout, its wiring, and the server that hands it out."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import Any

import gradio as gr
import uvicorn
from fastapi import FastAPI

from rag.engine import Engine
from ui.articles import articles_tab
from ui.evaluations import evaluations_tab
from ui.frontpage import FrontPage
from ui.guard import Guard, is_loopback
from ui.look import HEADER, SOURCE_FRAME, TITLE, head, theme
from ui.reports import Runs, report_routes
from ui.sources import source_routes
from ui.visit import QUIET, chat_tab, welcome

MAX_UPLOAD = "50mb"
"""The largest file the page takes; larger ones go in by the command line."""

SHUTDOWN_SECONDS = 2


def build_app(engine: Engine) -> FastAPI:
    """Give the whole web application: the page, the source pages, and what guards them."""
    runs = Runs(engine.settings.home)
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        gr.HTML(HEADER, elem_id="wj-header")
        with gr.Row(elem_id="wj-columns"):
            with gr.Column(elem_id="wj-left"), gr.Tabs(elem_id="wj-tabs"):
                with gr.Tab("问答", id="chat"):
                    chat = chat_tab(engine)
                with gr.Tab("文章", id="articles") as tab:
                    added = articles_tab(engine, tab)
                with gr.Tab("评测", id="evaluations") as tab:
                    evaluations_tab(engine, runs, tab)
            with gr.Column(elem_id="wj-right"):
                gr.HTML(SOURCE_FRAME, elem_id="wj-frame")
        for event in (page.load, added.then):
            event(lambda: welcome(engine.store), None, chat, **QUIET)
    return _mounted(page, engine, runs)


def serve(engine: Engine, listening: socket.socket, ready: Callable[[str], None]) -> None:
    """Serve the page on a bound socket until the process is told to stop.

    `ready` gets the address once the page answers.
    """
    with listening:
        uploads = TemporaryDirectory(prefix="wenju-")
        os.environ["GRADIO_TEMP_DIR"] = uploads.name
        port = listening.getsockname()[1]
        config = uvicorn.Config(
            build_app(engine),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
        host = engine.settings.host
        shown = f"[{host}]" if ":" in host else host
        url = f"http://{shown}:{port}/"
        _Server(config, lambda: ready(url), uploads.cleanup).run(sockets=[listening])


class _Server(uvicorn.Server):
    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], ended: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._ready, self._ended = ready, ended

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        self._ended()  # here, as a signal that stops the server lets no code run after it


def _mounted(page: gr.Blocks, engine: Engine, runs: Runs) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(source_routes(engine.store))
    app.include_router(report_routes(runs, engine.store.catalogue))
    app.add_middleware(FrontPage)
    password = engine.settings.password.get_secret_value()
    app.add_middleware(Guard, password=password, local=is_loopback(engine.settings.host))
    options: dict[str, Any] = {
        "theme": theme(),
        "head": head(),
        "footer_links": [],
        "run_history": False,
        "max_file_size": MAX_UPLOAD,
        "show_error": False,
        "ssr_mode": False,
        "pwa": False,
        "mcp_server": False,
        "enable_monitoring": False,
    }
    mounted: FastAPI = gr.mount_gradio_app(app, page, path="/", **options)
    return mounted
