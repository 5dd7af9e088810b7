/**
 * The interpreter of operators that records them as a Network's layers.
 */
import { type OptionNames, refuseUnknown } from "../base/expect-options.js";
import type { Layer } from "./network.js";
import { NetworkError } from "./shapes.js";
import type { Assembly, ConvOptions, Feature, Operators } from "./operators/operators.js";

interface Node extends Feature {
  readonly name: string;
}

/** A block of one's own may have one misspelt, and would be counted and trained as another. */
const convNames: OptionNames<ConvOptions> = { kernel: true, stride: true, groups: true, bias: true };

/** An empty recording; `layers` grows as operators are appended. */
export function graph(): Assembly<Node> & {
  layers: Layer[];
  image(channels: number): Node;
  /** The part that is being recorded: `"stem"`, `"s1.b2"`, `"head"`. */
  place(): string;
  /** What a block may call. */
  readonly operators: readonly string[];
} {
  const layers: Layer[] = [];
  let prefix = "";
  const append = (layer: Layer, channels: number): Node => {
    layers.push(layer);
    return { name: layer.name, channels };
  };
  const path = (name: string) => (prefix === "" ? name : `${prefix}.${name}`);
  const operators: Operators<Node> = {
    conv(name, x, out, options = {}) {
      const { kernel = 1, stride = 1, groups = 1, bias = false } = options;
      refuseUnknown(`layer "${path(name)}" (conv)`, options, convNames, NetworkError);
      const inputs = [x.name];
      return append(
        { op: "conv", name: path(name), inputs, in: x.channels, out, kernel, stride, groups, bias },
        out,
      );
    },
    batchnorm: (name, x) =>
      append({ op: "batchnorm", name: path(name), inputs: [x.name], channels: x.channels }, x.channels),
    activation: (name, x, kind) => append({ op: kind, name: path(name), inputs: [x.name] }, x.channels),
    maxpool: (name, x, kernel, stride) =>
      append({ op: "maxpool", name: path(name), inputs: [x.name], kernel, stride }, x.channels),
    avgpool: (name, x) => append({ op: "avgpool", name: path(name), inputs: [x.name] }, x.channels),
    linear: (name, x, out) =>
      append({ op: "linear", name: path(name), inputs: [x.name], in: x.channels, out }, out),
    dropout: (name, x, rate, kind = "dropout") =>
      append({ op: kind, name: path(name), inputs: [x.name], rate }, x.channels),
    add: (name, x, y) => append({ op: "add", name: path(name), inputs: [x.name, y.name] }, x.channels),
    multiply: (name, x, y) =>
      append({ op: "multiply", name: path(name), inputs: [x.name, y.name] }, x.channels),
  };
  return {
    ...operators,
    operators: Object.keys(operators),
    layers,
    image: channels => ({ name: "input", channels }),
    place: () => prefix,
    scope(scope) {
      prefix = scope;
    },
    block(stage, block) {
      prefix = `s${stage}.b${block}`;
    },
  };
}
