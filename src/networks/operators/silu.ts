import { activation } from "./activation.js";

/** x · σ(x), also called swish. */
export const silu = activation("silu", "SiLU", "inputs");
