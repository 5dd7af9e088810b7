/** All assignments of up to eight layers to three stages, small enough to train each of them several times in half an hour. */
import { anyNet } from "../../architectures/anynet/architecture.js";
import { VR } from "../../architectures/anynet/blocks/index.js";
import { layerAssignment } from "./layer-assignment.js";

const stage = { depth: 1, bottleneck: 1, groupWidth: 8 };

/**
 * The 56 ways to assign 3 to 8 layers to three stages, each with one layer at least. A layer is one 3 × 3 convolution with a
 * residual connection (VR); width doubles where the size is halved, so that a further layer costs the same 82,944 multiply-adds in
 * every stage, and networks of one depth differ in their assignment alone: a budget of depth is one of flops. The shipped table has
 * them all.
 */
export const SmallAssignments = layerAssignment(
  anyNet(
    [
      { ...stage, width: 8, stride: 1 },
      { ...stage, width: 16, stride: 2 },
      { ...stage, width: 32, stride: 2 },
    ],
    { block: VR, stem: { kind: "cifar", width: 8 }, classes: 10, resolution: 12 },
  ),
  { name: "SmallAssignments", layers: [3, 8] },
);
