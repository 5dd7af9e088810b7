/**
 * The paper's other design spaces, each a refinement of AnyNetX or RegNetX: Figures 7, 9, 10, 13, 14, 19, 20 and 23.
 *
 * What the paper leaves open is marked [inferred].
 */
import { R, V, VR, type X, Y } from "../architectures/anynet/blocks/index.js";
import { isObject, say } from "../base/say.js";
import { type AnyNetSpace, AnyNetXA, AnyNetXC, AnyNetXD, AnyNetXE } from "./anynet.js";
import { logUniform, powersOfTwo, uniform } from "./dimension.js";
import { RegNetX } from "./regnet.js";
import type { Sample } from "./space.js";

/** The controls of Figure 7: AnyNetXC with w_i = w, or w_{i+1} ≤ w_i; AnyNetXD with d_i = d, or d_{i+1} ≤ d_i. */
export const AnyNetXCEqualWidths = AnyNetXC.share("width").named("AnyNetXC-equal-w");
export const AnyNetXCNonIncreasingWidths = AnyNetXC.nonIncreasing("width").named("AnyNetXC-nonincreasing-w");
export const AnyNetXDEqualDepths = AnyNetXD.share("depth").named("AnyNetXD-equal-d");
export const AnyNetXDNonIncreasingDepths = AnyNetXD.nonIncreasing("depth").named("AnyNetXD-nonincreasing-d");

/** RegNetX with w_m = 2, and with w₀ = w_a (Figure 9). */
export const RegNetXFixedWm = RegNetX.fix("wm", 2).named("RegNetX-wm2");
export const RegNetXTied = RegNetX.tieWidths().named("RegNetX-w0wa");

/**
 * Fewer than 3 + 5.5 f million parameters and 6.5 √f million activations at f GF (Figures 12 and 13).
 *
 * @example
 * ```ts
 * const networks = sample(RegNetX, { n: 200, seed: 1 });
 * networks.filter(isLean).length; // => 53
 * ```
 */
export function isLean(candidate: Sample): boolean {
  if (!isObject(candidate)) throw notCosts(candidate);
  const { flops, params, acts } = candidate;
  if (typeof flops !== "number" || typeof params !== "number" || typeof acts !== "number") {
    throw notCosts(candidate);
  }
  return params < (3 + 5.5 * (flops / 1e9)) * 1e6 && acts < 6.5 * Math.sqrt(flops / 1e9) * 1e6;
}

const notCosts = (got: unknown): RangeError =>
  new RangeError(`isLean: expected numbers as { flops, params, acts }, got ${say(got)}`);

/** RegNetX as the paper constrains it: b = 1, d ≤ 40, w_m ≥ 2, few parameters and activations (Figure 13). */
export const RegNetXConstrained = RegNetX.fix("bottleneck", 1)
  .withDimension("depth", uniform(1, 40))
  .withDimension("wm", logUniform(2, 3, 0.001))
  .accepting(isLean)
  .named("RegNetX-constrained");

/**
 * The base of Figure 14, constrained RegNetX by another name. [inferred]: the figure prints one pair, [30.7, 32.6],
 * for its b = 1, r = 224 and X, and Figure 13 prints the same for constrained RegNetX at 400 MF. The spaces below
 * vary one thing each and keep its other constraints.
 */
export const RegNetXNoBottleneck = RegNetXConstrained.named("RegNetX-b1");
/** The inverted bottleneck, ⅛ ≤ b ≤ 1 in powers of two (Figure 14; the powers are [inferred]). */
export const RegNetXInverted = RegNetXConstrained.withDimension("bottleneck", powersOfTwo(1 / 8, 1)).named(
  "RegNetX-inverted",
);
/** Depthwise convolution, g = 1, with b = 1 (Figure 14; that b = 1 is [inferred]). */
export const RegNetXDepthwise = RegNetXConstrained.fix("groupWidth", 1).named("RegNetX-depthwise");
/** Resolution drawn too, up to 448 (Figure 14); log-uniform multiples of 32 from 128 on [inferred]. */
export const RegNetXResolution = RegNetXConstrained.withDimension(
  "resolution",
  logUniform(128, 448, 32),
).named("RegNetX-resolution");
/** Swish, which is SiLU, in place of ReLU, free and with depthwise convolution (Figure 20, which has RegNetY). */
export const RegNetXSwish = RegNetX.with({ activation: "silu" }).named("RegNetX-silu");
export const RegNetXDepthwiseSwish = RegNetXDepthwise.with({ activation: "silu" }).named(
  "RegNetX-depthwise-silu",
);
/** Three stages (Figure 19) and five (Figure 10). */
export const RegNetX3Stages = RegNetX.withStages(3).named("RegNetX-3stages");
export const RegNetX5Stages = RegNetX.withStages(5).named("RegNetX-5stages");
export const AnyNetXA5Stages = AnyNetXA.withStages(5).named("AnyNetXA-5stages");
export const AnyNetXE5Stages = AnyNetXE.withStages(5).named("AnyNetXE-5stages");

