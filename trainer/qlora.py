"""The tuning itself: transformers.Trainer and PEFT under our own labels, packs and loss. The one door to torch.

Imported after `trainer.train` knows that the extra is installed, and after HF_HUB_OFFLINE is set.
"""

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch import Tensor
from torch.nn import Parameter
from torch.nn.functional import cross_entropy
from transformers import (
    AutoModelForCausalLM,
    BitsAndBytesConfig,
    PreTrainedModel,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
    set_seed,
)
from transformers.utils.logging import disable_progress_bar

from curation.errors import InputError
from trainer.encode import IGNORED, Example
from trainer.pack import Pack, lay_out, pack
from trainer.recipe import Base, Lora, Recipe

Report = Callable[[Mapping[str, float]], None]


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run leaves: how to save its adapter, and its losses in nats per learned token.

    `log`: every figure in order, as transformers logs them (step, loss, learning_rate; step, eval_loss). `first_eval`
    is before the first step, `best_eval` is that of the adapter kept; both None without a valid split.
    """

    save: Callable[[Path], None]
    steps: int
    log: list[dict[str, float]]
    first_eval: float | None
    best_eval: float | None


def train_adapter(
    folder: Path, train: Sequence[Example], valid: Sequence[Example], recipe: Recipe, *, scratch: Path, report: Report
) -> Trained:
    """Train a LoRA adapter of the model in `folder` on `train`.

    Kept are the weights with the lowest loss on `valid`, or the last ones where it is empty. Nothing is fetched, and
    nothing is written (`scratch`: the working folder that the Trainer insists on). `report` hears each figure when it
    is known.
    """
    if not sys.stderr.isatty():
        disable_progress_bar()
    set_seed(recipe.seed)
    model = add_lora(load_base(folder, recipe.base), recipe.lora)
    if recipe.training.checkpointing:
        enable_checkpointing(model)
    train_packs, valid_packs = (_packs(examples, recipe) for examples in (train, valid))
    log: list[dict[str, float]] = []  # the Trainer forgets what it logged before its first step

    def note(figures: Mapping[str, float]) -> None:
        log.append(dict(figures))
        report(figures)

    trainer = AdapterTrainer(
        recipe,
        model=model,
        args=_arguments(recipe, scratch, packs=len(train_packs), evaluate=bool(valid_packs)),
        train_dataset=train_packs,
        eval_dataset=valid_packs,
        data_collator=to_tensors,
        callbacks=[_Watch(note)],
    )
    trainer.remove_callback(PrinterCallback)  # prints to stdout, which is for results
    if valid_packs:
        trainer.evaluate()
    trainer.train()
    if valid_packs and trainer.evaluated_step != trainer.state.global_step:
        trainer.evaluate()
    trainer.restore_best()
    evaluations = [entry["eval_loss"] for entry in log if "eval_loss" in entry]
    return Trained(
        save=lambda target: model.save_pretrained(str(target)),
        steps=trainer.state.global_step,
        log=log,
        first_eval=evaluations[0] if evaluations else None,
        best_eval=min(evaluations) if evaluations else None,
    )


def load_base(folder: Path, base: Base) -> PreTrainedModel:
    """The causal language model in `folder`, from safetensors alone, on the first GPU or else the CPU."""
    dtype = torch.bfloat16 if base.precision == "bf16" else torch.float32
    nf4 = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    return AutoModelForCausalLM.from_pretrained(
        str(folder),
        dtype=dtype,
        quantization_config=nf4 if base.quantization == "nf4" else None,
        device_map={"": 0 if torch.cuda.is_available() else "cpu"},
        local_files_only=True,
        use_safetensors=True,
    )


def add_lora(model: PreTrainedModel, lora: Lora) -> PeftModel:
    """`model` with a LoRA adapter in fp32; every other weight is frozen.

    fp32 also over a 4-bit base: bf16 adapters lose small updates, and TRL's change their type on resume.
    """
    absent = [name for name in lora.target_modules if not any(path.endswith(name) for path, _ in model.named_modules())]
    if absent:
        raise InputError(
            "lora.target_modules", f"{', '.join(absent)}: the model has no such module",
            mend="name modules that the model has", mend_ko="모델에 있는 모듈 이름을 적으세요",
        )  # fmt: skip
    config = LoraConfig(
        r=lora.r, lora_alpha=lora.alpha, lora_dropout=lora.dropout, target_modules=list(lora.target_modules),
        bias="none", task_type="CAUSAL_LM",
    )  # fmt: skip
    adapted = get_peft_model(model, config)
    for weight in _trainable(adapted).values():
        weight.data = weight.data.float()
    return adapted


def enable_checkpointing(model: PeftModel) -> None:
    """Recompute activations in the backward pass, without re-entrance: the frozen embeddings then need no gradient."""
    # transformers 5.23 warns at the name that 5.0 has.
    enable = getattr(model, "activation_checkpointing_enable", None) or model.gradient_checkpointing_enable
    enable({"use_reentrant": False})


def to_tensors(packs: Sequence[Pack]) -> dict[str, Tensor]:
    """A batch as int64 tensors (packs, width). No attention mask: transformers makes it from `position_ids`."""
    batch = lay_out(packs)
    return {
        "input_ids": torch.tensor(batch.input_ids),
        "labels": torch.tensor(batch.labels),
        "position_ids": torch.tensor(batch.position_ids),
    }


def summed_loss(model: PeftModel, batch: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Cross-entropy summed over the labels of `batch` (nats, fp32), and the number of those labels.

    The head is asked only where there is a label: logits of shape (labels, vocabulary), not (packs, width, vocabulary).
    """
    causal = model.get_base_model()
    hidden = causal.get_decoder()(
        input_ids=batch["input_ids"],
        position_ids=batch["position_ids"],
        use_cache=False,  # with a cache, transformers ignores position_ids and packed examples see each other
    ).last_hidden_state
    targets = batch["labels"][:, 1:]
    asked = targets != IGNORED
    logits = causal.get_output_embeddings()(hidden[:, :-1][asked])
    return cross_entropy(logits.float(), targets[asked], reduction="sum"), asked.sum()


