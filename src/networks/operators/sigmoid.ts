import { activation } from "./activation.js";

/** σ(x) = 1 / (1 + e⁻ˣ). */
export const sigmoid = activation("sigmoid", "sigmoid", "output");
