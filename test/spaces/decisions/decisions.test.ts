import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AnyNetXA,
  AnyNetXE,
  anyNet,
  type Choose,
  DecisionSpace,
  decisions,
  describe,
  logUniform,
  oneOf,
  type Program,
  RegNetX,
  sample,
  seeded,
  type Space,
  uniform,
  X,
  Y,
} from "netspace";
import { Decisions } from "../../../src/spaces/decisions/decisions.js";
import { chiSquareTail } from "../../../src/statistics/distributions.js";
import { type Chain, chain, chainFamily } from "../../support/chain-family.js";

/** Whatever is chosen, as what is decided. */
type Chosen = Readonly<Record<string, unknown>>;
const decided = (program: Program<Chosen>) => new Decisions<Chosen>("mine", program);

/** Stages whose number is chosen, widths that depend on each other, an operator that brings a choice of its own. */
const dependent = decided(choose => {
  const stages = choose("stages", [1, 2, 3]);
  const kernel = choose("kernel", [3, 5, 7]);
  const widths = choose.chain(
    Array.from({ length: stages }, (_, i) => `w${i + 1}`),
    previous => [8, 16, 24, 32].filter(w => w >= (previous ?? 8)),
  );
  const op = choose("op", ["conv", "pool", "skip"]);
  const expansion = op === "conv" ? choose("expansion", stages === 1 ? [1, 2] : [1, 2, 4]) : 1;
  const se = choose.free("se", [false, true]);
  if (op === "pool" && kernel === 7) return undefined;
  return { stages, kernel, widths, op, expansion, se };
});

test("size counts dependent choices exactly: as many ways as are enumerated, and those that make nothing", () => {
  const ways = [...dependent.ways()];
  // Widths of 1, 2 and 3 stages: 4, 10 and 20 in order. Of the operators, conv has an expansion of 2 or 3 values.
  const counted = [4, 10, 20].map((chains, i) => 3 * chains * ((i === 0 ? 2 : 3) + 2) * 2);
  assert.equal(dependent.size, BigInt(counted.reduce((a, b) => a + b)));
  const refused = [4, 10, 20].reduce((sum, chains) => sum + chains * 2, 0);
  assert.equal(BigInt(ways.length + refused), dependent.size);
  const texts = new Set(ways.map(({ architecture }) => JSON.stringify(architecture)));
  assert.equal(texts.size, ways.length);
});

test("a chain is counted as it is walked, whatever its links allow", () => {
  const chains: readonly ((previous: number | undefined, place: number) => number[])[] = [
    previous => [1, 2, 3, 4, 5].filter(v => v !== previous),
    (previous, place) => (place % 2 === 0 ? [1, 2] : [previous!, 7, 8]),
    previous => Array.from({ length: (previous ?? 1) + 1 }, (_, i) => i),
  ];
  for (const options of chains) {
    const program = decided(choose => ({ row: choose.chain(["a", "b", "c", "d"], options) }));
    assert.equal(program.size, BigInt([...program.ways()].length));
  }
});

test("NASNet's cells have the size that their paper's choices give", () => {
  const hidden = ["previous", "before", "1", "2", "3", "4"];
  const operations = Array.from({ length: 13 }, (_, i) => `op${i}`);
  const nasnet = decided(choose => {
    const cell = (kind: string) =>
      Array.from({ length: 5 }, (_, b) => [
        ...["a", "b"].map(side => choose.free(`${kind}${b}.${side}`, hidden.slice(0, b + 2))),
        ...["a", "b"].map(side => choose.free(`${kind}${b}.op-${side}`, operations)),
        choose.free(`${kind}${b}.combine`, ["add", "concat"]),
      ]);
    return { normal: cell("n"), reduction: cell("r") };
  });
  assert.equal(nasnet.size, 2_286_906_949_584_691_200n ** 2n);
  assert.equal(nasnet.vocabulary.length, 50);
});

