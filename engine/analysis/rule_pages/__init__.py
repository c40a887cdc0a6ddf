"""Pages about a rulebook, one for every entry, linked to each other: as Markdown or as HTML."""

from engine.analysis.rule_pages.book import rule_pages, text_of

__all__ = ["rule_pages", "text_of"]
