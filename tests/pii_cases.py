"""Invented identifiers in every way they are written, and numbers of the warehouse that are none; seeded."""

from random import Random

JOSA = [
    "로",
    "으로",
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "이에요",
    "예요",
    "입니다",
    "이고",
    "라고",
    "에",
    "에서",
    "도",
    "의",
    "",
]
TAILS = [
    "",
    " 맞나요?",
    " 확인해 주세요.",
    "\n다음 줄입니다.",
    ", 그리고 하나 더 있어.",
    ")",
    "]",
    '"',
    ".",
    " 저장해 둬.",
]
HEADS = ["", "(", "[", "네, ", "- ", "| ", "\n", "값: ", "2026-11-20 ", "3번: "]
PHONE_HEADS = [
    *HEADS,
    "TEL:",
    "Tel. ",
    "HP ",
    "연락처 ",
    "전화번호는 ",
    "번호는",
    "☎ ",
    "담당자 ",
    "기사님(",
    "휴대폰: ",
]
SEPARATORS = ["-", ".", " ", "", " - ", "·", "–", "/"]


def check(digits, weights, modulus=10):
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % modulus


def digits(random, count):
    return "".join(random.choices("0123456789", k=count))


def with_luhn(body):
    total = 0
    for place, digit in enumerate(reversed(body)):
        twice = int(digit) * (2 if place % 2 == 0 else 1)
        total += twice - 9 * (twice > 9)
    return body + str(-total % 10)


def with_ean(body):
    return body + str(-check(body, ([1, 3] * 6)[: len(body)]) % 10)


