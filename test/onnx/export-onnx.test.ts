/**
 * ONNX files, run by onnxruntime, against the engine; and what is in the bytes, read back here.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build, NetworkError, withDropout, withDropPath, zoo } from "netspace";
import type { Network } from "../../src/networks/network.js";
import { encodeOnnx, exportOnnx } from "../../src/onnx/index.js";
import type { Weights } from "../../src/training/engine.js";
import { Model } from "../../src/training/engines/torch.js";
import { WeightsError, weightShapes } from "../../src/training/weights/index.js";
import { referencePython, withoutAddon, withoutPackages } from "../support/needs.js";
import { cellNetworks } from "../support/cell-networks.js";
import { noise, randomStream, samples, small } from "../support/networks.js";

const script = fileURLToPath(new URL("../../../test/onnx/onnx_reference.py", import.meta.url));

/** Weights for which no operator is trivial: scales, biases and statistics off their initial values. */
function weightsFor(network: Network): Weights {
  const random = randomStream(17);
  return new Map(
    [...weightShapes(network)].map(([name, shape]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const scale = shape.length === 4 ? Math.sqrt(6 / (size / shape[0])) : 0.3;
      const centre = shape.length === 1 && /weight|running_var/.test(name) ? 1 : 0;
      const values = Float32Array.from({ length: size }, () => centre + scale * (random() - 0.5));
      return [name, { shape, values }];
    }),
  );
}

/** The logits need not come from a linear layer. */
const convolutional: Network = {
  name: "convolutional",
  inputChannels: 3,
  classes: 4,
  layers: [
    {
      op: "conv",
      name: "conv",
      inputs: ["input"],
      in: 3,
      out: 4,
      kernel: 3,
      stride: 2,
      groups: 1,
      bias: true,
    },
    { op: "avgpool", name: "pool", inputs: ["conv"] },
  ],
};

describe("encodeOnnx()", () => {
  it("writes a node a layer and a tensor a weight, under their names", () => {
    const weights = weightsFor(small);
    const file = read(encodeOnnx(small, weights, { metadata: { recipe: "tiny" } }));
    assert.equal(integer(file, 1), 8, "IR version");
    const graph = read(bytes(file, 7));
    const nodes = fieldsOf(graph, 1).map(read);
    assert.deepEqual(
      nodes.map(node => text(node, 4)).filter(type => type !== "Flatten"),
      small.layers.map(
        ({ op }) =>
          ({ conv: "Conv", batchnorm: "BatchNormalization", relu: "Relu", add: "Add", linear: "Gemm" })[
            op as string
          ] ?? "GlobalAveragePool",
      ),
    );
    assert.deepEqual(
      nodes.map(node => text(node, 3)).filter(name => !name.endsWith(".flatten")),
      small.layers.map(layer => layer.name),
    );
    const tensors = fieldsOf(graph, 5).map(read);
    assert.deepEqual(
      tensors.map(tensor => [
        text(tensor, 8),
        tensor.filter(([field]) => field === 1).map(([, length]) => length),
      ]),
      [...weights].map(([name, { shape }]) => [name, shape]),
    );
    const last = Buffer.from(bytes(tensors[tensors.length - 1], 9));
    assert.equal(last.readFloatLE(4), weights.get("head.fc.bias")!.values[1]);
  });

  it("names what does not fit", () => {
    const other = weightsFor(samples[0]);
    assert.throws(() => encodeOnnx(small, other), WeightsError);
    const layers = small.layers.map(layer => (layer.op === "linear" ? { ...layer, in: 7 } : layer));
    assert.throws(() => encodeOnnx({ ...small, layers }, other), NetworkError);
  });
});

const skip = withoutAddon || withoutPackages("onnx", "onnxruntime", "numpy");

