/** What an LSTM controller is at first, what it learns, and what it leaves alone. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { decisions, NasBench201 } from "netspace";
import { seeded } from "../../../src/base/random.js";
import { Lstm } from "../../../src/search/controllers/lstm.js";
import { workspace } from "../../../src/search/controllers/workspace.js";
import { lstm, ppo, random, reinforce, type Strategy } from "../../../src/search/index.js";
import { bits, type Toy } from "../../support/toy-spaces.js";

const ones = (outcome: { readonly way: { readonly architecture: object } }) =>
  (outcome.way.architecture as Toy).values.reduce((a, b) => a + b, 0);

test("products are those of plain loops, whatever remains of rows and columns", () => {
  const uniform = seeded(1);
  for (const m of [1, 3, 4, 5, 9])
    for (const k of [0, 1, 7])
      for (const n of [1, 3, 4, 7, 8, 15, 16, 21]) {
        workspace.clear();
        const numbers = (count: number) => Float32Array.from({ length: count }, () => uniform() - 0.5);
        // A lies transposed, and B and C in wider tables.
        const [a, b, c] = [numbers(k * m), numbers(k * (n + 2)), numbers(m * (n + 1))];
        const [atA, atB, atC] = [workspace.put(a), workspace.put(b), workspace.put(c)];
        workspace.product(m, k, n, atA, 1, m, atB, atC, n + 2, n + 1);
        for (let i = 0; i < m; i++)
          for (let j = 0; j <= n; j++) {
            let sum = c[i * (n + 1) + j];
            // The last column of C is no part of it.
            if (j < n) for (let p = 0; p < k; p++) sum += a[p * m + i] * b[p * (n + 2) + j];
            const got = workspace.values[atC + i * (n + 1) + j];
            assert.ok(Math.abs(got - sum) < 1e-6, `${m} × ${k} × ${n} at ${i}, ${j}`);
          }
      }
});

test("it begins with weights drawn uniformly from the range, biases at zero, and nearly even chances", () => {
  const { vocabulary } = decisions(NasBench201);
  const make = (seed: number, range = 0.08) =>
    new Lstm(vocabulary, lstm({ layers: 2, units: 35, range }), seed).parameters;
  const all = make(4);
  const drawn = all.filter(value => value !== 0);
  // 2 × 4 × 35 biases of gates, one of each of 6 × 5 options.
  assert.equal(all.length - drawn.length, 2 * 4 * 35 + 30);
  const mean = drawn.reduce((a, b) => a + b, 0) / drawn.length;
  const square = drawn.reduce((a, b) => a + b * b, 0) / drawn.length;
  assert.ok(Math.abs(mean) < 0.08 * 0.02);
  assert.ok(Math.abs(Math.sqrt(square) - 0.08 / Math.sqrt(3)) < 0.08 * 0.01);
  assert.ok(drawn.every(value => Math.abs(value) <= Math.fround(0.08)));
  assert.deepEqual(make(4), all);
  assert.notDeepEqual(make(5), all);
  const pass = new Lstm(vocabulary, lstm(), 1).begin();
  const { questions } = decisions(NasBench201).draw(seeded(1));
  for (const p of pass.probabilities(questions[0])) assert.ok(Math.abs(p - 0.2) < 0.03);
});

test("what it says next depends on what was taken, all that was", () => {
  const { vocabulary } = decisions(NasBench201);
  const { questions } = decisions(NasBench201).draw(seeded(1));
  const controller = new Lstm(vocabulary, lstm({ range: 0.5 }), 1);
  const third = (first: number, second: number) => {
    const pass = controller.begin();
    pass.probabilities(questions[0]);
    pass.took(first);
    pass.probabilities(questions[1]);
    pass.took(second);
    return [...pass.probabilities(questions[2])];
  };
  assert.deepEqual(third(1, 2), third(1, 2));
  assert.notDeepEqual(third(1, 2), third(1, 3));
  assert.notDeepEqual(third(1, 2), third(0, 2));
});

test("tempered logits keep to their limit; biases are given by names of options", () => {
  const { vocabulary } = decisions(NasBench201);
  const { questions } = decisions(NasBench201).draw(seeded(1));
  const first = (settings: Parameters<typeof lstm>[0]) => [
    ...new Lstm(vocabulary, lstm(settings), 1).begin().probabilities(questions[0]),
  ];
  const name = String((questions[0].values[2] as { name?: string }).name ?? questions[0].values[2]);
  const free = first({ biases: { [name]: 50 } });
  assert.ok(free[2] > 0.999);
  const held = first({ biases: { [name]: 50 }, greatestLogit: 1.5 });
  // The others' logits are near 0: e^1.5 to one each.
  assert.ok(Math.abs(held[2] / held[0] - Math.exp(1.5)) < 0.5);
  // Operations are no numbers.
  const operations = first({ biases: { [name]: 50 }, greatestLogit: 1.5, greatestOperationLogit: 0.5 });
  assert.ok(Math.abs(operations[2] / operations[0] - Math.exp(0.5)) < 0.2);
  assert.throws(
    () => ppo({ controller: lstm({ biases: { convolution: 1 } }) }).start({ space: NasBench201, seed: 1 }),
    /lstm: expected biases of options of the space, got "convolution"; there are /,
  );
  assert.throws(() => lstm({ units: 0 }), /lstm: units must be a positive integer, got 0/);
  assert.throws(
    () => lstm({ greatestLogit: -1 }),
    /greatestLogit must be a positive number or false, got -1/,
  );
  assert.throws(
    () => reinforce({ controller: { units: 4 } as never }),
    /reinforce: controller must be "softmaxes", "lstm" or lstm\({ … }\), got/,
  );
  assert.throws(
    () => reinforce({ controller: { kind: "lstm", depth: 4 } as never }),
    /lstm: unknown setting "depth"; known are layers, units/,
  );
});

test("it learns what is rewarded, on a hundred bits too, where random search does not", () => {
  const late = (strategy: Strategy, n: number): number => {
    const searcher = strategy.start({ space: bits(n), seed: 6 });
    let sum = 0;
    for (let place = 0; place < 1000; place++) {
      const [proposal] = searcher.ask(1);
      const share = ones(proposal) / n;
      if (place >= 900) sum += share / 100;
      searcher.tell({ ...proposal, place, error: 100 * (1 - share) });
    }
    return sum;
  };
  const small = lstm({ units: 12 });
  const deep = lstm({ units: 12, layers: 2, temperature: 2, greatestLogit: 4 });
  const cases: readonly [strategy: Strategy, bits: number][] = [
    [reinforce({ controller: small, learningRate: 0.02, batch: 5 }), 100],
    [
      reinforce({
        controller: small,
        learningRate: 0.02,
        batch: 5,
        entropy: 1e-3,
        entropyIn: "reward",
        rewardPower: 3,
      }),
      20,
    ],
    [ppo({ controller: small, learningRate: 0.01, batch: 10 }), 20],
    [ppo({ controller: deep, learningRate: 0.02, batch: 10 }), 20],
    [reinforce({ learningRate: 0.1 }), 100],
    [ppo({ learningRate: 0.1, batch: 10 }), 100],
  ];
  assert.ok(Math.abs(late(random(), 100) - 0.5) < 0.02);
  for (const [strategy, n] of cases) {
    const reached = late(strategy, n);
    assert.ok(reached > 0.75, `${strategy.name} ${JSON.stringify(strategy.settings)}: ${reached}`);
  }
});

test("it learns a choice that is right only after another, which independent softmaxes cannot say", () => {
  // The second half must repeat the first, whatever that is: all 16 first halves are as good.
  const space = bits(8);
  const error = (values: readonly number[]) =>
    values.slice(4).reduce((sum, value, i) => sum + (value === values[i] ? 0 : 25), 0);
  const run = (strategy: Strategy) => {
    const searcher = strategy.start({ space, seed: 2 });
    const first = new Set<string>();
    let sum = 0;
    for (let place = 0; place < 3000; place++) {
      const [proposal] = searcher.ask(1);
      const { values } = proposal.way.architecture as Toy;
      if (place >= 2800) {
        sum += error(values) / 200;
        first.add(values.slice(0, 4).join(""));
      }
      searcher.tell({ ...proposal, place, error: error(values) });
    }
    return { error: sum, kinds: first.size };
  };
  // The bonus keeps both from settling on one first half.
  const common = { batch: 10, entropy: 0.1 } as const;
  const remembers = run(
    reinforce({ ...common, controller: lstm({ units: 32, range: 0.3 }), learningRate: 0.01 }),
  );
  const forgets = run(reinforce({ ...common, learningRate: 0.05 }));
  assert.ok(remembers.error < 16 && remembers.kinds > 8, JSON.stringify({ remembers, forgets }));
  assert.ok(forgets.error > 22 && forgets.kinds > 8, JSON.stringify({ remembers, forgets }));
});

test("a failure is never the best of what was told, also where what is made small is no error in per cent", () => {
  const searcher = reinforce({ batch: 4 }).start({ space: bits(4), seed: 1 });
  for (const [place, error] of [4000, Number.NaN, Infinity].entries()) {
    const [proposal] = searcher.ask(1);
    searcher.tell({ ...proposal, place, error });
  }
  const { waiting } = searcher.state() as { waiting: { reward: number }[] };
  assert.deepEqual(
    waiting.map(({ reward }) => reward),
    [-39, -39, -39],
  );
});

test("what was drawn elsewhere is learned from as if it were drawn now", () => {
  for (const strategy of [
    ppo({ batch: 3, controller: lstm({ units: 4 }), entropy: 0.1, entropyIn: "reward" }),
    ppo({ batch: 3 }),
  ]) {
    const searcher = strategy.start({ space: bits(6), seed: 1 });
    const before = JSON.stringify((searcher.state() as { parameters: unknown }).parameters);
    const ways = Array.from({ length: 3 }, (_, i) => decisions(bits(6)).draw(seeded(i)));
    const space = searcher.ask(1)[0].way.decisions as ReturnType<typeof decisions>;
    for (const [place, { code }] of ways.entries())
      searcher.tell({ way: space.decode(code), place, error: 30 * place });
    const { parameters, baseline } = searcher.state() as { parameters: unknown; baseline: number };
    assert.notEqual(JSON.stringify(parameters), before);
    assert.ok(Number.isFinite(baseline));
    assert.ok(!/null|NaN/.test(JSON.stringify(searcher.state())));
  }
});

test("a state of another controller, or another space, is named", () => {
  const of = (units: number) => reinforce({ controller: lstm({ units }) });
  const state = JSON.parse(
    JSON.stringify(
      of(4)
        .start({ space: bits(4), seed: 1 })
        .state(),
    ),
  ) as unknown;
  assert.throws(
    () => of(5).start({ space: bits(4), seed: 1 }, state),
    /REINFORCE: expected a state with \d+ numbers, as many as this controller has on this space, got "/,
  );
  assert.throws(() => of(4).start({ space: bits(5), seed: 1 }, state), /expected a state with/);
  assert.throws(
    () => reinforce().start({ space: bits(4), seed: 1 }, state),
    /expected a state with 8 numbers/,
  );
});

test("tfjs is loaded at the first update, and is afterwards as it was", () => {
  const script = `
    import { createRequire } from "node:module";
    import { lstm, reinforce } from "netspace/search";
    import { NasBench201 } from "netspace";
    const require = createRequire(import.meta.url);
    const loaded = () => Object.keys(require.cache).some(path => path.includes("tfjs"));
    const searcher = reinforce({ controller: lstm({ units: 4 }), batch: 2 }).start({ space: NasBench201, seed: 1 });
    const [a, b] = searcher.ask(2);
    searcher.tell({ ...a, place: 0, error: 10 });
    searcher.state();
    const before = loaded();
    searcher.tell({ ...b, place: 1, error: 20 });
    console.log(before, loaded());
  `;
  const root = fileURLToPath(new URL("../../../../", import.meta.url));
  const printed = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: root,
    encoding: "utf8",
  });
  assert.equal(printed, "false true\n");
  const tf = createRequire(import.meta.url)(
    "@tensorflow/tfjs-core",
  ) as typeof import("@tensorflow/tfjs-core");
  const learn = () => {
    const searcher = reinforce({ controller: lstm({ units: 4 }), batch: 1 }).start({
      space: bits(4),
      seed: 1,
    });
    const [proposal] = searcher.ask(1);
    searcher.tell({ ...proposal, place: 0, error: 30 });
    const [next] = searcher.ask(1);
    searcher.tell({ ...next, place: 1, error: 20 });
    return JSON.stringify(searcher.state());
  };
  const expected = learn();
  const mine = { kernelName: "Exp", gradFunc: () => ({}) };
  const { numTensors } = tf.memory();
  assert.equal(learn(), expected);
  assert.equal(tf.memory().numTensors, numTensors);
  assert.equal(tf.getGradient("Exp"), undefined);
  // A process that has another backend, and derivatives of its own, keeps both.
  tf.registerBackend("other", () => Object.assign(new tf.KernelBackend(), { dispose: () => {} }));
  void tf.setBackend("other");
  assert.equal(learn(), expected);
  assert.equal(tf.getBackend(), "other");
  tf.registerGradient(mine);
  try {
    assert.equal(tf.getGradient("Exp"), mine);
    learn();
    assert.equal(tf.getGradient("Exp"), mine);
  } finally {
    tf.unregisterGradient("Exp");
    tf.removeBackend("other");
  }
});
