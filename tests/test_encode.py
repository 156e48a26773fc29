"""Laws of encoding: the prompt's tokens begin the text's, the labels are the answers and their end markers."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from curation.errors import InputError
from trainer.encode import (
    IGNORED,
    Example,
    encode,
    fingerprint,
    keep_whole_turns,
    marker_id,
    missing_markers,
    open_tokenizer,
)
from trainer.templates import EEVE, render, render_prompt

BYTE_LEVEL = Path(__file__).parent.parent / "corpora" / "tokenizer.json"
SENTENCES = [
    "재고 실사는 매월 마지막 영업일에 합니다.", "입고 검수는 도착한 날 안에 끝냅니다.",
    "로케이션 A-01-02를 먼저 스캔하세요.", "출고 지시가 내려오면 피킹을 시작합니다.",
    "Human: Assistant: A chat between a curious user", "반품은 7일 안에 접수해?",
]  # fmt: skip


def llama_like(*, special_end=True):
    """A tokenizer of EEVE's kind: word marks (▁) put before the text, bytes as the last resort, no pre-tokenizer."""
    bytes_ = [f"<0x{byte:02X}>" for byte in range(256)]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    trainer = trainers.BpeTrainer(
        vocab_size=700, special_tokens=["<unk>", "<s>", "</s>", *bytes_, "<|im_end|>"], show_progress=False
    )
    tokenizer.train_from_iterator([f" {sentence}" for sentence in SENTENCES], trainer)
    data = json.loads(tokenizer.to_str())
    data["normalizer"] = {
        "type": "Sequence",
        "normalizers": [
            {"type": "Prepend", "prepend": "▁"},
            {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
        ],
    }
    # As in a Llama file: bytes are ordinary vocabulary, only the markers are special.
    data["added_tokens"] = [token for token in data["added_tokens"] if not token["content"].startswith("<0x")]
    for token in data["added_tokens"]:
        token["special"] = special_end or token["content"] != "<|im_end|>"
    return json.dumps(data, ensure_ascii=False)


def newline_joining():
    """A byte-level tokenizer without word borders that learned to join a newline to what follows."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<unk>", "<s>", "</s>", "<|im_end|>"], show_progress=False,
    )  # fmt: skip
    tokenizer.train_from_iterator([f"\n\n  {sentence}\n{sentence}" for sentence in SENTENCES * 3], trainer)
    return tokenizer.to_str()


@pytest.fixture(scope="module")
def tokenizers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokenizers")
    (folder / "llama.json").write_text(llama_like(), encoding="utf-8")
    (folder / "plain-end.json").write_text(llama_like(special_end=False), encoding="utf-8")
    (folder / "joining.json").write_text(newline_joining(), encoding="utf-8")
    files = [BYTE_LEVEL, folder / "llama.json", folder / "plain-end.json", folder / "joining.json"]
    return [open_tokenizer(file, EEVE) for file in files]


# What people and datasets write: Korean, jamo, emoji, blanks of all sorts, role words, markers as text, anything.
pieces = st.sampled_from(
    ["재고 ", "실사해?", "합니다.", "ㅋㅋ", "ᄒ\u1161ᆫ", "📦", "👩\u200d🔧", "\u00a0", " ", "  ", "\n", "\n\n", "\t",
     "\u3000", "A-01-02", "Human: ", "\nHuman: ", "\nAssistant:\n", "Assistant:", "<|im_end|>", "<s>", "</s>", "<unk>",
     "<0x0A>", "▁", "<|im_", "end|>"]
)  # fmt: skip
contents = st.lists(pieces | st.text(max_size=4), min_size=1, max_size=8).map("".join)
conversations = st.tuples(st.none() | contents, st.lists(st.tuples(contents, contents), min_size=1, max_size=3))


def messages_of(conversation):
    system, pairs = conversation
    messages = [] if system is None else [{"role": "system", "content": system}]
    for question, answer in pairs:
        messages += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return messages


def one(tokenizer, spans):
    (found,) = encode(tokenizer, [spans])
    return found


def label_runs(found):
    """The labels as runs of learned ids, split after each end of a run: the mask seen without the template."""
    runs, run = [], []
    for label in [*found.labels, IGNORED]:
        if label != IGNORED:
            run.append(label)
        elif run:
            runs.append(run)
            run = []
    return runs


@given(conversations)
@example((None, [("끝은 <|im_end|> 인가요?", "<|im_end|>로 끝납니다."), ("<s>?", "\n\n  네.")]))
def test_the_generation_prompt_is_a_token_prefix_of_the_training_text(tokenizers, conversation):
    messages = messages_of(conversation)
    for tokenizer in tokenizers:
        training = one(tokenizer, render(EEVE, messages)).input_ids
        for place, message in enumerate(messages):
            if message["role"] == "assistant":
                prompt = one(tokenizer, render_prompt(EEVE, messages[:place])).input_ids
                assert training[: len(prompt)] == prompt


@given(conversations)
@example((None, [("끝은 <|im_end|> 인가요?", "<|im_end|>로 끝납니다."), ("<s>?", "\n\n  네.")]))
def test_the_labels_decode_to_the_answers_and_their_end_markers_to_the_character(tokenizers, conversation):
    """Decoding knows nothing of spans: an independent oracle for every content, marker text included."""
    spans = render(EEVE, messages_of(conversation))
    for byte_level in (tokenizers[0], tokenizers[3]):
        found = one(byte_level, spans)
        runs = label_runs(found)
        assert [run[-1] for run in runs] == [marker_id(byte_level, EEVE.end)] * len(conversation[1])
        texts = [byte_level.decode(run[:-1], skip_special_tokens=False) for run in runs]
        assert texts == [answer for _, answer in conversation[1]]
        whole = byte_level.decode(found.input_ids, skip_special_tokens=False)
        assert whole == "".join(span.text for span in spans)


@given(conversations)
def test_markers_appear_only_where_the_template_puts_them(tokenizers, conversation):
    for tokenizer in tokenizers:
        ids = one(tokenizer, render(EEVE, messages_of(conversation))).input_ids
        assert ids[0] == marker_id(tokenizer, "<s>")
        assert ids.count(marker_id(tokenizer, "<s>")) == 1
        assert ids.count(marker_id(tokenizer, "<|im_end|>")) == len(conversation[1])
        assert marker_id(tokenizer, "</s>") not in ids


words = st.lists(
    st.sampled_from("재고 실사 A-01-02 📦 ㅋㅋ Human: 합니다. \u00a0 한".split(" ")), min_size=1, max_size=6
)
tidy = words.map(" ".join).filter(lambda text: text == text.strip(" "))


@given(st.none() | tidy, st.lists(st.tuples(tidy, tidy), min_size=1, max_size=3))
def test_the_ids_and_the_mask_are_those_of_the_whole_text_and_its_character_spans(tokenizers, system, pairs):
    """The oracle writes the text itself, lets the library find the markers, marks characters: it asks nothing of ours.

    It holds where no content begins with a blank or holds a marker, which is where one-pass tokenising is right at all.
    """
    text, learned = "<s>" + (EEVE.preamble if system is None else system), []
    for question, answer in pairs:
        text += f"\nHuman: {question}\nAssistant:\n"
        learned.append((len(text), len(text) + len(answer) + len("<|im_end|>")))
        text += f"{answer}<|im_end|>"
    for tokenizer in tokenizers[:2]:
        parsing = Tokenizer.from_str(tokenizer.to_str())
        parsing.encode_special_tokens = False
        oracle = parsing.encode(text, add_special_tokens=False)
        labels = [
            token if any(start <= first and last <= end for start, end in learned) and last > first else IGNORED
            for token, (first, last) in zip(oracle.ids, oracle.offsets, strict=True)
        ]  # fmt: skip
        found = one(tokenizer, render(EEVE, messages_of((system, pairs))))
        assert found.input_ids == oracle.ids
        assert found.labels == labels


@given(st.lists(conversations, max_size=4))
def test_a_row_is_encoded_alike_alone_and_among_others(tokenizers, conversations):
    rows = [render(EEVE, messages_of(conversation)) for conversation in conversations]
    for tokenizer in tokenizers:
        assert encode(tokenizer, rows) == [one(tokenizer, row) for row in rows]


@given(conversations, st.integers(1, 400))
def test_whole_turns_are_kept_and_never_half_an_answer(tokenizers, conversation, most):
    tokenizer = tokenizers[0]
    end = marker_id(tokenizer, EEVE.end)
    messages = messages_of(conversation)
    first = len(messages) - 2 * len(conversation[1]) + 2
    cuts = [one(tokenizer, render(EEVE, messages[:stop])) for stop in range(first, len(messages) + 1, 2)]
    fitting = [cut for cut in cuts if len(cut.input_ids) <= most]
    assert keep_whole_turns(cuts[-1], end, most) == (fitting[-1] if fitting else None)


def test_an_answer_does_not_begin_with_a_word_mark(tokenizers):
    llama = tokenizers[1]
    found = one(
        llama, render(EEVE, [{"role": "user", "content": "언제?"}, {"role": "assistant", "content": "월말에 합니다."}])
    )
    assert not llama.id_to_token(label_runs(found)[0][0]).startswith("▁")


def test_a_missing_marker_is_told_and_not_invented(tmp_path):
    file = tmp_path / "tokenizer.json"
    plain = Tokenizer(models.BPE())
    plain.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    plain.decoder = decoders.ByteLevel()
    plain.train_from_iterator(SENTENCES, trainers.BpeTrainer(special_tokens=["<s>"], show_progress=False))
    plain.save(str(file))
    tokenizer = open_tokenizer(file, EEVE)
    assert missing_markers(tokenizer, EEVE) == ["<|im_end|>"]
    with pytest.raises(ValueError, match="im_end"):
        marker_id(tokenizer, "<|im_end|>")


@pytest.mark.parametrize("text", ["", "{}", '{"model": {}}', "재고", "[1]"])
def test_a_file_that_is_no_tokenizer_is_named(tmp_path, text):
    file = tmp_path / "tokenizer.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"tokenizer\.json"):
        open_tokenizer(file, EEVE)


def test_the_small_tokenizer_is_small_and_has_the_ids_of_eeves_markers():
    tokenizer = open_tokenizer(BYTE_LEVEL, EEVE)
    assert BYTE_LEVEL.stat().st_size < 500_000
    assert [tokenizer.token_to_id(token) for token in ("<unk>", "<s>", "</s>")] == [0, 1, 2]
    assert tokenizer.token_to_id("<|im_end|>") is not None


def test_tokenizers_that_differ_have_fingerprints_that_differ(tokenizers):
    byte_level, llama, plain_end, _ = (fingerprint(tokenizer, EEVE) for tokenizer in tokenizers)
    assert byte_level != llama
    assert llama == plain_end  # made alike when opened: the end marker is special in both


def test_an_example_counts_its_learned_tokens():
    assert Example([1, 5, 6, 3], [IGNORED, IGNORED, 6, 3]).learned_tokens == 2
