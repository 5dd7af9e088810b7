/**
 * Networks of random operators: every kind in every surrounding, values that many read, and branches of zeros.
 */
import type { Layer, Network } from "../../src/networks/network.js";
import { outputShape } from "../../src/networks/operators/index.js";
import type { Shape } from "../../src/networks/shape.js";
import { randomStream } from "./networks.js";

/** A network of some 20 operators for images of that height and width, the same for the same seed. */
export function randomNetwork(seed: number, size: number): Network {
  const random = randomStream(seed);
  const below = (n: number) => Math.floor(random() * n);
  const among = <T>(list: readonly T[]): T => list[below(list.length)];
  const layers: Layer[] = [];
  const values = new Map<string, Shape>();
  const image: Shape = { channels: 3, height: size, width: size };
  const append = (layer: object, inputs: readonly string[]): string => {
    const name = `l${layers.length}`;
    const whole = { ...layer, name, inputs } as Layer;
    values.set(
      name,
      outputShape(
        whole,
        inputs.map(input => values.get(input) ?? image),
      ),
    );
    layers.push(whole);
    return name;
  };
  const any = () => among([...values.keys()]);
  const of = (name: string) => values.get(name)!;
  /** Of another that has the same shape, or of itself. */
  const alike = (name: string) => {
    const { channels, height, width } = of(name);
    const same = [...values].filter(
      ([, s]) => s.channels === channels && s.height === height && s.width === width,
    );
    return among(same)[0];
  };
  const conv = (x: string, given: object = {}) => {
    const { channels } = of(x);
    const groups = among([1, 1, 2, channels]);
    const out = groups === channels ? channels * among([1, 1, 2]) : among([4, 6, 8]);
    const window = {
      kernel: among([1, 3, 5, [1, 7], [7, 1]]),
      stride: among([1, 1, 1, 2, [1, 2], [2, 1]]),
      ...among([{}, {}, { dilation: 2 }, { padding: "same" }, { dilation: 2, padding: "same" }]),
    };
    const fits = channels % groups === 0 && out % groups === 0 && out <= 24;
    return append(
      {
        op: "conv",
        in: channels,
        out: fits ? out : 6,
        groups: fits ? groups : 1,
        bias: random() < 0.3,
        ...window,
        ...given,
      },
      [x],
    );
  };
  const pool = () => ({
    kernel: among([2, 3, 3, 5, 7]),
    stride: among([1, 2, 2, 3]),
    padding: "same",
  });
  const kinds: Record<string, (x: string) => string> = {
    conv: x => conv(x),
    batchnorm: x =>
      append(
        {
          op: "batchnorm",
          channels: of(x).channels,
          ...among([{}, {}, { affine: false }, { epsilon: 1e-3 }]),
        },
        [x],
      ),
    relu: x => append({ op: "relu" }, [x]),
    silu: x => append({ op: "silu" }, [x]),
    maxpool: x => append({ op: "maxpool", ...pool() }, [x]),
    avgpool2d: x => append({ op: "avgpool2d", ...pool(), ...among([{}, { countPadding: true }]) }, [x]),
    add: x => append({ op: "add" }, [x, ...Array.from({ length: 1 + below(4) }, () => alike(x))]),
    concat: x => {
      const others = [any(), ...among([[], [x], [any()]])];
      const channels = [x, ...others].reduce((sum, other) => sum + of(other).channels, 0);
      return channels > 40 ? conv(x) : append({ op: "concat", pad: true }, [x, ...others]);
    },
    identity: x => append({ op: "identity" }, [x]),
    // In a sum with something: what is computed from zeros alone is decided by rounding.
    zero: x => {
      const stride = among([1, 2]);
      const beside = stride === 1 ? alike(x) : append({ op: "subsample", stride, offset: 0 }, [x]);
      return append({ op: "add" }, [append({ op: "zero", stride }, [x]), beside]);
    },
    subsample: x => {
      const offset = Math.min(of(x).height, of(x).width) > 1 ? below(2) : 0;
      return append({ op: "subsample", stride: 2, offset }, [x]);
    },
  };
  append({ op: "conv", in: 3, out: 8, kernel: 3, stride: 1, groups: 1, bias: true }, ["input"]);
  for (let i = 0; i < 18; i++) {
    // Mostly on with what is new, so that networks are deep as well.
    const x = random() < 0.6 ? [...values.keys()].at(-1)! : any();
    among(Object.values(kinds))(x);
  }
  // What nothing reads yet joins at the end, and the first value with it: no network is all zeros.
  const read = new Set(layers.flatMap(layer => layer.inputs));
  const ends = [...values.keys()].filter(name => name === "l0" || !read.has(name));
  const joined = ends.length > 1 ? append({ op: "concat", pad: true }, ends) : ends[0];
  const last = append({ op: "silu" }, [conv(joined, { groups: 1, out: 8, kernel: 1, stride: 1 })]);
  append({ op: "linear", in: 8, out: 5 }, [append({ op: "avgpool" }, [last])]);
  return { name: `random ${seed}`, inputChannels: 3, classes: 5, layers };
}
