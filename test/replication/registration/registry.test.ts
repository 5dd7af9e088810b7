import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { registered, RegistrationError, type RegisteredOutcome, type RegisteredDataset } from "netspace";
import {
  type ClaimsFile,
  SMALL,
  smallRegistration,
  writePopulation,
} from "../../support/registered-populations.js";

const root = mkdtempSync(join(tmpdir(), "netspace-registry-"));
after(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const newFolder = () => join(root, String(count++));

const both: readonly RegisteredDataset[] = ["procedural", "fashion-mnist"];

/** Errors evenly spread over ± 3 around a centre, in a mixed order: their mean is the centre exactly. */
const around =
  (centre: number, shift = 1) =>
  (index: number): number =>
    centre - 3 + (6 * ((7 * index + shift) % SMALL)) / (SMALL - 1);

/** A registration with populations around these centres on each set of images. */
function world(
  centres: Readonly<Partial<Record<RegisteredDataset, Readonly<Record<string, number>>>>>,
  change?: (file: ClaimsFile) => void,
): { file: string; folder: string } {
  const folder = newFolder();
  const file = smallRegistration(folder, change);
  for (const [dataset, spaces] of Object.entries(centres)) {
    for (const [i, [name, centre]] of Object.entries(spaces).entries()) {
      writePopulation(file, folder, dataset as RegisteredDataset, name, around(centre, 1 + i));
    }
  }
  return { file, folder };
}

const onBoth = (spaces: Readonly<Record<string, number>>) =>
  Object.fromEntries(both.map(dataset => [dataset, spaces]));

const only = async (id: string, options: { file: string; folder: string }): Promise<RegisteredOutcome> =>
  (await registered(id, options))[0];

const BETTER = "fig07-d-better-than-c";

test("a claim is replicated if it holds on both sets of images, after correction", async () => {
  const options = world(onBoth({ AnyNetXC: 46, AnyNetXD: 40 }));
  const { outcome, kind, claim, evidence, registered: facts } = await only(BETTER, options);
  assert.deepEqual([outcome, kind, facts.before], ["replicated", "trained", "replicated"]);
  assert.equal(claim, "Widths that do not decrease help: D is better than C.");
  assert.match(
    evidence,
    /^procedural images \(n = 24, 24\): mean error AnyNetXD minus AnyNetXC −[56]\.\d points \(95 % interval .*; the paper has −6\.2; .*failures 0\.0 and 0\.0 %; for it p < 0\.001, after correction < 0\.001: replicated\. Fashion-MNIST \(n = 24, 24\)/,
  );
  assert.match(facts.hash, /^[0-9a-f]{64}$/);
  assert.equal(facts.amendedHash, undefined);
  assert.deepEqual(
    facts.readings.map(({ dataset, after: reading, n }) => [dataset, reading, n]),
    both.map(dataset => [dataset, "replicated", [SMALL, SMALL]]),
  );
});

test("a claim that holds on one set of images only is not answerable, and one that is refuted on one is not replicated", async () => {
  const onOne = world(
    {
      procedural: { AnyNetXC: 46, AnyNetXD: 40 },
      "fashion-mnist": { AnyNetXC: 20, AnyNetXD: 20 },
    },
    file => {
      // What the paper prints would make "no difference" an answer.
      for (const claim of file.claims) delete claim.paper;
    },
  );
  assert.equal((await only(BETTER, onOne)).outcome, "not answerable");
  const against = world({
    procedural: { AnyNetXC: 46, AnyNetXD: 40 },
    "fashion-mnist": { AnyNetXC: 20, AnyNetXD: 26 },
  });
  assert.equal((await only(BETTER, against)).outcome, "not replicated");
});

test("no difference is an answer where the paper has one greater than the margin", async () => {
  const options = world(onBoth({ AnyNetXC: 40, AnyNetXD: 40, AnyNetXE: 40 }));
  assert.equal((await only(BETTER, options)).registered.before, "not replicated");
  // E and D differ by half a point in the paper.
  assert.equal((await only("fig07-e-better-than-d", options)).registered.before, "not answerable");
});

test("a difference that chance gives once in a hundred holds before correction and not after it", async () => {
  const options = world(onBoth({ AnyNetXC: 41.35, AnyNetXD: 40 }));
  const { outcome, registered: facts, evidence } = await only(BETTER, options);
  for (const { pFor, adjustedFor } of facts.readings) {
    assert.ok(pFor! > 1e-4 && pFor! < 0.05, `p ${pFor}`);
    assert.ok(adjustedFor! > 0.05);
  }
  assert.deepEqual([facts.before, outcome], ["replicated", "not answerable"]);
  assert.match(evidence, /: not answerable, before replicated/);
});

test("claims whose populations are missing count in the correction: leaving some out helps none", async () => {
  const few = { AnyNetXC: 43, AnyNetXD: 40 };
  const more = { ...few, AnyNetXA: 40, AnyNetXB: 40, AnyNetXE: 40, RegNetX: 40 };
  const [alone, among] = await Promise.all(
    [few, more].map(async spaces => (await only(BETTER, world(onBoth(spaces)))).registered.readings[0]),
  );
  assert.equal(alone.pFor, among.pFor);
  assert.ok(alone.adjustedFor! >= among.adjustedFor!);
  assert.ok(alone.adjustedFor! > 60 * alone.pFor!);
});

test("a missing population is named, its verdicts are withheld, and the others are given", async () => {
  const options = world({
    ...onBoth({ AnyNetXC: 46, AnyNetXD: 40 }),
    procedural: { AnyNetXC: 46, AnyNetXD: 40, AnyNetXE: 40 },
  });
  const claims = await registered(7, options);
  const outcomes = Object.fromEntries(claims.map(({ outcome, registered: { id } }) => [id, outcome]));
  assert.equal(outcomes[BETTER], "replicated");
  assert.equal(outcomes["fig07-e-better-than-d"], "not answerable");
  const e = claims.find(({ registered: { id } }) => id === "fig07-e-better-than-d")!;
  assert.deepEqual(
    e.registered.readings.map(({ withheld }) => withheld),
    [undefined, "AnyNetXE is missing"],
  );
  assert.match(e.evidence, /Fashion-MNIST: withheld, AnyNetXE is missing$/);
});

test("fewer networks than registered are named with their number, and a network without an error is none", async () => {
  const options = world(onBoth({ AnyNetXC: 46 }));
  for (const dataset of both) {
    writePopulation(options.file, options.folder, dataset, "AnyNetXD", around(40), { n: SMALL - 1 });
  }
  const { outcome, evidence } = await only(BETTER, options);
  assert.equal(outcome, "not answerable");
  assert.match(evidence, /withheld, AnyNetXD has 23 of 24 registered networks/);
});

test("of more networks than registered the first count", async () => {
  const options = world(onBoth({ AnyNetXC: 46 }));
  for (const dataset of both) {
    const first = around(40);
    const errorOf = (index: number) => (index < SMALL ? first(index) : 90);
    writePopulation(options.file, options.folder, dataset, "AnyNetXD", errorOf, { n: 2 * SMALL });
  }
  const {
    outcome,
    registered: { readings },
  } = await only(BETTER, options);
  assert.equal(outcome, "replicated");
  assert.deepEqual(readings[0].n, [SMALL, SMALL]);
});

test("a population of another regime is named with what differs, be it recipe, window, seed, images or space", async () => {
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ where: { flops: [1e6, 2e6] } }, /where\.flops \[1000000,2000000\] for \[\d+,\d+\]/],
    [{ seed: 7 }, /seed 7 for \d+/],
    [{ precision: "bf16" }, /precision "bf16" for "float32"/],
    [{ trainingSeed: 5 }, /trainingSeed 5 for "own"/],
    [{ space: "AnyNetXE" }, /space "AnyNetXE" for "AnyNetXD"/],
    [
      { dataset: { kind: "procedural", resolution: 32, train: 1280, test: 100, seed: 1 } },
      /dataset\.train 1280 for 640/,
    ],
  ];
  for (const [change, message] of cases) {
    const options = world(onBoth({ AnyNetXC: 46 }));
    for (const dataset of both)
      writePopulation(options.file, options.folder, dataset, "AnyNetXD", around(40), change);
    const { outcome, evidence } = await only(BETTER, options);
    assert.equal(outcome, "not answerable");
    assert.match(evidence, /withheld, AnyNetXD was trained in another regime than the registered one: /);
    assert.match(evidence, message);
  }
});

