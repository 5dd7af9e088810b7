import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { registeredStudy } from "netspace";
import { smallRegistration, writePopulation } from "./registered-populations.js";

const root = mkdtempSync(join(tmpdir(), "netspace-registered-study-"));
after(() => rmSync(root, { recursive: true, force: true }));

test("registeredStudy() gives one study a set of images, and the first wave while some are missing", async () => {
  const folder = join(root, "some");
  const file = smallRegistration(folder);
  const names = ["AnyNetXC", "AnyNetXD"];
  const options = { folder, fresh: false };
  const none = await registeredStudy(names, options);
  assert.deepEqual(
    none.parts.map(({ images }) => images),
    ["first wave"],
  );
  assert.match(
    none.toMarkdown(),
    /Registered and not trained yet on procedural images: AnyNetXC, AnyNetXD\./,
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
    /- Registered and not trained yet on Fashion-MNIST: AnyNetXD\. Verdicts on them are withheld\.$/,
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
