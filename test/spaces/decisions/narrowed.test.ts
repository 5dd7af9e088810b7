import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AnyNetXE,
  anyNet,
  type Architecture,
  DecisionSpace,
  DARTSSpace,
  decisions,
  narrowed,
  NasBenchMacro,
  oneOf,
  RegNetX,
  sample,
  seeded,
  storeArchitecture,
} from "netspace";

/** One stage with a depth among ten, a width with unequal chances, and one of four bottlenecks as objects without an order. */
const space = new DecisionSpace("mine", choose => {
  const depth = choose.free("depth", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const width = choose.free("width", oneOf([8, 16, 24, 32], [1, 2, 3, 4]));
  const { bottleneck } = choose.free(
    "squeeze",
    [1, 2, 4, 8].map(by => ({ name: `by ${by}`, bottleneck: by })),
  );
  return anyNet([{ depth, width, bottleneck, groupWidth: 1, stride: 2 }]);
});

const outcome = (depth: number, width: number, bottleneck: number, error: number) => ({
  architecture: anyNet([{ depth, width, bottleneck, groupWidth: 1, stride: 2 }]),
  error,
});

const optionsOf = (of: Parameters<typeof decisions>[0], name: string): readonly unknown[] =>
  decisions(of).vocabulary.find(word => word.name === name)!.options;

/** Twenty of which the ten best have depths 1 to 10, once each, one width twice as often as another, and two bottlenecks. */
const outcomes = [
  ...Array.from({ length: 10 }, (_, i) => outcome(i + 1, i % 3 === 0 ? 16 : 24, i < 5 ? 1 : 4, i)),
  ...Array.from({ length: 10 }, (_, i) => outcome(1, 8, 8, 50 + i)),
];

test("numbers are kept from one quantile of the best's to another, other options where the best did not avoid them", () => {
  const narrow = narrowed(space, outcomes, { best: 0.5, between: [0.2, 0.7] });
  // Of 1 to 10: numpy.quantile(range(1, 11), 0.2, method="higher") = 3, and 7 is the least that seven of ten do not exceed.
  assert.deepEqual(optionsOf(narrow, "depth"), [3, 4, 5, 6, 7]);
  assert.deepEqual(optionsOf(narrow, "width"), [16, 24]);
  const squeezes = optionsOf(narrow, "squeeze") as { name: string }[];
  assert.deepEqual(
    squeezes.map(({ name }) => name),
    ["by 1", "by 4"],
  );
  assert.equal(narrow.size, 20n);
  assert.equal(narrow.name, "mine, narrowed");
});

test("an option goes where the best have it less often than that share of a draw's", () => {
  // Five of ten have each of two; a draw would have each of four two and a half times. The others, none.
  const all = narrowed(space, outcomes, { best: 0.5, rarer: 0 });
  assert.equal(optionsOf(all, "squeeze").length, 4);
  // One of twenty has "by 8", where a draw has five: a fifth.
  const mixed = [
    ...outcomes.slice(0, 10),
    ...outcomes.slice(0, 9).map(each => ({ ...each, error: 11 })),
    outcome(1, 16, 8, 12),
  ];
  const at = (rarer: number) => optionsOf(narrowed(space, mixed, { best: 1, rarer }), "squeeze").length;
  assert.deepEqual([at(0.19), at(0.21)], [3, 2]);
});

test("what is left is drawn with its chances in proportion", () => {
  const way = decisions(narrowed(space, outcomes, { best: 0.5 })).decode({
    depth: 5,
    width: 24,
    squeeze: { name: "by 4" },
  });
  const { values, probabilities } = way.questions.find(({ name }) => name === "width")!;
  assert.deepEqual(values, [16, 24]);
  // 2 and 3 of 10, of 5.
  assert.deepEqual(
    probabilities!.map(p => Number(p.toFixed(12))),
    [0.4, 0.6],
  );
});

test("failed outcomes are left out, and outcomes are taken in the order of their errors, wherever they come", () => {
  const some = outcomes.toReversed();
  const failed = Array.from({ length: 30 }, () => outcome(10, 32, 8, Number.NaN));
  const [first, second] = [
    narrowed(space, outcomes, { best: 0.5 }),
    narrowed(space, [...failed, ...some], { best: 0.5 }),
  ];
  for (const name of ["depth", "width"]) assert.deepEqual(optionsOf(second, name), optionsOf(first, name));
});

test("dependent choices stay sound: what a narrower AnyNetXE or RegNetX draws is in the space, and within the best's ranges", () => {
  for (const whole of [AnyNetXE, RegNetX]) {
    const drawn = sample(whole, { n: 60, seed: 1, where: { flops: [200e6, 800e6] } });
    const known = drawn.map(({ architecture, params }) => ({ architecture, error: params }));
    const narrow = narrowed(whole, known, { best: 0.25, between: [0, 1] });
    assert.ok(narrow.size < whole.size, `${narrow.size} of ${whole.size}`);
    // Every one of those that it was made of is in it.
    const best = known.toSorted((a, b) => a.error - b.error).slice(0, 15);
    for (const { architecture } of best) decisions(narrow).decode(whole.choicesOf(architecture)!);
    const ranges = new Map<string, unknown[]>();
    for (const { architecture } of best) {
      for (const [name, value] of Object.entries(decisions(whole).encode(architecture).choices))
        ranges.set(name, [...(ranges.get(name) ?? []), value]);
    }
    let kept = 0;
    const random = seeded(2);
    for (let i = 0; i < 40; i++) {
      const { questions, code } = decisions(whole).decode(decisions(narrow).draw(random).choices);
      for (const [place, { name, values }] of questions.entries()) {
        const seen = ranges.get(name) as number[];
        const away = (value: unknown) =>
          Math.max(Math.min(...seen) - Number(value), Number(value) - Math.max(...seen), 0);
        // Widths that do not fall may leave nothing of the range: then it is the nearest.
        const least = Math.min(...values.map(away));
        assert.equal(
          away(values[code[place]]),
          least,
          `${whole.name}: ${name} ${String(values[code[place]])}`,
        );
        if (least === 0) kept++;
      }
    }
    assert.ok(kept > 200);
  }
});

test("the space's condition and its fixed parts stay, and others can be given", () => {
  const small = space.accepting(({ params }) => params < 30_000);
  const narrow = narrowed(small, outcomes, { best: 1, rarer: 0 }).named("less");
  assert.equal(narrow.name, "less");
  const drawn = sample(narrow, { n: 20, seed: 1 });
  assert.ok(drawn.every(({ params }) => params < 30_000));
  const classes = sample(narrow.with({ classes: 7 }), { n: 5, seed: 1 });
  assert.ok(classes.every(({ architecture }) => architecture.classes === 7));
  // Of the narrower space, whose depths are those of the best alone.
  const parted = narrowed(
    DARTSSpace,
    sample(DARTSSpace, { n: 80, seed: 1 }).map(({ architecture, flops }) => ({ architecture, error: flops })),
    { best: 0.1 },
  );
  const other = parted.with({ classes: 5 });
  assert.equal(other.size, parted.size);
  assert.ok(other.size < DARTSSpace.size);
  assert.equal(sample(other, { n: 1, seed: 1 })[0].architecture.classes, 5);
});

test("networks with another stem are read by what they chose", () => {
  const stem = { kind: "simple", width: 16 } as const;
  const trained = sample(AnyNetXE.with({ stem }), { n: 30, seed: 1 }).map(({ architecture, flops }) => ({
    architecture,
    error: flops,
  }));
  assert.ok(narrowed(AnyNetXE, trained, { best: 0.3 }).size < AnyNetXE.size);
});

test("architectures as populations store them are outcomes, of AnyNets and of other families", () => {
  for (const whole of [AnyNetXE, DARTSSpace] as const) {
    const drawn = sample(whole as typeof AnyNetXE, { n: 30, seed: 1 });
    const live = drawn.map(({ architecture, flops }) => ({ architecture, error: flops }));
    const stored = live.map(({ architecture, error }) => ({
      architecture: JSON.parse(JSON.stringify(storeArchitecture(architecture))) as ReturnType<
        typeof storeArchitecture
      >,
      error,
    }));
    const sizes = [live, stored].map(each => narrowed(whole as typeof AnyNetXE, each, { best: 0.3 }).size);
    assert.equal(sizes[1], sizes[0]);
  }
});

test("of one that was narrowed before the best narrow again", () => {
  const outcomesOf = (
    of: DecisionSpace<
      (typeof NasBenchMacro)["draw"] extends (...a: never[]) => infer R ? NonNullable<R> : never
    >,
    seed: number,
  ) =>
    sample(of, { n: 100, seed }).map(({ architecture }) => ({
      architecture,
      error: architecture.layers.filter(layer => layer !== "e6k5").length,
    }));
  const once = narrowed(NasBenchMacro, outcomesOf(NasBenchMacro, 1), { rarer: 0.9 });
  const twice = narrowed(once, outcomesOf(once, 2), { rarer: 0.9 });
  assert.ok(twice.size < once.size && once.size < NasBenchMacro.size);
  const mean = (of: typeof once) => outcomesOf(of, 3).reduce((sum, { error }) => sum + error, 0) / 100;
  assert.ok(mean(twice) < mean(once) && mean(once) < mean(NasBenchMacro));
});

test("what makes no sense is named, with what to give instead", () => {
  const message = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
    return "nothing was thrown";
  };
  const few = outcomes.slice(0, 4);
  assert.equal(
    message(() => narrowed(space, few, { best: 1 })),
    "RangeError: narrowed: expected at least 5 of the best, got 4 of 4 outcomes with an error; give more of them, or a greater share as options.best",
  );
  const wrong = [{ error: 3 }] as unknown as { architecture: Architecture; error: number }[];
  assert.match(
    message(() => narrowed(space, wrong)),
    /^RangeError: narrowed: expected outcomes, each \{ architecture, error \}, got/,
  );
  assert.match(
    message(() => narrowed(space, outcomes, { best: 2 })),
    /options\.best must be a share of the outcomes, in \(0, 1\], got 2/,
  );
  assert.match(
    message(() => narrowed(space, outcomes, { between: [0.9, 0.1] })),
    /options\.between must be two shares that rise/,
  );
  assert.match(
    message(() => narrowed(space, outcomes, { rarer: 2 })),
    /options\.rarer must be in \[0, 1\], got 2/,
  );
  const foreign = Array.from({ length: 5 }, (_, i) => outcome(i + 11, 8, 1, i));
  assert.match(
    message(() => narrowed(space, foreign, { best: 1 })),
    /^RangeError: narrowed: expected outcomes of mine, got one that is none: mine\.encode: expected an architecture/,
  );
});
