"""Why an upload or an address was not taken, in the words of the page."""

from __future__ import annotations

REFUSALS: tuple[tuple[str, str], ...] = (
    (r"(.*) \(.*\) holds no text\. .*", r"「\1」里有一条没有文字。"),
    (r"(.*) holds no text\. .*", r"「\1」里没有文字。如果是扫描件，请先做文字识别。"),
    (r"(.*) is a page without any text\. .*", r"「\1」这个网页里没有文字。"),
    (r".*: (.*) holds no sentence\. .*", r"「\1」里没有一句话。"),
    (r"(.*) holds no sentence\. .*", r"「\1」里没有一句话。"),
    (r"(.*) is not text in UTF-8, .*", r"「\1」不是文字，或者编码认不出。请另存为 UTF-8 再加。"),
    (r"(.*) says it is (\S+) but .*", r"「\1」自称是 \2 编码，却解不开。请另存为 UTF-8 再加。"),
    (r"(.*) is a picture\. .*", r"「\1」是图片。请先做文字识别，再加得到的文字。"),
    (r"(.*) is a set of slides\. .*", r"「\1」是演示文稿。请导出成 PDF 再加。"),
    (r"(.*) is (?:an Excel table|a spreadsheet)\. .*", r"「\1」是表格文件。请另存为 CSV 再加。"),
    (r"(.*) is an archive of a kind .*", r"「\1」这种压缩包读不了。请解开，或者打成 ZIP 再加。"),
    (r"(.*) is a file that its own program .*", r"「\1」这种格式读不了。请导出成 PDF 再加。"),
    (
        r"(.*) is (?:an old Word file|a WPS text|a rich text file|an OpenDocument text"
        r"|an old Office file)\. .*",
        r"「\1」这种格式读不了。请用 Word 或 LibreOffice 另存为 .docx 再加。",
    ),
    (
        r"(.*) is protected by a password, or an old \.doc\. .*",
        r"「\1」有密码，或者是旧式的 .doc。请另存为没有密码的 .docx 再加。",
    ),
    (r"(.*) is protected by a password\. .*", r"「\1」有密码。请加一份没有密码的。"),
    (r"(.*) is protected against copying .*", r"「\1」有版权保护，读不了。"),
    (r"(.*) is (?:no PDF file|no Word document|no EPUB book)\b.*", r"「\1」打不开，可能坏了。"),
    (r"(.*) is a broken archive .*", r"「\1」这个压缩包坏了。请重新打包。"),
    (r"(.*) is (?:broken|damaged)\b.*", r"「\1」坏了，读不出来。"),
    (r"(.*) is a question set, .*", r"「\1」是一套题，不是文章。题目请在「评测」里上传。"),
    (r"(.*) (?:is an empty list|holds no records)\. .*", r"「\1」里一条都没有。"),
    (r"(.*) holds no rows\. .*", r"「\1」里一行都没有。"),
    (
        r"(.*) has no column that is clearly the text .*",
        r"「\1」看不出哪一列是正文。请在第一行把那一列叫作 text。",
    ),
    (r"(.*) holds no articles: .*", r"「\1」里没有能读的文件。"),
    (r"(.*) (?:is larger than|unpacks to more than) .*", r"「\1」太大了。请拆开，或者只存正文。"),
    (r"(.*) is not known on this network\. .*", r"找不到 \1 这个网站。请看看拼写和网络。"),
    (
        r"(\S+) is \S+, an address of this machine .*",
        r"\1 在本机或内网，网页不该指向那里。确实要加，请运行 wenju add --allow-private。",
    ),
    (r"(\S+) is not a web address\. .*", r"「\1」不是网址，请看看拼写。"),
    (r"(\S+) is not an http.*", r"「\1」不是 http:// 或 https:// 的网址。"),
    (r"(\S+) does not answer in time .*", r"\1 一直没有应答。过一会再试。"),
    (r"(\S+) cannot be reached: .*", r"连不上 \1。可以在浏览器里把网页存成文件再加。"),
    (r"(\S+) broke off or is garbled: .*", r"\1 传到一半断了。过一会再试。"),
    (r"(\S+) is not given to programs .*", r"\1 不让程序读。请在浏览器里把网页存成文件再加。"),
    (r"(\S+) is not there \((\d+)\)\. .*", r"\1 没有这个网页（\2）。请看看网址。"),
    (r"(\S+) answers with status (\d+) .*", r"\1 出了错（\2）。过一会再试。"),
    (r"(\S+) is (?:\S+, not an article|neither a page nor) .*", r"\1 不是文章。"),
    (r"(\S+) is empty\. .*", r"\1 是空的。"),
)
"""What the lower folders say, as a pattern, and what the page shows in its place."""