test("ways are enumerated one at a time and in a fixed order, the last choice first, also of 10¹⁸", () => {
  const first = (n: number) => {
    const ways = decisions(AnyNetXA).ways();
    return Array.from({ length: n }, () => {
      const { choices } = ways.next().value!;
      return `${String(choices.g3)},${String(choices.g4)}`;
    });
  };
  assert.deepEqual(first(8), ["1,1", "1,2", "1,4", "1,8", "1,16", "1,32", "2,1", "2,2"]);
  assert.deepEqual(first(3), first(3));
});

test("neighbours differ in one choice: numbers by a step, others by any, and what depends on it follows", () => {
  const way = dependent.decode({
    stages: 2,
    kernel: 3,
    w1: 16,
    w2: 16,
    op: "conv",
    expansion: 4,
    se: false,
  });
  const changes = [...dependent.neighbours(way)].map(({ choices }) => {
    const names = new Set([...Object.keys(choices), ...Object.keys(way.choices)]);
    return [...names]
      .filter(name => choices[name] !== way.choices[name])
      .map(name => `${name}:${String(choices[name])}`)
      .join(" ");
  });
  assert.deepEqual(changes, [
    // The expansion of 4 is not offered to one stage: the nearest is 2.
    "stages:1 expansion:2 w2:undefined",
    // A third width is asked for the first time, and begins with the first that may follow.
    "stages:3 w3:16",
    "kernel:5",
    "w1:8",
    "w1:24 w2:24",
    "w2:24",
    "op:pool expansion:undefined",
    "op:skip expansion:undefined",
    "expansion:2",
    "se:true",
  ]);
});

test("neighbours of neighbours lead everywhere, and back", () => {
  const found = new Map([...dependent.ways()].slice(0, 1).map(way => [way.code.join(), way]));
  for (const way of found.values()) {
    for (const next of dependent.neighbours(way))
      if (!found.has(next.code.join())) found.set(next.code.join(), next);
  }
  assert.equal(found.size, [...dependent.ways()].length);
});

test("a mutation changes one choice, each as likely, to another of its options by their probabilities", () => {
  const program = decided(choose => ({
    a: choose.free("a", ["x", "y", "z"]),
    b: choose.free("b", oneOf([1, 2, 3, 4], [1, 2, 4, 8])),
    only: choose.free("only", ["one"]),
    c: choose.free("c", [false, true]),
  }));
  const way = program.decode({ a: "y", b: 3, only: "one", c: true });
  const random = seeded(4);
  const counts = new Map<string, number>();
  const n = 60_000;
  for (let i = 0; i < n; i++) {
    const { choices } = program.mutate(way, random);
    const changed = Object.keys(choices).filter(name => choices[name] !== way.choices[name]);
    assert.equal(changed.length, 1);
    const change = `${changed[0]} ${String(choices[changed[0]])}`;
    counts.set(change, (counts.get(change) ?? 0) + 1);
  }
  const expected = {
    "a x": 1 / 6,
    "a z": 1 / 6,
    "b 1": 1 / 33,
    "b 2": 2 / 33,
    "b 4": 8 / 33,
    "c false": 1 / 3,
  };
  assert.deepEqual([...counts.keys()].sort(), Object.keys(expected).sort());
  const statistic = Object.entries(expected).reduce(
    (sum, [change, p]) => sum + (counts.get(change)! - n * p) ** 2 / (n * p),
    0,
  );
  assert.ok(chiSquareTail(statistic, 5) > 0.001, `chi-square ${statistic}`);
});

test("mutations and crossings stay among the ways, and are the same for the same seed", () => {
  const known = new Set([...dependent.ways()].map(({ code }) => code.join()));
  const evolve = (seed: number) => {
    const random = seeded(seed);
    let [a, b] = [dependent.draw(random), dependent.draw(random)];
    const codes: string[] = [];
    for (let i = 0; i < 2000; i++) {
      [a, b] = [dependent.mutate(b, random), dependent.cross(a, b, random)];
      codes.push(a.code.join(), b.code.join());
    }
    return codes;
  };
  const codes = evolve(3);
  assert.ok(codes.every(code => known.has(code)));
  assert.ok(new Set(codes).size > known.size / 2);
  assert.deepEqual(evolve(3), codes);
  assert.notDeepEqual(evolve(4), codes);
});

