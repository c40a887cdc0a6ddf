"""A synthetic national portfolio whose margins match the published figures of 2022."""

from engine.portfolio.synthetic.generate import BeforePublishedError, generate
from engine.portfolio.synthetic.margins import MarginLine, margin_report, margin_table
from engine.portfolio.synthetic.mark import is_synthetic
from engine.portfolio.synthetic.published import (
    Figure,
    PublishedFigures,
    load_published,
    published_folder,
)

__all__ = [
    "BeforePublishedError",
    "Figure",
    "MarginLine",
    "PublishedFigures",
    "generate",
    "is_synthetic",
    "load_published",
    "margin_report",
    "margin_table",
    "published_folder",
]
