"""How one asks for what follows from a stated case, by what its main clause says: a duty, a result, an ability …"""

from __future__ import annotations

from datagen.phrasing import Template

DUTY = (
    Template("NWMCSI", "{condition} 어떻게 <해야 돼>"),
    Template("NWM", "{condition} [뭘|무엇을] <해야 돼>"),
    Template("SM", "{condition} 어떻게 해야 하는지 <알려 줘>"),
)
# Before or after an event one asks for the act, not for the manner.
TIMED = (
    Template("NWMCSI", "{condition} [뭘|무엇을] <해야 돼>"),
    Template("SM", "{condition} [뭘|무엇을] 해야 하는지 <알려 줘>"),
    Template("CI", "{condition} 해야 하는 [게|것이] <뭐야>"),
)
CHECK = (
    Template("NWMCSI", "{condition} [뭘|무엇을] 확인<해야 돼>"),
    Template("SM", "{condition} [뭘|무엇을] 확인해야 하는지 <알려 줘>"),
)
BAN = (
    Template("NWM", "{condition} [뭘|무엇을] 하면 안 [돼?|되나요?|됩니까?]"),
    Template("CI", "{condition} 해서는 안 되는 [게|것이] <뭐야>"),
)
ACT = (Template("CMS", "{condition} 어떻게 하면 <돼>"), Template("CM", "{condition} 어떻게 <처리해>"))
DUTY_SPOKEN = (Template("WNS", "{spoken} 어떻게 <해야 돼>"), Template("WS", "{spoken} 어떻게 하면 <돼>"))
RESULT = (
    Template("IPEN", "{condition} <어떻게 돼>"),
    Template("SC", "{condition} 어떻게 되는지 <알려 줘>"),
    Template("WIM", "{condition} 어떻게 되는 <거야>"),
)
SETTING = (
    Template("IPN", "{condition} <어떻게 돼>"),
    Template("IP", "{condition} [뭐가|무엇이] [달라져?|달라지나요?|달라집니까?]"),
    Template("SI", "{condition} 어떻게 되는지 <알려 줘>"),
)
ABILITY = (
    Template("NIP", "{condition} [뭘|무엇을] 할 수 <있어>"),
    Template("CPE", "{condition} 할 수 있는 [게|것이] <뭐야>"),
    Template("EI", "{condition} [뭐가|무엇이] <가능해>"),
)
BETTER = (
    Template("NIP", "{condition} [뭐가|무엇이] [좋아?|좋은가요?|좋습니까?]"),
    Template("CPE", "{condition} 좋은 점이 <뭐야>"),
)
POSSIBLE = (
    Template("EIN", "{condition} [뭐가|무엇이] <가능해>"),
    Template("CPE", "{condition} 가능한 [게|것이] <뭐야>"),
)
UNABLE = (
    Template("NIP", "{condition} [뭘|무엇을] 할 수 [없어?|없나요?|없습니까?]"),
    Template("CPE", "{condition} 할 수 없는 [게|것이] <뭐야>"),
    Template("WNS", "{condition} [뭐가|무엇이] 안 <돼>"),
)
SPARED = (
    Template("NIP", "{condition} [뭘|무엇을] 안 해도 <돼>"),
    Template("CP", "{condition} 안 해도 되는 [게|것이] <뭐야>"),
)
LACK = (
    Template("NI", "{condition} [뭐가|무엇이] <필요해>"),
    Template("CP", "{condition} 필요한 [게|것이] <뭐야>"),
    Template("SM", "{condition} [뭐가|무엇이] 필요한지 <알려 줘>"),
)
ADVICE = (
    Template("WNI", "{condition} 어떻게 하는 [게|것이] [좋아?|좋은가요?|좋습니까?]"),
    Template("MP", "{condition} [뭘|무엇을] 하는 [게|것이] [좋아?|좋은가요?|좋습니까?]"),
)
CAUSE = (
    Template("WNS", "{spoken} 왜 그런 <거야>"),
    Template("SI", "{spoken} [뭐가|무엇이] 문제[야?|인가요?|입니까?]"),
    Template("MI", "{spoken} 원인이 <뭐야>"),
)
# What one must do for what one wants is no answer to how one does it.
WISH = (
    Template("NWSI", "{wish} [뭘|무엇을] <해야 돼>"),
    Template("NM", "{wish} [뭘|무엇을] 해야 하는지 <알려 줘>"),
    Template("IP", "{wish} 해야 하는 [게|것이] <뭐야>"),
)
WISH_ACT = (
    Template("NIW", "{wish} 어떻게 <해야 돼>"),
    WISH[0],
    Template("NM", "{wish} 어떻게 해야 하는지 <알려 줘>"),
    Template("CI", "{wish} 어떻게 하면 <돼>"),
)
WISH_ABLE = (Template("CIN", "{wish} 어떻게 하면 <돼>"), Template("NM", "{wish} 어떻게 하면 되는지 <알려 줘>"))
NEEDED = (
    Template("NI", "{wish} [뭐가|무엇이] <필요해>"),
    Template("CP", "{wish} 어떤 조건을 갖춰야 <돼>"),
)
