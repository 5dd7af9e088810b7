import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { paperNumbers, readRegistration, RegistrationError, registeredSweep } from "netspace";
import { checkSpec } from "../../../src/trials/spec.js";
import { trialsOf } from "../../../src/trials/trials-of.js";
import { packageRoot } from "../../../src/base/node/paths.js";
import { registrationFile } from "../../../src/replication/registration/registration.js";

const folder = mkdtempSync(join(tmpdir(), "netspace-registration-"));
after(() => rmSync(folder, { recursive: true, force: true }));

interface File {
  regime: Record<string, unknown>;
  families: { trained: Record<string, unknown> };
  populations: Record<string, { n: number; seed: number; repeats?: number; space: unknown }>;
  claims: { id: string; figures: number[]; test: Record<string, unknown>; paper?: number }[];
  amendments: unknown[];
}

/** The committed file, as first registered, with changes. */
function changed(change: (file: File) => void): string {
  const file = JSON.parse(readFileSync(registrationFile, "utf8")) as File;
  file.amendments = [];
  change(file);
  const path = join(folder, "claims.json");
  writeFileSync(path, JSON.stringify(file));
  return path;
}

const refused = (change: (file: File) => void, message: RegExp) =>
  assert.throws(
    () => readRegistration(changed(change)),
    (error: Error) => {
      assert.ok(error instanceof RegistrationError);
      assert.match(error.message, message);
      return true;
    },
  );

const indexOf = (file: File, id: string) => file.claims.findIndex(claim => claim.id === id);

test("the committed claims fit their form, and each better claim has its companion on the lower tail", () => {
  const { claims, hash, amendedHash, amendments } = readRegistration();
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal(amendedHash === hash, amendments.length === 0);
  const tails = claims.flatMap(({ test: each }) =>
    each.kind === "no-worse" ? [JSON.stringify([each.a, each.b])] : [],
  );
  for (const { id, test: each } of claims) {
    if (each.kind !== "lower" || each.statistic !== "mean") continue;
    assert.ok(tails.includes(JSON.stringify([each.a, each.b])), `${id} has no companion on the lower tail`);
  }
});

test("once the regime is fixed, data/README.md has the registration's hash: what was registered does not change unseen", () => {
  const { hash, regime } = readRegistration();
  const readme = readFileSync(join(packageRoot, "data", "README.md"), "utf8");
  if (regime.pilot === null) assert.match(readme, /its hash will stand here/);
  else assert.ok(readme.includes(hash), `data/README.md does not have the hash ${hash}`);
});

test("a claims file that cannot be read is named, with the reason", () => {
  assert.throws(() => readRegistration(join(folder, "none.json")), /could not read .*none\.json: ENOENT/);
  const torn = join(folder, "torn.json");
  writeFileSync(torn, '{"version": 1');
  assert.throws(() => readRegistration(torn), /could not read .*torn\.json/);
  assert.throws(() => readRegistration(folder), /could not read .*: it is no regular file but a folder/);
  assert.throws(() => readRegistration(0 as never), /could not read 0: it is no path$/);
});

test("each field that does not fit is named: fields, tests, ids, populations, figures", () => {
  refused(file => (file.regime.epoch = 3), /regime\.epoch: no such field/);
  refused(
    file => (file.claims[0].test.kind = "bigger"),
    /claims\.0\.test\.kind: expected one of "lower", .*"bigger"/,
  );
  refused(
    file => (file.claims[1].id = file.claims[0].id),
    /claims\.1\.id: expected an id of its own, got fig01-/,
  );
  refused(file => (file.claims[0].id = "Better"), /claims\.0\.id: expected an id such as/);
  refused(file => (file.claims[0].figures = [24]), /claims\.0\.figures\.0: expected a number ≤ 23, got 24/);
  refused(
    file => (file.claims[0].test.a = "AnyNetXF"),
    /claims\.0\.test: .*out of those registered, got AnyNetXF/,
  );
  refused(file => (file.claims[0].test.a = "constructor"), /claims\.0\.test: .*, got constructor/);
  refused(
    file => (file.populations.AnyNetXA.space = "AnyNetXF"),
    /populations\.AnyNetXA\.space: expected one of/,
  );
  refused(file => {
    file.regime.pilot = { date: "26.11.2026" };
  }, /regime\.pilot\.date: expected a date such as "2026-12-01", got "26\.11\.2026"/);
  refused(file => (file.regime.failedAt = 850), /regime\.failedAt: expected a number ≤ 100, got 850/);
  refused(
    file => (file.families.trained.level = 0.9),
    /families\.trained\.level: expected a number < 0\.5, got 0\.9/,
  );
});