describe("onnxruntime agrees with engine torch", { skip }, () => {
  const regnetY = build(zoo("RegNetY-200MF").architecture);
  const regularised = {
    ...withDropPath(withDropout(samples[0], 0.5), 0.5),
    name: "with dropout and drop-path",
  };
  const open = [...samples, ...cellNetworks, convolutional, regularised, regnetY];
  // Of images of one size, paddings are numbers; of any, some are computed in the file.
  const fixed = cellNetworks.map(network => ({ ...network, name: `${network.name} at 20 × 20` }));
  const networks: readonly Network[] = [...open, ...fixed];
  const resolutionOf = (network: Network) => (fixed.includes(network) ? 20 : undefined);
  let folder: string;
  let reports: { operators: string[]; metadata: object; input: (string | number)[] }[];
  const folderOf = (i: number) => join(folder, `${i}`);
  const imagesFor = (network: Network) => noise(network, 5, network === regnetY ? 64 : 20, 9).batch;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "netspace-onnx-"));
    for (const [i, network] of networks.entries()) {
      const { images, shape } = imagesFor(network);
      mkdirSync(folderOf(i));
      const resolution = resolutionOf(network);
      exportOnnx(join(folderOf(i), "model.onnx"), network, weightsFor(network), {
        metadata: { name: network.name },
        ...(resolution !== undefined && { resolution }),
      });
      writeFileSync(join(folderOf(i), "images.f32"), images);
      writeFileSync(join(folderOf(i), "shape.json"), JSON.stringify(shape));
    }
    const folders = networks.map((_, i) => folderOf(i));
    const { stdout } = await promisify(execFile)(referencePython, [script, ...folders]);
    reports = JSON.parse(stdout);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [i, network] of networks.entries()) {
    it(`${network.name}: logits of a batch and of one image`, async () => {
      const model = await Model.create(network, { threads: 1 });
      await model.setWeights(weightsFor(network));
      const batch = imagesFor(network);
      const expected = await model.forward(batch);
      model.dispose();
      const one = expected.subarray(0, network.classes);
      for (const [file, logits] of [
        ["logits.f32", expected],
        ["single.f32", one],
      ] as const) {
        const actual = new Float32Array(new Uint8Array(readFileSync(join(folderOf(i), file))).buffer);
        assert.equal(actual.length, logits.length);
        const size = Math.max(...logits.map(Math.abs));
        const worst = Math.max(...actual.map((value, k) => Math.abs(value - logits[k])));
        assert.ok(size > 1e-3 && worst <= 1e-4 * size, `${file}: ${worst} of ${size}`);
      }
      assert.deepEqual(reports[i].metadata, { name: network.name });
      const size = resolutionOf(network);
      assert.deepEqual(reports[i].input, ["batch", 3, size ?? "height", size ?? "width"]);
    });
  }

  it("covers every operator", () => {
    const seen = new Set(reports.flatMap(report => report.operators));
    const all = `Add AveragePool BatchNormalization Concat ConstantOfShape Conv Div Flatten Gemm GlobalAveragePool
      Identity Max MaxPool Mul Pad Relu Shape Sigmoid Slice Sub Sum Unsqueeze`;
    assert.deepEqual([...seen].sort(), all.split(/\s+/));
  });

  it("computes in the file only what depends on the size of the images", () => {
    const arithmetic = ["Div", "Max", "Sub"];
    const of = (some: readonly Network[]) =>
      some.flatMap(network => reports[networks.indexOf(network)].operators);
    assert.deepEqual(
      arithmetic.filter(operator => of(fixed).includes(operator)),
      [],
    );
    assert.deepEqual(
      arithmetic.filter(operator => !of(cellNetworks).includes(operator)),
      [],
    );
  });
});

/** A message's fields, as numbers or bytes: enough of Protocol Buffers to read back what was written. */
type Field = readonly [field: number, value: number | Uint8Array];

function read(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = message[at++];
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const [field, wireType] = [Math.floor(tag / 8), tag % 8];
    if (wireType === 0) fields.push([field, varint()]);
    else {
      const length = wireType === 2 ? varint() : 4;
      fields.push([field, message.subarray(at, at + length)]);
      at += length;
    }
  }
  assert.equal(at, message.length);
  return fields;
}
const fieldsOf = (message: readonly Field[], field: number): Uint8Array[] =>
  message.filter(([f]) => f === field).map(([, value]) => value as Uint8Array);
const bytes = (message: readonly Field[], field: number): Uint8Array => fieldsOf(message, field)[0];
const text = (message: readonly Field[], field: number): string =>
  Buffer.from(bytes(message, field)).toString();
const integer = (message: readonly Field[], field: number) => message.find(([f]) => f === field)?.[1];
