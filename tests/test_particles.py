"""Particles: what clashes is mended, what fits stays to the letter, and offsets say where each character was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.korean.josa import attach
from curation.korean.particles import mend_particles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("수량 기록를 선택합니다.", "수량 기록을 선택합니다."),
        ("로케이션 바코드을 스캔합니다.", "로케이션 바코드를 스캔합니다."),
        ("작업자이 상자을 옮깁니다.", "작업자가 상자를 옮깁니다."),
        ("'저장'를 누릅니다.", "'저장'을 누릅니다."),
        ("WMS이(가) 재고을(를) 줄입니다.", "WMS가 재고를 줄입니다."),
        ("출고장(으)로 보냅니다.", "출고장으로 보냅니다."),
        ("차이가 있는 마을은 국가 평가가 높이 오르고 결과를 냅니다.", "차이가 있는 마을은 국가 평가가 높이 오르고 결과를 냅니다."),
        ("값을 모을 때 모은 다음 정하고, 상태(합격 또는 불합격)를 고릅니다.", "값을 모을 때 모은 다음 정하고, 상태(합격 또는 불합격)를 고릅니다."),
        ("재고 정확도 지표 중 차이 금액이 나타내는 것", "재고 정확도 지표 중 차이 금액이 나타내는 것"),
        ("WMS을 켜고 QR 코드와 3PL를 고릅니다.", "WMS를 켜고 QR 코드와 3PL을 고릅니다."),
        ("서울로 가는 길을 봅니다.", "서울로 가는 길을 봅니다."),
        ("공급가 기준으로 매입가를 셉니다.", "공급가 기준으로 매입가를 셉니다."),
    ],
)  # fmt: skip
def test_a_particle_fits_the_sound_before_it(text, expected):
    assert mend_particles([text])[0].text == expected


WORDS = st.sampled_from(["재고", "수량", "WMS", "로케이션", "3PL", "물", "'저장'", "바코드(QR)", "품목"])
PAIRS = st.sampled_from(["을/를", "이/가", "은/는", "과/와", "으로/로"])


@given(WORDS, PAIRS)
def test_what_fits_stays(word, pair):
    text = f"{attach(word, pair)} 둡니다."
    mended = mend_particles([text])[0]
    assert mended.text == text
    assert list(mended.offsets) == list(range(len(text) + 1))


@given(st.lists(st.tuples(WORDS, st.sampled_from("을 를 이 가 은 는".split())), min_size=1, max_size=4))
def test_only_particles_change_and_every_word_stays(pieces):
    text = " ".join(word + particle for word, particle in pieces) + " 둡니다."
    once = mend_particles([text])[0]
    for (word, particle), shown in zip(pieces, once.text.split(), strict=False):
        assert shown in {word + particle, *(attach(word, pair) for pair in ("을/를", "이/가", "은/는"))}
    assert len(once.offsets) == len(once.text) + 1
