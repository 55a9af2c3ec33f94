"""Colours of code, from the theme's own colours, so that every theme fits."""

from __future__ import annotations

from textual.highlight import HighlightTheme, TokenType

_STYLES: dict[TokenType, str] = {
    (): "$foreground",
    ("Comment",): "$foreground 55% italic",
    ("Error",): "",
    ("Keyword",): "$accent",
    ("Keyword", "Constant"): "$secondary",
    ("Literal", "Number"): "$secondary",
    ("Literal", "String"): "$success",
    ("Literal", "String", "Doc"): "$success 80%",
    ("Literal", "String", "Interpol"): "$foreground",
    ("Name", "Builtin"): "$foreground",
    ("Name", "Builtin", "Pseudo"): "italic",
    ("Name", "Class"): "bold $primary",
    ("Name", "Decorator"): "$accent",
    ("Name", "Exception"): "$foreground",
    ("Name", "Function"): "bold $primary",
    ("Operator",): "$foreground 70%",
    ("Operator", "Word"): "$accent",
    ("Punctuation",): "$foreground 70%",
}


class Syntax(HighlightTheme):
    """Few colours, no underlines: keywords, strings, numbers, names defined; the rest is plain."""

    STYLES = _STYLES