test("a population's file that cannot be read is named, and the others are read", async () => {
  const options = world(onBoth({ AnyNetXA: 46, AnyNetXE: 40 }));
  mkdirSync(join(options.folder, "procedural"), { recursive: true });
  writeFileSync(join(options.folder, "procedural", "AnyNetXD.parquet"), "not Parquet");
  const { evidence } = await only(BETTER, options);
  assert.match(evidence, /^procedural images: withheld, AnyNetXD cannot be read: .*AnyNetXD\.parquet/);
  assert.equal((await only("fig09-e-better-than-a", options)).outcome, "replicated");
});

test("before the regime is fixed no verdict is given", async () => {
  const options = world(onBoth({ AnyNetXC: 46, AnyNetXD: 40 }), file => {
    file.regime.pilot = null;
  });
  const { outcome, evidence } = await only(BETTER, options);
  assert.equal(outcome, "not answerable");
  assert.match(evidence, /withheld, the regime is not fixed yet/);
});

test("an amended claim follows the amendment and shows what it was as registered", async () => {
  const options = world(onBoth({ AnyNetXA: 40, AnyNetXB: 43 }), file => {
    const { test: before } = file.claims.find(({ id }) => id === "fig05-b-same-as-a")!;
    file.amendments = [
      {
        date: "2030-02-03",
        claim: "fig05-b-same-as-a",
        reason: "the direction was meant",
        before: { test: before, paper: 0.2 },
        after: {
          test: { kind: "lower", a: "AnyNetXA", b: "AnyNetXB", statistic: "mean", margin: "mean" },
          paper: -0.2,
        },
      },
    ];
  });
  const { outcome, evidence, registered: facts } = await only("fig05-b-same-as-a", options);
  assert.equal(outcome, "replicated");
  assert.equal(facts.amended?.asRegisteredBefore, "not replicated");
  assert.match(
    evidence,
    /\. Amended \(2030-02-03: the direction was meant\); as registered: not (replicated|answerable)$/,
  );
  assert.notEqual(facts.amendedHash, facts.hash);
  // What is not amended says nothing of amendments, but names both hashes.
  const other = await only("fig05-c-same-as-a", options);
  assert.equal(other.registered.amended, undefined);
  assert.equal(other.registered.amendedHash, facts.amendedHash);
});

