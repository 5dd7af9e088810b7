import assert from "node:assert/strict";
import { test } from "node:test";
import { type Block, build, complexityByLayer, operatorTable, squeezeExcite } from "netspace";

const [w, r, g] = [24, 16, 6];

/** Every operator of the table once, at w channels and r × r, named as its row. */
const everything: Block = {
  name: "everything",
  build(ops, x) {
    let y = ops.conv("1×1 conv", x, w);
    y = ops.conv("3×3 conv", y, w, { kernel: 3 });
    y = ops.conv("3×3 group conv", y, w, { kernel: 3, groups: w / g });
    y = ops.conv("3×3 depthwise conv", y, w, { kernel: 3, groups: w });
    y = ops.batchnorm("batch normalisation", y);
    y = ops.maxpool("max-pool", y, 3, 1);
    y = squeezeExcite(ops, y, w / 4, "relu");
    return ops.activation("activation, average pool, sum", y, "relu");
  },
};

test("each row of the operator table is what the layer walk counts", () => {
  const stage = { depth: 1, width: w, bottleneck: 1, groupWidth: g, stride: 1 };
  const network = build({
    block: everything,
    stem: { kind: "cifar", width: w },
    stages: [stage],
    classes: w,
  });
  const costs = new Map(
    [...complexityByLayer(network, r)].map(([name, cost]) => [name.replace(/^s1\.b1\./, ""), cost]),
  );
  for (const row of operatorTable.rows) {
    let counted = costs.get(row.operator === "linear" ? "head.fc" : row.operator);
    if (row.operator.startsWith("squeeze")) {
      const [one, two] = [costs.get("se_conv1")!, costs.get("se_conv2")!];
      counted = {
        flops: one.flops + two.flops,
        params: one.params + two.params,
        acts: one.acts + two.acts,
      };
    }
    assert.deepEqual(row.cost({ w, r, g }), counted, row.operator);
  }
});

test("the operator table shows its formulas as Markdown and as text", () => {
  const display = operatorTable as unknown as Record<symbol, () => Record<string, string>>;
  const bundle = display[Symbol.for("Jupyter.display")].call(operatorTable);
  assert.match(bundle["text/markdown"], /^\| operator \| flops \| params \| acts \|\n/);
  assert.match(bundle["text/markdown"], /\| 3×3 group conv \| 3²wgr² \| 3²wg \| wr² \|/);
  assert.match(bundle["text/plain"], /^1×1 conv +w²r² +w² +wr²$/m);
});