test("a population that stands twice in the file is refused: only the last would be read", () => {
  const text = readFileSync(
    changed(() => {}),
    "utf8",
  );
  const path = join(folder, "doubled.json");
  const doubled = text.replace('"AnyNetXD":{', '"AnyNetXC":{"space":"AnyNetXC","n":20,"seed":10000},$&');
  assert.notEqual(doubled, text);
  writeFileSync(path, doubled);
  assert.throws(
    () => readRegistration(path),
    /^RegistrationError: .*doubled\.json: expected each key once in an object, got "AnyNetXC" twice, of which only the last would be read$/,
  );
});

test("a spread between seeds asks for a population that was trained several times", () => {
  refused(file => {
    file.claims[indexOf(file, "fig02-networks-differ-beyond-seeds")].test.population = "AnyNetXA";
  }, /expected a population with repeats, got AnyNetXA/);
});

test("a claims file with a byte order mark, or in UTF-16, is the same registration", () => {
  const { hash } = readRegistration(changed(() => {}));
  const path = join(folder, "claims.json");
  const text = `\uFEFF${readFileSync(path, "utf8")}`;
  for (const encoding of ["utf8", "utf16le"] as const) {
    writeFileSync(path, text, encoding);
    assert.equal(readRegistration(path).hash, hash);
  }
});

test("the hash is what data/README.md says: of sorted keys, with an empty list of amendments", () => {
  const sorted = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(sorted)
      : value !== null && typeof value === "object"
        ? Object.fromEntries(
            Object.entries(value)
              .toSorted(([a], [b]) => (a < b ? -1 : 1))
              .map(([key, each]) => [key, sorted(each)]),
          )
        : value;
  const written = JSON.parse(readFileSync(registrationFile, "utf8")) as object;
  const text = JSON.stringify(sorted({ ...written, amendments: [] }));
  const { hash } = readRegistration();
  assert.equal(createHash("sha256").update(text).digest("hex"), hash);
  assert.equal(hash, "51503a6a4ec910537076dbd15b6b0844fa6d8afc12d5bfc82fe29db0dd9911e3");
});

test("every mean error that Figure 10 prints is in the claims about it, as amended", () => {
  const { claims, registered } = readRegistration();
  const { fig10 } = paperNumbers().errorRanges;
  const mean = (name: string) => fig10[name][1];
  const cases = [
    ["fig10-five-stages-e-better-than-a", "5 stages, E", "5 stages, A"],
    ["fig10-five-stages-regnetx-better-than-e", "5 stages, RegNet", "5 stages, E"],
    ["fig10-r-regnet-better-than-a", "R block, RegNet", "R block, A"],
    ["fig10-v-regnet-better-than-a", "V block, RegNet", "V block, A"],
    ["fig10-vr-regnet-better-than-a", "VR block, RegNet", "VR block, A"],
  ];
  for (const [id, a, b] of cases) {
    const paper = claims.find(claim => claim.id === id)?.paper;
    assert.ok(Math.abs(paper! - (mean(a) - mean(b))) < 1e-9, `${id}: ${paper}`);
    assert.equal(registered.claims.find(claim => claim.id === id)?.paper, undefined);
  }
});

test("a claim whose sides share networks is refused", () => {
  const sides =
    (...[a, b]: unknown[]) =>
    (file: File) =>
      Object.assign(file.claims[indexOf(file, "fig07-d-better-than-c")].test, { a, b });
  const part = (range: object, parameter = "depth") => ({ population: "AnyNetXC", parameter, ...range });
  const message = /claims\.\d+\.test\.b: expected other networks than those of a/;
  for (const [a, b] of [
    ["AnyNetXC", "AnyNetXC"],
    ["AnyNetXC", ["AnyNetXD", "AnyNetXC"]],
    [part({ inside: [1, 9] }), "AnyNetXC"],
    [part({ inside: [1, 9] }), part({ inside: [9, 12] })],
    [part({ inside: [1, 9] }), part({ outside: [2, 9] })],
    [part({ inside: [1, 9] }), part({ outside: [1, 9] }, "w1")],
    [part({ outside: [1, 9] }), part({ outside: [1, 9] })],
  ]) {
    refused(sides(a, b), message);
  }
  refused(sides("AnyNetXE", ["AnyNetXC", "AnyNetXC"]), /expected/);
  readRegistration(changed(sides(part({ inside: [1, 9] }), part({ outside: [1, 9] }))));
  readRegistration(changed(sides(part({ inside: [1, 9] }), part({ inside: [10, 12] }))));
});

test("populations that share a seed, and with it networks and training seeds, are refused", () => {
  refused(file => {
    file.populations.AnyNetXB.seed = file.populations.AnyNetXA.seed;
  }, /populations\.\w+\.seed: expected a seed of its own, got \d+, which AnyNetX[AB] has/);
});

