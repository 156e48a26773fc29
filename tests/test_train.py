"""The whole road: a verified manifest in, an adapter that learned out; and every way it refuses to start."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curation.errors import InputError
from curation.manifest import describe_file, write_manifest
from curation.recipe import load_recipe
from trainer import adapter, train
from trainer.encode import IGNORED, encode, open_tokenizer
from trainer.pack import pack
from trainer.preflight import SPLITS
from trainer.recipe import Recipe, shipped_recipe
from trainer.templates import EEVE, render

ROOT = Path(__file__).parent.parent
TOKENIZER = ROOT / "corpora" / "tokenizer.json"
PLACES = ["A-01-02", "B-03-11", "C-07-05", "D-02-09", "E-10-01", "F-04-06", "G-08-03", "H-05-12"]


def conversation(place, number):
    return [
        {"role": "user", "content": f"{place} 로케이션 실사 언제 해?"},
        {"role": "assistant", "content": f"{place} 로케이션은 매월 {number}일에 실사합니다. 먼저 입출고를 멈춥니다."},
    ]


def dataset(folder, *, train_extra=(), suffix="parquet", **facts):
    """A folder as curation writes it, of our own sentences; `train_extra`: conversations added to the train split."""
    (folder / "data").mkdir(parents=True)
    numbered = list(enumerate(PLACES, start=1))
    split_rows = {
        "train": [*(conversation(place, number) for number, place in numbered), *train_extra],
        "valid": [conversation("Z-01-01", 9), conversation("Z-01-02", 10)],
        "test": [conversation("Z-02-01", 11)],
    }
    files = []
    for split, rows in split_rows.items():
        path = folder / "data" / f"{split}-00000.{suffix}"
        records = [{"row_id": f"{split}-{n}", "messages": each, "source": "시험"} for n, each in enumerate(rows)]
        if suffix == "parquet":
            pq.write_table(pa.Table.from_pylist(records), path)
        else:
            path.write_text(
                "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8"
            )
        files.append(describe_file(folder, path, rows=len(records), split=split))
    data = {
        "files": files,
        "target_answer": "polite",
        "splits": {split: len(rows) for split, rows in split_rows.items()},
        "leaks": {"shared_documents": 0, "shared_answers": 1},
        "statistics": {"all": {"levels": {"casual": {"polite": 11}}}},
        "sources": [{"name": "시험", "license": "Apache-2.0"}],
    }
    return write_manifest(folder, data | facts)


def command(*arguments, python="", **environment):
    """`python -m trainer …` in a process of its own; `python`: statements that run before it."""
    code = f"import sys, runpy; {python}\nrunpy.run_module('trainer', run_name='__main__', alter_sys=True)"
    arguments = ([sys.executable, "-c", code] if python else [sys.executable, "-m", "trainer"]) + list(
        map(str, arguments)
    )
    return subprocess.run(
        arguments, cwd=ROOT, capture_output=True, text=True, check=False, encoding="utf-8",
        env=os.environ | {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"} | environment,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    dataset(tmp_path / "dataset")
    return tmp_path / "dataset"


# --- Before anything is trained: no torch needed.


def test_a_dry_run_needs_no_torch_and_shows_what_is_learned(folder):
    heavy = ["torch", "transformers", "peft", "kiwipiepy", "datasketch", "faiss", "langchain_core"]
    blocked = f"sys.modules |= dict.fromkeys({heavy})"  # an import of any would fail
    done = command("run", folder / "manifest.json", "--dry-run", "--recipe", "tiny-cpu", python=blocked)
    assert done.returncode == 0, done.stderr
    assert "Human: A-01-02 로케이션 실사 언제 해?\nAssistant:\n⟦A-01-02 로케이션은 매월 1일에" in done.stdout
    assert "먼저 입출고를 멈춥니다.<|im_end|>⟧" in done.stdout
    assert "training.learning_rate = 0.005" in done.stdout
    assert "not EEVE's" in done.stdout and "EEVE의 토큰 수와 다릅니다" in done.stdout
    assert "\x1b[" not in done.stdout


def test_a_dry_run_with_a_tokenizer_names_it_and_calls_it_no_stand_in(folder, tmp_path):
    own = shutil.copy(TOKENIZER, tmp_path / "own.json")
    done = command("run", folder, "--dry-run", "--tokenizer", own)
    assert done.returncode == 0, done.stderr
    assert "own.json" in done.stdout.replace("\n", "") and "EEVE's" not in done.stdout


@pytest.mark.parametrize("suffix", ["parquet", "jsonl"])
def test_shards_of_either_kind_give_the_same_ledger(tmp_path, suffix):
    dataset(tmp_path / suffix, suffix=suffix, train_extra=[[{"role": "user", "content": "답이 없네"}]])
    done = command("run", tmp_path / suffix, "--dry-run", "--set", "rows.most_dropped_share=0.2")
    assert done.returncode == 0, done.stderr
    (row,) = [line for line in done.stdout.splitlines() if line.startswith("│ train")]
    assert row.replace("│", "").split()[:5] == ["train", "9", "8", "0", "1"]
    assert "dropped from train: no_assistant_turn 1" in done.stdout


def test_help_answers_at_once_without_anything_heavy():
    done = command("--help", python="import atexit; atexit.register(lambda: print(sorted(sys.modules)))")
    assert done.returncode == 0
    assert not {"'torch'", "'transformers'", "'pyarrow'", "'tokenizers'"} & set(
        done.stdout.split("[")[-1].replace("]", "").split(", ")
    )


def test_one_changed_byte_in_a_shard_stops_everything_and_names_it(folder):
    shard = folder / "data" / "valid-00000.parquet"
    content = bytearray(shard.read_bytes())
    content[len(content) // 2] ^= 1
    shard.write_bytes(content)
    done = command("run", folder, "--out", folder / "out", "--model", "없는-모델")
    assert done.returncode == 2
    assert "valid-00000.parquet" in done.stderr and "SHA-256" in done.stderr and "Traceback" not in done.stderr


def test_a_missing_shard_stops_everything_and_is_named(folder):
    (folder / "data" / "train-00000.parquet").unlink()
    done = command("run", folder, "--dry-run")
    assert done.returncode == 2
    assert "train-00000.parquet" in done.stderr and "is missing" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--dry-run", "--set", "lora.rank=4"], "lora.r"),
        (["--dry-run", "--recipe", "없는-레시피"], "없는-레시피"),
        (["--dry-run", "--tokenizer", "없는.json"], "없는.json"),
        (["--dry-run", "--model", "없는-모델"], "없는-모델"),
        (["--out", "out"], "--model"),
        ([], "--out"),
    ],
)
def test_what_a_user_can_mend_is_said_without_a_traceback(folder, arguments, named):
    done = command("run", folder, *arguments)
    assert done.returncode == 2
    assert named in done.stderr and "→" in done.stderr and "Traceback" not in done.stderr


def test_a_missing_extra_names_the_install(folder, tiny_model):
    done = command(
        "run", folder, "--out", folder / "out", "--model", tiny_model, "--recipe", "tiny-cpu",
        python="sys.modules['peft'] = None",
    )  # fmt: skip
    assert done.returncode == 2
    assert "pip install 'dadeum[train]'" in done.stderr and not (folder / "out").exists()


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"leaks": {"shared_questions": 3}}, "shared_questions 3"),
        ({"statistics": {"all": {"levels": {"casual": {"polite": 5, "casual": 5}}}}}, "50.0%"),
    ],
)
def test_a_dataset_that_is_whole_but_unfit_is_refused_with_exit_1(tmp_path, facts, why):
    dataset(tmp_path / "dataset", **facts)
    done = command("run", tmp_path / "dataset", "--dry-run")
    assert done.returncode == 1
    assert f"refused: the manifest {'counts' if 'leaks' in facts else 'promises'}" in done.stderr and why in done.stderr


@pytest.mark.parametrize("name", ["eeve-qlora", "tiny-cpu"])
def test_a_recipe_that_ships_holds_every_key_of_the_model(name):
    path = shipped_recipe(name)
    assert load_recipe(Recipe, path).model_dump() == tomllib.loads(path.read_text(encoding="utf-8"))


# --- Training: one tiny random Llama, one thread.

# PEFT 0.21 asks transformers 5.23 by a name that it deprecates.
trains = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    """A random Llama of EEVE's shape in small: 2 layers, hidden 64, with the small tokenizer; no weights are shipped.

    Its weights are ten times as large as usual: behind a frozen head of tiny ones no adapter could tell tokens apart.
    """
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.set_num_threads(1)
    torch.manual_seed(0)
    target = tmp_path_factory.mktemp("model") / "tiny-llama"
    config = LlamaConfig(
        vocab_size=6_016, hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=512, initializer_range=0.2,
        bos_token_id=1, eos_token_id=3, pad_token_id=2,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(target)
    shutil.copy(TOKENIZER, target / "tokenizer.json")
    return target


@pytest.fixture(scope="session")
def examples():
    tokenizer = open_tokenizer(TOKENIZER, EEVE)
    rows = [conversation(place, number) for number, place in enumerate(PLACES, start=1)]
    return encode(tokenizer, [render(EEVE, row) for row in rows])


def tiny_recipe(*overrides):
    return load_recipe(Recipe, shipped_recipe("tiny-cpu"), overrides)


def opened(folder, model, *overrides):
    return train.open_run(folder, recipe="tiny-cpu", overrides=overrides, model=model, tokenizer=None)


@trains
def test_an_adapter_is_trained_the_loss_falls_and_the_folder_tells_its_story(tiny_model, folder, tmp_path, capfd):
    out = tmp_path / "adapter"
    assert train.train(opened(folder, tiny_model, "training.epochs=12.0"), out, fresh=False) == 0
    record = json.loads((out / "training.json").read_text(encoding="utf-8"))
    losses = [entry["loss"] for entry in record["losses"]["log"] if "loss" in entry]
    assert losses[-1] < 0.7 * losses[0]
    assert record["losses"]["log"][0] == {"step": 0, "eval_loss": record["losses"]["first_eval"], "epoch": 0}
    assert record["losses"]["best_eval"] < record["losses"]["first_eval"]
    assert record["ledger"]["train"]["trained"] == len(PLACES)
    assert record["identity"]["manifest"] == json.loads((folder / "manifest.json").read_bytes())["manifest_sha256"]
    assert (out / "tokenizer.json").read_bytes() == TOKENIZER.read_bytes()
    assert {path.name for path in out.iterdir()} == {
        "adapter_model.safetensors", "adapter_config.json", "tokenizer.json", "rows.jsonl", "README.md", "training.json"
    }  # fmt: skip
    assert "Traceback" not in capfd.readouterr().err

    # The same command does nothing; another recipe or dataset is told apart; --fresh starts over.
    before = (out / "adapter_model.safetensors").stat().st_mtime_ns
    assert train.train(opened(folder, tiny_model, "training.epochs=12.0"), out, fresh=False) == 0
    assert (out / "adapter_model.safetensors").stat().st_mtime_ns == before
    with pytest.raises(InputError, match="another recipe"):
        train.train(opened(folder, tiny_model, "training.epochs=1.0"), out, fresh=False)
    dataset(tmp_path / "other", train_extra=[conversation("K-01-01", 20)])
    with pytest.raises(InputError, match="another manifest"):
        train.train(opened(tmp_path / "other", tiny_model, "training.epochs=12.0"), out, fresh=False)
    assert train.train(opened(folder, tiny_model, "training.epochs=1.0"), out, fresh=True) == 0
    assert json.loads((out / "training.json").read_bytes())["recipe"]["training"]["epochs"] == 1.0


def test_a_run_that_was_interrupted_is_not_done_and_still_tells_its_recipe(tmp_path):
    adapter.begin(tmp_path, {"recipe": "a"})
    assert not adapter.is_done(tmp_path, {"recipe": "a"}, fresh=False)
    with pytest.raises(InputError, match="another recipe"):
        adapter.is_done(tmp_path, {"recipe": "b"}, fresh=False)


def test_a_folder_that_holds_something_else_is_left_alone(tiny_model, folder, tmp_path):
    (tmp_path / "notes.txt").write_text("내 메모", encoding="utf-8")
    with pytest.raises(InputError, match="is not empty"):
        train.train(opened(folder, tiny_model), tmp_path, fresh=True)


@trains
def test_the_saved_adapter_is_the_one_with_the_best_evaluation(tiny_model, folder, tmp_path):
    """Loaded by PEFT itself onto the base, it has the loss that the record claims; its weights are fp32."""
    import torch
    from peft import PeftModel
    from safetensors.torch import load_file

    from trainer.qlora import load_base, summed_loss, to_tensors

    out = tmp_path / "adapter"
    # A learning rate that overshoots, and patience that runs out: the last weights are not the best ones.
    settings = ["epochs=100.0", "learning_rate=0.3", 'schedule="constant_with_warmup"', "evaluate_every_steps=1"]
    run = opened(folder, tiny_model, *(f"training.{setting}" for setting in [*settings, "patience=2"]))
    assert train.train(run, out, fresh=False) == 0
    record = json.loads((out / "training.json").read_bytes())
    evaluations = [entry["eval_loss"] for entry in record["losses"]["log"] if "eval_loss" in entry]
    assert evaluations[-1] > record["losses"]["best_eval"] == min(evaluations)
    loaded = PeftModel.from_pretrained(load_base(tiny_model, run.recipe.base), str(out))
    valid = train.prepare(run).examples["valid"]
    with torch.no_grad():
        total, labels = summed_loss(loaded, to_tensors([[example] for example in valid]))
    assert total.item() / labels.item() == pytest.approx(record["losses"]["best_eval"], abs=1e-5)
    assert {weight.dtype for weight in load_file(out / "adapter_model.safetensors").values()} == {torch.float32}


@trains
def test_the_same_run_gives_the_same_weights(tiny_model, folder, tmp_path):
    outs = [tmp_path / "first", tmp_path / "second"]
    for out in outs:
        assert train.train(opened(folder, tiny_model, "training.epochs=2.0", "lora.dropout=0.1"), out, fresh=False) == 0
    assert len({(out / "adapter_model.safetensors").read_bytes() for out in outs}) == 1


@trains
def test_the_loss_is_that_of_the_model_itself_and_packing_does_not_change_it(tiny_model, examples):
    """Against transformers' own loss, row by row: packed rows do not see each other, padding is not seen at all."""
    import torch

    from trainer.qlora import add_lora, load_base, summed_loss, to_tensors

    recipe = tiny_recipe()
    model = add_lora(load_base(tiny_model, recipe.base), recipe.lora).eval()
    with torch.no_grad():
        alone = sum(
            model(input_ids=torch.tensor([example.input_ids]), labels=torch.tensor([example.labels])).loss.item()
            * example.learned_tokens
            for example in examples
        )  # fmt: skip
        for packs in ([[example] for example in examples], pack(examples, 200), pack(examples, 10_000)):
            total, labels = summed_loss(model, to_tensors(packs))
            assert labels.item() == sum(example.learned_tokens for example in examples)
            assert total.item() == pytest.approx(alone, rel=1e-5)