test("an amended number of networks is read both ways by every claim on them", async () => {
  const options = world({}, file => {
    file.amendments = [
      {
        date: "2030-02-03",
        population: "AnyNetXD",
        reason: "time was left",
        before: { n: SMALL },
        after: { n: 2 * SMALL },
      },
    ];
  });
  for (const dataset of both) {
    writePopulation(options.file, options.folder, dataset, "AnyNetXC", around(40));
    const [first, then] = [around(40, 2), around(25, 3)];
    writePopulation(options.file, options.folder, dataset, "AnyNetXD", i => (i < SMALL ? first(i) : then(i)));
  }
  const {
    outcome,
    registered: { amended, readings },
  } = await only(BETTER, options);
  assert.equal(outcome, "replicated");
  assert.deepEqual(readings[0].n, [2 * SMALL, SMALL]);
  assert.notEqual(amended?.asRegistered, "replicated");
});

test("what is asked for has to be registered", async () => {
  const options = world({});
  const refused = (which: number | string | readonly string[], message: RegExp) =>
    assert.rejects(registered(which, options), (error: Error) => {
      assert.ok(error instanceof RegistrationError);
      assert.match(error.message, message);
      return true;
    });
  await refused(3, /expected a figure with registered claims, 1, 2, 5, .*, got 3/);
  await refused("fig09-regnety-better", /expected the id of a registered claim, got "fig09-regnety-better"/);
  await refused([BETTER, "fig99"], /got "fig99"/);
  await refused(undefined as never, /expected a figure's number or ids of claims, got undefined/);
  assert.deepEqual(
    (await registered([BETTER, "fig05-b-same-as-a"], options)).map(({ registered: { id } }) => id),
    [BETTER, "fig05-b-same-as-a"],
  );
});

test("a claim that its populations cannot answer is named and withheld, and the others are given", async () => {
  const trends = (file: ClaimsFile) => file.claims.filter(({ test: { kind } }) => kind === "trend");
  const interiors = (file: ClaimsFile) => file.claims.filter(({ test: { kind } }) => kind === "interior");
  const ids: string[] = [];
  const options = world(onBoth({ AnyNetXC: 46, AnyNetXD: 40 }), file => {
    const [ofNoColumn, ofText, beyond] = [...trends(file).slice(0, 2), interiors(file)[0]];
    Object.assign(ofNoColumn.test, { population: "AnyNetXC", parameter: "bb1" });
    Object.assign(ofText.test, { population: "AnyNetXC", parameter: "status" });
    Object.assign(beyond.test, {
      population: "AnyNetXC",
      parameter: "depth",
      inside: { quantiles: [0.2, 2] },
    });
    ids.push(...[ofNoColumn, ofText, beyond].map(({ id }) => id));
  });
  const odd = await registered(ids, options);
  assert.deepEqual(
    odd.map(({ outcome }) => outcome),
    ids.map(() => "not answerable"),
  );
  assert.match(odd[0].evidence, /withheld, it cannot be tested: .*bb1/);
  for (const { registered: facts } of odd) for (const { withheld } of facts.readings) assert.ok(withheld);
  assert.equal((await only(BETTER, options)).outcome, "replicated");
});

test("a population that arrives while the process runs is seen", async () => {
  const options = world(onBoth({ AnyNetXC: 46 }));
  assert.equal((await only(BETTER, options)).outcome, "not answerable");
  for (const dataset of both) writePopulation(options.file, options.folder, dataset, "AnyNetXD", around(40));
  assert.equal((await only(BETTER, options)).outcome, "replicated");
});

test("the notebooks' own registration answers every figure it names, whatever has been trained", async () => {
  for (const figure of [1, 2, 5, 6, 7, 8, 9, 10, 11, 13, 14, 19, 23]) {
    for (const { outcome, evidence, registered: facts } of await registered(figure)) {
      assert.ok(evidence.length > 0);
      assert.match(outcome, /^(replicated|not replicated|not answerable)$/);
      for (const { withheld } of facts.readings) if (withheld) assert.equal(outcome === "replicated", false);
    }
  }
});