test("an amendment changes what is read, and the hash of what was registered stays", () => {
  const registered = readRegistration(changed(() => {}));
  const amended = readRegistration(
    changed(file => {
      file.amendments = [
        {
          date: "2030-01-02",
          claim: "fig05-b-same-as-a",
          reason: "misprint",
          before: { paper: 0.2 },
          after: { paper: 0.3 },
        },
        {
          date: "2030-01-03",
          population: "AnyNetXA",
          reason: "time was left",
          before: { n: file.populations.AnyNetXA.n },
          after: { n: 600 },
        },
      ];
    }),
  );
  assert.equal(amended.hash, registered.hash);
  assert.notEqual(amended.amendedHash, registered.hash);
  assert.equal(amended.populations.AnyNetXA.n, 600);
  assert.deepEqual(amended.registered, { claims: registered.claims, populations: registered.populations });
  assert.equal(amended.claims.find(({ id }) => id === "fig05-b-same-as-a")?.paper, 0.3);
});

test("an amendment that misquotes what stood, of nothing registered, or that leaves no claim, is refused", () => {
  const amendment = (some: object) => (file: File) =>
    (file.amendments = [
      { date: "2030-01-02", claim: "fig05-b-same-as-a", reason: "x", before: {}, after: {}, ...some },
    ]);
  refused(
    amendment({ before: { paper: 7 }, after: { paper: 8 } }),
    /before\.paper: expected what holds until then, 0\.2, got 7/,
  );
  refused(amendment({ after: { paper: 8 } }), /before\.paper: expected what holds until then/);
  refused(amendment({ before: { paper: 0.2 } }), /after\.paper: expected the fields of before, got nothing/);
  refused(
    amendment({ claim: "fig05-nothing" }),
    /amendments\.0\.claim: expected one that is registered, got fig05-nothing/,
  );
  refused(amendment({ population: "AnyNetXA" }), /expected either a claim or a population/);
  refused(amendment({ date: "soon" }), /amendments\.0\.date: expected a date/);
  refused(amendment({ reason: "" }), /amendments\.0\.reason/);
  const dated = (date: string) => ({ date, claim: "fig05-b-same-as-a", reason: "x", before: {}, after: {} });
  refused(
    file => (file.amendments = [dated("2026-11-25")]),
    /amendments\.0\.date: expected one not before 2026-11-26, the date of the registration's pilot, got 2026-11-25/,
  );
  refused(
    file => (file.amendments = [dated("2030-01-02"), dated("2030-01-01")]),
    /amendments\.1\.date: expected one not before 2030-01-02, the date of the amendment before it/,
  );
  readRegistration(changed(file => (file.amendments = [dated("2026-11-26"), dated("2026-11-26")])));
  const { n } = readRegistration(changed(() => {})).populations.AnyNetXA;
  refused(
    amendment({ claim: undefined, population: "AnyNetXA", before: { n }, after: { n: 0 } }),
    /amendments\.0\.after\.n: /,
  );
});

test("every registered population is a sweep that can be sampled, of the same networks on both sets of images", () => {
  const registration = readRegistration();
  for (const name of Object.keys(registration.populations)) {
    const [procedural, fashion] = (["procedural", "fashion-mnist"] as const).map(dataset => {
      const place = dataset === "procedural" ? undefined : "/images";
      const spec = checkSpec({
        ...registeredSweep(registration, dataset, name, place),
        n: 2,
        repeats: undefined,
      });
      return trialsOf(spec).map(({ architecture }) => architecture);
    });
    assert.deepEqual(procedural, fashion, name);
  }
});

test("registeredSweep() is the registered population on a dataset, with what is its own", () => {
  const registration = readRegistration();
  const { regime, datasets, populations } = registration;
  const sweep = registeredSweep(registration, "procedural", "AnyNetXA");
  const { n, seed } = populations.AnyNetXA;
  assert.deepEqual(
    [sweep.space, sweep.n, sweep.seed, sweep.where, sweep.trainingSeed],
    ["AnyNetXA", n, seed, regime.where, "own"],
  );
  const name = "RegNetX-5stages";
  const five = registeredSweep(registration, "fashion-mnist", name, "/images");
  const { dataset: own, datasets: ofOne } = populations[name].regime!;
  assert.deepEqual(five.dataset, {
    ...datasets["fashion-mnist"],
    ...own,
    ...ofOne?.["fashion-mnist"],
    folder: "/images",
  });
  assert.throws(
    () => registeredSweep(registration, "procedural", "RegNetZ"),
    /expected a registered population, got "RegNetZ"/,
  );
  assert.throws(
    () => registeredSweep(registration, "mnist" as never, "RegNetX"),
    /procedural or fashion-mnist, got "mnist"/,
  );
});