def with_business_check(body):
    return body + str(-(check(body, (1, 3, 7, 1, 3, 7, 1, 3, 5)) + int(body[8]) * 5 // 10) % 10)


def day(random, first, last):
    return random.randint(first, last), random.randint(1, 12), random.randint(1, 28)


def full_width(text):
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def some_phone(random):
    joint = random.choice(SEPARATORS)
    prefix = random.choice(
        ["010"] * 5 + ["011", "016", "019", "02", "031", "032", "041", "051", "062", "064", "070", "0505"]
    )
    exchange = str(random.randint(2, 9)) + digits(random, 3 if prefix in ("010", "070") else random.choice([2, 3]))
    last = digits(random, 4)
    if joint == "" and prefix != "010":
        joint = "-"  # bare ones need a word for a telephone: tested in the gold table
    if joint == " " and prefix.startswith("02"):
        joint = ") "
    number = joint.join([prefix, exchange, last]) if joint != ") " else f"{prefix}) {exchange}-{last}"
    if prefix == "010" and random.random() < 0.2:
        number = random.choice([f"+82-10-{exchange}-{last}", f"+82 10 {exchange} {last}", f"+8210{exchange}{last}"])
    if random.random() < 0.05 and "·" not in number and "–" not in number:
        number = full_width(number).replace("　", " ")
    heads = [head for head in PHONE_HEADS if joint != ") " or not head.endswith("(")]
    return number, random.choice(heads)


def some_resident(random, *, foreign):
    year, month, date = day(random, 1930, 2025)
    century = (5 if foreign else 1) + (2 if year >= 2000 else 0) + random.randint(0, 1)
    return (
        f"{year % 100:02}{month:02}{date:02}{random.choice(['-', '-', ' - '])}{century}{digits(random, 6)}",
        random.choice([*HEADS, "등록번호 ", "주민등록번호는 ", "본인 확인 "]),
    )


def some_resident_bare(random):
    year, month, date = day(random, 1930, 1999)
    body = f"{year % 100:02}{month:02}{date:02}{random.randint(1, 2)}{digits(random, 6)}"
    return body, random.choice(["주민번호 ", "주민등록번호: ", "주민등록번호는"])


def some_business(random):
    body = with_business_check(str(random.randint(101, 899)) + digits(random, 6))
    joint = random.choice(["-", "-", ".", " ", ""])
    head = random.choice(["사업자등록번호 ", "사업자번호: ", "사업자 ", *(HEADS if joint == "-" else [])])
    return joint.join([body[:3], body[3:5], body[5:]]), head


def some_card(random):
    first = random.choice(["4", "51", "55", "2301", "3530", "6011", "65", "62", "9"])
    number = with_luhn(first + digits(random, 15 - len(first)))
    joint = random.choice(["-", " ", "-", "."])
    if random.random() < 0.2:
        return number, random.choice(["카드번호 ", "신용카드: ", "체크카드 "])
    return joint.join(number[at : at + 4] for at in range(0, 16, 4)), random.choice([*HEADS, "카드번호는 "])


def some_account(random):
    forms = [
        "110-ddd-dddddd",
        "1002-ddd-dddddd",
        "302-dddd-dddd-d1",
        "3333-0d-ddddddd",
        "dddddd-04-dddddd",
        "ddd-dddddd-ddddd",
    ]
    form = random.choice([*forms, "110dddddddd", "352dddddddddd"])
    number = "".join(str(random.randint(0, 9)) if char == "d" else char for char in form)
    banks = [
        "국민은행 ",
        "신한 ",
        "우리은행 ",
        "농협 ",
        "카카오뱅크 ",
        "계좌번호 ",
        "계좌: ",
        "입금 계좌는 ",
        "토스뱅크(",
        "통장 ",
    ]
    return number, random.choice(banks)


def some_passport(random):
    letter = random.choice("MSRGD")
    new = f"{letter}{digits(random, 3)}{random.choice('ABCDEFGH')}{digits(random, 4)}"
    return random.choice([new, letter + digits(random, 8)]), random.choice(
        ["여권번호 ", "여권: ", "passport no. ", "여권("]
    )


def some_license(random):
    region = random.choice(["11", "12", "13", "17", "21", "26", "28"])
    body = [digits(random, 2), digits(random, 6), digits(random, 2)]
    if random.random() < 0.3:
        return random.choice(["서울 ", "경기 ", "부산 "]) + "-".join(body), random.choice(["면허번호 ", "면허 "])
    return "-".join([region, *body]), random.choice([*HEADS, "운전면허번호는 "])


def some_email(random):
    name = random.choice(["kim", "lee.jaego", "picker_01", "park+wms", "choi99", "a.b.c"]) + random.choice(
        ["", digits(random, 3)]
    )
    return f"{name}@{random.choice(['example.com', 'mail.example.co.kr', 'logis.kr', 'naver.com'])}", random.choice(
        [*HEADS, "메일은 "]
    )


def some_ip(random):
    first = random.choice([58, 61, 110, 121, 175, 203, 211, 218, 223])
    return ".".join(map(str, [first, *(random.randint(1, 254) for _ in range(3))])), random.choice(
        ["IP ", "접속 ", "아이피: "]
    )


def some_address(random):
    place = random.choice(
        "서울특별시 강남구|서울 마포구|부산광역시 해운대구|경기도 용인시 처인구 백암면|인천 서구|대전광역시 유성구|경남 김해시 주촌면"
        "|충청북도 청주시 흥덕구 오송읍|전주시 덕진구|제주특별자치도 제주시|세종특별자치시|강원특별자치도 원주시".split(
            "|"
        )
    )
    road = random.choice(
        ["테헤란로", "월드컵북로", "덕평로", "첨단기업3로", "종로1길", "중앙대로", "북항로 28번길", "물류단지1로"]
    )
    house = f"{random.randint(1, 999)}" + random.choice(["", f"-{random.randint(1, 40)}"])
    return f"{place} {road} {house}", random.choice([*HEADS[:8], "주소는 ", "배송지: "])


def some_plate(random):
    letter = random.choice("가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주바사아자배하허호")
    number = (
        f"{random.choice([digits(random, 2), digits(random, 3)])}{letter}{random.choice(['', ' '])}{digits(random, 4)}"
    )
    return number, random.choice(["차량번호 ", "차량 ", "배차: ", "트럭(", "서울 ", "경기 "])


KINDS = {
    "phone": some_phone,
    "rrn": lambda random: some_resident(random, foreign=False),
    "frn": lambda random: some_resident(random, foreign=True),
    "rrn bare": some_resident_bare,
    "brn": some_business,
    "card": some_card,
    "account": some_account,
    "passport": some_passport,
    "license_number": some_license,
    "email": some_email,
    "ip": some_ip,
    "address": some_address,
    "plate": some_plate,
}


def personal(count, seed=20):
    """(text, kind, start, end) with one datum each."""
    random = Random(seed)
    for place in range(count):
        name = list(KINDS)[place % len(KINDS)]
        datum, head = KINDS[name](random)
        if head in ("서울 ", "경기 "):
            head, datum = "", head + datum
        josa = random.choice(JOSA)
        tail = random.choice(TAILS)
        text = head + datum + josa + tail
        yield text, name.split()[0], len(head), len(head) + len(datum)


def some_date(random):
    year, month, date = day(random, 1950, 2035)
    form = random.choice(
        ["{y}-{m:02}-{d:02}", "{y}.{m:02}.{d:02}", "{y}/{m}/{d}", "{y}년 {m}월 {d}일", "{y}{m:02}{d:02}", "{y}. {m}. {d}.", "{s:02}.{m:02}.{d:02}",
         "{y}-{m:02}-{d:02} {h:02}:30:00", "{y}-{m:02}-{d:02}T{h:02}:00:00+09:00", "{y}{m:02}{d:02}{h:02}3015", "{y}-{m:02}-{d:02}~{z}-{m:02}-{d:02}",
         "{y}.{m:02}.{d:02} - {z}.{m:02}.{d:02}", "{s:02}{m:02}{d:02}", "{m}월 {d}일 {h}시 30분", "{y} {m:02} {d:02}"]
    )  # fmt: skip
    return form.format(y=year, z=year + 1, s=year % 100, m=month, d=date, h=random.randint(0, 23))


def some_barcode(random):
    number = with_ean("880" + digits(random, 9))
    return random.choice([number, number, f"8 {number[1:7]} {number[7:]}", f"0{number}", "979" + number[3:]])


def some_order(random):
    year, month, date = day(random, 2020, 2027)
    date_text = f"{year}{month:02}{date:02}"
    return random.choice(
        [f"주문번호 {date_text}{digits(random, 5)}", f"주문번호 {date_text}-{digits(random, 7)}", f"PO-{date_text}-{digits(random, 4)}",
         f"주문번호 {date_text[2:]}-1{digits(random, 6)}", f"발주 번호 45{digits(random, 8)}", f"주문 ID {digits(random, 16)}",
         f"접수 번호 {year}-{month:02}{date:02}-{digits(random, 4)}", f"{year}-{month:02}{date:02}-{digits(random, 4)}",
         f"INV-{year}-{digits(random, 6)}", f"전표번호 {digits(random, 10)}", f"송장번호 {digits(random, 12)}", f"운송장 {digits(random, 4)}-{digits(random, 4)}-{digits(random, 4)}",
         f"운송장 번호 {digits(random, 10)}", f"등기 {digits(random, 13)}", f"로젠택배 운송장 {digits(random, 11)}", f"6{digits(random, 3)}-{digits(random, 4)}-{digits(random, 4)}"]
    )  # fmt: skip


def some_code(random):
    return random.choice(
        [f"SKU-{digits(random, 5)}", f"SKU {digits(random, 10)}", f"품번 {digits(random, 3)}-{digits(random, 4)}-{digits(random, 4)}", f"LOT {digits(random, 8)}-{digits(random, 2)}",
         f"L{digits(random, 8)}-01", f"SN{digits(random, 13)}", f"모델 M{digits(random, 8)}", f"자산번호 M{digits(random, 3)}A{digits(random, 4)}",
         f"PLT-{digits(random, 10)}", f"시리얼 {digits(random, 4)}-{digits(random, 4)}-{digits(random, 4)}-{digits(random, 4)}", f"MSKU{digits(random, 7)}",
         f"품목 코드 02{digits(random, 8)}", f"배치 번호 {digits(random, 3)}-{digits(random, 2)}-{digits(random, 5)}", f"팔레트 ID {digits(random, 16)}", f"SSCC {digits(random, 18)}"]
    )  # fmt: skip


def some_location(random):
    two = [digits(random, 2) for _ in range(4)]
    return random.choice(
        [f"A-{'-'.join(two[:3])}", "-".join(two[:3]), "-".join(two), f"B{two[0]}-{two[1]}-{two[2]}", f"로케이션 {two[0]}-{digits(random, 3)}-{digits(random, 4)}",
         f"위치 02-{digits(random, 3)}-{digits(random, 4)}", f"{digits(random, 3)}-{two[1]}-{two[2]}", f"C{two[0]}.{two[1]}.{two[2]}", f"{two[0]}열 {two[1]}단 {two[2]}칸",
         f"랙 {digits(random, 3)}-{two[0]}-{digits(random, 5)}", f"창고로 {random.randint(1, 99)}개", f"통로 {random.randint(1, 99)}", f"A동 {random.randint(1, 9)}층"]
    )  # fmt: skip


def some_figure(random):
    number = random.randint(1, 10**9)
    return random.choice(
        [f"{number:,}개", f"{number}원", f"{number:,}원", f"{number / 1000:.3f} kg", f"{random.randint(100, 2000)}×{random.randint(100, 2000)}×150 mm",
         f"버전 {random.randint(0, 20)}.{random.randint(0, 99)}.{random.randint(0, 999)}.{random.randint(0, 9)}", f"v{random.randint(0, 9)}.{random.randint(0, 9)}.{random.randint(0, 9)}.{random.randint(0, 9)}",
         f"ISBN 978-89-{digits(random, 5)}-{digits(random, 2)}-{digits(random, 1)}", f"법률 제{digits(random, 5)}호", f"KS T {digits(random, 4)}:2026", f"{number % 1000}~{number % 1000 + 50}번",
         f"192.168.{random.randint(0, 255)}.{random.randint(1, 254)}", f"10.{random.randint(0, 255)}.0.{random.randint(1, 254)}", f"15{digits(random, 2)}-{digits(random, 4)}", f"1600-{digits(random, 4)}",
         f"{random.randint(10, 99)}주 {random.randint(1000, 9999)}개", f"{random.randint(10, 99)}조 {random.randint(1000, 9999)}억", f"3.14159{digits(random, 8)}", f"좌표 37.{digits(random, 4)}, 126.{digits(random, 4)}"]
    )  # fmt: skip


IMPERSONAL = {
    "date": some_date,
    "barcode": some_barcode,
    "order": some_order,
    "code": some_code,
    "location": some_location,
    "figure": some_figure,
}
THING_HEADS = ["", "", "(", "네, ", "- ", "| ", "오늘은 ", "확인: ", "재고 화면에서 ", "어제 본 "]


def impersonal(count, seed=20):
    """(text, what it holds instead)."""
    random = Random(seed)
    for place in range(count):
        name = list(IMPERSONAL)[place % len(IMPERSONAL)]
        yield random.choice(THING_HEADS) + IMPERSONAL[name](random) + random.choice(JOSA) + random.choice(TAILS), name
