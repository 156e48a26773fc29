"""The NLI gate: a cross-encoder built here, its labels in any order, and the law that what is not entailed is named."""

import subprocess
import sys
from pathlib import Path

import pytest

from curation.errors import InputError
from curation.korean.speech_level import SpeechLevel
from curation.sentence_model import open_cross_encoder
from datagen.documents import Document, cite
from datagen.gates import Pair
from datagen.llm.nli import nli_faults, open_nli
from datagen.readers.markdown import parse_markdown

TEXT = "# 반품\n\n## 검수\n\n반품 상자는 검수장에서 연다.\n\n파손품은 30분 안에 격리한다.\n"
DOCUMENT = Document("반품.md", TEXT, "반품", parse_markdown(TEXT).sections)
PLACE = ("반품 상자는 검수장에서 연다.", "반품 상자는 검수장에서 엽니다.")
WRONG = ("반품 상자는 검수장에서 연다.", "반품 상자는 도크에서 엽니다.")
THREE = {0: "CONTRADICTION", 1: "Neutral", 2: "entailment"}


def pair(quote, answer, before=None, is_answerable=True):
    start = TEXT.index(quote)
    evidence = cite(DOCUMENT, (start, start + len(quote)), ("반품", "검수"))
    return Pair(
        "fact", "신입", "어디서 열어?", SpeechLevel.HAE, answer, (evidence,), before=before, is_answerable=is_answerable
    )


def build(folder, labels):
    """A BERT of two layers that has learnt nothing, one token per syllable, with a head of these labels."""
    import torch
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    vocabulary = {token: n for n, token in enumerate([*marks, *sorted(set(TEXT) - set(" \n"))])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=64, num_labels=len(labels), initializer_range=1.0, id2label=labels,
        label2id={name: n for n, name in labels.items()},
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return build(tmp_path_factory.mktemp("모델") / "함의", THREE)


def test_a_folder_s_model_gives_the_share_of_entailment(model):
    import numpy as np

    opened = open_nli(model)
    shares = opened([PLACE, WRONG])
    logits = open_cross_encoder(model, "llm.nli").logits([PLACE, WRONG]).astype(float)
    assert shares == pytest.approx((np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))[:, 2])
    assert shares[0] != shares[1]
    assert opened([]) == []
    assert [opened([one])[0] for one in (PLACE, WRONG)] == shares
    assert len(str(opened.identity["revision"])) == 64


@pytest.mark.parametrize("order", [(2, 0, 1), (1, 2, 0), (0, 1, 2)])
def test_the_order_of_labels_is_read_from_the_model(model, order, tmp_path):
    from safetensors.numpy import load_file, save_file

    turned = Path(build(tmp_path / "돌린 것", {place: THREE[old].lower() for place, old in enumerate(order)}))
    weights = load_file(Path(model) / "model.safetensors")
    head = {name: weights[name][list(order)].copy() for name in ("classifier.weight", "classifier.bias")}
    save_file({**weights, **head}, turned / "model.safetensors", metadata={"format": "pt"})
    assert open_nli(str(turned))([PLACE, WRONG]) == pytest.approx(open_nli(model)([PLACE, WRONG]), rel=1e-5)


def test_two_labels_are_enough_when_one_is_entailment(tmp_path):
    opened = open_nli(build(tmp_path, {0: "not_entailment", 1: "entailment"}))
    assert opened.column == 1
    assert 0 <= opened([PLACE])[0] <= 1


@pytest.mark.parametrize(
    "labels",
    [{0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}, {0: "entailment"}, {0: "relevant", 1: "irrelevant"}],
)
def test_a_model_that_does_not_name_entailment_is_refused(labels, tmp_path):
    with pytest.raises(InputError, match="not entailment"):
        open_nli(build(tmp_path, labels))


def test_text_beyond_what_the_model_reads_is_cut(model):
    opened = open_nli(model)
    assert opened.identity["max_tokens"] == 64
    assert len(opened([("반품 상자는 " * 100, "검수장에서 엽니다.")])) == 1


def test_a_model_is_never_fetched_unasked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "빈 폴더").mkdir()
    with pytest.raises(InputError, match="hf download our/nli"):
        open_nli("our/nli")
    with pytest.raises(InputError, match="is no cross-encoder"):
        open_nli("빈 폴더")


def test_weights_that_are_no_safetensors_are_refused(model, tmp_path):
    folder = Path(build(tmp_path, THREE))
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(InputError, match="safetensors"):
        open_nli(str(folder))


def test_without_sentence_transformers_the_error_names_the_extra():
    script = (
        "import sys\nsys.modules['sentence_transformers'] = None\n"
        "from curation.errors import InputError\nfrom datagen.llm.nli import open_nli\n"
        "try:\n    open_nli('.')\nexcept InputError as error:\n    print(error)\n"
    )
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.startswith("llm.nli: ")
    assert "dadeum[embed]" in done.stdout


def test_what_is_not_entailed_is_named_and_the_rest_passes():
    asked = []

    def entails(pairs):
        asked.extend(pairs)
        return [0.9 if "검수장" in hypothesis else 0.2 for _, hypothesis in pairs]

    faults = nli_faults([pair(*PLACE), pair(*WRONG)], entails, 0.5)
    assert faults == [None, "entailed with 0.20, at least 0.5 asked: 반품 상자는 도크에서 엽니다."]
    assert asked[0] == ("반품 > 검수\n반품 상자는 검수장에서 연다.", "반품 상자는 검수장에서 엽니다.")
    assert nli_faults([pair(*WRONG)], entails, 0.2) == [None]
    assert nli_faults([], entails, 0.5) == []


def test_every_turn_of_a_dialogue_must_be_entailed_and_a_refusal_need_not():
    def entails(pairs):
        return [0.0 if "도크" in hypothesis else 1.0 for _, hypothesis in pairs]

    dialogue = pair("파손품은 30분 안에 격리한다.", "30분 안에 격리합니다.", before=pair(*WRONG))
    refusal = pair(
        PLACE[0], "제공된 자료에는 해당 내용이 없습니다. 자료에는 도크가 나와 있지 않습니다.", is_answerable=False
    )
    faults = nli_faults([refusal, dialogue], entails, 0.5)
    assert faults[0] is None
    assert "도크에서 엽니다" in faults[1]


def test_a_share_that_is_no_number_is_a_fault():
    assert nli_faults([pair(*PLACE)], lambda pairs: [float("nan")] * len(pairs), 0.5)[0]