test("a child has each choice of one parent or the other, as likely", () => {
  const program = decisions(AnyNetXA);
  const random = seeded(6);
  const [a, b] = [program.draw(random), program.draw(random)];
  let fromA = 0;
  let differing = 0;
  for (let i = 0; i < 2000; i++) {
    const { choices } = program.cross(a, b, random);
    for (const [name, value] of Object.entries(choices)) {
      assert.ok(value === a.choices[name] || value === b.choices[name], name);
      if (a.choices[name] === b.choices[name]) continue;
      differing++;
      if (value === a.choices[name]) fromA++;
    }
  }
  assert.ok(Math.abs(fromA / differing - 0.5) < 0.02, `${fromA} of ${differing}`);
});

test("mutation and crossover keep the order of widths and depths, and RegNets their rule", () => {
  const random = seeded(8);
  const rising = (values: number[]) => values.every((v, i) => i === 0 || v >= values[i - 1]);
  for (const space of [AnyNetXE, RegNetX]) {
    const program = decisions(space);
    let [a, b] = [program.draw(random), program.draw(random)];
    for (let i = 0; i < 500; i++) {
      [a, b] = [program.mutate(a, random), program.cross(a, b, random)];
      for (const { architecture } of [a, b]) {
        assert.equal(architecture.stages.length, 4);
        assert.ok(rising(architecture.stages.map(({ width }) => width)), describe(architecture));
        assert.doesNotThrow(() => program.encode(structuredCopy(architecture)));
      }
    }
  }
});

/** The same architecture, made by nobody. */
const structuredCopy = <T extends { stages: readonly object[] }>(architecture: T): T => ({
  ...architecture,
  stages: architecture.stages.map(stage => ({ ...stage })),
});

