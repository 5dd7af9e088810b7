/** Networks as measures without training take them. */
import type { Layer, Network } from "../../../networks/network.js";
import { withoutAuxiliary } from "../../../networks/network.js";

const passed = ({ name, inputs }: Layer): Layer => ({ op: "identity", name, inputs: [inputs[0]] });

const replacing = (network: Network, ops: readonly Layer["op"][]): Network => ({
  ...withoutAuxiliary(network),
  layers: network.layers.map(layer => (ops.includes(layer.op) ? passed(layer) : layer)),
});

/** Without what chance decides, dropout and drop path, and without an auxiliary head. */
export const withoutChance = (network: Network): Network => replacing(network, ["dropout", "droppath"]);

/** And without normalisations: every value of a network of weights above 0 is then above 0, as SynFlow has it. */
export const withoutNorms = (network: Network): Network =>
  replacing(network, ["dropout", "droppath", "batchnorm"]);

/** Names of the layers whose answers are NASWOT's codes. */
export const relusOf = ({ layers }: Network): string[] =>
  layers.filter(({ op }) => op === "relu").map(({ name }) => name);

/** Names of the weights that measures are summed over: of convolutions and fully connected layers, biases left out. */
export const weightsOf = ({ layers }: Network): string[] =>
  layers.filter(({ op }) => op === "conv" || op === "linear").map(({ name }) => `${name}.weight`);
