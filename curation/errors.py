"""The one error a user can mend, and how every command ends."""

import errno
import sys
from collections.abc import Callable
from functools import partial

# What the operating system refuses and a user can mend; anything else is our bug and keeps its traceback.
_ENVIRONMENT = {
    errno.ENOSPC: ("the disk is full", "free some space and run the same command again; nothing was left half-written",
                   "디스크 공간을 확보한 뒤 같은 명령을 다시 실행하세요. 쓰다 만 파일은 남지 않았습니다"),
    errno.EDQUOT: ("the disk quota is used up", "free some space and run the same command again",
                   "디스크 할당량을 늘리거나 비운 뒤 같은 명령을 다시 실행하세요"),
    errno.EFBIG: ("the file would grow past the size this system allows", "write to another folder, or raise the limit",
                  "다른 폴더에 쓰거나 파일 크기 제한을 늘리세요"),
    errno.EACCES: ("permission denied", "check who may read and write there", "읽기·쓰기 권한을 확인하세요"),
    errno.EPERM: ("operation not permitted", "check who may read and write there", "읽기·쓰기 권한을 확인하세요"),
    errno.ENOTDIR: ("a file stands where a folder is needed", "check the path; --out names a folder",
                    "경로를 확인하세요. --out 은 폴더여야 합니다"),
    errno.EEXIST: ("a file stands where a folder is needed", "check the path; --out names a folder",
                   "경로를 확인하세요. --out 은 폴더여야 합니다"),
    errno.EISDIR: ("is a folder, expected a file", "give the file itself", "폴더가 아니라 파일을 지정하세요"),
    errno.ELOOP: ("the link leads back to itself", "remove the link or give the file itself",
                  "순환 링크를 지우거나 파일을 직접 지정하세요"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter path", "더 짧은 경로를 쓰세요"),
    errno.EROFS: ("the file system is read-only", "choose another folder with --out",
                  "--out 으로 쓸 수 있는 다른 폴더를 고르세요"),
}  # fmt: skip


class InputError(Exception):
    """Something a user can mend: where it is, what is wrong, how to mend it (English and Korean). Exit code 2."""

    def __init__(self, where: str, what: str, *, mend: str, mend_ko: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where, self.what, self.mend, self.mend_ko = where, what, mend, mend_ko

    def __reduce__(self) -> tuple[Callable[..., "InputError"], tuple[str, str]]:
        """How a worker process hands it to the command that ends with it."""
        return partial(InputError, mend=self.mend, mend_ko=self.mend_ko), (self.where, self.what)

    def __str__(self) -> str:
        return f"{self.where}: {self.what}\n  → {self.mend}\n  → {self.mend_ko}"


def run_command(app: Callable[[], object]) -> None:
    """Run a typer app: an InputError, or an operating system's refusal, ends without a traceback and with exit code 2.

    Exit codes: 0 done · 1 a gate, check or preflight refused · 2 wrong input or environment · 130 Ctrl-C (typer's own).
    """
    try:
        app()
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        if error.errno not in _ENVIRONMENT:
            raise
        what, mend, mend_ko = _ENVIRONMENT[error.errno]
        print(f"error: {InputError(str(error.filename or 'disk'), what, mend=mend, mend_ko=mend_ko)}", file=sys.stderr)
        sys.exit(2)
