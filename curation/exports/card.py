"""The card of a published dataset (README.md): what a reader must know, from the manifest alone, in two languages."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from curation.checks.checks import run_checks
from curation.exports.front_matter import HUB_SPLITS, front_matter
from curation.leaks.dealing import SPLITS
from curation.report.command import reproducing_command
from curation.report.markdown import cell, table
from curation.report.names import LABELS, LEAKS, LEVELS, PERSONAL, REASONS, ROLES, SCRIPTS, STEPS, Name
from curation.report.pages import page_environment, visible

_COLUMNS = (
    ("messages", "역할(system, user, assistant)과 글의 목록", "list of role (system, user, assistant) and content"),
    ("row_id · source_row_id", "내용에서 나온 식별자 · 출처가 붙인 식별자", "id by content · id of the source"),
    ("source · license", "출처와 라이선스", "where the row comes from, and its licence"),
    ("evidence", "답변의 근거: 문서, 위치, 인용", "what the answer rests on: document, place, quote"),
    ("contexts · meta", "함께 주어진 문서 · 출처의 다른 필드(JSON)", "documents given along · other fields (JSON)"),
    ("user_… · assistant_…", "길이, 글자 비율, 말투 등 태그", "tags: lengths, scripts, speech levels …"),
    ("cluster_id · split_group", "반복 무리 · 함께 나뉜 무리", "cluster of repeats · group dealt as one"),
)
_TARGETS: Mapping[str, Name] = {
    "polite": ("답변은 모두 존댓말을 목표로 합니다.", "Answers are meant to be polite (존댓말)."),
    "casual": ("답변은 모두 반말을 목표로 합니다.", "Answers are meant to be casual (반말)."),
    "plain": ("답변은 모두 -다 글말을 목표로 합니다.", "Answers are meant to be plain (-다)."),
    "any": ("답변의 말투를 정하지 않았습니다.", "No speech level is asked of the answers."),
}
_HIDING: Mapping[str, Name] = {
    "mask": ("찾은 개인정보는 종류를 적은 표지로 가렸습니다.", "Personal data that was found is masked by its kind."),
    "pseudonym": ("찾은 개인정보는 가명으로 바꿨습니다.", "Personal data that was found is replaced by pseudonyms."),
    "drop": ("개인정보가 든 행은 버렸습니다.", "Rows with personal data were dropped."),
    "keep": ("개인정보를 찾기만 하고 그대로 두었습니다.", "Personal data was looked for, and left as it is."),
    "off": ("개인정보를 가리지 않았습니다.", "Personal data was not hidden."),
}
_REPEATS: Mapping[str, Name] = {
    "exact": ("글자까지 같음", "exact"),
    "near": ("거의 같음", "near"),
}
_STATES: Mapping[str, Name] = {
    "pass": ("통과", "pass"), "warn": ("주의", "warn"), "fail": ("실패", "fail"), "skip": ("해당 없음", "skip"),
}  # fmt: skip


def render_card(
    manifest: Mapping[str, Any],
    schema: pa.Schema,
    *,
    repo: str | None = None,
    even_so: str | None = None,
    allowed: Mapping[str, str] | None = None,
) -> str:
    """README.md of a dataset whose shards have this schema.

    `repo` is where it will lie (OWNER/NAME), and gives the title, else the recipe's name does; `even_so` why it is
    published though a check fails, `allowed` why though licences conflict, by the conflict's code.
    """
    title = repo.rpartition("/")[2] if repo else manifest["name"]
    checks = [[_both(_STATES[one.state]), one.ko, one.en, one.value, one.bound] for one in run_checks(manifest)]
    body = page_environment(Path(__file__).parent).get_template("card.md.j2").render(
        manifest=manifest, table=table, cell=cell, columns=_COLUMNS, checks=checks, even_so=even_so,
        repo=repo or "OWNER/NAME", title=cell(title), rows=manifest["statistics"]["all"]["rows"],
        command=_fenced(reproducing_command(manifest)),
        **_levels(manifest), **_lengths(manifest), **_road(manifest), **_faults(manifest),
        **_rights(manifest, allowed or {}),
    )  # fmt: skip
    return front_matter(manifest, schema, title) + body


def _levels(manifest: Mapping[str, Any]) -> dict[str, Any]:
    of_all = manifest["statistics"]["all"]
    target_ko, target_en = _TARGETS[manifest["target_answer"]]
    return {
        "target_ko": target_ko,
        "target_en": target_en,
        "labels": [_both(name) for name in LABELS.values()],
        "matrix": [
            [_both(name), *(of_all["levels"][label][other] for other in LABELS)] for label, name in LABELS.items()
        ],
        "sentences": [
            [f"{korean.partition(' · ')[0]} · {level}", *(of_all["sentences"][role][level] for role in ROLES)]
            for level, (korean, _) in LEVELS.items()
        ],
        "doubtful": of_all["doubtful"],
    }


def _lengths(manifest: Mapping[str, Any]) -> dict[str, Any]:
    of_all = manifest["statistics"]["all"]
    measured = of_all["chars"]["user"] or of_all["chars"]["assistant"]
    return {
        "quantiles": list(measured),
        "lengths": _by_role(of_all["chars"]),
        "tokens": _by_role(of_all["tokens"]),
        "scripts": [_both(name) for name in SCRIPTS.values()],
        "script_shares": [
            [_both(name), *(f"{of_all['scripts'][role][script]:.1%}" for script in SCRIPTS)]
            for role, name in ROLES.items()
        ],
    }


def _by_role(quantiles: Mapping[str, Mapping[str, int]]) -> list[list[Any]]:
    return [[_both(name), *quantiles[role].values()] for role, name in ROLES.items() if quantiles[role]]


def _road(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Where the rows came from and went."""
    reasons = [
        (count, REASONS.get(reason, (reason, reason)), STEPS[step["step"]])
        for step in manifest["steps"]
        for reason, count in step["reasons"].items()
    ]
    filled = [HUB_SPLITS[split] for split in SPLITS if manifest["splits"][split]["rows"]]
    return {
        "first_split": filled[0] if filled else HUB_SPLITS[SPLITS[0]],
        "splits": [
            [HUB_SPLITS[split], manifest["splits"][split]["rows"], manifest["splits"][split]["documents"]]
            for split in SPLITS
        ],
        "steps": [
            [_both(STEPS[step["step"]]), *(step[key] for key in ("in", "dropped", "quarantined", "out"))]
            for step in manifest["steps"]
        ],
        "reasons": [
            [_both(reason), _both(step), count] for count, reason, step in sorted(reasons, key=lambda one: -one[0])
        ],
        "generation": [
            [one["input"], one["counts"]["kept"], one["counts"]["rejected"]]
            for one in manifest["generation"]
            if {"kept", "rejected"} <= one["counts"].keys()
        ],
    }


