/**
 * The design space of a sweep: a name, or a named space with refinements.
 *
 * ```json
 * { "base": "RegNetX", "fix": { "wm": 2 } }
 * { "base": "AnyNetXC", "nonIncreasing": ["width"], "name": "AnyNetXC-nonincreasing-w" }
 * ```
 */
import * as z from "zod";
import { blocks } from "../architectures/anynet/blocks/index.js";
import { expectation, MOST_PROBLEMS } from "../base/schema-problems.js";
import { AnyNetSpace, type StageParameter } from "../spaces/anynet.js";
import { type Dimension, logUniform, oneOf, powersOfTwo, uniform } from "../spaces/dimension.js";
import { spaceByName, spaceNames } from "../spaces/names.js";
import { type RegNetParameter, RegNetSpace } from "../spaces/regnet.js";
import type { Space } from "../spaces/space.js";
import { isRecord } from "./vocabulary.js";

const range = z.tuple([z.number(), z.number(), z.number()]);
const dimensionSchema = z.union(
  [
    z.strictObject({ uniform: range }),
    z.strictObject({ logUniform: range }),
    z.strictObject({ powersOfTwo: z.tuple([z.number(), z.number()]) }),
    z.strictObject({ oneOf: z.array(z.number()).min(1).max(1_000_000) }),
  ],
  {
    error:
      'expected {"uniform": [low, high, step]}, {"logUniform": [low, high, step]}, {"powersOfTwo": [low, high]} or {"oneOf": [a, b, …]}',
  },
);
const parameters = z.array(z.enum(["depth", "width", "bottleneck", "groupWidth"])).min(1);

const refinedSchema = z.strictObject({
  base: z.enum(spaceNames()),
  /** What figures and tables call it. Default: the base with its refinements. */
  name: z.string().min(1).optional(),
  block: z.enum(Object.keys(blocks)).optional(),
  activation: z.enum(["relu", "silu"]).optional(),
  stages: z.int().positive().optional(),
  /** Other values of a parameter: `[low, high, step]`, or `[low, high]` for powers of two. */
  values: z.record(z.string(), dimensionSchema).optional(),
  /** One value of a parameter. */
  fix: z.record(z.string(), z.number()).optional(),
  /** w₀ = w_a; RegNet spaces only. */
  tieWidths: z.literal(true).optional(),
  /** One value in all stages, or values that do not fall or rise from stage to stage; AnyNet spaces only. */
  share: parameters.optional(),
  nonDecreasing: parameters.optional(),
  nonIncreasing: parameters.optional(),
});

type Refined = z.infer<typeof refinedSchema>;

/** A space by name, or a named space with refinements, applied in the order in which they stand in the schema. */
export type SpaceSpec = string | Refined;

const nameSchema = z.enum(spaceNames());

/** Checks a space, and that its refinements can be applied. */
export const spaceSchema = z.custom<SpaceSpec>().transform((given, context): SpaceSpec => {
  // A union of the two would say no more than that neither fits.
  const parsed = (isRecord(given) ? refinedSchema : nameSchema).safeParse(given, { error: expectation });
  if (!parsed.success) {
    for (const issue of parsed.error.issues.slice(0, MOST_PROBLEMS)) {
      const path = [...issue.path];
      if (issue.code === "unrecognized_keys") {
        context.addIssue({
          code: "unrecognized_keys",
          keys: issue.keys,
          path,
          input: isRecord(given) ? given : undefined,
        });
      } else context.addIssue({ code: "custom", message: issue.message, path });
    }
    return z.NEVER;
  }
  try {
    spaceOf(parsed.data);
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
  }
  return parsed.data;
});

/** @throws RangeError for a refinement that the space does not know, or that leaves it no values */
export function spaceOf(spec: SpaceSpec): Space {
  if (typeof spec === "string") return spaceByName(spec);
  const base = spaceByName(spec.base);
  if (base instanceof RegNetSpace) return refinedRegNet(base, spec);
  if (base instanceof AnyNetSpace) return refinedAnyNet(base, spec);
  throw new RangeError(`${base.name} cannot be refined; give its name alone`);
}