@trains
def test_one_step_of_four_rows_is_four_rows_accumulated(tiny_model, examples, tmp_path):
    """Rows of unlike length weigh by their tokens, not by their batch: the mean of batch means would differ."""
    from trainer.qlora import train_adapter

    uneven = [
        examples[0],
        *(type(one)(one.input_ids, [IGNORED] * (len(one.labels) - 2) + one.labels[-2:]) for one in examples[1:4]),
    ]
    weights = []
    for batch, accumulation in ((4, 1), (1, 4)):
        recipe = tiny_recipe(
            f"training.batch={batch}", f"training.accumulation={accumulation}", "training.packing=false",
            "training.epochs=1.0",
        )  # fmt: skip
        trained = train_adapter(tiny_model, uneven, [], recipe, scratch=tmp_path, report=lambda _: None)
        weights.append(trained.log[0]["loss"])
        assert trained.steps == 1
    assert weights[0] == pytest.approx(weights[1], rel=1e-5)


@trains
def test_a_run_that_no_longer_gains_stops_by_itself(tiny_model, examples, tmp_path):
    from trainer.qlora import train_adapter

    recipe = tiny_recipe(
        "training.epochs=50.0", "training.evaluate_every_steps=1", "training.patience=2", "training.least_gain=9.0"
    )
    trained = train_adapter(tiny_model, examples, examples[:1], recipe, scratch=tmp_path, report=lambda _: None)
    assert trained.steps == 2


