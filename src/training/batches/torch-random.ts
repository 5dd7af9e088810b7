/**
 * Random numbers as torch draws them on the CPU, so that a seed means the same weights, order and augmentation in
 * both engines: a 32-bit Mersenne Twister (Matsumoto & Nishimura 1998, mt19937) and torch's distributions over it
 * (ATen/native/cpu/DistributionTemplates.h). Integers agree to the bit; normal numbers up to the rounding of
 * logarithm and cosine, which torch computes in float32.
 */

const SIZE = 624;
const SHIFT = 397;

/** A torch generator on the CPU. */
export class TorchRandom {
  readonly #state = new Uint32Array(SIZE);
  #next = SIZE;
  /** The second of a pair of normal numbers, drawn but not used. */
  #spare: number | undefined;

  /** @param seed of which torch uses the lower 32 bits */
  constructor(seed: number) {
    const state = this.#state;
    state[0] = Number(BigInt(seed) & 0xffff_ffffn);
    for (let i = 1; i < SIZE; i++) {
      const before = state[i - 1] ^ (state[i - 1] >>> 30);
      state[i] = Math.imul(1_812_433_253, before) + i;
    }
  }

  /** 32 uniform bits. */
  bits(): number {
    if (this.#next === SIZE) this.#refill();
    let y = this.#state[this.#next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c_5680;
    y ^= (y << 15) & 0xefc6_0000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #refill(): void {
    const state = this.#state;
    for (let i = 0; i < SIZE; i++) {
      const y = (state[i] & 0x8000_0000) | (state[(i + 1) % SIZE] & 0x7fff_ffff);
      state[i] = state[(i + SHIFT) % SIZE] ^ (y >>> 1) ^ (y & 1 ? 0x9908_b0df : 0);
    }
    this.#next = 0;
  }

  /** A float32 in [0, 1): 24 bits. */
  #uniform(): number {
    return (this.bits() & 0xff_ffff) / 0x100_0000;
  }

  /** A double in [0, 1): 53 of 64 bits, the upper half drawn first. */
  #uniformDouble(): number {
    const high = this.bits() & 0x1f_ffff;
    return (high * 0x1_0000_0000 + this.bits()) / 0x20_0000_0000_0000;
  }

  /** `torch.randint(bound, (n,))`: n integers in [0, bound). */
  integers(bound: number, n: number): Uint32Array {
    return Uint32Array.from({ length: n }, () => this.bits() % bound);
  }

  /** `torch.randperm(n)`. */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < n - 1; i++) {
      const other = i + (this.bits() % (n - i));
      const kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
    return order;
  }

  /** `torch.empty(n).normal_(0, std)`, float32. */
  normal(n: number, std: number): Float32Array {
    const out = new Float32Array(n);
    if (n < 16) {
      for (let i = 0; i < n; i++) out[i] = std * this.#normalDouble();
      return out;
    }
    for (let i = 0; i < n; i++) out[i] = this.#uniform();
    for (let i = 0; i + 16 <= n; i += 16) pairsToNormal(out.subarray(i, i + 16), std);
    if (n % 16 !== 0) {
      // The last 16, some of them made normal already, are drawn afresh.
      const rest = out.subarray(n - 16);
      for (let i = 0; i < 16; i++) rest[i] = this.#uniform();
      pairsToNormal(rest, std);
    }
    return out;
  }

  /**
   * One number of Beta(α, α) as `torch._sample_dirichlet` of two equal α draws it: the second of two Gamma(α) numbers,
   * over their sum.
   */
  beta(alpha: number): number {
    const single = Math.fround(alpha);
    const [first, second] = [this.#gamma(single), this.#gamma(single)];
    return Math.fround(second / (first + second));
  }

  /** One number of Gamma(α) (Marsaglia & Tsang 2000), with the float32 constants of ATen/native/Distributions.h. */
  #gamma(alpha: number): number {
    // Below 1, one of Gamma(α + 1) is drawn, and taken down.
    const scale = alpha < 1 ? (1 - this.#uniformDouble()) ** (1 / alpha) : 1;
    const d = (alpha < 1 ? alpha + 1 : alpha) - Math.fround(1 / 3);
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      let x: number;
      let y: number;
      do {
        x = this.#normalDouble();
        y = 1 + c * x;
      } while (y <= 0);
      const v = y ** 3;
      const u = 1 - this.#uniformDouble();
      const quick = u < 1 - Math.fround(0.0331) * x ** 4;
      if (quick || Math.log(u) < 0.5 * x ** 2 + d * (1 - v + Math.log(v))) {
        return Math.max(2 ** -1022, scale * d * v);
      }
    }
  }

  /** One standard normal number (Box–Muller), two from each pair of uniform ones. */
  #normalDouble(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    const angle = 2 * Math.PI * this.#uniformDouble();
    const radius = Math.sqrt(-2 * Math.log1p(-this.#uniformDouble()));
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

/** Box–Muller on 16 uniform numbers in place: the first 8 give the radius, the others the angle. */
function pairsToNormal(values: Float32Array, std: number): void {
  for (let i = 0; i < 8; i++) {
    const radius = Math.sqrt(-2 * Math.log(1 - values[i]));
    const angle = 2 * Math.PI * values[i + 8];
    values[i] = std * radius * Math.cos(angle);
    values[i + 8] = std * radius * Math.sin(angle);
  }
}
