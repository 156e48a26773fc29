"""One sentence in several styles, a column each (SmileStyle's 17) → the instruction to say it in another style."""

from curation.sources.shapes.turns import Options, Recognised, Row, pair, with_context

# The columns of SmileStyle, and how we name each style when we ask for it.
STYLES = {
    "formal": "존댓말로",
    "informal": "반말로",
    "android": "안드로이드 말투로",
    "azae": "아재 말투로",
    "chat": "채팅 말투로",
    "choding": "초등학생 말투로",
    "emoticon": "이모티콘을 섞은 말투로",
    "enfp": "ENFP 말투로",
    "gentle": "신사다운 말투로",
    "halbae": "할아버지 말투로",
    "halmae": "할머니 말투로",
    "joongding": "중학생 말투로",
    "king": "왕의 말투로",
    "naruto": "나루토 말투로",
    "seonbi": "선비 말투로",
    "sosim": "소심한 말투로",
    "translator": "번역기 말투로",
}


def smilestyle(row: Row, options: Options) -> Recognised | None:
    """`{"formal": "안녕하세요.", "informal": "안녕.", …}`: options `from` (default informal) and `to` (formal).

    A cell that is empty asks nothing: the turn is empty too, and the rules drop the row.
    """
    if "formal" not in row or "informal" not in row:
        return None
    source, target = options.get("from", "informal"), options.get("to", "formal")
    if source not in row or target not in row:
        return None
    said = row[source]
    asked = with_context(f"다음 문장을 {STYLES[target]} 바꿔 주세요.", said) if said else said
    return Recognised("smilestyle", pair(asked, row[target]), (source, target))
