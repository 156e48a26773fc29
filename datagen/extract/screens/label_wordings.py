"""How people ask about a label of a screen: what it is, what it is for, what one enters or chooses there, and when."""

from __future__ import annotations

from datagen.phrasing import Template

# Of a label on a screen: `{label}` is '고정 길이' 확인란; `{of}` and `{at}` say where it is met.
MEANING = (
    Template("N", "{of} {label:이/가} <뭐야>"),
    Template("IS", "{of} {label:은/는} 무슨 <뜻이야>"),
    Template("NC", "{of} {label:은/는} [뭘|무엇을] 나타내는 <거야>"),
    Template("NW", "{of} {label:이/가} [뭔지|무엇인지] <알려 줘>"),
    Template("SC", "{of} {label:은/는} [뭘|무엇을] 말하는 <거야>"),
)
ROLE = (
    Template("N", "{of} {label:은/는} [뭐|무엇을] 하는 <거야>"),
    Template("IW", "{of} {label:은/는} 어디에 <써>"),
    Template("NS", "{of} {label:은/는} 무슨 역할을 <해>"),
    Template("IC", "{of} {label:은/는} 용도가 <뭐야>"),
    Template("NW", "{of} {label:이/가} [뭘|무엇을] 하는 건지 <알려 줘>"),
)
SHOWN = (
    Template("IS", "{of} {label:은/는} [뭘|무엇을] 나타내는 <거야>"),
    Template("NS", "{of} {label:을/를} 보면 [뭘|무엇을] 알 수 <있어>"),
    Template("NW", "{of} {label:은/는} [뭘|무엇을] 보여 주는 <거야>"),
    Template("N", "{of} {label:이/가} [뭘|무엇을] 나타내는지 <알려 줘>"),
)
VIEWED = (
    Template("N", "{of} {label}에서는 [뭘|무엇을] 볼 수 <있어>"),
    Template("IS", "{of} {label:은/는} [뭘|무엇을] 보여 주는 <거야>"),
    Template("NC", "{of} {label}에 [뭐가|무엇이] 나오는지 <알려 줘>"),
)
ENTERED = (
    Template("WN", "{at} {label}에는 [뭘|무엇을] 넣어야 <돼>"),
    Template("NI", "{at} {label}에는 [뭘|무엇을] 입력<해야 돼>"),
    Template("NC", "{at} {label}에 [뭘|무엇을] 입력하는지 <알려 줘>"),
    Template("WS", "{at} {label}에 들어가는 [건|것은] <뭐야>"),
    Template("NM", "{at} {label}에는 [뭘|무엇을] 적으면 <돼>"),
)
CHOSEN = (
    Template("WN", "{of} {label}에서는 [뭘|무엇을] 선택<해야 돼>"),
    Template("NI", "{of} {label}에서는 [뭘|무엇을] 고르면 <돼>"),
    Template("IC", "{of} {label:은/는} [뭘|무엇을] 선택하는 <거야>"),
    Template("NS", "{of} {label}에서 [뭘|무엇을] 선택하는지 <알려 줘>"),
)
SPECIFIED = (
    Template("NI", "{of} {label}에서는 [뭘|무엇을] 지정<해야 돼>"),
    Template("IW", "{of} {label:은/는} [뭘|무엇을] 정하는 <거야>"),
    Template("NC", "{of} {label:은/는} [뭘|무엇을] 지정하는 <거야>"),
    Template("N", "{at} {label:으로/로} [뭘|무엇을] 정하는지 <알려 줘>"),
)
TICKED = (
    Template("WN", "{at} {label:은/는} 언제 선택<해야 돼>"),
    Template("IM", "{at} {label:은/는} 어떤 경우에 선택<해>"),
    Template("NC", "{at} {label:은/는} 어떨 때 선택하는지 <알려 줘>"),
)
SWITCHED = (
    Template("WN", "{at} {label:은/는} 언제 '{value}'로 설정<해야 돼>"),
    Template("IM", "{at} {label:은/는} 어떤 경우에 '{value}'로 설정<해>"),
    Template("NC", "{at} {label:을/를} '{value}'로 두는 [건|것은] 어떤 경우인지 <알려 줘>"),
)
LEFT_EMPTY = (
    Template("WN", "{at} {label:은/는} 언제 비워 [둬?|두나요?|둡니까?]"),
    Template("IM", "{at} {label:은/는} 어떤 경우에 비워 두면 <돼>"),
    Template("NC", "{at} {label:을/를} 비워 두는 [건|것은] 어떤 경우인지 <알려 줘>"),
    Template("SC", "{at} {label:을/를} 비워 둬야 하는 [건|것은] <언제야>"),
)
DEFAULT = (
    Template("I", "{of} {label:은/는} 기본값이 <뭐야>"),
    Template("NW", "{of} {label}의 기본값[ 좀|을] <알려 줘>"),
    Template("IM", "{of} {label:은/는} 기본값이 [뭘로|무엇으로] 되어 <있어>"),
    Template("CS", "{of} {label}의 기본값은 <뭐야>"),
)
RANGE = (
    Template("WN", "{at} {label}에는 어디서부터 어디까지 넣을 수 <있어>"),
    Template("NI", "{at} {label}에는 어떤 범위의 값을 넣을 수 <있어>"),
    Template("IC", "{of} {label:은/는} 값의 범위가 <어떻게 돼>"),
    Template("SM", "{of} {label}에 넣을 수 있는 값의 범위[ 좀|를] <알려 줘>"),
)
# What a control does once it is set so: LOT관리: Y로 설정하면 …
SET = (
    Template("IM", "{at} {label:을/를} {value:으로/로} 설정하면 <어떻게 돼>"),
    Template("IW", "{at} {label:을/를} {value:으로/로} 두면 <어떻게 돼>"),
    Template("NS", "{at} {label:을/를} {value:으로/로} 설정하면 어떻게 되는지 <알려 줘>"),
    Template("WN", "{of} {label}에서 {value:을/를} 고르면 <어떻게 돼>"),
)
# Whether a label must be filled in: 필수 여부: 필수.
REQUIRED = (
    Template("NI", "{at} {label:은/는} 꼭 채워야 <돼>"),
    Template("WN", "{at} {label:은/는} 반드시 있어야 <돼>"),
    Template("IC", "{of} {label:은/는} [필수야?|필수인가요?|필수입니까?]"),
    Template("NC", "{at} {label:이/가} 필수인지 <알려 줘>"),
)
# In which case it must be: 만료일이 있는 품목이면 필수입니다.
REQUIRED_WHEN = (
    Template("NI", "{at} {label:은/는} 언제 꼭 채워야 <돼>"),
    Template("IC", "{of} {label:은/는} 어떤 경우에 [필수야?|필수인가요?|필수입니까?]"),
    Template("WN", "{at} {label:은/는} 언제 [필수야?|필수인가요?|필수입니까?]"),
)
# What alone it takes: 등록된 거래처만 입력할 수 있습니다.
ALLOWED = (
    Template("WN", "{at} {label}에는 [뭘|무엇을] 넣을 수 <있어>"),
    Template("NI", "{at} {label}에는 어떤 값을 넣을 수 <있어>"),
    Template("NC", "{at} {label}에 넣을 수 있는 값은 <뭐야>"),
)
# Where a description only lists values: 일반 / 긴급.
VALUES = (
    Template("NI", "{of} {label}에는 어떤 값이 <있어>"),
    Template("IW", "{of} {label}에 들어갈 수 있는 값은 <뭐야>"),
    Template("NS", "{of} {label}의 값에는 [뭐가|무엇이] <있어>"),
)
# What another column tells of a label: 단축키: F9.
TOLD = (
    Template("N", "{of} {label:은/는} {column:이/가} <뭐야>"),
    Template("NW", "{of} {label}의 {column:이/가} [뭔지|무엇인지] <알려 줘>"),
    Template("IS", "{of} {label}의 {column:은/는} <뭐야>"),
)
