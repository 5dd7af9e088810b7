/** The built-in blocks. */
import type { Block } from "../block.js";
import { LinearBottleneck, MBConv } from "./inverted-residual.js";
import { Basic, V, VR } from "./plain.js";
import { R, X, Y } from "./residual-bottleneck.js";
import { RS } from "./residual-rs.js";

export { Basic, LinearBottleneck, MBConv, R, RS, V, VR, X, Y };

/** By name, for specs and stores that come as text. A user's block is not among them, and needs none of this. */
export const blocks: Readonly<Record<string, Block>> = {
  X,
  Y,
  R,
  V,
  VR,
  Basic,
  LinearBottleneck,
  MBConv,
  RS,
};
