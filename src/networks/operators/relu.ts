import { activation } from "./activation.js";

/** max(x, 0). */
export const relu = activation("relu", "ReLU", "output");
