"""kill -9 while a language model writes, and the same command again: the same folder, and no answer is paid for twice."""

import json
import os
import random
import signal
import subprocess
import sys
import threading

from llm_server import completion, serving
from llm_writing import arguments, contents, is_probe, of_journal, write, write_documents

from datagen.standin.chat import read_chat
from datagen.standin.model import answer_of


class Model:
    """The no-model writer as a server's answer, one request at a time; as the n-th comes, a process is killed."""

    def __init__(self):
        self._lock = threading.Lock()
        self._left = None
        self._victim = None

    def kill(self, command, after):
        """Run a command until so many requests came; gives its exit status."""
        self._left = after
        with self._lock:  # no request is looked at before the process is known
            self._victim = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        said = self._victim.communicate()
        status, self._victim = self._victim.returncode, None
        return status, said

    def __call__(self, body):
        with self._lock:
            if self._victim is not None and not is_probe(body):
                self._left -= 1
                if self._left == 0:
                    os.kill(self._victim.pid, signal.SIGKILL)
            chat = read_chat(json.dumps(body, ensure_ascii=False).encode())
            return completion(answer_of(chat.messages, chat.schema))


def asked(bodies):
    """The requests of these bodies, told apart by what the model read."""
    return [json.dumps(body["messages"], ensure_ascii=False) for body in bodies if not is_probe(body)]


def answered(folder):
    """What the journal holds an answer to, told apart in the same way."""
    bodies = of_journal(folder, "SELECT body FROM requests WHERE state = 'answered'")
    return [json.dumps(json.loads(body)["messages"], ensure_ascii=False) for (body,) in bodies]


def test_a_run_killed_three_times_ends_as_if_it_never_was_and_asks_for_no_answer_again(tmp_path):
    docs, whole, out = write_documents(tmp_path / "docs"), tmp_path / "whole", tmp_path / "killed"
    with serving(model := Model()) as (url, came):
        assert write(docs, whole, url).exit_code == 0
        total = len(asked(came.bodies))
        command = [sys.executable, "-m", "datagen.wms", *arguments(docs, out, url)]
        draw = random.Random(11)
        known = []
        for _ in range(3):
            before = len(came.bodies)
            status, said = model.kill(command, draw.randint(2, (total - len(known)) // 2))
            assert (status, said) == (-signal.SIGKILL, (b"", b""))
            assert not set(asked(came.bodies[before:])) & set(known)
            before, known = len(known), answered(out)
            assert before < len(known) < total
        before = len(came.bodies)
        assert write(docs, out, url).exit_code == 0
        last = asked(came.bodies[before:])
    assert not set(last) & set(known)
    assert len(last) == total - len(known)
    assert contents(out) == contents(whole)
