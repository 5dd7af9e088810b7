/**
 * The interpreter of operators that records them as a Network's layers.
 */
import { say } from "../../base/say.js";
import { refuseUnknown } from "../../base/expect-options.js";
import { type Attributes, type Layer, type Op, operatorOf, operators as ops } from "../operators/index.js";
import { NetworkError } from "../shapes.js";
import type { DropPathPlace, Network } from "../network.js";
import { bothSides } from "../window.js";
import { type Assembly, convNames, type Feature, type Operators } from "./operators.js";

interface Node extends Feature {
  readonly name: string;
}

/** An empty recording; `layers` grows as operators are appended. */
export function graph(): Assembly<Node> & {
  layers: Layer[];
  /** What else was recorded. */
  besides(): Pick<Network, "auxiliary" | "dropPaths">;
  /** @param size height and width, pixels, for families that ask */
  image(channels: number, size?: number): Node;
  /** The part that is being recorded: `"stem"`, `"s1.b2"`, `"head"`. */
  place(): string;
  /** What a block may call. */
  readonly operators: readonly string[];
} {
  const layers: Layer[] = [];
  let into = layers;
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
    into.push(layer);
    // An operator that there is not is told by whoever checks the network.
    const channels = Object.hasOwn(ops, op) ? operatorOf(layer).channels?.(layer, inputs) : undefined;
    return { name: layer.name, channels: channels ?? inputs[0]?.channels };
  };
  const operators: Omit<Operators<Node>, "apply"> = {
    conv(name, x, out, options = {}) {
      const { kernel = 1, stride = 1, groups = 1, bias = false, dilation = 1, padding } = options;
      const layer = `layer "${path(name)}" (conv)`;
      refuseUnknown(layer, options, convNames, NetworkError);
      return apply("conv", name, [x], {
        in: x.channels,
        out,
        kernel: bothSides(layer, kernel),
        stride: bothSides(layer, stride),
        groups,
        bias,
        ...(dilation !== 1 && { dilation }),
        ...(padding !== undefined && { padding }),
      });
    },
    batchnorm(name, x, { affine, epsilon } = {}) {
      return apply("batchnorm", name, [x], {
        channels: x.channels,
        ...(affine !== undefined && { affine }),
        ...(epsilon !== undefined && { epsilon }),
      });
    },
    activation: (name, x, kind) => apply(kind, name, [x], {}),
    maxpool: (name, x, kernel, stride) => apply("maxpool", name, [x], { kernel, stride }),
    avgpool: (name, x) => apply("avgpool", name, [x], {}),
    linear: (name, x, out) => apply("linear", name, [x], { in: x.channels, out }),
    dropout: (name, x, rate, kind = "dropout") => apply(kind, name, [x], { rate }),
    add: (name, x, ...others) => apply("add", name, [x, ...others], {}),
    multiply: (name, x, y) => apply("multiply", name, [x, y], {}),
    pool(name, x, kind, kernel, stride, padding) {
      const layer = `layer "${path(name)}" (pool)`;
      const window = {
        kernel: bothSides(layer, kernel),
        stride: bothSides(layer, stride),
        ...(padding !== undefined && { padding }),
      };
      if (kind === "max") return apply("maxpool", name, [x], { ...window, uncounted: true });
      if (kind === "average") return apply("avgpool2d", name, [x], window);
      throw new NetworkError(`${layer}: expected kind "max" or "average", got ${say(kind)}`);
    },
    concat: (name, inputs, { pad = false } = {}) => apply("concat", name, inputs, pad ? { pad: true } : {}),
    identity: (name, x) => apply("identity", name, [x], {}),
    zero: (name, x, stride) => apply("zero", name, [x], { stride }),
    subsample: (name, x, stride, offset) => apply("subsample", name, [x], { stride, offset }),
  };
  let auxiliary: Layer[] | undefined;
  let dropPaths: DropPathPlace[] | undefined;
  return {
    ...operators,
    apply,
    operators: Object.keys(operators),
    layers,
    besides: () => ({ ...(auxiliary && { auxiliary }), ...(dropPaths && { dropPaths }) }),
    dropPath(x, share) {
      if (!(share > 0 && share <= 1)) {
        throw new NetworkError(
          `dropPath: expected a share in (0, 1] of the rate at "${x.name}", got ${say(share)}`,
        );
      }
      (dropPaths ??= []).push({ layer: x.name, share });
    },
    auxiliary(logits) {
      if (auxiliary) throw new NetworkError("auxiliary: expected one auxiliary head, got a second");
      auxiliary = [];
      const before = prefix;
      [into, prefix] = [auxiliary, "aux"];
      try {
        logits();
      } finally {
        [into, prefix] = [layers, before];
      }
    },
    image: (channels, size) => ({ name: "input", channels, ...(size !== undefined && { size }) }),
    place: () => prefix,
    scope(scope) {
      prefix = scope;
    },
    block(stage, block) {
      prefix = `s${stage}.b${block}`;
    },
  };
}
