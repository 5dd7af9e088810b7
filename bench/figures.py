"""The pictures of figures.ts by matplotlib, of as many pixels, as its users draw them; prints milliseconds as JSON."""
import io
import json
import pathlib
import random
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "peers" / "python"))

DPI = 200
width, height = (int(pixels) / DPI for pixels in sys.argv[1:])
g = random.Random(1)


def numbers(n):
    return [40 + 20 * g.random() for _ in range(n)]


def picture(draw):
    figure, axes = plt.subplots(figsize=(width, height), dpi=DPI)
    draw(axes)
    file = io.BytesIO()
    figure.savefig(file, format="png")
    plt.close(figure)


def edfs(axes):
    for name in "AB":
        axes.ecdf(numbers(500), label=name)
    axes.set_xlabel("error")
    axes.set_ylabel("cumulative probability")
    axes.legend()


def points(axes):
    axes.scatter(numbers(20_000), numbers(20_000), s=4, alpha=0.6)
    axes.set_xlabel("x")
    axes.set_ylabel("y")


def milliseconds(draw):
    start = time.perf_counter()
    picture(draw)
    return (time.perf_counter() - start) * 1000


began = time.perf_counter()
import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt

picture(edfs)
first = (time.perf_counter() - began) * 1000
print(
    json.dumps(
        {
            "first picture": first,
            "next picture": statistics.median(milliseconds(edfs) for _ in range(3)),
            "20,000 points": milliseconds(points),
        }
    )
)
