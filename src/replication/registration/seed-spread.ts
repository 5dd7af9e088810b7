/** Do networks differ by more than trainings of one network with other seeds? */
import { type Random, seeded } from "../../base/random.js";

export interface SeedSpread {
  /** Standard deviation between networks, seed noise taken out, and between trainings of one network, per cent. */
  readonly networks: number;
  readonly seeds: number;
  /** Interval of 95 % of their ratio. */
  readonly low: number;
  readonly high: number;
  /** Small if networks differ by more than `times` what trainings differ by; and if they differ by less. */
  readonly pWider: number;
  readonly pNarrower: number;
}

/**
 * The components of variance of a one-way design, each network trained equally often: between networks
 * (mean square between minus within, over the trainings of each) and within. By the bootstrap over networks, since seed
 * noise is heavy-tailed and differs from network to network, where the F test asks for normal errors alike.
 *
 * @param errors by network, two or more trainings each
 */
export function seedSpread(
  errors: readonly (readonly number[])[],
  times: number,
  { repeats = 4000, random = seeded(0) }: { readonly repeats?: number; readonly random?: Random } = {},
): SeedSpread {
  const each = errors.map(trainings => {
    const mean = trainings.reduce((sum, error) => sum + error, 0) / trainings.length;
    const within = trainings.reduce((sum, error) => sum + (error - mean) ** 2, 0) / (trainings.length - 1);
    return { mean, within };
  });
  const trainings = errors[0].length;
  const components = (some: typeof each) => {
    const n = some.length;
    const mean = some.reduce((sum, network) => sum + network.mean, 0) / n;
    const within = some.reduce((sum, network) => sum + network.within, 0) / n;
    const between = some.reduce((sum, network) => sum + (network.mean - mean) ** 2, 0) / (n - 1);
    return { networks: Math.sqrt(Math.max(0, between - within / trainings)), seeds: Math.sqrt(within) };
  };
  const ratios = Float64Array.from({ length: repeats }, () => {
    const { networks, seeds } = components(each.map(() => each[Math.floor(random() * each.length)]));
    return networks === 0 ? 0 : networks / seeds;
  }).sort();
  const share = (counts: (ratio: number) => boolean) => (1 + ratios.filter(counts).length) / (repeats + 1);
  return {
    ...components(each),
    low: ratios[Math.floor(0.025 * repeats)],
    high: ratios[Math.ceil(0.975 * repeats) - 1],
    pWider: share(ratio => ratio <= times),
    pNarrower: share(ratio => ratio >= times),
  };
}
