/**
 * The interpreter of operators that records them as a Network's layers.
 */
import { type OptionNames, refuseUnknown } from "../../base/expect-options.js";
import { type Attributes, type Layer, type Op, operatorOf, operators as ops } from "../operators/index.js";
import { NetworkError } from "../shapes.js";
import type { Assembly, ConvOptions, Feature, Operators } from "./operators.js";

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
  const path = (name: string) => (prefix === "" ? name : `${prefix}.${name}`);
  const apply = <K extends Op>(
    op: K,
    name: string,
    inputs: readonly Node[],
    attributes: Attributes<K>,
  ): Node => {
    const layer = {
      op,
      name: path(name),
      inputs: inputs.map(x => x.name),
      ...attributes,
    } as unknown as Layer;
    layers.push(layer);
    // An operator that there is not is told by whoever checks the network.
    const channels = Object.hasOwn(ops, op) ? operatorOf(layer).channels?.(layer, inputs) : undefined;
    return { name: layer.name, channels: channels ?? inputs[0]?.channels };
  };
  const operators: Omit<Operators<Node>, "apply"> = {
    conv(name, x, out, options = {}) {
      const { kernel = 1, stride = 1, groups = 1, bias = false } = options;
      refuseUnknown(`layer "${path(name)}" (conv)`, options, convNames, NetworkError);
      return apply("conv", name, [x], { in: x.channels, out, kernel, stride, groups, bias });
    },
    batchnorm: (name, x) => apply("batchnorm", name, [x], { channels: x.channels }),
    activation: (name, x, kind) => apply(kind, name, [x], {}),
    maxpool: (name, x, kernel, stride) => apply("maxpool", name, [x], { kernel, stride }),
    avgpool: (name, x) => apply("avgpool", name, [x], {}),
    linear: (name, x, out) => apply("linear", name, [x], { in: x.channels, out }),
    dropout: (name, x, rate, kind = "dropout") => apply(kind, name, [x], { rate }),
    add: (name, x, y) => apply("add", name, [x, y], {}),
    multiply: (name, x, y) => apply("multiply", name, [x, y], {}),
  };
  return {
    ...operators,
    apply,
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
