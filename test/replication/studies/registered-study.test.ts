import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { registeredStudy } from "netspace";
import { smallRegistration, writePopulation } from "../../support/registered-populations.js";

const root = mkdtempSync(join(tmpdir(), "netspace-registered-study-"));
after(() => rmSync(root, { recursive: true, force: true }));

test("registeredStudy() gives one study a set of images, and the first wave while some are missing", async () => {
  const folder = join(root, "some");
  const file = smallRegistration(folder);
  const names = ["AnyNetXC", "AnyNetXD"];
  const options = { folder, file, fresh: false };
  const none = await registeredStudy(names, options);
  assert.deepEqual(
    none.parts.map(({ images }) => images),
    ["first wave"],
  );
  assert.match(
    none.toMarkdown(),
    /- On procedural images and Fashion-MNIST not trained yet, of what is registered: AnyNetXC \(24 networks\), AnyNetXD \(24 networks\)\.\n\nVerdicts on these are withheld\.$/,
  );

  for (const name of names) writePopulation(file, folder, "procedural", name, index => 30 + index);
  writePopulation(file, folder, "fashion-mnist", "AnyNetXC", index => 10 + index);
  const some = await registeredStudy(names, options);
  assert.deepEqual(
    some.parts.map(({ images }) => images),
    ["procedural images", "Fashion-MNIST", "first wave"],
  );
  const { name, images, errors } = some.parts[1].errors("AnyNetXC", "C");
  assert.deepEqual([name, images, errors.length], ["C", "Fashion-MNIST", 24]);
  assert.deepEqual(some.parts[1].errors("AnyNetXD").errors, []);
  const text = some.toMarkdown();
  assert.match(text, /^\*\*procedural images\*\*\n\nRegime: /);
  assert.match(
    text,
    /- On Fashion-MNIST not trained yet, of what is registered: AnyNetXD \(24 networks\)\.\n\nVerdicts on these are withheld\.$/,
  );

  writePopulation(file, folder, "fashion-mnist", "AnyNetXD", index => 10 + index);
  const all = await registeredStudy(names, options);
  assert.deepEqual(
    all.parts.map(part => part.images),
    ["procedural images", "Fashion-MNIST"],
  );
  assert.doesNotMatch(all.toMarkdown(), /not trained yet/);
  assert.match(all.regime, /^procedural images and Fashion-MNIST: networks .*, \d+ epochs of 640$/);
});

test("what is there and not what is registered is named and not shown, and what is not whole is shown with its number", async () => {
  const folder = join(root, "unfit");
  const file = smallRegistration(folder);
  const options = { folder, file, fresh: false };
  const names = ["AnyNetXC", "AnyNetXD", "AnyNetXE", "RegNetX"];
  writePopulation(file, folder, "procedural", "AnyNetXC", index => 30 + index, { seed: 7 });
  writePopulation(file, folder, "procedural", "AnyNetXD", index => 30 + index, { n: 9 });
  writePopulation(file, folder, "procedural", "AnyNetXE", index => 80 + index);
  writePopulation(file, folder, "procedural", "RegNetX", index => 30 + index, { n: 30 });
  const found = await registeredStudy(names, options);
  const [part] = found.parts;
  assert.deepEqual(
    names.map(name => part.errors(name).errors.length),
    [0, 9, 0, 24],
  );
  const [own, other] = found.withheld;
  assert.deepEqual(own.problems.length, 3);
  assert.match(
    own.problems[0],
    /^AnyNetXC was trained in another regime than the registered one: seed 7 for \d+$/,
  );
  assert.equal(own.problems[1], "AnyNetXD has 9 of 24 registered networks");
  assert.match(own.problems[2], /^AnyNetXE has rows that are not its spec's: network 21 errs by 101 %/);
  assert.deepEqual([...other.missing.keys()], names);
  const text = found.toMarkdown();
  for (const problem of own.problems) assert.ok(text.includes(problem.replaceAll("|", "\\|")), problem);
  assert.match(text, /\| AnyNetXD \| 9 of 24 \|/);
  assert.match(
    text,
    /\*\*first wave\*\*, trained before anything was registered; no registered claim rests on it/,
  );
});

test("a name that is not registered is refused", async () => {
  await assert.rejects(
    registeredStudy(["RegNetX-b1-64px"], { fresh: false }),
    /^RangeError: registeredStudy: expected names of registered populations, AnyNetXC, .*, got "RegNetX-b1-64px"$/,
  );
});
