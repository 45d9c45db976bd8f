"""Trains the model when it is missing or when what it is made of has changed: `make train`.

Records and word lists are no part of it: they are read by the running servers, and editing them needs no training.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from deploy.settings import BOT_PYTHON, ENCODER, LOGS, MODEL, PYTHON, ROOT, Ports, environment
from knowledge.encoder import bundle
from knowledge.encoder.files import about

INPUTS = (
    "config.yml",
    "domain.yml",
    "data/**/*.yml",
    "bot/nlu/**/*.py",
    "bot/uv.lock",
    "knowledge/lexicon.py",
    "knowledge/misspelling.py",
    "knowledge/text.py",
    "knowledge/encoder/e5.py",
    "knowledge/encoder/pieces.py",
)
"""What a model is made of, beside the encoder; one that is older than a change in any of these is stale."""
_HEARTBEAT = 10.0


def fingerprint(root: Path = ROOT) -> str:
    """A digest of the names and contents of all inputs; white space, dates and the machine don't matter to names."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in INPUTS for path in root.glob(pattern)}):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update(encoder_in(root).encode())
    return digest.hexdigest()


def encoder_in(root: Path) -> str:
    """The digest of the encoder that questions are read with; empty before it is made."""
    try:
        return str(about(root / ENCODER.relative_to(ROOT))["digest"])
    except OSError:
        return ""


def mark_of(model: Path) -> Path:
    """The file beside a model that says what it was made of."""
    return model.with_suffix("").with_suffix(".sha256")


def is_fresh(root: Path = ROOT, model: Path = MODEL) -> bool:
    """Whether the model exists and was trained from the inputs as they are now."""
    mark = mark_of(model)
    return model.exists() and mark.exists() and mark.read_text(encoding="utf-8").strip() == fingerprint(root)


def train(model: Path = MODEL) -> bool:
    """Train and put the model in place as a whole; the old one stays when training fails. Returns success."""
    made_of = fingerprint()
    LOGS.mkdir(exist_ok=True)
    model.parent.mkdir(exist_ok=True)
    log = LOGS / "train.log"
    with tempfile.TemporaryDirectory(dir=model.parent) as folder, log.open("w", encoding="utf-8") as output:
        command = [
            str(BOT_PYTHON), "-m", "bot", "train", "--force", "--out", folder, "--fixed-model-name", model.name.split(".")[0],
        ]  # fmt: skip
        # Rasa's cache knows neither our word lists nor our imports; whether to train was decided by the fingerprint.
        environ = {**environment(Ports.of(os.environ)), "RASA_MAX_CACHE_SIZE": "0"}
        started = time.monotonic()
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT)
        while True:
            try:
                code = process.wait(_HEARTBEAT)
                break
            except subprocess.TimeoutExpired:
                print(f"训练中……{time.monotonic() - started:.0f} 秒", flush=True)
        made = Path(folder) / model.name
        if code or not made.exists():
            print("\n".join(log.read_text(encoding="utf-8").splitlines()[-30:]), file=sys.stderr)
            print(f"训练失败，完整日志在 {log.relative_to(ROOT)}；原有模型未改动。", file=sys.stderr)
            return False
        shutil.move(made, model)
    mark_of(model).write_text(made_of + "\n", encoding="utf-8")
    print(f"训练完成，用时 {time.monotonic() - started:.0f} 秒：{model.relative_to(ROOT)}")
    return True


def main() -> int:
    """Make the encoder, embed the records' sentences and train, each only if needed."""
    try:
        if bundle.make(ENCODER):
            print("句向量模型已备好。", flush=True)
    except (ImportError, OSError, ValueError) as error:
        print(f"句向量模型没有做成（{error}）。请重新运行 make install。", file=sys.stderr)
        return 1
    if is_fresh():
        print("模型是最新的，无需训练。")
        return 0
    print("正在为知识库建立语义索引（首次约二十秒，之后只算改过的句子）……", flush=True)
    index = subprocess.run(
        [PYTHON, "-m", "knowledge", "index"], cwd=ROOT, env=environment(Ports.of(os.environ)), check=False
    )
    if index.returncode:
        print("知识库没有通过检查，请先按上面的提示改正，再运行 make train。", file=sys.stderr)
        return 1
    print("正在训练模型（约一分钟）……", flush=True)
    return 0 if train() else 1


if __name__ == "__main__":
    sys.exit(main())