/** RegNetX with squeeze-and-excitation (section 5), free and constrained. */
export const RegNetY = RegNetX.with({ block: Y }).named("RegNetY");
export const RegNetYConstrained = RegNetXConstrained.with({ block: Y }).named("RegNetY-constrained");

/** The blocks of Figure 23. R has no groups, V and VR have no bottleneck either: those parameters are not drawn. */
export const RegNetR = RegNetX.with({ block: R }).fix("groupWidth", 1).named("RegNetR");
export const RegNetV = RegNetR.with({ block: V }).fix("bottleneck", 1).named("RegNetV");
export const RegNetVR = RegNetV.with({ block: VR }).named("RegNetVR");

/** AnyNetXA to E for another block; parameters that have no effect on it have one value. */
function anyNetSpaces(
  prefix: string,
  block: typeof X,
  { bottleneck = true, groups = true }: { bottleneck?: boolean; groups?: boolean },
): readonly AnyNetSpace[] {
  let A = AnyNetXA.with({ block });
  if (!bottleneck) A = A.fix("bottleneck", 1);
  if (!groups) A = A.fix("groupWidth", 1);
  const B = A.share("bottleneck");
  const C = B.share("groupWidth");
  const D = C.nonDecreasing("width");
  const E = D.nonDecreasing("depth");
  return [A, B, C, D, E].map((space, i) => space.named(`${prefix}${"ABCDE"[i]}`));
}

const plain = { bottleneck: false, groups: false };

/** AnyNetY, AnyNetR, AnyNetV and AnyNetVR, A to E (Figures 10 and 23); in V and VR, A, B and C are the same space. */
export const [AnyNetYA, AnyNetYB, AnyNetYC, AnyNetYD, AnyNetYE] = anyNetSpaces("AnyNetY", Y, {});
export const [AnyNetRA, AnyNetRB, AnyNetRC, AnyNetRD, AnyNetRE] = anyNetSpaces("AnyNetR", R, {
  groups: false,
});
export const [AnyNetVA, AnyNetVB, AnyNetVC, AnyNetVD, AnyNetVE] = anyNetSpaces("AnyNetV", V, plain);
export const [AnyNetVRA, AnyNetVRB, AnyNetVRC, AnyNetVRD, AnyNetVRE] = anyNetSpaces("AnyNetVR", VR, plain);

/** All of the above, in the order of the paper. */
export const paperSpaces = [
  AnyNetXCEqualWidths,
  AnyNetXCNonIncreasingWidths,
  AnyNetXDEqualDepths,
  AnyNetXDNonIncreasingDepths,
  AnyNetXA5Stages,
  AnyNetXE5Stages,
  RegNetXFixedWm,
  RegNetXTied,
  RegNetXConstrained,
  RegNetXNoBottleneck,
  RegNetXInverted,
  RegNetXDepthwise,
  RegNetXSwish,
  RegNetXDepthwiseSwish,
  RegNetXResolution,
  RegNetX3Stages,
  RegNetX5Stages,
  RegNetY,
  RegNetYConstrained,
  RegNetR,
  RegNetV,
  RegNetVR,
  AnyNetYA,
  AnyNetYB,
  AnyNetYC,
  AnyNetYD,
  AnyNetYE,
  AnyNetRA,
  AnyNetRB,
  AnyNetRC,
  AnyNetRD,
  AnyNetRE,
  AnyNetVA,
  AnyNetVB,
  AnyNetVC,
  AnyNetVD,
  AnyNetVE,
  AnyNetVRA,
  AnyNetVRB,
  AnyNetVRC,
  AnyNetVRD,
  AnyNetVRE,
] as const;