def _faults(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What was looked for and found: repeats, leaks, evaluation items, personal data."""
    rules = manifest["recipe"]["rules"]
    pii_ko, pii_en = _HIDING[rules["pii"] if rules["enabled"] else "off"]
    return {
        "repeats": [[_both(name), manifest["repeats"][key]] for key, name in _REPEATS.items()],
        "leaks": [[_both(LEAKS.get(key, (key, key))), count] for key, count in manifest["leaks"].items()],
        "evaluation": [
            [one["name"], one["items"], one["items_given_away"]]
            for one in manifest["decontamination"]
            if "items" in one  # our own questions lie in the clone alone
        ],
        "pii_ko": pii_ko,
        "pii_en": pii_en,
        "personal": [
            [_both(PERSONAL.get(kind, (kind, kind))), counts["hidden"], counts["left"], counts["rows"]]
            for kind, counts in manifest["personal_data"].items()
        ],
    }


def _rights(manifest: Mapping[str, Any], allowed: Mapping[str, str]) -> dict[str, Any]:
    rights = manifest["rights"]
    return {
        "sources": [
            [
                one["source"],
                one["license"],
                one["license_stated_by"] or "",
                one["terms"] or "",
                _generator(one["generator"]),
                one["rows_kept"],
            ]
            for one in manifest["sources"]
            if one["rows_kept"]
        ],
        "attribution": rights["attribution"],
        "conflicts": [
            [
                f"{one['code']}: {one['why']}",
                ", ".join(one["sources"]),
                one["rows"],
                one["waived"] or "",
                allowed.get(one["code"], ""),
            ]
            for one in rights["conflicts"]
        ],
    }


def _generator(generator: object) -> str:
    """Who wrote the rows: dadeum-structure-first 0.1.0, or the model's name."""
    if not isinstance(generator, dict):
        return ""
    return " ".join(str(generator[key]) for key in ("name", "version", "model") if generator.get(key))


def _fenced(command: str) -> str:
    """A block of code that nothing in the command can end."""
    longest = max((len(run) for run in re.findall("`+", command)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}sh\n{visible(command)}\n{fence}"


def _both(name: Name) -> str:
    korean, english = name
    return korean if korean == english else f"{korean} · {english}"
