"""Random search and regularised evolution on a table, in plain Python: the peers of bench/search.ts.

A genome is a tuple of choices, the table a dict from genomes to (told, judged) errors. Prints the CPU seconds of each for
so many repeats of so many evaluations.
"""

import json
import random
import sys
import time
from collections import deque
from operator import itemgetter

told_of = itemgetter(0)


def random_search(table, options, edges, evaluations, rng):
    best, found, curve = float("inf"), 0.0, []
    for _ in range(evaluations):
        told, judged = table[tuple(rng.choices(options, k=edges))]
        if told < best:
            best, found = told, judged
        curve.append(found)
    return curve


def evolution(table, options, edges, evaluations, rng, size=30, sample=10, unchanged=0.05):
    population, best, found, curve = deque(maxlen=size), float("inf"), 0.0, []
    for place in range(evaluations):
        if place < size:
            genome = tuple(rng.choices(options, k=edges))
        else:
            genome = min(rng.choices(population, k=sample), key=told_of)[1]
            if rng.random() >= unchanged:
                edge = rng.randrange(edges)
                other = rng.choice([option for option in options if option != genome[edge]])
                genome = genome[:edge] + (other,) + genome[edge + 1 :]
        told, judged = table[genome]
        population.append((told, genome))
        if told < best:
            best, found = told, judged
        curve.append(found)
    return curve


def main():
    file, repeats, evaluations = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with open(file, encoding="utf-8") as opened:
        rows = json.load(opened)
    table = {tuple(code): (told, judged) for code, told, judged in rows}
    edges = len(rows[0][0])
    options = tuple(range(1 + max(max(code) for code, _, _ in rows)))
    said = {}
    for name, search in (("random", random_search), ("regularised evolution", evolution)):
        ends, start = [], time.process_time()
        for repeat in range(repeats):
            ends.append(search(table, options, edges, evaluations, random.Random(repeat))[-1])
        said[name] = {"seconds": time.process_time() - start, "mean": sum(ends) / repeats}
    print(json.dumps(said))


main()