/** What figures and tables call the space. */
export const spaceName = (spec: SpaceSpec): string =>
  typeof spec === "string" ? spec : (spec.name ?? [spec.base, ...refinements(spec)].join(", "));

function refinedRegNet(base: RegNetSpace, spec: Refined): RegNetSpace {
  for (const key of ["share", "nonDecreasing", "nonIncreasing"] as const) {
    if (spec[key]) {
      throw new RangeError(`${key} refines the stages of AnyNet spaces, got the RegNet space ${base.name}`);
    }
  }
  let space = base.with(fixedParts(spec));
  if (spec.stages) space = space.withStages(spec.stages);
  for (const [name, dimension] of dimensionsOf(spec)) {
    space = space.withDimension(name as RegNetParameter, dimension);
  }
  if (spec.tieWidths) space = space.tieWidths();
  return space.named(spaceName(spec));
}

function refinedAnyNet(base: AnyNetSpace, spec: Refined): AnyNetSpace {
  if (spec.tieWidths) {
    throw new RangeError(`tieWidths refines RegNet spaces, got the AnyNet space ${base.name}`);
  }
  let space = base.with(fixedParts(spec));
  if (spec.stages) space = space.withStages(spec.stages);
  for (const [name, dimension] of dimensionsOf(spec)) {
    space = space.withDimension(name as StageParameter, dimension);
  }
  for (const parameter of spec.share ?? []) space = space.share(parameter);
  for (const parameter of spec.nonDecreasing ?? []) space = space.nonDecreasing(parameter);
  for (const parameter of spec.nonIncreasing ?? []) space = space.nonIncreasing(parameter);
  return space.named(spaceName(spec));
}

const fixedParts = ({ block, activation }: Refined) => ({
  ...(block && { block: blocks[block] }),
  ...(activation && { activation }),
});

function dimensionsOf({ values = {}, fix = {} }: Refined): [string, Dimension][] {
  const given = Object.entries(values).map(([name, dimension]): [string, Dimension] => {
    if ("uniform" in dimension) return [name, uniform(...dimension.uniform)];
    if ("logUniform" in dimension) return [name, logUniform(...dimension.logUniform)];
    if ("powersOfTwo" in dimension) return [name, powersOfTwo(...dimension.powersOfTwo)];
    return [name, oneOf(dimension.oneOf)];
  });
  return [
    ...given,
    ...Object.entries(fix).map(([name, value]): [string, Dimension] => [name, oneOf([value])]),
  ];
}

function refinements(spec: Refined): string[] {
  const { block, activation, stages, values = {}, fix = {}, tieWidths } = spec;
  return [
    ...(block ? [`block ${block}`] : []),
    ...(activation ? [activation] : []),
    ...(stages ? [`${stages} stages`] : []),
    ...Object.entries(values).map(([name, dimension]) => `${name} ${inWords(dimension)}`),
    ...Object.entries(fix).map(([name, value]) => `${name} = ${value}`),
    ...(tieWidths ? ["w0 = wa"] : []),
    ...(["share", "nonDecreasing", "nonIncreasing"] as const).flatMap(key =>
      spec[key] ? [`${key} ${spec[key].join(" ")}`] : [],
    ),
  ];
}

function inWords(dimension: z.infer<typeof dimensionSchema>): string {
  if ("oneOf" in dimension) return dimension.oneOf.join(" or ");
  if ("powersOfTwo" in dimension) return `${between(dimension.powersOfTwo)} (powers of two)`;
  if ("logUniform" in dimension) return `${between(dimension.logUniform)} (logarithmic)`;
  return between(dimension.uniform);
}

const between = ([low, high]: readonly number[]): string => `${low} to ${high}`;
