# Two commands do everything on a machine with Python 3.11+ and make: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
UV := UV_FIND_LINKS="$(PIP_FIND_LINKS)" $(PY) -m uv pip install --quiet --compile-bytecode --python $(PY)
OUT := out

.PHONY: demo test lint clean

demo: $(VENV)/base
	$(PY) -m datagen.wms --out $(OUT)/candidates
	$(PY) -m curation run $(OUT)/candidates --out $(OUT)/dataset
	$(PY) -m curation verify $(OUT)/dataset
	$(PY) -m trainer run $(OUT)/dataset/manifest.json --dry-run
	@echo
	@echo "The dataset lies in $(OUT)/dataset; open $(OUT)/dataset/report.html in a browser."
	@echo "데이터셋은 $(OUT)/dataset 에 있습니다. 브라우저로 $(OUT)/dataset/report.html 을 여세요."

test: $(VENV)/test lint
	OMP_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false HF_HUB_OFFLINE=1 $(PY) -m pytest

lint: $(VENV)/test
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

clean:
	rm -rf $(VENV) $(OUT)

$(VENV)/base: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed · 파이썬 3.11 이상이 필요합니다")'
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check uv
	$(UV) -e .
	@touch $@

# torch first and alone: with an NVIDIA driver the registry's build, which brings CUDA; without one a CPU build, from a
# local folder of wheels (PIP_FIND_LINKS) where it offers one, else from PyTorch's own CPU index.
$(VENV)/test: $(VENV)/base constraints-cpu.txt
ifeq ($(shell command -v nvidia-smi),)
	$(PY) -m pip install --quiet --disable-pip-version-check --no-index --no-deps -r constraints-cpu.txt 2>/dev/null \
		|| $(UV) --torch-backend=cpu -r constraints-cpu.txt
	$(UV) -c constraints-cpu.txt -e '.[documents,llm,train,test]'
else
	$(UV) -e '.[documents,llm,train,test]'
endif
	@touch $@
