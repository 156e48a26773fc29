"""Licences: odd spellings are understood, and what may not stand together is refused until a reason is given."""

import shlex
from importlib.resources import files

import pytest

from curation.errors import InputError
from curation.licensing.licenses import SourceFacts, check_licenses, describe_rights, read_waivers, refusal
from curation.licensing.spdx import Asks, find_licenses, read_license
from curation.recipes.schema import Licenses


def check(*found, **waived):
    return check_licenses([SourceFacts(*facts) if isinstance(facts, tuple) else facts for facts in found],
                          Licenses(waived=waived))  # fmt: skip


def codes(report):
    return [conflict.code for conflict in report.conflicts]


@pytest.mark.parametrize(
    "written, meant",
    [
        ("cc-by-nc-4.0", "CC-BY-NC-4.0"),
        ("CC BY 4.0", "CC-BY-4.0"),
        ("CC BY-NC-ND 2.0 KR", "CC-BY-NC-ND-2.0"),
        ("Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International", "CC-BY-NC-SA-4.0"),
        ("저작자표시-비영리-변경금지 2.0 대한민국", "CC-BY-NC-ND-2.0"),
        ("https://creativecommons.org/licenses/by-sa/4.0/deed.ko", "CC-BY-SA-4.0"),
        ("CC0 1.0 Universal", "CC0-1.0"),
        ("apache-2.0", "Apache-2.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("mit", "MIT"),
        ("The MIT License", "MIT"),
        ("BSD 3-Clause License", "BSD-3-Clause"),
        ("odc-by", "ODC-By-1.0"),
        ("gpl-3.0", "GPL-3.0-only"),
        ("공공누리 제4유형", "LicenseRef-KOGL-4"),
        ("KOGL Type 1", "LicenseRef-KOGL-1"),
        ("AI Hub 이용약관", "LicenseRef-AIHub"),
        ("unknown", "NOASSERTION"),
        (" ", "NOASSERTION"),
        ("CC-BY-NC-4.0 OR MIT", "MIT"),
    ],
)
def test_an_odd_spelling_is_the_licence_it_means(written, meant):
    assert [license_.id for license_ in read_license(written)] == [meant]


def test_every_row_of_the_table_is_found_by_its_id_its_page_and_its_names():
    lines = files("curation.licensing").joinpath("licenses.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines[1:]:
        id_, flags, family, names, url = line.split("\t")
        assert url.startswith("https://"), line
        assert ("sharealike" in flags) == bool(family), line
        for name in filter(None, [id_, *names.split("|")]):
            assert [license_.id for license_ in read_license(name)] == [id_], name


def test_two_licences_at_once_both_count():
    assert [license_.id for license_ in read_license("CC-BY-SA-3.0 AND GFDL-1.3-or-later")] == [
        "CC-BY-SA-3.0", "GFDL-1.3-or-later",
    ]  # fmt: skip


def test_free_licences_stand_together():
    report = check(("a", "MIT", 3), ("b", "CC BY 4.0", 2), ("c", "cc0-1.0", 1))
    assert (codes(report), refusal(report)) == ([], None)
    assert report.most_restrictive == "MIT"
    assert report.attribution == (
        "a: MIT (https://opensource.org/license/mit)",
        "b: CC-BY-4.0 (https://creativecommons.org/licenses/by/4.0/)",
    )


@pytest.mark.parametrize(
    "license_, code",
    [
        ("NOASSERTION", "NOASSERTION"),
        ("cc-by-nc-4.0", "CC-BY-NC-4.0"),
        ("CC BY-ND 4.0", "CC-BY-ND-4.0"),
        ("AI Hub", "LicenseRef-AIHub"),
        ("우리 회사 규정", "우리-회사-규정"),
    ],
)
def test_what_forbids_use_is_refused_until_waived_with_a_reason(license_, code):
    report = check(("chat", license_, 7))
    assert (codes(report), [conflict.rows for conflict in report.refused]) == ([code], [7])
    printed = refusal(report)
    flags = next(line for line in printed.splitlines() if "REASON" in line).partition("manifest: ")[2]
    waived = read_waivers(shlex.split(flags)[1::2])
    accepted = check(("chat", license_, 7), **waived)
    assert refusal(accepted) is None
    assert describe_rights(accepted)["conflicts"][0]["waived"] == "REASON"


def test_the_refusal_speaks_both_languages_and_names_rows_and_sources():
    printed = refusal(check(("koculture", "CC BY-NC-SA 4.0", 3470)))
    assert "CC-BY-NC-SA-4.0 in koculture, 3,470 rows: forbids commercial use" in printed
    assert "상업적 이용을 금지합니다" in printed
    assert "--waive CC-BY-NC-SA-4.0=REASON" in printed and "CC-BY-NC-SA-4.0=까닭" in printed


def test_a_waiver_may_be_spelled_as_oddly_as_the_licence():
    assert refusal(check(("chat", "CC-BY-NC-4.0", 1), **{"cc by-nc 4.0": "연구에만 씁니다"})) is None


@pytest.mark.parametrize("given", ["CC-BY-NC-4.0", "CC-BY-NC-4.0=", "CC-BY-NC-4.0= ", "=reason"])
def test_a_waiver_without_a_reason_is_an_error(given):
    with pytest.raises(InputError, match="gives no reason"):
        read_waivers([given])


def test_a_recipe_that_waives_without_a_reason_is_an_error():
    with pytest.raises(InputError, match="gives no reason"):
        check(("chat", "MIT", 1), NOASSERTION=" ")


def test_share_alike_alone_or_with_freer_rows_is_no_conflict():
    assert codes(check(("wiki", "CC-BY-SA-3.0", 1), ("wiki", "cc-by-sa-4.0", 1), ("own", "CC-BY-4.0", 1))) == []


@pytest.mark.parametrize("other", ["ODbL-1.0", "CDLA-Sharing-1.0", "GPL-3.0-only", "CC-BY-SA-1.0"])
def test_two_share_alike_families_cannot_be_combined(other):
    report = check(("wiki", "CC-BY-SA-4.0", 5), ("b", other, 2), ("c", "MIT", 9))
    assert codes(report) == ["share-alike"]
    assert (report.conflicts[0].rows, report.conflicts[0].sources) == (7, ("b", "wiki"))


def test_share_alike_beside_what_it_does_not_allow_is_a_conflict_of_its_own():
    report = check(("wiki", "CC-BY-SA-4.0", 5), ("b", "CC-BY-NC-4.0", 2))
    assert codes(report) == ["CC-BY-NC-4.0", "share-alike"]
    assert refusal(check(("wiki", "CC-BY-SA-4.0", 5), ("b", "CC-BY-NC-4.0", 2), **{"CC-BY-NC-4.0": "연구"})) is not None


def test_noncommercial_rows_may_become_part_of_a_noncommercial_share_alike_mix():
    assert codes(check(("a", "CC-BY-NC-SA-4.0", 1), ("b", "CC-BY-NC-3.0", 1))) == ["CC-BY-NC-3.0", "CC-BY-NC-SA-4.0"]


@pytest.mark.parametrize(
    "facts, code",
    [
        (SourceFacts("a", "MIT", 1, terms="gated: no redistribution"), "terms:gated"),
        (SourceFacts("a", "MIT", 1, terms="재배포 금지"), "terms:gated"),
        (SourceFacts("a", "MIT", 1, generator_terms="연구용만: 판매하지 않음"), "terms:noncommercial"),
        (SourceFacts("a", "MIT", 1, terms="판매는 금지합니다"), "terms:noncommercial"),
        (SourceFacts("a", "MIT", 1, terms="For research use only."), "terms:noncommercial"),
        (SourceFacts("a", "MIT", 1, generator_terms="EXAONE: non-commercial"), "LicenseRef-EXAONE-NC"),
        (SourceFacts("a", "MIT", 1, model="LGAI-EXAONE/EXAONE-3.5-7.8B-Instruct"), "LicenseRef-EXAONE-NC"),
        (SourceFacts("a", "MIT", 1, model="openai:gpt-4o-mini"), "LicenseRef-OpenAI"),
    ],
)
def test_terms_that_forbid_are_conflicts_beside_a_free_licence(facts, code):
    assert codes(check(facts)) == [code]


@pytest.mark.parametrize(
    "facts",
    [
        SourceFacts("a", "MIT", 1, generator_terms="Apache-2.0", model="openai/gpt-oss-20b"),
        SourceFacts("a", "MIT", 1, model="openai:standin"),
        SourceFacts("a", "MIT", 1, terms="재배포 가능, 출처만 적으면 됨"),
        SourceFacts("a", "CC-BY-NC-4.0", 0),
    ],
)
def test_free_terms_and_sources_without_rows_are_no_conflict(facts):
    assert codes(check(facts)) == []


def test_the_rows_of_one_code_count_once():
    report = check(SourceFacts("a", "LicenseRef-EXAONE-NC", 4, generator_terms="EXAONE", model="exaone-4.0"))
    assert [(conflict.code, conflict.rows) for conflict in report.conflicts] == [("LicenseRef-EXAONE-NC", 4)]


def test_the_most_restrictive_licence_is_the_one_that_allows_least():
    assert check(("a", "MIT", 1), ("b", "CC-BY-NC-4.0", 1), ("c", "CC-BY-SA-4.0", 1)).most_restrictive == "CC-BY-NC-4.0"
    assert check(("a", "CC-BY-NC-ND-4.0", 1), ("b", "AI Hub", 1)).most_restrictive == "LicenseRef-AIHub"
    assert check(("a", "AI Hub", 1), ("b", "NOASSERTION", 1)).most_restrictive == "NOASSERTION"
    assert check().most_restrictive is None


def test_a_version_of_a_model_is_not_taken_for_another():
    assert [license_.id for license_ in find_licenses("Meta-Llama-3-8B")] == ["LicenseRef-Llama-3"]
    assert find_licenses("Llama-3.1-8B") == ()
    assert read_license("llama3.1")[0].asks == Asks.ATTRIBUTION
