/**
 * Our published networks against timm's, with random weights copied over: two readings of the paper, one output.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build, zoo } from "netspace";
import { Model } from "../../src/training/engines/torch.js";
import { loadWeights } from "../../src/training/weights/index.js";
import { referencePython, withoutAddon, withoutPackages } from "../support/needs.js";

const script = fileURLToPath(new URL("../../../test/training/timm_reference.py", import.meta.url));
const pairs = [
  ["regnetx_002", "RegNetX-200MF"],
  ["regnety_002", "RegNetY-200MF"],
  ["semnasnet_100", "MnasNet-A1"],
  ["mnasnet_100", "MnasNet-B1"],
  ["mnasnet_small", "MnasNet-Small"],
  ["efficientnet_b0", "EfficientNet-B0"],
  ["resnetrs50", "ResNet-RS-50"],
] as const;

describe("timm's networks and ours", { skip: withoutAddon || withoutPackages("timm", "safetensors") }, () => {
  const folder = mkdtempSync(join(tmpdir(), "netspace-timm-"));
  before(async () => {
    await promisify(execFile)(referencePython, [script, folder, ...pairs.map(([theirs]) => theirs)]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const floats = (file: string) => new Float32Array(new Uint8Array(readFileSync(join(folder, file))).buffer);

  for (const [theirs, ours] of pairs) {
    it(`${theirs} and ${ours} give the same outputs`, async () => {
      const network = build(zoo(ours).architecture);
      const model = await Model.create(network, { threads: 1 });
      await model.setWeights(loadWeights(join(folder, `${theirs}.safetensors`), network));
      const logits = await model.forward({ images: floats(`${theirs}.images.f32`), shape: [2, 3, 96, 96] });
      model.dispose();
      const expected = floats(`${theirs}.logits.f32`);
      assert.equal(logits.length, expected.length);
      const size = Math.max(...expected.map(Math.abs));
      const worst = Math.max(...logits.map((value, i) => Math.abs(value - expected[i])));
      assert.ok(size > 0.01 && worst <= 1e-4 * size, `${worst} of ${size}`);
    });
  }
});
