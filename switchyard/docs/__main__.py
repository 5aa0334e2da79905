"""`python -m switchyard.docs`: write the generated pages."""

from pathlib import Path

from switchyard.docs import asyncapi, settings_page, topics_page

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {
    "topics.md": topics_page.page,
    "settings.md": settings_page.page,
    "asyncapi.json": asyncapi.page,
}


def main() -> None:
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
