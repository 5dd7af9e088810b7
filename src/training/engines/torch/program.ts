/**
 * Lowers a Network to the program that the binding interprets: names become value indices, and batch
 * normalisation takes in the residual sum and the ReLU that follow it.
 *
 * Fused, the three read and write each feature map about half as often; on a CPU they are half the time of a
 * small network's step. Parameters keep the names of their layers, so fusion cannot be seen from outside.
 */
import type { BatchNorm, Layer, Network } from "../../../networks/network.js";

/** Operators in the order of the enumeration in native/model.h. */
const operators: readonly string[] = [
  "conv",
  "norm",
  "relu",
  "silu",
  "sigmoid",
  "maxpool",
  "avgpool",
  "linear",
  "add",
  "multiply",
  "dropout",
  "droppath",
];

/** Integers an instruction: op, two value indices, in, out, kernel, stride, groups, flag. */
const fields = 9;
const none = -1;

/** A network as the binding reads it. */
export interface Program {
  /** `fields` integers an instruction; value 0 is the image, instruction i makes value i + 1. */
  readonly program: Int32Array;
  /** Each instruction's probability of a zero; 0 but for dropout. */
  readonly rates: Float32Array;
  /** An instruction's layer: names its parameters and its errors. */
  readonly names: readonly string[];
}

/** Batch normalisation with what was fused after it; `last` is the layer whose value it makes. */
interface Fused {
  readonly norm: BatchNorm;
  readonly residual?: string;
  readonly relu: boolean;
  readonly last: Layer;
}

/** Beyond it a number would come out of the Int32Array as another one. */
const most = 2 ** 31 - 1;

/**
 * The program of a network that `inferShapes` accepts.
 *
 * @throws RangeError naming the layer with a number that the binding cannot hold
 */
export function lower(network: Network): Program {
  const fusedAt = fuse(network);
  const swallowed = new Set<string>();
  for (const fused of fusedAt.values()) swallowed.add(fused.norm.name);
  for (const { name } of chained(fusedAt)) swallowed.add(name);
  const values = new Map<string, number>([["input", 0]]);
  const codes: number[] = [];
  const names: string[] = [];
  const rates: number[] = [];
  for (const layer of network.layers) {
    const fused = fusedAt.get(layer.name);
    if (!fused && swallowed.has(layer.name)) continue;
    const index = (name: string | undefined) => (name === undefined ? none : values.get(name)!);
    if (fused) {
      const { norm, residual, relu } = fused;
      const op = operators.indexOf("norm");
      codes.push(op, index(norm.inputs[0]), index(residual), norm.channels, 0, 0, 0, 0, relu ? 1 : 0);
      names.push(norm.name);
    } else {
      codes.push(operators.indexOf(layer.op));
      codes.push(index(layer.inputs[0]), index(layer.inputs[1]), ...attributes(layer));
      names.push(layer.name);
    }
    const large = codes.slice(-fields).find(code => code > most);
    if (large !== undefined) {
      throw new RangeError(
        `engine torch: layer "${layer.name}" (${layer.op}): expected numbers of at most ${most}, got ${large}`,
      );
    }
    rates.push("rate" in layer ? layer.rate : 0);
    values.set(layer.name, codes.length / fields);
  }
  return { program: Int32Array.from(codes), rates: Float32Array.from(rates), names };
}

/** in, out, kernel, stride, groups, flag. */
function attributes(layer: Layer): number[] {
  switch (layer.op) {
    case "conv":
      return [layer.in, layer.out, layer.kernel, layer.stride, layer.groups, layer.bias ? 1 : 0];
    case "maxpool":
      return [0, 0, layer.kernel, layer.stride, 0, 0];
    case "linear":
      return [layer.in, layer.out, 0, 0, 0, 0];
    default:
      return [0, 0, 0, 0, 0, 0];
  }
}

/** Every batch normalisation by the name of the layer whose value it makes once fused. */
function fuse({ layers }: Network): Map<string, Fused> {
  const position = new Map(layers.map((layer, i) => [layer.name, i]));
  const readers = new Map<string, Layer[]>();
  for (const layer of layers) {
    for (const input of layer.inputs) readers.set(input, [...(readers.get(input) ?? []), layer]);
  }
  // The only reader of a value, if it has one: then the value itself need never exist.
  const only = (layer: Layer) => {
    const list = readers.get(layer.name);
    return list?.length === 1 ? list[0] : undefined;
  };
  const isLatestNorm = (norm: Layer, other: string) => {
    const at = position.get(other);
    const rival = at === undefined ? undefined : layers[at];
    // Of two normalisations that are summed, the later one takes the sum in: by then the other is there.
    return rival?.op !== "batchnorm" || only(rival)?.op !== "add" || at! < position.get(norm.name)!;
  };
  const fused = new Map<string, Fused>();
  for (const norm of layers) {
    if (norm.op !== "batchnorm") continue;
    let last: Layer = norm;
    let residual: string | undefined;
    let next = only(last);
    if (next?.op === "add") {
      const other = next.inputs[0] === last.name ? next.inputs[1] : next.inputs[0];
      if (isLatestNorm(norm, other)) {
        residual = other;
        last = next;
        next = only(last);
      } else next = undefined;
    }
    const relu = next?.op === "relu";
    if (relu) last = next!;
    fused.set(last.name, { norm, residual, relu, last });
  }
  return fused;
}

/** Names of the sums between a fused normalisation and its ReLU, which make no value of their own. */
function chained(fusedAt: ReadonlyMap<string, Fused>): { name: string }[] {
  const out: { name: string }[] = [];
  for (const { residual, relu, last } of fusedAt.values()) {
    if (residual !== undefined && relu) out.push({ name: last.inputs[0] });
  }
  return out;
}
