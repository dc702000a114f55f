"""The page around a console: nothing of it comes from anywhere else."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.locale.catalogue import Catalogue

STYLE = """
html, body { margin: 0; height: 100%; background: #121212; color: #e0e0e0; font-family: sans-serif; }
.textual-terminal { position: absolute; inset: 0; font-variant-ligatures: none; }
.told { position: absolute; inset: 0; z-index: 20; display: flex; flex-direction: column; gap: 1rem;
        align-items: center; justify-content: center; background: #121212; }
.ended, body.-first-byte .waits, body.-closed .waits { display: none; }
body.-closed .ended { display: flex; }
a { color: #7fb4ff; }
"""
"""The marks that the body gets, -first-byte and -closed, are textual-serve's."""


def page(say: Catalogue, socket: str, size: int) -> str:
    """The whole page; `socket` is where its seat is, `size` the letters' in pixels."""
    lang = say.language.replace("_", "-")
    return f"""<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Three Rings</title>
<link rel="stylesheet" href="static/css/xterm.css">
<style>{STYLE}</style>
<script src="static/js/textual.js"></script>
</head>
<body>
<div class="told waits"><div>{escape(say("web.opening"))}</div></div>
<div class="told ended"><div>{escape(say("web.ended"))}</div><a href="">{escape(say("web.again"))}</a></div>
<div class="textual-terminal" data-session-websocket-url="{escape(socket)}" data-font-size="{size}"></div>
</body>
</html>
"""


def headers(socket: str) -> dict[str, str]:
    """What a browser is told with it: load nothing from elsewhere, stand in no frame, keep nothing."""
    place = "/".join(socket.split("/")[:3])
    return {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
            f"font-src 'self'; connect-src 'self' {place}; base-uri 'none'; frame-ancestors 'none'; "
            "form-action 'none'"
        ),
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
