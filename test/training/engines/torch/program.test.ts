/**
 * Lowering: what is fused, and that fusion keeps every parameter.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Layer } from "netspace";
import { instructionFields, lower } from "../../../../src/training/engines/torch/program.js";
import { irregular, samples, xBlocks } from "../../../support/networks.js";

/** The values that an instruction reads. */
const readBy = ({ program, inputs }: ReturnType<typeof lower>, i: number) => {
  const [first, count] = program.subarray(instructionFields * i + 1);
  return inputs.subarray(first, first + count);
};

/** [op, first input, second input, flag] of each instruction, by layer. */
function table(network: Parameters<typeof lower>[0]) {
  const lowered = lower(network);
  const { program, names } = lowered;
  return Object.fromEntries(
    names.map((name, i) => {
      const [first, second] = readBy(lowered, i);
      return [
        name,
        [program[instructionFields * i], first, second, program[instructionFields * (i + 1) - 1]],
      ];
    }),
  );
}
const normOp = 1;

describe("lower()", () => {
  it("fuses normalisation with its residual sum and ReLU", () => {
    const rows = table(xBlocks);
    assert.equal(
      Object.keys(rows).length,
      xBlocks.layers.filter(l => l.op !== "relu" && l.op !== "add").length,
    );
    assert.equal(rows["stem.bn"][3], 1);
    // The second block's last normalisation adds the block's input, which is the first block's fused value.
    const { names } = lower(xBlocks);
    const first = names.indexOf("s1.b1.bn3") + 1;
    assert.deepEqual([rows["s1.b2.bn3"][0], rows["s1.b2.bn3"][2], rows["s1.b2.bn3"][3]], [normOp, first, 1]);
    // Of two normalisations summed, the later one takes the sum in.
    assert.deepEqual(rows["s1.b1.proj.bn"][3], 0);
    assert.equal(rows["s1.b1.bn3"][2], names.indexOf("s1.b1.proj.bn") + 1);
  });

  it("leaves alone what is read twice", () => {
    const { names } = lower(irregular);
    for (const name of ["sum", "sum2", "sum2.relu", "a.relu", "silu"]) assert.ok(names.includes(name), name);
    assert.ok(!names.includes("linearBottleneck"));
  });

  it("keeps every layer that has parameters, reading only earlier values", () => {
    for (const network of samples) {
      const lowered = lower(network);
      const { names } = lowered;
      for (const layer of network.layers) {
        if (["conv", "batchnorm", "linear"].includes(layer.op)) assert.ok(names.includes(layer.name));
      }
      names.forEach((name, i) => {
        const read = readBy(lowered, i);
        assert.ok(
          read.length > 0 && read.every(value => value >= 0 && value <= i),
          `${network.name} ${name}`,
        );
      });
    }
  });

  it("makes ReLUs of the same values once in networks with weighted sums, and elsewhere each", () => {
    const relu = (name: string, input = "input"): Layer => ({ op: "relu", name, inputs: [input] });
    const sum = (op: "add" | "mix"): Layer =>
      op === "mix"
        ? { op, name: "sum", inputs: ["a", "b", "c"], group: "edge" }
        : { op, name: "sum", inputs: ["a", "b", "c"] };
    const of = (op: "add" | "mix", last: readonly Layer[] = []) => ({
      name: op,
      inputChannels: 3,
      classes: 3,
      layers: [relu("a"), relu("b"), relu("c", "a"), sum(op), ...last],
    });
    assert.deepEqual(lower(of("add")).names, ["a", "b", "c", "sum"]);
    const mixed = lower(of("mix"));
    assert.deepEqual(mixed.names, ["a", "c", "sum"]);
    assert.deepEqual([...readBy(mixed, 2)], [1, 1, 2]);
    // Whoever runs the network reads the last layer's values.
    assert.deepEqual(lower(of("mix", [relu("last")])).names, ["a", "c", "sum", "last"]);
  });
});
