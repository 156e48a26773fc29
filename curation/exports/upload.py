"""A folder → a dataset of the Hugging Face Hub, in one commit."""

from __future__ import annotations

import os
import sys
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from curation.errors import InputError

if TYPE_CHECKING:
    from huggingface_hub import HfApi


def push_folder(folder: Path, repo: str, *, public: bool, revision: str | None, replacing: str, message: str) -> str:
    """Upload a folder as a dataset, made where there is none, in one commit; the commit's page.

    `revision` is a branch, made where there is none; files there that fit the pattern `replacing` and are not in the
    folder go. Raises InputError where nobody is logged in, may not write there or is not to, where the dataset is
    public and was not meant to be (or the other way round), and where the Hub cannot be reached.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # read once, when the library is first imported
    if not sys.stderr.isatty():
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    try:
        from httpx2 import HTTPError
        from huggingface_hub import HfApi, errors
    except ModuleNotFoundError as error:
        raise InputError(
            repo, "the libraries of [hub] are not installed", mend="pip install 'dadeum[hub]'",
            mend_ko="pip install 'dadeum[hub]' 를 실행하세요",
        ) from error  # fmt: skip
    api = HfApi()
    try:
        _make_repo(api, repo, public=public)
        if revision is not None:
            api.create_branch(repo, repo_type="dataset", branch=revision, exist_ok=True)
        done = api.upload_folder(
            repo_id=repo, repo_type="dataset", folder_path=folder, revision=revision, commit_message=message,
            delete_patterns=replacing,
        )  # fmt: skip
    except errors.HFValidationError as error:
        raise InputError(
            repo, "is no dataset's name", mend="write it as its page has it: OWNER/NAME",
            mend_ko="페이지에 적힌 대로 소유자/이름 꼴로 쓰세요",
        ) from error  # fmt: skip
    except errors.HfHubHTTPError as error:
        raise _refused(repo, error.response.status_code, _first_line(error)) from error
    except (errors.OfflineModeIsEnabled, HTTPError) as error:
        raise InputError(
            repo, f"was not written: the hub cannot be reached ({_first_line(error)})",
            mend="push where there is a network, and without HF_HUB_OFFLINE",
            mend_ko="네트워크가 되는 곳에서 HF_HUB_OFFLINE 없이 올리세요",
        ) from error  # fmt: skip
    return str(done.commit_url)


def _make_repo(api: HfApi, repo: str, *, public: bool) -> None:
    """Make the dataset where there is none. Raises InputError where one stands there that others can see, or cannot."""
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        is_public = not api.dataset_info(repo).private
    except RepositoryNotFoundError:
        api.create_repo(repo, repo_type="dataset", private=not public)
        return
    if is_public != public:
        there, flag = ("public", "--public") if is_public else ("private", "--private")
        raise InputError(
            repo, f"is there already, and {there}",
            mend=f"say {flag} if that is meant, or change it on the dataset's settings page",
            mend_ko=f"그대로 두려면 {flag} 를 붙이고, 아니면 데이터셋 설정 페이지에서 공개 여부를 바꾸세요",
        )  # fmt: skip


def _refused(repo: str, status: int, said: str) -> InputError:
    if status == HTTPStatus.UNAUTHORIZED:
        return InputError(
            repo, "was not written: nobody is logged in to the hub, or the token is no longer valid",
            mend="hf auth login with a token that may write, or set HF_TOKEN",
            mend_ko="쓰기 권한이 있는 토큰으로 hf auth login 을 하거나 HF_TOKEN 을 지정하세요",
        )  # fmt: skip
    if status == HTTPStatus.FORBIDDEN:
        return InputError(
            repo, "was not written: whoever is logged in may not write there",
            mend="check the owner's name (hf auth whoami), and that the token may write",
            mend_ko="소유자 이름(hf auth whoami)과 토큰의 쓰기 권한을 확인하세요",
        )  # fmt: skip
    return InputError(
        repo, f"was not written: the hub refused it ({said})", mend="check the name and the branch, and try again",
        mend_ko="이름과 브랜치를 확인하고 다시 시도하세요",
    )  # fmt: skip


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160]