test("a code that fits no way is refused, with the choice that it fails at", () => {
  const refused: readonly [unknown, RegExp][] = [
    [[2], /expected an index from 0 to 2 at 1, for "kernel", got a code of 1 numbers/],
    [[3, 0], /expected an index from 0 to 2 at 0, for "stages", got 3/],
    [[0, 0, 0.5, 0, 0, 0], /from 0 to 3 at 2, for "w1", got 0.5/],
    [[1, 0, 3, 1, 1, 0], /from 0 to 0 at 3, for "w2", got 1/],
    [[0, 0, 0, 2, 1, 0], /expected 5 numbers, as many as this way has choices, got 6/],
    [[0, 2, 0, 1, 0], /the choices 0,2,0,1,0 make no architecture/],
    [{ stages: 1, kernel: 3 }, /expected a choice "w1", got "stages", "kernel"/],
    [{}, /expected a choice "stages", got no choices/],
    [{ stages: 4 }, /expected one of 1, 2, 3 as "stages", got 4/],
    [{ stages: "1" }, /expected one of 1, 2, 3 as "stages", got "1"/],
    [
      { stages: 1, kernel: 3, w1: 8, op: "skip", se: true, w2: 8 },
      /nothing asks for "w2" on this way; leave it out/,
    ],
    [undefined, /expected a way's code or choices, got undefined/],
    ["001", /expected a way's code or choices, got "001"/],
  ];
  for (const [given, message] of refused) {
    assert.throws(() => dependent.decode(given as number[]), { name: "RangeError", message });
  }
  const vectors: readonly [unknown, RegExp][] = [
    [[1, 2], /expected 8 numbers, one for each word of the vocabulary, got 2/],
    [[0, 0, 0, 2, 0, 0, -1, -1], /nothing asks for "expansion"/],
    [[0, 0, 0, 3, -1, 0, -1, -1], /expected −1 or a place from 0 to 2 for "op", got 3/],
    [[0, -1, 0, 2, -1, 0, -1, -1], /expected a choice "kernel"/],
    [[0, 0, -2, 2, -1, 0, -1, -1], /expected −1 or a place from 0 to 3 for "w1", got -2/],
  ];
  for (const [vector, message] of vectors) {
    assert.throws(() => dependent.fromVector(vector as number[]), { name: "RangeError", message });
  }
});

test("a vector has a place for every word of the vocabulary, and −1 where a way does not ask", () => {
  assert.deepEqual(
    dependent.vocabulary.map(({ name, options }) => `${name} ${options.join("|")}`),
    [
      "stages 1|2|3",
      "kernel 3|5|7",
      "w1 8|16|24|32",
      "op conv|pool|skip",
      "expansion 1|2|4",
      "se false|true",
      "w2 8|16|24|32",
      "w3 8|16|24|32",
    ],
  );
  for (const way of dependent.ways()) {
    const vector = dependent.vector(way);
    assert.deepEqual(dependent.fromVector(vector).code, way.code);
  }
  const vectors = new Set([...dependent.ways()].map(way => dependent.vector(way).join()));
  assert.equal(vectors.size, [...dependent.ways()].length);
});

test("objects are options too: blocks by their names, others by their places, made anew or not", () => {
  const program = decided(choose => {
    const { block } = { block: choose("block", [X, Y]) };
    const shape = choose("shape", [{ k: 3 }, { k: 5 }]);
    return { block, k: shape.k };
  });
  assert.equal(program.size, 4n);
  for (const way of program.ways()) {
    assert.deepEqual(program.fromVector(program.vector(way)).architecture, way.architecture);
    assert.deepEqual(program.encode({ ...way.architecture }).code, way.code);
  }
  assert.deepEqual(
    [...program.neighbours(program.decode([0, 0]))].map(({ code }) => code),
    [
      [1, 0],
      [0, 1],
    ],
  );
});

test("a program that breaks its word is stopped, with what it did", () => {
  const random = seeded(1);
  const run = (program: Program<Chosen>) => {
    const made = decided(program);
    return () => {
      for (let i = 0; i < 50; i++) made.draw(random);
    };
  };
  const cases: readonly [Program<Chosen>, RegExp][] = [
    [
      choose => (choose.free("a", [1, 2]) === 1 ? { b: choose.free("b", [1]) } : {}),
      /asks for (nothing more where it asked for "b"|"b" with 1 option where it asked for nothing more) .*choose\.free/,
    ],
    [
      choose => ({ b: choose.free("b", [1, 2, 3].slice(0, choose.free("a", [2, 3]))) }),
      /asks for "b" with [23] options where it asked for "b" with [23] options before/,
    ],
    [choose => ({ a: choose("a", [Math.floor(random() * 1e6)]) }), /"a" with 1 option where/],
    [
      choose => ({ w: choose.chain(["a", "b"], p => (p === undefined ? [1, 2] : [random(), 2])) }),
      /"b" with 2 options where/,
    ],
    [
      choose => {
        const [a] = choose.chain(["a", "b"], () => [1, 2]);
        return { c: choose("c", a === 1 ? [1] : [2]) };
      },
      /asks for "c"/,
    ],
    [choose => ({ a: choose("a", [1]), b: choose("a", [1]) }), /"a" is asked for twice/],
    [choose => ({ w: choose.chain(["a", "a"], () => [1]) }), /"a" is asked for twice/],
    [choose => ({ a: choose("a", []) }), /choice "a" needs options, .* got \[\]/],
    [choose => ({ a: choose("a", undefined as never) }), /choice "a" needs options, .* got undefined/],
    [choose => ({ a: choose("a", "xyz" as never) }), /choice "a" needs options, .* got "xyz"/],
    [choose => ({ a: choose("a", [1, 2, 1]) }), /options that differ from each other/],
    [choose => ({ a: choose("", [1]) }), /a choice needs a name, got ""/],
    [choose => ({ a: choose({ a: 1 } as never, [1]) }), /a choice needs a name/],
    [
      choose => ({ a: choose("a", { values: [1, 2], probabilities: [0.5] }) }),
      /probability for each of its 2 values/,
    ],
    [choose => ({ a: choose("a", { values: [1, 2], probabilities: [1, 1] }) }), /which sum to 1/],
    [choose => ({ a: choose.chain([], () => [1]) }), /choose.chain needs names/],
    [choose => ({ a: choose.chain(["a"], undefined as never) }), /choose.chain needs names/],
    [(async (choose: Choose) => ({ a: choose("a", [1]) })) as never, /returned a promise/],
    [choose => void choose("a", [1, 2]), /none of 100000 tries made an architecture; return one/],
    [choose => choose("a", [1, 2]) as never, /must return an architecture, or undefined, got [12]/],
  ];
  for (const [program, message] of cases) {
    assert.throws(run(program), { name: "RangeError", message }, String(program));
  }
  let kept: Parameters<Program>[0] | undefined;
  decided(choose => {
    kept = choose;
    return {};
  }).draw(random);
  assert.throws(() => kept!("late", [1]), /"late" was asked for after its program returned/);
  assert.throws(() => kept!.chain(["late"], () => [1]), /was asked for after its program returned/);
  const own: Decisions<Chosen> = decided(() => own.draw(random).architecture);
  assert.throws(() => own.draw(random), /its program runs itself/);
});

test("a program that threw runs again", () => {
  let broken = true;
  const program = decided(choose => {
    const a = choose("a", [1, 2]);
    if (broken) throw new Error("not yet");
    return { a };
  });
  assert.throws(() => program.draw(seeded(1)), /not yet/);
  broken = false;
  assert.equal(program.size, 2n);
});

test("a hundred free choices are counted at once, and those that cannot be are told how", () => {
  const many = (free: boolean) =>
    decided(choose => ({
      all: Array.from({ length: 100 }, (_, i) => (free ? choose.free : choose)(`c${i}`, [0, 1, 2, 3])),
    }));
  assert.equal(many(true).size, 4n ** 100n);
  assert.throws(() => many(false).size, /too many combinations .* choose\.free/);
  // What needs no count works all the same.
  assert.equal(many(false).draw(seeded(1)).code.length, 100);
});

test("programs that are too large to be remembered run, and are asked each name once all the same", () => {
  const many = decided(choose => ({ all: Array.from({ length: 40 }, (_, i) => choose(`c${i}`, [0, 1, 2])) }));
  const random = seeded(2);
  for (let i = 0; i < 3000; i++) assert.equal(many.draw(random).code.length, 40);
  const way = many.draw(random);
  assert.deepEqual(many.decode(way.code).code, way.code);
  const twice = decided(choose => {
    for (let i = 0; i < 40; i++) choose(`c${i}`, [0, 1, 2]);
    return { again: choose.free("last", [0]) };
  });
  for (let i = 0; i < 3000; i++) twice.draw(random);
});

test("a space of one's own needs a program and nothing else", () => {
  const mine = new DecisionSpace("mine", choose => {
    const stages = choose("stages", [2, 3]);
    const widths = choose.chain(
      Array.from({ length: stages }, (_, i) => `w${i + 1}`),
      previous => logUniform(previous ?? 8, 64, 8),
    );
    return anyNet(
      widths.map((width, i) => ({
        depth: choose.free(`d${i + 1}`, uniform(1, 3)),
        width,
        bottleneck: 1,
        groupWidth: 8,
        stride: 2,
      })),
    );
  });
  assert.equal(mine.size, 36n * 9n + 120n * 27n);
  assert.deepEqual(mine.dimensions, ["stages", "w1", "w2", "d1", "d2", "w3", "d3"]);
  const where = { params: [0, 2e5] } as const;
  const placed = mine.with({ block: Y, classes: 10 });
  for (const { architecture, params } of sample(placed, { n: 30, seed: 1, where })) {
    assert.ok(architecture.block === Y && architecture.classes === 10 && params <= 2e5);
    const way = decisions(placed).encode(architecture);
    assert.deepEqual(decisions(mine).decode(way.code).architecture.stages, architecture.stages);
  }
  const few = mine.accepting(({ flops }) => flops < 5e7).named("few");
  assert.equal(few.name, "few");
  assert.ok(sample(few, { n: 20, seed: 1 }).every(({ flops }) => flops < 5e7));
  assert.deepEqual(
    sample(mine, { n: 5, seed: 3 }).map(
      ({ architecture }) => decisions(mine).encode(architecture).architecture,
    ),
    sample(mine, { n: 5, seed: 3 }).map(({ architecture }) => architecture),
  );
  assert.throws(() => mine.with({ stages: [] }), /must be given none/);
  assert.throws(() => new DecisionSpace("x", "y" as never), /expected a program such as/);
});

test("a space without a program has no decisions, and says what to give it", () => {
  const bare: Space = { name: "bare", dimensions: [], size: 1n, draw: () => undefined };
  assert.throws(
    () => decisions(bare),
    /expected a space with a program of choices, got bare; give it decide/,
  );
  assert.throws(() => decisions("AnyNetXA" as never), /expected a space, got "AnyNetXA"/);
  const way = decisions(AnyNetXA).draw(seeded(1));
  assert.throws(
    () => decisions(AnyNetXA).mutate(way.architecture as never, seeded(1)),
    /expected a way, as draw/,
  );
  assert.throws(() => decisions(AnyNetXA).draw(() => 1), /must give numbers in \[0, 1\), got 1/);
});

test("a space of another family needs no more: its program makes that family's architectures", () => {
  const links = new DecisionSpace<Chain>(
    "links",
    choose => {
      const length = choose("length", [1, 2, 3]);
      return chain(Array.from({ length }, (_, i) => choose.free(`link${i + 1}`, uniform(8, 32, 8))));
    },
    { family: chainFamily },
  );
  assert.equal(links.size, 4n + 16n + 64n);
  const placed = links.with({ classes: 5 });
  for (const { architecture } of sample(placed, {
    n: 20,
    seed: 1,
    where: { depth: [2, 3] },
    resolution: 32,
  })) {
    assert.equal(architecture.classes, 5);
    const { widths } = decisions(links).decode(decisions(placed).encode(architecture).code).architecture;
    assert.deepEqual(widths, architecture.widths);
  }
  const first = decisions(links).decode([1, 0, 0]);
  assert.equal([...decisions(links).neighbours(first)].length, 4);
});

test("a way of another space is taken by its choices, or rejected by the choice that does not fit", () => {
  const program: Program<Chosen> = choose => ({ d: choose("d", [1, 2, 3, 4]), w: choose("w", [8, 16]) });
  const [large, twin] = [decided(program), decided(program)];
  const small = decided(choose => ({ d: choose("d", [1, 2]), w: choose("w", [8, 16]) }));
  const way = large.decode({ d: 4, w: 16 });
  assert.deepEqual(
    [...twin.neighbours(way)].map(({ choices }) => choices),
    [...large.neighbours(way)].map(({ choices }) => choices),
  );
  assert.deepEqual(twin.vector(way), large.vector(way));
  const calls: readonly (readonly [string, () => unknown])[] = [
    ["neighbours", () => [...small.neighbours(way)]],
    ["mutate", () => small.mutate(way, seeded(1))],
    ["cross", () => small.cross(small.draw(seeded(1)), way, seeded(1))],
    ["vector", () => small.vector(way)],
  ];
  for (const [name, call] of calls) {
    assert.throws(call, new RegExp(`^RangeError: mine\\.${name}: expected one of 1, 2 as "d", got 4$`));
  }
});

test("a program that never ends is stopped, by whatever it is run", () => {
  const endless = decided(choose => {
    let depth = 1;
    while (choose(`more${depth}`, [true, false])) depth++;
    return { depth };
  });
  const problem =
    /^RangeError: mine: its program asks for more than 10000 choices, the last "more10001"; it must end/;
  assert.throws(() => [...endless.ways()], problem);
  assert.throws(() => endless.size, problem);
  assert.ok(endless.draw(seeded(1)).code.length > 0);
});

test("encode says that it wants the architecture of a sample", () => {
  const [drawn] = sample(AnyNetXE, { n: 1, seed: 1 });
  assert.throws(
    () => decisions(AnyNetXE).encode(drawn as never),
    /^RangeError: AnyNetXE\.encode: expected an architecture, got what has one, .*; give its architecture$/,
  );
});
