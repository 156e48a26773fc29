"""How people ask about the things a list tells of: what each is, holds, does or means, its default, its rule."""

from __future__ import annotations

from datagen.phrasing import Template

# `{scope}` says which list: 인수증에 남기는 내용 중 외장 수량이 뭐야?
MEANING = (
    Template("N", "{scope} {field:이/가} <뭐야>"),
    Template("IS", "{scope} {field:은/는} 무슨 <뜻이야>"),
    Template("NC", "{scope} {field:은/는} [뭘|무엇을] 말하는 <거야>"),
    Template("NW", "{scope} {field:이/가} [뭔지|무엇인지] <알려 줘>"),
)

# Members of a list of rules: 니켈 드럼: 최대 3단, below 적재 높이.
RULE = (
    Template("N", "{scope} {rule:이/가} <어떻게 돼>"),
    Template("IS", "{scope} {rule:은/는} <어떻게 돼>"),
    Template("NC", "{scope} {rule:이/가} [뭔지|무엇인지] <알려 줘>"),
    Template("NW", "{scope} {rule}[ 좀|을] <알려 줘>"),
)

# Members of several things or of a text: 회사 정보: 회사명, 주소, 연락처.
HOLDS = (
    Template("N", "{scope} {field}에는 [뭐가|무엇이] <있어>"),
    Template("IM", "{scope} {field}에 [뭐가|무엇이] 들어 <있어>"),
    Template("NC", "{scope} {field}에는 어떤 [게|것이] <있어>"),
    Template("NW", "{scope} {field}에 [뭐가|무엇이] 있는지 <알려 줘>"),
)
# Parts of a screen and what they do: 이관 내역 테이블: 상세 이관 정보 표시.
DOES = (
    Template("N", "{scope} {field:은/는} [뭐|무엇을] 하는 <거야>"),
    Template("NS", "{scope} {field:은/는} 무슨 역할을 <해>"),
    Template("NW", "{scope} {field:이/가} [뭘|무엇을] 하는 건지 <알려 줘>"),
)
DEFAULT = (
    Template("I", "{scope} {field:은/는} 기본값이 <뭐야>"),
    Template("NW", "{scope} {field}의 기본값[ 좀|을] <알려 줘>"),
    Template("CS", "{scope} {field}의 기본값은 <뭐야>"),
)
# States, cases and classes: 제작중: 상품을 만들고 있는 상태.
KIND = (
    Template("WS", "{scope} {field:은/는} 어떤 {genus:을/를} 말하는 <거야>"),
    Template("NI", "{scope} {field:이라는/라는} [건|것은] 어떤 [{genus:이야/야}?|{genus}인가요?|{genus}입니까?]"),
    Template("NC", "{scope} {field:이/가} 어떤 {genus:을/를} 가리키는지 <알려 줘>"),
)
# Figures: 미결 건수: 아직 결제되지 않은 주문의 개수.
MEASURE = (
    MEANING[0],
    Template("IS", "{scope} {field:은/는} [뭘|무엇을] 나타내는 <거야>"),
    Template("IM", "{scope} {field:이/가} [뭘|무엇을] 나타내는지 <알려 줘>"),
    Template("NC", "{scope} {field:은/는} [뭘|무엇을] 말하는 <거야>"),
)
# States told by how far things are: 처리중: 본사에서 처리 중.
MEANT = (
    Template("WS", "{scope} {field:은/는} 무슨 <뜻이야>"),
    Template("NI", "{scope} {field:이라는/라는} [건|것은] 무슨 <뜻이야>"),
    Template("NC", "{scope} {field} 뜻[ 좀|을] <알려 줘>"),
)
ENTITLED = (
    Template("N", "{scope} {field}에게는 어떤 권한이 <있어>"),
    Template("CM", "{scope} {field}에게 주어진 권한이 <뭐야>"),
    Template("I", "{scope} {field}에게 무슨 권한이 있는지 <알려 줘>"),
)