class AdapterTrainer(Trainer):  # type: ignore[misc] # transformers is not followed by mypy
    """The Trainer with an exact loss per learned token that keeps the best adapter in memory."""

    control: TrainerControl

    def __init__(self, recipe: Recipe, **arguments: object) -> None:
        super().__init__(**arguments)
        self.model_accepts_loss_kwargs = True  # compute_loss divides by the step's labels: not again by accumulation
        self.recipe = recipe
        self.evaluated_step = -1
        self._best_loss = math.inf
        self._best_weights: dict[str, Tensor] = {}
        self._waited = 0

    def compute_loss(
        self,
        model: PeftModel,
        inputs: Mapping[str, Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Tensor:
        """The batch's share of the step's mean loss: Σ loss here / labels in the whole step."""
        with self._precision():
            total, labels = summed_loss(self.model, inputs)
        return total / (labels if num_items_in_batch is None else num_items_in_batch)

    def evaluate(self, *_: object, **__: object) -> dict[str, float]:
        """Σ loss / Σ labels over the valid split: free of batch size, unlike the Trainer's mean of batch means.

        Keeps the adapter if it is the best so far; stops the run after `patience` evaluations that gained less than
        `least_gain`.
        """
        _stop_dropout(self.model)
        total, labels = 0.0, 0
        with torch.no_grad(), self._precision():
            for batch in self.get_eval_dataloader():
                batch_total, batch_labels = summed_loss(self.model, self._prepare_inputs(batch))
                total += batch_total.item()
                labels += int(batch_labels)
        self.model.train()
        metrics = {"eval_loss": total / labels}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        self._judge(metrics["eval_loss"])
        return metrics

    def restore_best(self) -> None:
        """Put the kept weights back; without an evaluation the last ones stay."""
        weights = _trainable(self.model)
        for name, best in self._best_weights.items():
            weights[name].data.copy_(best)

    def _judge(self, loss: float) -> None:
        training = self.recipe.training
        self._waited = 0 if loss < self._best_loss - training.least_gain else self._waited + 1
        if loss < self._best_loss:
            self._best_loss = loss
            weights = _trainable(self.model)
            self._best_weights = {name: weight.detach().cpu().clone() for name, weight in weights.items()}
        self.evaluated_step = self.state.global_step
        if self._waited >= training.patience:
            self.control.should_training_stop = True

    def _precision(self) -> torch.autocast:
        bf16 = self.recipe.base.precision == "bf16"
        return torch.autocast(self.args.device.type, dtype=torch.bfloat16, enabled=bf16)


class _Watch(TrainerCallback):  # type: ignore[misc] # transformers is not followed by mypy
    """Passes every figure on, stops a run that diverged, proves at the first step that the whole adapter learns."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def on_log(
        self,
        _args: TrainingArguments,
        state: TrainerState,
        _control: TrainerControl,
        logs: Mapping[str, float] | None = None,
        **_: object,
    ) -> None:
        if not logs:
            return
        self._report({"step": state.global_step, **logs})
        if not all(math.isfinite(logs.get(name, 0.0)) for name in ("loss", "eval_loss")):
            raise InputError(
                f"training, step {state.global_step}", "the loss is no finite number any more",
                mend="lower training.learning_rate, or choose base.precision fp32",
                mend_ko="training.learning_rate 를 낮추거나 base.precision 을 fp32 로 바꾸세요",
            )  # fmt: skip

    def on_pre_optimizer_step(
        self,
        _args: TrainingArguments,
        state: TrainerState,
        _control: TrainerControl,
        model: PeftModel = None,
        **_: object,
    ) -> None:
        if state.global_step == 0:
            still = [name for name, weight in _trainable(model).items() if weight.grad is None]
            if still:
                raise RuntimeError(f"no gradient reaches {still[0]} and {len(still) - 1} more")


def _stop_dropout(model: PeftModel) -> None:
    """Evaluation mode for all but the 4-bit layers, which have no dropout.

    On CPUs with AVX512-BF16 bitsandbytes 0.50 repacks a 4-bit layer at its first pass in evaluation mode, for good;
    gradients no longer go through it, and the adapters below it would stop learning without a word.
    """
    model.eval()
    for module in model.modules():
        if type(module).__module__.startswith("bitsandbytes."):
            module.training = True


def _packs(examples: Sequence[Example], recipe: Recipe) -> list[Pack]:
    if recipe.training.packing:
        return pack(examples, recipe.rows.max_tokens)
    return [[example] for example in examples]


def _arguments(recipe: Recipe, scratch: Path, *, packs: int, evaluate: bool) -> TrainingArguments:
    training = recipe.training
    # Counted here: how a share is written (warmup_ratio, warmup_steps below 1) changed between releases of
    # transformers 5.
    steps = math.ceil(math.ceil(math.ceil(packs / training.batch) / training.accumulation) * training.epochs)
    return TrainingArguments(
        output_dir=str(scratch),
        num_train_epochs=training.epochs,
        per_device_train_batch_size=training.batch,
        per_device_eval_batch_size=training.batch,
        gradient_accumulation_steps=training.accumulation,
        learning_rate=training.learning_rate,
        lr_scheduler_type=training.schedule,
        warmup_steps=round(training.warmup_share * steps),
        weight_decay=training.weight_decay,
        max_grad_norm=training.max_grad_norm,
        optim=training.optimizer,
        bf16=False,  # autocast is ours (AdapterTrainer): it must also cover what the Trainer does not call
        logging_steps=training.log_every_steps,
        eval_strategy="steps" if evaluate else "no",
        eval_steps=training.evaluate_every_steps,
        save_strategy="no",
        seed=recipe.seed,
        data_seed=recipe.seed,
        use_cpu=not torch.cuda.is_available(),
        dataloader_pin_memory=torch.cuda.is_available(),
        remove_unused_columns=False,
        report_to="none",
        disable_tqdm=True,
    )


def _trainable(model: PeftModel) -> dict[str, Parameter]:
    return {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