def test_a_recipe_that_names_absent_modules_is_refused(tiny_model, examples, tmp_path):
    from trainer.qlora import train_adapter

    recipe = tiny_recipe('lora.target_modules=["wqkv"]')
    with pytest.raises(InputError, match="wqkv"):
        train_adapter(tiny_model, examples, [], recipe, scratch=tmp_path, report=lambda _: None)


@trains
def test_a_four_bit_base_learns_with_an_adapter_in_fp32(tiny_model, examples, tmp_path):
    pytest.importorskip("bitsandbytes")
    from trainer.qlora import add_lora, load_base, train_adapter

    recipe = tiny_recipe('base.quantization="nf4"', "training.epochs=6.0", "training.checkpointing=true")
    model = add_lora(load_base(tiny_model, recipe.base), recipe.lora)
    kinds = {type(module).__name__ for module in model.modules()}
    assert "Linear4bit" in kinds
    assert {str(weight.dtype) for weight in model.parameters() if weight.requires_grad} == {"torch.float32"}
    trained = train_adapter(tiny_model, examples, examples, recipe, scratch=tmp_path, report=lambda _: None)
    assert trained.best_eval < 0.9 * trained.first_eval


def test_every_split_of_the_manifest_is_counted(tiny_model, folder):
    tallies = train.prepare(opened(folder, tiny_model)).tallies()
    assert [tallies[split].read for split in SPLITS] == [len(PLACES), 2, 1]
