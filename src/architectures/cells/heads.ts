/** The classifier of a network of cells, and the auxiliary one beside it. */
import type { Assembly, Feature, Operators } from "../../networks/assembly/operators.js";
import { NetworkError } from "../../networks/shape.js";
import type { CellNetwork } from "./network.js";
import { convNorm, norm } from "./parts.js";

/** Perhaps ReLU, global average pooling, logits. */
export function classifier<F extends Feature>(ops: Assembly<F>, x: F, network: CellNetwork): F {
  ops.scope("head");
  const y = network.convention.headRelu ? ops.activation("relu", x, "relu") : x;
  return logits(ops, ops.avgpool("pool", y), network);
}

/** A fully connected layer; without bias it is a 1 × 1 convolution. */
const logits = <F extends Feature>(
  ops: Operators<F>,
  x: F,
  { convention, classes = 1000 }: CellNetwork,
): F =>
  convention.headBias
    ? ops.linear("fc", x, classes)
    : ops.conv("fc", x, classes, { kernel: 1, stride: 1, groups: 1, bias: false });

/** The window of its average, and the channels behind its two convolutions. */
const [WINDOW, NARROW, WIDE] = [5, 128, 768];

/**
 * The auxiliary head on a cell's output.
 *
 * @param size of that map, pixels
 */
export function auxiliaryLogits<F extends Feature>(
  ops: Assembly<F>,
  x: F,
  size: number | undefined,
  network: CellNetwork,
): void {
  const { auxiliary } = network;
  if (!auxiliary || size === undefined) return;
  const left = Math.floor((size - WINDOW) / auxiliary.stride) + 1;
  ops.auxiliary?.(() => {
    if (left < 1) {
      throw new NetworkError(
        `the auxiliary head averages over ${WINDOW} × ${WINDOW} and reads a map of ${size} × ${size}; take a larger resolution, or leave auxiliary out`,
      );
    }
    let y = ops.activation("relu1", x, "relu");
    y = ops.pool("pool", y, "average", WINDOW, auxiliary.stride, "valid");
    y = ops.activation("relu2", convNorm(ops, 1, y, NARROW, 1, 1, network), "relu");
    y = ops.conv("conv2", y, WIDE, { kernel: left, stride: 1, padding: "valid" });
    if (auxiliary.norms === undefined) y = norm(ops, "bn2", y, network);
    return logits(ops, ops.activation("relu3", y, "relu"), network);
  });
}
