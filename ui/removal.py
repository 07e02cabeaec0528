"""Remove an article in the browser: one click asks whether it is meant, a second one removes."""

from __future__ import annotations

from ui.article_report import failure_html
from ui.escape import escape
from vectorstore.errors import WenjuError
from vectorstore.store import Store

ASKING = """
const drop = (sure) => { sure?.previousElementSibling.focus(); sure?.remove(); };
element.addEventListener("click", (event) => {
  const button = event.target.closest(".wj-remove, .wj-sure button");
  if (!button) return;
  const sure = element.querySelector(".wj-sure");
  if (button.matches(".wj-yes")) {
    const id = sure.previousElementSibling.value, shown = window.frames["source"]?.location;
    trigger("delete", { id });
    if (shown && new URLSearchParams(shown.search).get("id") === id) shown.search = "";
  }
  drop(sure);
  if (!button.matches(".wj-remove")) return;
  button.insertAdjacentHTML("afterend", `<span class="wj-sure" role="group" aria-label="确定吗">
    <button type="button" class="wj-yes">确定删除</button>
    <button type="button">取消</button></span>`);
  button.nextElementSibling.lastElementChild.focus();
});
element.addEventListener("keydown", (event) => {
  if (event.key === "Escape") drop(element.querySelector(".wj-sure"));
});
"""
"""The script of the list: asks, says which article is to go, and shows it no more."""


def named(sent: object) -> str:
    """Give the id that the page says is to go; an empty string for what no page of ours says."""
    article_id = sent.get("id") if isinstance(sent, dict) else None
    return article_id if isinstance(article_id, str) else ""


def removed_html(store: Store, article_id: str) -> str:
    """Remove an article with its exact copies, and say what came of it."""
    try:
        gone = store.remove_whole([article_id])
    except WenjuError as exc:
        return failure_html(str(exc), "没能删除")
    if not gone:
        return failure_html(f"「{article_id}」已经不在文章库里。", "没能删除")
    more = f"，连同 {len(gone) - 1:,} 篇相同的" if len(gone) > 1 else ""
    return f'<div class="wj-report">已删除：{escape(article_id)}{more}</div>'
