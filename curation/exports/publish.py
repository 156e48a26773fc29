"""What stands in the way of publishing a dataset: licences in conflict, failed checks, personal data in quotes."""

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from curation.checks.checks import run_checks
from curation.dataset.shards import each_group
from curation.errors import InputError
from curation.leaks.dealing import SPLITS
from curation.manifest import Manifest
from curation.mending.besides import kinds_in_evidence

_SHOWN = 5
_REPO = re.compile(r"[a-z0-9][\w.-]*/[a-z0-9][\w.-]*", re.ASCII | re.IGNORECASE)


def check_repo(repo: str) -> None:
    """Raise InputError where it is no OWNER/NAME: without an owner nobody sees where a dataset will lie."""
    if not _REPO.fullmatch(repo):
        raise InputError(
            repo, "is no dataset's name", mend="write OWNER/NAME, as the dataset's page will have it",
            mend_ko="데이터셋 페이지 주소처럼 소유자/이름 꼴로 쓰세요",
        )  # fmt: skip


def read_allowed(given: Iterable[str], manifest: Mapping[str, Any]) -> dict[str, str]:
    """`CODE=REASON` as --allow takes it, by code. Raises InputError where there is no reason or no such conflict."""
    codes = [conflict["code"] for conflict in manifest["rights"]["conflicts"]]
    found = {}
    for text in given:
        code, _, reason = (part.strip() for part in text.partition("="))
        if code not in codes or not reason:
            raise InputError(
                f"--allow {text}", "gives no reason" if code in codes else f"is none of its conflicts: {_list(codes)}",
                mend="write CODE=REASON: --allow 'CC-BY-NC-4.0=research only, never sold'",
                mend_ko="코드=까닭 꼴로 쓰세요: --allow 'CC-BY-NC-4.0=연구에만 쓰고 팔지 않습니다'",
            )  # fmt: skip
        found[code] = reason
    return found


def refuse_licenses(manifest: Mapping[str, Any], allowed: Mapping[str, str]) -> list[str]:
    """What to print where the licences do not let the rows be published, with what to write to publish all the same.

    A waiver for curating is none for publishing: what was kept for one's own research may not be handed on.
    """
    refused = [one for one in manifest["rights"]["conflicts"] if one["code"] not in allowed]
    if not refused:
        return []
    lines = [
        f"license: {one['code']} in {_list(one['sources'])}, {one['rows']:,} rows: {one['why']}"
        + (f" ({one['url']})" if one["url"] else "")
        for one in refused
    ]
    flags, flags_ko = (
        " ".join("--allow " + shlex.quote(f"{one['code']}={reason}") for one in refused)
        for reason in ("REASON", "까닭")
    )
    return [
        *lines,
        f"  → leave the source out, or publish all the same and say why, on the card: {flags}",
        f"  → 그 소스를 빼거나, 까닭을 카드에 적고 올리세요: {flags_ko}",
    ]


def refuse_checks(manifest: Mapping[str, Any]) -> list[str]:
    """What to print where a check fails."""
    failed = [one for one in run_checks(manifest) if one.state == "fail"]
    if not failed:
        return []
    return [
        *(f"check: {one.en}: {one.value}, expected {one.bound} · {one.ko}" for one in failed),
        "  → mend the dataset (python -m curation check DIR names the rows), or publish it and say why: "
        "--even-so REASON",
        "  → 데이터셋을 고치거나(행은 python -m curation check DIR 로 봅니다) 까닭을 적고 올리세요: --even-so 까닭",
    ]


def refuse_evidence(manifest: Manifest) -> list[str]:
    """What to print where quotes of documents hold personal data: they stand to the letter, whatever answers hide."""
    kinds: Counter[str] = Counter()
    found: list[str] = []
    for split in SPLITS:
        for rows in each_group(manifest.folder, split, ["row_id", "evidence"]):
            for row_id, some in zip(rows["row_id"].to_pylist(), kinds_in_evidence(rows), strict=True):
                kinds.update(some)
                found += [row_id] if some else []
    if not found:
        return []
    told = ", ".join(f"{kind} {count:,}" for kind, count in kinds.items())
    return [
        f"evidence: {len(found):,} rows quote personal data ({told}), such as {_list(found[:_SHOWN])}",
        "  → mend the documents, drop these rows (--set rules.pii=drop), or publish them and say why: --even-so REASON",
        "  → 문서를 고치거나 이 행들을 빼거나(--set rules.pii=drop) 까닭을 적고 올리세요: --even-so 까닭",
    ]


def _list(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
