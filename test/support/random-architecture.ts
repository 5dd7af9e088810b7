/** Random architectures of any block, for property tests. */
import { type Architecture, anyNet, type Block, LinearBottleneck, MBConv, R, X, Y } from "netspace";

/** Widths compatible with groups by construction; all stems, kernels, heads and both activations occur. */
export function randomArchitecture(block: Block, random: () => number): Architecture {
  const pick = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  // Inverted residuals only widen, residual bottlenecks do both (Figure 14), the others have no bottleneck.
  const widens = [MBConv, LinearBottleneck, X, Y, R].includes(block);
  const narrows = block !== MBConv && block !== LinearBottleneck;
  const stages = Array.from({ length: pick(1, 5) }, () => {
    const groupWidth = 2 ** pick(0, 4);
    const bottleneck = 2 ** pick(widens ? -3 : 0, narrows ? 2 : 0);
    return {
      depth: pick(1, 6),
      width: Math.max(1, groupWidth * bottleneck) * pick(1, 8),
      bottleneck,
      groupWidth,
      stride: pick(1, 2),
      kernel: [3, 5][pick(0, 1)],
    };
  });
  const kind = (["simple", "cifar", "resnet"] as const)[pick(0, 2)];
  return anyNet(stages, {
    block,
    stem: { kind, width: 8 * pick(1, 6) },
    classes: pick(2, 200),
    headWidth: random() < 0.3 ? 64 : undefined,
    activation: random() < 0.3 ? "silu" : "relu",
  });
}
