"""The house's own laws: imports run one way, one door per heavy library, nothing heavy before it is needed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("datagen", "curation", "trainer")
MAY_IMPORT = {"curation": set(), "datagen": {"curation"}, "trainer": {"curation"}}
# What the trainer may know of curation: enough to open a manifest and to end like every command.
TRAINER_MAY = {"curation.errors", "curation.files", "curation.manifest", "curation.recipe"}
DOORS = {
    "kiwipiepy": {"curation/korean/kiwi.py"},
    "datasketch": {"curation/dedup/minhash.py"},
    "faiss": {"datagen/retrieval/store.py"},
    "langchain": {"datagen/llm/calls/models.py"},
    "langchain_core": {"datagen/retrieval/store.py", "datagen/llm/calls/models.py"},
    "langchain_openai": {"datagen/llm/calls/models.py"},
    "openai": {"datagen/llm/calls/models.py"},
    "langchain_text_splitters": {"datagen/passages.py"},
    "markdown_it": {"datagen/readers/markdown.py"},
    "jinja2": {"curation/report/pages.py"},
    "sentence_transformers": {"curation/sentence_model.py"},
    "huggingface_hub": {"curation/sources/hub.py", "curation/exports/upload.py"},
    "datasets": {"curation/sources/hub.py"},
    "yaml": {"curation/sources/hub.py"},
    "numba": {"curation/dedup/compiled.py"},
    "torch": {"trainer/qlora.py"},
    "transformers": {"trainer/qlora.py"},
    "peft": {"trainer/qlora.py"},
}
NEVER = {"langchain_community", "langchain_faiss", "pickle", "fitz", "pymupdf4llm"}
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def imports(path, *, at_runtime=True):
    """The modules a file imports; those for type checkers alone are left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    guarded = {
        id(node)
        for block in ast.walk(tree)
        if at_runtime and isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if id(node) in guarded:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield str(node.module)


def relative(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_imports_run_one_way(path):
    room = relative(path).split("/")[0]
    for module in imports(path, at_runtime=False):
        other = module.split(".")[0]
        if other in ROOMS and other != room:
            assert other in MAY_IMPORT[room], f"{relative(path)} imports {module}"
        if room == "trainer" and other == "curation":
            assert module in TRAINER_MAY, f"{relative(path)} imports {module}"
        if relative(path).startswith("curation/korean/") and other in ROOMS:
            assert module.startswith("curation.korean"), f"{relative(path)} imports {module}"


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_each_heavy_library_has_one_door(path):
    for module in imports(path):
        library = module.split(".")[0]
        assert library not in NEVER, f"{relative(path)} imports {module}"
        assert relative(path) in DOORS.get(library, {relative(path)}), f"{relative(path)} imports {module}"


@pytest.mark.parametrize("path", [path for path in MODULES if path.name == "__init__.py"], ids=relative)
def test_a_package_file_is_one_docstring(path):
    assert [type(node).__name__ for node in ast.parse(path.read_text(encoding="utf-8")).body] == ["Expr"]


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_no_error_is_caught_broadly(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            assert caught not in ("everything", "Exception", "BaseException"), f"{relative(path)}:{node.lineno}"


@pytest.mark.parametrize(
    "module", ["datagen.wms", "datagen.show", "datagen.beir", "datagen.batch", "datagen.serve", "curation", "trainer"]
)
def test_help_answers_before_anything_heavy_is_loaded(module):
    script = (
        "import runpy, sys\n"
        f"sys.argv = ['{module}', '--help']\n"
        "try:\n"
        f"    runpy.run_module('{module}', run_name='__main__', alter_sys=True)\n"
        "except SystemExit as end:\n"
        "    assert not end.code, end.code\n"
        "heavy = ['torch', 'transformers', 'kiwipiepy', 'faiss', 'scipy', 'pandas', 'datasets', 'huggingface_hub', 'numba', 'langchain_core', 'openai', 'pyarrow']\n"
        "print('LOADED', [name for name in heavy if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip().endswith("LOADED []"), done.stdout[-300:]


def test_the_base_writes_and_curates_without_torch(small_handbook, tmp_path):
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from datagen.wms import RECIPE, write_dataset\nfrom datagen.recipe import Recipe\n"
        "from curation.recipe import load_recipe\n"
        f"found = write_dataset([Path({str(small_handbook)!r})], load_recipe(Recipe, RECIPE), words=(), limit=None, "
        "on_step=print)\n"
        "import curation.dataset.folder\n"
        "assert found.kept\n"
        "print('LOADED', [n for n in ('torch', 'transformers', 'langchain_community', 'pandas') if n in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip().endswith("LOADED []"), done.stdout[-300:]
