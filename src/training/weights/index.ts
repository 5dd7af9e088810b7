/** Weights: as arrays, in safetensors files, and checked against a network. */
export { decodeSafetensors, encodeSafetensors, type SafetensorsContent } from "./safetensors.js";
export { checkWeights, WeightsError, weightShapes } from "./weights.js";
export { loadWeights, saveWeights } from "./weights-file.js";
