import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { Network } from "../../../src/networks/network.js";
import type { Weights } from "../../../src/training/engine.js";
import { Model } from "../../../src/training/engines/torch.js";
import {
  checkWeights,
  decodeSafetensors,
  encodeSafetensors,
  loadWeights,
  saveWeights,
  WeightsError,
  weightShapes,
} from "../../../src/training/weights/index.js";
import { referencePython, withoutAddon, withoutPackages } from "../../support/needs.js";
import { randomStream, samples, small } from "../../support/networks.js";

const folder = mkdtempSync(join(tmpdir(), "netspace-weights-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Values of every tensor of a network, from a seed. */
function noiseFor(network: Network): Weights {
  const random = randomStream(3);
  return new Map(
    [...weightShapes(network)].map(([name, shape]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return [name, { shape, values: Float32Array.from({ length: size }, () => random() - 0.5) }];
    }),
  );
}
const weights = noiseFor(small);
const changed = (name: string, tensor?: { shape: readonly number[]; values: Float32Array }): Weights => {
  const copy = new Map(weights);
  if (tensor) copy.set(name, tensor);
  else copy.delete(name);
  return copy;
};
const fails = (work: () => unknown, message: RegExp) =>
  assert.throws(work, (error: Error) => {
    assert.ok(error instanceof WeightsError, `${error.name}: ${error.message}`);
    assert.match(error.message, message);
    return true;
  });

/**
 * Written by the Python package, version 0.8.0:
 *
 *     from safetensors.torch import save
 *     save({"head.fc.weight": torch.tensor([[1.5, -2.25, 3e-8]]),
 *           "half": torch.tensor([0.5, -65504.0, 6e-8, float("inf")]).half(),
 *           "brain": torch.tensor([3.140625, -1e30]).bfloat16(), "double": torch.tensor([0.1]).double(),
 *           "bn.num_batches_tracked": torch.tensor(7)}, metadata={"made by": "safetensors 0.8.0"})
 */
const fromPython = Buffer.from(
  "cAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJtYWRlIGJ5Ijoic2FmZXRlbnNvcnMgMC44LjAifSwiYm4ubnVtX2JhdGNoZXNfdHJhY2tlZCI6eyJkdHlwZSI6Ikk2NCIsInNoYXBlIjpbXSwiZGF0YV9vZmZzZXRzIjpbMCw4XX0sImRvdWJsZSI6eyJkdHlwZSI6IkY2NCIsInNoYXBlIjpbMV0sImRhdGFfb2Zmc2V0cyI6WzgsMTZdfSwiaGVhZC5mYy53ZWlnaHQiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzEsM10sImRhdGFfb2Zmc2V0cyI6WzE2LDI4XX0sImJyYWluIjp7ImR0eXBlIjoiQkYxNiIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6WzI4LDMyXX0sImhhbGYiOnsiZHR5cGUiOiJGMTYiLCJzaGFwZSI6WzRdLCJkYXRhX29mZnNldHMiOlszMiw0MF19fQcAAAAAAAAAAAAAoJmZuT8AAMA/AAAQwFnZADNJQErxADj/+wEAAHw=",
  "base64",
);

describe("safetensors", () => {
  it("reads what the Python package writes, in every floating-point type", () => {
    const { weights: read, metadata } = decodeSafetensors(fromPython);
    assert.deepEqual(metadata, { "made by": "safetensors 0.8.0" });
    assert.deepEqual(read.get("head.fc.weight"), {
      shape: [1, 3],
      values: Float32Array.of(1.5, -2.25, 3e-8),
    });
    const half = Float32Array.of(0.5, -65504, 2 ** -24, Infinity);
    assert.deepEqual(read.get("half")?.values, half);
    assert.deepEqual(read.get("brain")?.values, Float32Array.of(3.140625, -1.0002555517425873e30));
    assert.deepEqual(read.get("double")?.values, Float32Array.of(0.1));
    // PyTorch's counter of batches is no weight.
    assert.deepEqual([...read.keys()].sort(), ["brain", "double", "half", "head.fc.weight"]);
  });

  it("gives back what it wrote, to the bit, from a file as well", () => {
    const bytes = encodeSafetensors(weights, { recipe: "tiny" });
    assert.deepEqual(decodeSafetensors(bytes), { weights, metadata: { recipe: "tiny" } });
    const file = join(folder, "small.safetensors");
    saveWeights(file, weights);
    assert.deepEqual(loadWeights(file, small), weights);
    assert.deepEqual(readdirSync(folder), ["small.safetensors"], "nothing is left beside the file");
  });

  it("is read by the Python package", { skip: withoutPackages("safetensors", "numpy") }, () => {
    const file = join(folder, "python.safetensors");
    saveWeights(file, weights, { "made by": "netspace" });
    const script = `
import json, sys
from safetensors import safe_open
with safe_open(sys.argv[1], framework="numpy") as f:
    tensors = {k: f.get_tensor(k) for k in f.keys()}
    print(json.dumps([f.metadata(), {k: [list(t.shape), t.reshape(-1).tolist()] for k, t in tensors.items()}]))`;
    const said = execFileSync(referencePython, ["-c", script, file], { encoding: "utf8" });
    const [metadata, tensors] = JSON.parse(said) as [unknown, Record<string, [number[], number[]]>];
    assert.deepEqual(metadata, { "made by": "netspace" });
    assert.equal(Object.keys(tensors).length, weights.size);
    for (const [name, { shape, values }] of weights) {
      assert.deepEqual(tensors[name][0], shape, name);
      assert.deepEqual(Float32Array.from(tensors[name][1]), values, name);
    }
  });

  it("says what is wrong with a file", () => {
    const header = (text: string) => {
      const bytes = Buffer.alloc(8 + text.length, text);
      bytes.writeBigUInt64LE(BigInt(text.length));
      bytes.write(text, 8);
      return bytes;
    };
    fails(
      () => decodeSafetensors(new Uint8Array(3), "x.safetensors"),
      /x\.safetensors.*at least 8 bytes, got 3/,
    );
    fails(
      () => decodeSafetensors(Buffer.from("PK\x03\x04 a pickle in a zip")),
      /header should be \d+ bytes long/,
    );
    fails(() => decodeSafetensors(header("{no json")), /header is not JSON/);
    fails(() => decodeSafetensors(header('{"a":{"dtype":"F32"}}')), /"a" has no shape and place/);
    fails(
      () => decodeSafetensors(header('{"a":{"dtype":"I8","shape":[1],"data_offsets":[0,1]}}')),
      /"a": expected a dtype among F32, F64, F16, BF16, got I8/,
    );
    fails(() => decodeSafetensors(fromPython.subarray(0, -4)), /"half" lies at 32 to 40 of 36 bytes/);
    fails(
      () => decodeSafetensors(header('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}')),
      /F32 \[2\] needs 8 bytes/,
    );
    fails(() => loadWeights(join(folder, "nowhere")), /could not read .*nowhere.*ENOENT/);
    const file = join(folder, "garbage");
    writeFileSync(file, "not this");
    fails(() => loadWeights(file), /garbage is no safetensors file/);
  });
});

describe("checkWeights()", () => {
  const check = (other: Weights) => () => checkWeights("here", small, other);

  it("accepts a network's own weights", () => checkWeights("here", small, weights));

  it("names the tensor that does not fit, what was expected and what came", () => {
    const name = "s1.b1.conv2.weight";
    const { values } = weights.get(name)!;
    fails(
      check(changed(name)),
      /here: weights for network "small": expected 47 tensors, 1 are missing: s1\.b1\.conv2/,
    );
    fails(
      check(changed(name, { shape: [16, 16, 3, 3], values })),
      /s1\.b1\.conv2\.weight: expected shape \[16, 8, 3, 3\], got \[16, 16, 3, 3\]/,
    );
    fails(
      check(changed(name, { shape: [16, 8, 3, 3], values: values.subarray(1) })),
      /expected 1152 values, got 1151/,
    );
    fails(
      check(changed("fc.weight", { shape: [1], values: Float32Array.of(1) })),
      /got others as well: fc\.weight/,
    );
    fails(
      check(decodeSafetensors(fromPython).weights),
      /46 are missing: .* and 43 more; there is .* instead/,
    );
  });

  it("expects the names and shapes that engine torch has", { skip: withoutAddon }, async () => {
    for (const network of samples) {
      const model = await Model.create(network, { threads: 1 });
      const byName = (a: readonly [string, unknown], b: readonly [string, unknown]) => (a[0] < b[0] ? -1 : 1);
      const theirs = model.tensors().map(({ name, shape }): [string, number[]] => [name, shape]);
      assert.deepEqual(theirs.sort(byName), [...weightShapes(network)].sort(byName), network.name);
      model.dispose();
    }
  });
});

describe("a model's weights", { skip: withoutAddon }, () => {
  it("are replaced all together or not at all", async () => {
    const model = await Model.create(small, { threads: 1 });
    const before = await model.weights();
    await assert.rejects(model.setWeights(changed("head.fc.bias")), WeightsError);
    assert.deepEqual(await model.weights(), before);
    await model.setWeights(weights);
    const now = await model.weights();
    for (const [name, tensor] of weights) assert.deepEqual(now.get(name), tensor, name);
    model.dispose();
  });
});
