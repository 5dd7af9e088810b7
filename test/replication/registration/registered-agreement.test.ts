import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { registeredAgreement } from "netspace";
import { smallRegistration, writePopulation } from "../../support/registered-populations.js";

const root = mkdtempSync(join(tmpdir(), "netspace-registered-agreement-"));
after(() => rmSync(root, { recursive: true, force: true }));

const IMAGES = "procedural images and Fashion-MNIST";
const REPEATED = ["AnyNetXC-seeds", "AnyNetXD-seeds"];

/** Twelve networks with three trainings each. */
function world(name: string) {
  const folder = join(root, name);
  const file = smallRegistration(folder, claims => {
    for (const population of REPEATED) claims.populations[population].n = 12;
  });
  return { folder, file };
}

const rowsOf = async (options: { folder: string; file: string }) =>
  (await registeredAgreement(options)).rows.map(({ networks, between, n, ...rest }) => [
    networks,
    between,
    rest["rank correlation"],
    n,
  ]);

test("networks are ranked alike or the other way round, between images and between seeds", async () => {
  const options = world("whole");
  const { folder, file } = options;
  for (const [i, name] of REPEATED.entries()) {
    writePopulation(file, folder, "procedural", name, index => 20 + 10 * i + (index % 12));
    // The same order on the other images in the one space, the opposite one in the other.
    const sign = i === 0 ? 1 : -1;
    writePopulation(file, folder, "fashion-mnist", name, index => 60 + 20 * i + sign * (index % 12));
  }
  const rows = await rowsOf(options);
  assert.deepEqual(rows.slice(0, 2), [
    ["AnyNetXC-seeds", IMAGES, "1.00 [1.00, 1.00]", "12 of 12"],
    ["AnyNetXD-seeds", IMAGES, "−1.00 [−1.00, −1.00]", "12 of 12"],
  ]);
  const together = "AnyNetXC-seeds, AnyNetXD-seeds together";
  // Between spaces as within the first: (6 + 12 + 6) / 2 ranks of 24 stand where they stood.
  assert.deepEqual([rows[2][0], rows[2][1], rows[2][3]], [together, IMAGES, "24 of 24"]);
  assert.deepEqual(
    rows.slice(3).map(([networks, between, , n]) => [networks, between, n]),
    ["AnyNetXC-seeds", "AnyNetXD-seeds", together].flatMap(networks =>
      ["seeds on procedural images", "seeds on Fashion-MNIST"].map(between => [
        networks,
        between,
        networks === together ? "24 of 24" : "12 of 12",
      ]),
    ),
  );
  for (const [, , said] of rows.slice(3)) assert.equal(said, "1.00 [1.00, 1.00]");
});

test("what is not trained yet, is on its way, or is not what is registered, is said in its row", async () => {
  const options = world("partial");
  const { folder, file } = options;
  assert.deepEqual(await rowsOf(options), [
    ["those with several seeds", "seeds", "none is trained yet", "0"],
  ]);
  writePopulation(file, folder, "procedural", "AnyNetXC", index => 20 + index);
  writePopulation(file, folder, "fashion-mnist", "AnyNetXC", index => 20 + index, { n: 5 });
  writePopulation(file, folder, "procedural", "AnyNetXD", index => 20 + index, { seed: 5 });
  writePopulation(file, folder, "procedural", "AnyNetXE", index => 20 + index);
  writePopulation(file, folder, "fashion-mnist", "AnyNetXE", index => 20 + index, { n: 2 });
  const rows = await rowsOf(options);
  assert.deepEqual(rows[0], ["AnyNetXC", IMAGES, "1.00 [1.00, 1.00]", "5 of 24"]);
  assert.equal(rows[1][0], "AnyNetXE");
  assert.match(rows[1][2], /^expected at least 3 networks that both trained, got 2 of 24 and 2/);
  assert.deepEqual(rows[2], ["AnyNetXC, AnyNetXE together", IMAGES, "1.00 [1.00, 1.00]", "7 of 48"]);
  rows.splice(2, 1);
  assert.match(rows[2][0], /^AnyNetXD was trained in another regime than the registered one: seed 5 for/);
  assert.deepEqual(rows[2].slice(1), ["procedural images", "not to be told", "0 of 24"]);
  writePopulation(file, folder, "procedural", "AnyNetXC-seeds", index => 20 + (index % 12));
  const more = await rowsOf(options);
  assert.deepEqual(
    more.filter(([networks]) => networks === "AnyNetXC-seeds"),
    [
      ["AnyNetXC-seeds", IMAGES, "not trained yet on Fashion-MNIST", "0 of 12"],
      ["AnyNetXC-seeds", "seeds on procedural images", "1.00 [1.00, 1.00]", "12 of 12"],
      ["AnyNetXC-seeds", "seeds on Fashion-MNIST", "not trained yet on Fashion-MNIST", "0 of 12"],
    ],
  );
});
