/** The optimisers by name, which fields of a recipe are whose, and what they are where left out. */
import type { OptionNames } from "../../base/expect-options.js";
import type { OptimiserSettings } from "../recipe.js";

export const optimisers = ["sgd", "adam", "adamw", "rmsprop"] as const;

export type OptimiserName = (typeof optimisers)[number];

/** The fields that some optimisers alone read, and which. Another's would be followed by nobody, so it is refused. */
const readers = {
  nesterov: ["sgd"],
  beta1: ["adam", "adamw"],
  beta2: ["adam", "adamw"],
  smoothing: ["rmsprop"],
  epsilon: ["adam", "adamw", "rmsprop"],
  epsilonInsideRoot: ["rmsprop"],
} as const satisfies Partial<Record<keyof OptimiserSettings, readonly OptimiserName[]>>;

/** Every setting of a step, for checks of names. */
export const optimiserSettingNames: OptionNames<OptimiserSettings> = {
  learningRate: true,
  optimiser: true,
  momentum: true,
  nesterov: true,
  beta1: true,
  beta2: true,
  smoothing: true,
  epsilon: true,
  epsilonInsideRoot: true,
  weightDecay: true,
  normWeightDecay: true,
  biasWeightDecay: true,
  clipNorm: true,
  averageDecay: true,
};

/** The first field that the settings' optimiser does not read, and what it must be. */
export function optimiserProblem(
  settings: Partial<OptimiserSettings>,
): { readonly field: keyof typeof readers; readonly expected: string } | undefined {
  const { optimiser = "sgd" } = settings;
  for (const [field, of] of Object.entries(readers) as [keyof typeof readers, readonly string[]][]) {
    if (settings[field] === undefined || of.includes(optimiser)) continue;
    return { field, expected: `left out with optimiser "${optimiser}", being ${of.join("'s or ")}'s` };
  }
  return undefined;
}

/** Settings of a step with every field decided. */
export type WholeSettings = { readonly [K in keyof OptimiserSettings]-?: NonNullable<OptimiserSettings[K]> };

/** What settings are where they are left out, but for decays by kind. */
export const optimiserDefaults = {
  optimiser: "sgd",
  nesterov: true,
  beta1: 0.9,
  beta2: 0.999,
  smoothing: 0.99,
  epsilon: 1e-8,
  epsilonInsideRoot: false,
  clipNorm: 0,
  averageDecay: 0,
} as const satisfies Partial<OptimiserSettings>;

/** Settings as an engine follows them: 0 for an average or a clipping that is not asked for. */
export function wholeSettings(settings: OptimiserSettings): WholeSettings {
  const { weightDecay, normWeightDecay = weightDecay, biasWeightDecay = weightDecay } = settings;
  const given = Object.keys(optimiserSettingNames).flatMap(name => {
    const value = settings[name as keyof OptimiserSettings];
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...optimiserDefaults,
    normWeightDecay,
    biasWeightDecay,
    ...Object.fromEntries(given),
  } as WholeSettings;
}
