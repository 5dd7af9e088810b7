import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type DatasetSpec, datasetFacts, loadDataset } from "../../../src/training/datasets/index.js";

const spec = { kind: "procedural", resolution: 16, train: 20, test: 10, seed: 1 } as const;

describe("loadDataset()", () => {
  it("draws the procedural set of a spec that went through JSON", async () => {
    const dataset = await loadDataset(JSON.parse(JSON.stringify(spec)) as DatasetSpec);
    assert.deepEqual([dataset.name, dataset.train.count], ["procedural-v1-16-20+10-s1", 20]);
  });

  it("gives the same object again while it is among the last two", async () => {
    const first = await loadDataset(spec);
    await loadDataset({ ...spec, seed: 2 });
    assert.equal(await loadDataset({ ...spec }), first);
    await loadDataset({ ...spec, seed: 2 });
    await loadDataset({ ...spec, seed: 3 });
    const again = await loadDataset(spec);
    assert.notEqual(again, first);
    assert.deepEqual(again, first);
  });

  it("names an unknown kind and the known ones", async () => {
    for (const [bad, got] of [
      [{ kind: "mnist" }, '"mnist"'],
      [{}, "nothing"],
    ] as const) {
      await assert.rejects(loadDataset(bad as unknown as DatasetSpec), {
        name: "DatasetError",
        message: `loadDataset: kind: expected one of "procedural", "images", "idx", "cifar10", "cifar100", got ${got}`,
      });
    }
  });

  it("names the field that does not fit", async () => {
    await assert.rejects(loadDataset(null as unknown as DatasetSpec), {
      name: "DatasetError",
      message: "loadDataset: expected an object, got null",
    });
    await assert.rejects(loadDataset({ kind: "cifar10" } as unknown as DatasetSpec), {
      name: "DatasetError",
      message: "loadDataset: folder: expected a text, got nothing",
    });
    await assert.rejects(loadDataset({ ...spec, resolution: 4 }), {
      name: "DatasetError",
      message: /resolution must be an integer from 8 to 1024, got 4/,
    });
  });

  it("does not remember a failure", async () => {
    const missing = { kind: "cifar10", folder: "no/such/folder" } as const;
    await assert.rejects(loadDataset(missing), { name: "DatasetError" });
    await assert.rejects(loadDataset(missing), { name: "DatasetError" });
  });
});

describe("datasetFacts()", () => {
  it("tells identity, classes and resolution as the loaded dataset has them", async () => {
    for (const one of [spec, { ...spec, classes: 4 }]) {
      const { name: identity, classes, resolution } = await loadDataset(one);
      assert.deepEqual(datasetFacts(one), { identity, classes, resolution });
    }
  });

  it("leaves out where the files lie", () => {
    assert.deepEqual(datasetFacts({ kind: "cifar100", folder: "anywhere" }), {
      identity: "cifar100",
      classes: 100,
      resolution: 32,
    });
  });
});
