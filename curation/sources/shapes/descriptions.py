"""A title and what it means: KoCulture-Descriptions → the question what it is, and the description."""

from curation.sources.shapes.turns import Options, Recognised, Row, pair

_FIELDS = {"title", "content", "date", "category"}


def koculture_descriptions(row: Row, _: Options) -> Recognised | None:
    """`{"title": "갓생", "content": "…", "date": "…", "category": "…"}`; the question's words are ours."""
    if not row.keys() >= _FIELDS:
        return None
    title = row["title"]
    asked = f"{title}에 대해 설명해 주세요." if isinstance(title, str) and title else title
    return Recognised("koculture_descriptions", pair(asked, row["content"]), ("title", "content"))
