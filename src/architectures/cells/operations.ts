/**
 * The operations of the papers' cells. Names that papers share for different things are told apart: a dilated convolution is
 * dense in NASNet's and AmoebaNet's code (`dil3`), and depthwise in DARTS' (`dilsep3`).
 */
import type { Feature, Operators } from "../../networks/assembly/operators.js";
import type { Sides } from "../../networks/window.js";
import type { Operation, OperationParameters } from "./operation.js";
import { conv, convNorm, factorisedReduction, norm, reluConvNorm, separable } from "./parts.js";

/** (ReLU, depthwise, 1 × 1, normalisation), once or twice; the stride is the first one's. */
const separables = (name: string, kernel: number, times: 1 | 2, dilation: 1 | 2): Operation => ({
  name,
  kind: "separable",
  build(ops, x, p) {
    const y = separable(ops, 1, x, p.out, kernel, p.stride, dilation, p);
    return times === 1 ? y : separable(ops, 2, y, p.out, kernel, 1, dilation, p);
  },
});

/** Pooling; where the channels differ, 1 × 1 and normalisation behind it. */
const pooling = (name: string, kind: "max" | "average", kernel: number): Operation => ({
  name,
  kind: "pooling",
  build(ops, x, p) {
    const even = kernel % 2 === 0;
    const padding = even || (p.stride > 1 && p.convention.padding) ? "same" : undefined;
    const y = ops.pool("pool", x, kind, kernel, p.stride, padding);
    return y.channels === p.out ? y : convNorm(ops, "", y, p.out, 1, 1, p);
  },
});

/**
 * ReLU, some convolutions and normalisation. In conventions with a bottleneck these work on a part of the filters, between
 * two convolutions of 1 × 1, unless that part is none; there, a normalisation and a ReLU stand between convolutions too.
 */
const dense = (name: string, part: number, kernels: readonly Sides[], dilation = 1): Operation => {
  const walk = <F extends Feature>(ops: Operators<F>, x: F, width: number, p: OperationParameters): F => {
    let y = ops.activation("relu", x, "relu");
    for (let i = 0; i < kernels.length; i++) {
      const kernel = kernels[i];
      if (i > 0 && p.convention.bottleneck) y = ops.activation(`relu${i}`, norm(ops, `bn${i}`, y, p), "relu");
      // A kernel strides along its longer side.
      const stride: Sides =
        typeof kernel === "number" || p.stride === 1
          ? p.stride
          : [kernel[0] > 1 ? p.stride : 1, kernel[1] > 1 ? p.stride : 1];
      y = conv(ops, `conv${kernels.length > 1 ? i + 1 : ""}`, y, width, kernel, stride, 1, dilation, p);
    }
    return norm(ops, "bn", y, p);
  };
  return {
    name,
    kind: "convolution",
    build(ops, x, p) {
      const inner = Math.floor(part * p.out);
      if (!p.convention.bottleneck || inner < 1) return walk(ops, x, p.out, p);
      const narrow = reluConvNorm(ops, "_pre", x, inner, 1, 1, p);
      return reluConvNorm(ops, "_post", walk(ops, narrow, inner, p), p.out, 1, 1, p);
    },
  };
};

/** The value itself; of another shape, what the convention puts in its place. */
const identity: Operation = {
  name: "identity",
  kind: "identity",
  build(ops, x, p) {
    if (p.stride === 1) return x.channels === p.out ? x : reluConvNorm(ops, "", x, p.out, 1, 1, p);
    if (p.convention.identity === "convolution") return reluConvNorm(ops, "", x, p.out, 1, p.stride, p);
    return factorisedReduction(ops, x, p.out, p.convention.reductionRelu, p);
  },
};

const none: Operation = {
  name: "none",
  kind: "none",
  build(ops, x, p) {
    const y = x.channels === p.out ? x : reluConvNorm(ops, "", x, p.out, 1, 1, p);
    return ops.zero("zero", y, p.stride);
  },
};

/** ReLU, a strided 1 × 1 convolution and normalisation, in all conventions. */
const pointwise: Operation = {
  name: "conv1",
  kind: "convolution",
  build: (ops, x, p) => reluConvNorm(ops, "", x, p.out, 1, p.stride, p),
};

const all: readonly Operation[] = [
  identity,
  none,
  pooling("avg3", "average", 3),
  pooling("avg5", "average", 5),
  pooling("max2", "max", 2),
  pooling("max3", "max", 3),
  pooling("max5", "max", 5),
  pooling("max7", "max", 7),
  separables("sep3", 3, 2, 1),
  separables("sep5", 5, 2, 1),
  separables("sep7", 7, 2, 1),
  separables("dilsep3", 3, 1, 2),
  separables("dilsep5", 5, 1, 2),
  separables("dilsep3x2", 3, 2, 2),
  separables("dilsep5x2", 5, 2, 2),
  pointwise,
  dense("conv3", 1 / 4, [3]),
  dense("dil3", 1 / 4, [3], 2),
  dense("1x3-3x1", 3 / 8, [
    [1, 3],
    [3, 1],
  ]),
  dense("1x7-7x1", 1 / 4, [
    [1, 7],
    [7, 1],
  ]),
];

/** The built-in operations, by name. */
export const cellOperations: ReadonlyMap<string, Operation> = new Map(
  all.map(operation => [operation.name, Object.freeze(operation)]),
);
