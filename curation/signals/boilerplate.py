"""Text that belongs to where it was taken from, not to the answer: footers, bylines, closing courtesies."""

from collections.abc import Sequence

from curation.signals.phrases import phrase_table

_TABLE = phrase_table(
    [
        (
            "news_copyright", "전재|저작권자|재배포|무단복제|무단 복제|ights reserved|ights Reserved|RIGHTS RESERVED",
            r"무단 ?전재|무단 ?복제 ?(?:및|·|,)|재배포 ?(?:를 )?금지|저작권자 ?(?:ⓒ|©|\(c\)|:)"
            r"|[Aa]ll [Rr]ights [Rr]eserved|ALL RIGHTS RESERVED",
            "저작권자 ⓒ 창고신문, 무단 전재 및 재배포 금지",
        ),
        (
            "byline", "기자|특파원",
            r"[가-힣]{2,4} ?(?:인턴)?(?:기자|특파원) ?=|[\[(][가-힣]{2,4}=[가-힣\d]{2,8}[\])]",
            "[서울=창고신문] 김하늘 기자 = 물류 창고가 문을 열었다.",
        ),
        ("byline_mail", "기자", r"[가-힣]{2,4} ?기자 ?[\w.+-]+@[\w-]+\.", "김하늘 기자 sky@example.com"),
        (
            "blog", "공감|구독|이웃|포스팅|블로그|좋아요",
            r"공감 ?(?:♥|♡|❤|버튼|하트|꾹|과 ?(?:댓글|구독)|,? ?댓글)"
            r"|(?:구독|좋아요)(?:과|와|,|&) ?(?:좋아요|구독|알림)|이웃 ?(?:추가|신청)"
            r"|(?:오늘|이번|오늘의) 포스팅|이 포스팅은|제 블로그(?:를|에)|블로그 방문",
            "공감과 댓글, 이웃 추가 부탁드려요!",
        ),
        (
            "advertisement", "파트너스|수수료를|협찬|원고료",
            r"파트너스 ?활동|일정액의 수수료|(?:원고료|협찬|제품)(?:를|을)? ?(?:제공)?받[고아]",
            "이 글은 파트너스 활동의 일환으로 수수료를 받습니다.",
        ),
        (
            "site", "쿠키|바로가기|로그인|처리방침|처리 방침",
            r"쿠키를 사용(?:합|하고 있)|쿠키 ?(?:정책|설정|사용)에 (?:동의|대한)|본문 바로가기"
            r"|개인정보 ?처리 ?방침 ?[|·ㅣ/]|로그인 ?[|·ㅣ/] ?회원가입",
            "이 웹사이트는 쿠키를 사용합니다.",
        ),
        ("as_an_ai", "As an AI|as an AI", r"[Aa]s an AI", "As an AI language model, I have no opinion."),
        (
            "closing_wish", "도움이 되",
            r"도움이 되(?:셨|었|시)?(?:길|기를|으면 좋|면 좋)",
            "도움이 되셨길 바랍니다.",
        ),
        (
            "closing_offer", "있으시|있으면|있다면|필요하시|생기",
            r"(?:더|다른|추가|추가로|추가적인|그 외|또) ?[^.!?\n]{0,12}(?:궁금|질문|문의|도움|필요)[^.!?\n]{0,24}"
            r"(?:있으시|있으면|있다면|필요하시|생기)[^.!?\n]{0,16}(?:언제든|편하게|말씀|물어|질문|문의|알려)",
            "더 궁금한 점이 있으시면 언제든지 말씀해 주세요.",
        ),
    ]
)  # fmt: skip
KINDS = tuple(dict.fromkeys(row.kind for row in _TABLE.rows))
# What a polite speaker might say as well; the rest came in with a web page.
COURTESIES = frozenset({"closing_wish", "closing_offer"})


def find_boilerplate(texts: Sequence[str]) -> list[list[str]]:
    """The kinds found in each text, same order, each once, in the order of `KINDS`."""
    return [list(dict.fromkeys(kind for kind, _ in _TABLE.matches(text))) for text in texts]
