"""A real model over HTTP that knows nothing: whatever it says, nothing of it is kept and all of it is in the journal."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import CYCLE_COUNT
from typer.testing import CliRunner

from datagen.llm.calls.journal import open_journal
from datagen.wms import app

pytest.importorskip("langchain_openai")


@pytest.fixture(scope="module")
def generate():
    """A Llama of two layers with random weights and a byte BPE of Korean: a prompt and a length in, text and tokens out."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=600, initial_alphabet=alphabet, special_tokens=["<s>", "</s>"], show_progress=False
    )
    tokenizer.train_from_iterator(CYCLE_COUNT.splitlines(), trainer)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=64, intermediate_size=128, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=512, bos_token_id=0, eos_token_id=1,
        pad_token_id=1, initializer_range=0.5,
    )  # fmt: skip
    model = LlamaForCausalLM(config).eval()
    lock = threading.Lock()

    def write(prompt, most_tokens):
        read = tokenizer.encode(prompt).ids[-256:]
        given = torch.tensor([read])
        with lock, torch.inference_mode():
            torch.manual_seed(len(prompt))
            made = model.generate(
                given, attention_mask=torch.ones_like(given), max_new_tokens=min(most_tokens, 32), do_sample=True
            )[0, len(read) :].tolist()
        is_whole = made[-1] == config.eos_token_id
        return tokenizer.decode(made), "stop" if is_whole else "length", len(read), len(made)

    return write


@pytest.fixture
def server(generate):
    """The model behind an OpenAI-compatible door that, as `transformers serve` does, overlooks response_format."""
    said = []

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            prompt = "\n".join(f"{message['role']}: {message['content']}" for message in asked["messages"])
            text, finish_reason, read, made = generate(prompt, asked["max_tokens"])
            said.append(text)
            choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish_reason}
            usage = {"prompt_tokens": read, "completion_tokens": made, "total_tokens": read + made}
            answer = {
                "id": "1",
                "object": "chat.completion",
                "created": 1,
                "model": asked["model"],
                "choices": [choice],
            }
            body = json.dumps({**answer, "usage": usage}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    door = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    door.daemon_threads = True
    thread = threading.Thread(target=door.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{door.server_port}/v1", said
    door.shutdown()
    thread.join()
    door.server_close()


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_of_a_model_that_knows_nothing_nothing_is_kept_and_nothing_is_lost(server, small_handbook, tmp_path):
    url, said = server
    out = tmp_path / "쓰기"
    command = (small_handbook, "--out", out, "--model", "openai:tiny", "--base-url", url, "--limit", 6)
    done = run(*command, "--set", 'llm.extracted="none"')
    assert done.exit_code == 1  # not one pair is worth keeping
    assert lines(out / "candidates.jsonl") == []
    rejected = lines(out / "rejected.jsonl")
    assert {one["gate"] for one in rejected} <= {"cut", "schema", "empty", "refusal"}
    assert len(rejected) == 6
    with open_journal(out / "journal.sqlite") as journal:
        spent = journal.spent()
        assert list(journal.waiting()) == []
        parents = {key for record in journal.records() for key in record.parents}
        kept = journal.replies(parents)
    assert len(kept) == len(parents) == sum(one.answered for one in spent) == 12  # each asked, and asked to mend
    assert {reply.text for reply in kept.values()} <= set(said)
    assert all(reply.input_tokens and reply.output_tokens for reply in kept.values())
