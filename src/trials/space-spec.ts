/**
 * The design space of a sweep: a name, a named space with refinements, code in a module of the user's, which may be
 * the space, the base of a refined one, or its block; or a list of architectures.
 *
 * ```json
 * { "base": "RegNetX", "fix": { "wm": 2 } }
 * { "base": "AnyNetXC", "nonIncreasing": ["width"], "name": "AnyNetXC-nonincreasing-w" }
 * { "base": "DARTS", "fix": { "cells": 5, "filters": 4 } }
 * { "module": "./ghost.ts", "export": "space" }
 * { "base": "AnyNetXA", "block": { "module": "./ghost.ts", "export": "ghost" } }
 * { "base": "NAS-Bench-201", "with": { "channels": 8, "cells": 1 } }
 * { "architectures": [{ "block": "X", "stem": …, "stages": … }, …], "block": "SE" }
 * ```
 */
import type * as z from "zod";
import type { Block } from "../architectures/anynet/block.js";
import { blocks } from "../architectures/anynet/blocks/index.js";
import { checkArchitecture } from "../architectures/families.js";
import type { AnyArchitecture } from "../architectures/family.js";
import type { AnyStoredArchitecture } from "../architectures/stored.js";
import { once } from "../base/once.js";
import { seeded } from "../base/random.js";
import { say, sayData } from "../base/say.js";
import { expectation, MOST_PROBLEMS } from "../base/schema-problems.js";
import { zod } from "../base/node/zod.js";
import { AnyNetSpace, type StageParameter } from "../spaces/anynet.js";
import { CellSpace } from "../spaces/cells/cell-space.js";
import { DecisionSpace } from "../spaces/decisions/decision-space.js";
import { type Dimension, logUniform, oneOf, powersOfTwo, uniform } from "../spaces/dimension.js";
import { spaceByName, spaceNames } from "../spaces/names.js";
import { type RegNetParameter, RegNetSpace } from "../spaces/regnet.js";
import type { Space } from "../spaces/space.js";
import { type CodeExport, codeExportSchema } from "./source/code-export.js";
import { blockIn, type ExportsOf, spaceIn } from "./source/exported.js";
import { exportsOf } from "./source/load-source.js";
import { type GivenSpace, givenSpace, isGiven, storedForms } from "./given-space.js";
import { isRecord } from "./vocabulary.js";

const schemas = once(() => {
  const z = zod();
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
  const scalar = z.union([z.number(), z.string(), z.boolean()]);
  const parameters = z.array(z.enum(["depth", "width", "bottleneck", "groupWidth"])).min(1);

  const refinements = {
    /** What figures and tables call it. Default: the base with its refinements. */
    name: z.string().min(1).optional(),
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
    /** Other fixed parts of the architectures; spaces of other families than AnyNet only. */
    with: z.record(z.string(), z.union([scalar, z.array(scalar)])).optional(),
  };
  const bases = z.enum(spaceNames());
  const blockNames = z.enum(Object.keys(blocks));
  const nameSchema = z.enum(spaceNames());
  return { dimension: dimensionSchema, refinements, bases, blockNames, name: nameSchema };
});
type Schemas = ReturnType<typeof schemas>;

type Refinements = {
  readonly [K in keyof Schemas["refinements"]]: z.output<Schemas["refinements"][K]>;
};

/** A space with refinements, applied in the order of the schema. */
export interface RefinedSpace extends Partial<Refinements> {
  /** The space that is refined. */
  readonly base: string | CodeExport;
  readonly block?: string | CodeExport | undefined;
}

/** A space by name, one with refinements, one that a module of the user's exports, or a list of architectures. */
export type SpaceSpec = string | RefinedSpace | CodeExport | GivenSpace;

/** Architectures that are given: as many as a sweep has trainings. */
const MOST_GIVEN = 1_000_000;

/** The schema of what a given space seems to be: a union of all would say no more than that none fits. */
function schemaFor(given: unknown) {
  const { name, bases, blockNames, refinements } = schemas();
  if (!isRecord(given)) return name;
  const code = codeExportSchema();
  if ("module" in given) return code;
  if (isGiven(given)) {
    const z = zod();
    return z.strictObject({
      architectures: z.array(z.custom<AnyStoredArchitecture>()).min(1).max(MOST_GIVEN),
      name: refinements.name,
      block: (isRecord(given.block) ? code : blockNames).optional(),
      activation: refinements.activation,
    });
  }
  return zod().strictObject({
    base: isRecord(given.base) ? code : bases,
    block: (isRecord(given.block) ? code : blockNames).optional(),
    ...refinements,
  });
}

/** Checks a space, and that its refinements can be applied, as far as that is known without running code. */
export const spaceSchema = once(() => {
  const z = zod();
  return z.custom<SpaceSpecInput>().transform((given, context): SpaceSpec => {
    const live = liveProblem(given);
    if (live) {
      context.addIssue({ code: "custom", ...live });
      return z.NEVER;
    }
    let written: unknown = given;
    try {
      // A space is data by the time it is checked.
      if (isGiven(given) && Array.isArray(given.architectures)) {
        written = { ...given, architectures: storedForms(given.architectures) };
      }
    } catch (error) {
      context.addIssue({ code: "custom", message: (error as Error).message });
      return z.NEVER;
    }
    const parsed = schemaFor(written).safeParse(written, { error: expectation });
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
    const spec: SpaceSpec = parsed.data;
    try {
      if (!isCode(spec)) spaceOf(withoutCode(spec));
    } catch (error) {
      context.addIssue({ code: "custom", message: (error as Error).message });
    }
    return spec;
  });
});

type Placed = Omit<CodeExport, "module" | "export"> & {
  readonly module: string | URL;
  readonly export?: string | undefined;
};
/** As it is written: a module may be given as a URL, and its default export is the one that is meant unless said. */
export type SpaceSpecInput =
  | string
  | (Omit<RefinedSpace, "base" | "block"> & {
      readonly base: string | Placed;
      readonly block?: string | Placed | undefined;
    })
  | (Omit<GivenSpace, "architectures" | "block"> & {
      /** As they are stored, or in memory. */
      readonly architectures: readonly (AnyStoredArchitecture | AnyArchitecture)[];
      readonly block?: string | Placed | undefined;
    })
  | Placed;

/** What to do with a space, or a block, that is given itself: a spec is data, and outlives the process. */
function liveProblem(given: unknown): { readonly path: string[]; readonly message: string } | undefined {
  const parts: [string[], unknown][] = [[[], given]];
  if (isRecord(given)) parts.push([["base"], given.base], [["block"], given.block]);
  for (const [path, part] of parts) {
    if (!isRecord(part) || !["draw", "sketch", "build"].some(name => typeof part[name] === "function"))
      continue;
    const kind = typeof part.build === "function" ? "block" : "space";
    const name = typeof part.name === "string" ? part.name : "";
    const known = kind === "block" ? Object.hasOwn(blocks, name) : spaceNames().includes(name);
    const remedy = known
      ? `give its name, "${name}"`
      : `export it from a module of its own and give { module: "./${/^\w+$/.test(name) ? name.toLowerCase() : kind}.ts", export: "…" }, since the sweep keeps its source`;
    return { path, message: `expected data, got the ${kind} ${name} itself; ${remedy}` };
  }
  return undefined;
}

const isCode = (spec: SpaceSpec): spec is CodeExport => typeof spec !== "string" && "module" in spec;

/** The same space as far as it needs no code, or a space that is known where its base is code. */
function withoutCode(spec: string | RefinedSpace | GivenSpace): SpaceSpec {
  if (typeof spec === "string") return spec;
  if (isGiven(spec)) {
    // Until its code is there another block stands for it: those of the architectures may be code, too.
    return typeof spec.block === "object" ? { ...spec, block: Object.keys(blocks)[0] } : spec;
  }
  // What refines the user's own space is applied once that is loaded.
  if (typeof spec.base !== "string") return spaceNames()[0];
  return typeof spec.block === "string" ? spec : { ...spec, block: undefined };
}

/** The parts of a space that are code, each with how the same space looks with another in its place. */
export function codeOf(
  spec: SpaceSpec,
): { readonly path: string; readonly code: CodeExport; put(code: CodeExport): SpaceSpec }[] {
  if (typeof spec === "string") return [];
  if (isCode(spec)) return [{ path: "space", code: spec, put: code => code }];
  return (["base", "block"] as const).flatMap(key => {
    const code = (spec as Partial<RefinedSpace>)[key];
    return code === undefined || typeof code === "string"
      ? []
      : [
          {
            path: `space.${key}`,
            code,
            put: (other: CodeExport) => ({ ...spec, [key]: other }),
          },
        ];
  });
}

/**
 * What decides a space: of code, its content and not where it lies or what it is called. The same as the spec where
 * there is no code.
 */
export const spaceIdentity = (spec: SpaceSpec): SpaceSpec =>
  codeOf(spec).reduce<SpaceSpec>((whole, { path }) => {
    const part = codeOf(whole).find(other => other.path === path);
    if (part?.code.content === undefined) return whole;
    const { export: name, content } = part.code;
    return part.put({ export: name, content } as CodeExport);
  }, spec);

/** The contents of the modules that a space comes from; none for a space that comes with netspace. */
export const contentsOf = (spec: SpaceSpec): string[] => [
  ...new Set(codeOf(spec).flatMap(({ code }) => code.content ?? [])),
];

/**
 * The space of a spec.
 *
 * @param exported what modules export: those that are loaded unless said
 * @throws RangeError for a refinement that the space does not know, or that leaves it no values
 * @throws SpecError if a module is not loaded, or exports something else
 */
export function spaceOf(spec: SpaceSpec, exported: ExportsOf = exportsOf): Space {
  if (typeof spec === "string") return spaceByName(spec);
  if (isCode(spec)) return spaceIn(spec, exported);
  if (isGiven(spec)) return givenSpace(spaceName(spec), spec, fixedParts(spec, exported).block);
  const base = typeof spec.base === "string" ? spaceByName(spec.base) : spaceIn(spec.base, exported);
  const fixed = fixedParts(spec, exported);
  if (base instanceof RegNetSpace) return refinedRegNet(base, spec, fixed);
  if (base instanceof AnyNetSpace) return refinedAnyNet(base, spec, fixed);
  if ((base as unknown) instanceof CellSpace) return refinedCells(base as unknown as CellSpace, spec);
  return refinedOther(base, spec);
}

/** A space of another kind, whose fixed parts alone may be others. */
function refinedOther(base: Space, spec: RefinedSpace): Space {
  const { base: _base, name: _name, with: parts, ...refinements } = spec;
  const other = Object.entries(refinements).find(([, value]) => value !== undefined)?.[0];
  if (other !== undefined) {
    throw new RangeError(
      `${other} refines AnyNet and RegNet spaces, got ${base.name}; give it other parts by with`,
    );
  }
  const named = (space: Space): Space =>
    space instanceof DecisionSpace
      ? (space as DecisionSpace).named(spaceName(spec))
      : { ...space, name: spaceName(spec) };
  if (parts === undefined) return spec.name === undefined ? base : named(base);
  if (!base.family || !base.with) {
    throw new RangeError(
      `with gives spaces of a family other parts, got ${base.name}, which has none to give; leave it out`,
    );
  }
  const space = base.with(parts);
  // A misspelt part would be put beside those that are meant.
  if (!(base instanceof DecisionSpace && base.knowsParts)) {
    const { family: _family, ...own } = drawnFrom(base);
    const known = [...new Set([...Object.keys(own), "classes", "resolution"])];
    const odd = Object.keys(parts).find(name => !known.includes(name));
    if (odd !== undefined) {
      throw new RangeError(`with: unknown part ${say(odd)}; known are ${known.join(", ")}`);
    }
  }
  checkArchitecture("with", drawnFrom(space));
  return named(space);
}

const MOST_DRAWS = 1000;

/** The first architecture that is drawn; none if a thousand choices make none. */
function drawnFrom(space: Space): AnyArchitecture {
  const random = seeded(1);
  for (let draws = 0; draws < MOST_DRAWS; draws++) {
    const architecture = space.draw(random);
    if (architecture) return architecture;
  }
  throw new RangeError(
    `${space.name}: none of ${MOST_DRAWS} draws made an architecture; widen what its choices may be`,
  );
}

/** What figures and tables call the space. */
export const spaceName = (spec: SpaceSpec): string => {
  if (typeof spec === "string") return spec;
  if (isCode(spec)) return codeName(spec);
  const base = isGiven(spec) ? givenName(spec) : partName(spec.base);
  return spec.name ?? [base, ...refinementNames(spec)].join(", ");
};

const givenName = ({ architectures: { length } }: GivenSpace): string =>
  `${length} given ${length === 1 ? "network" : "networks"}`;
const codeName = ({ name, export: exported, module }: CodeExport): string =>
  name ?? `${exported} of ${module}`;
const partName = (part: string | CodeExport): string => (typeof part === "string" ? part : codeName(part));

interface Fixed {
  readonly block?: Block;
  readonly activation?: "relu" | "silu";
}

function refinedRegNet(base: RegNetSpace, spec: RefinedSpace, fixed: Fixed): RegNetSpace {
  refuseParts(base, spec);
  for (const key of ["share", "nonDecreasing", "nonIncreasing"] as const) {
    if (spec[key]) {
      throw new RangeError(
        `${key} refines the stages of AnyNet spaces, got the RegNet space ${base.name}; leave it out, or take AnyNetXA`,
      );
    }
  }
  let space = base.with(fixed);
  if (spec.stages) space = space.withStages(spec.stages);
  for (const [name, dimension] of dimensionsOf(spec)) {
    space = space.withDimension(name as RegNetParameter, dimension);
  }
  if (spec.tieWidths) space = space.tieWidths();
  return space.named(spaceName(spec));
}

function refinedAnyNet(base: AnyNetSpace, spec: RefinedSpace, fixed: Fixed): AnyNetSpace {
  refuseParts(base, spec);
  if (spec.tieWidths) {
    throw new RangeError(
      `tieWidths refines RegNet spaces, got the AnyNet space ${base.name}; leave it out, or take RegNetX`,
    );
  }
  let space = base.with(fixed);
  if (spec.stages) space = space.withStages(spec.stages);
  for (const [name, dimension] of dimensionsOf(spec)) {
    space = space.withDimension(name as StageParameter, dimension);
  }
  for (const parameter of spec.share ?? []) space = space.share(parameter);
  for (const parameter of spec.nonDecreasing ?? []) space = space.nonDecreasing(parameter);
  for (const parameter of spec.nonIncreasing ?? []) space = space.nonIncreasing(parameter);
  return space.named(spaceName(spec));
}

/** Cells and filters are what a space of cells is refined by. */
function refinedCells(base: CellSpace, spec: RefinedSpace): Space {
  refuseParts(base as unknown as Space, spec);
  for (const key of [
    "block",
    "activation",
    "stages",
    "tieWidths",
    "share",
    "nonDecreasing",
    "nonIncreasing",
  ] as const) {
    if (spec[key] === undefined) continue;
    throw new RangeError(
      `${key} refines AnyNet and RegNet spaces, got the space of cells ${base.name}; its values are cells and filters`,
    );
  }
  let space = base;
  for (const [name, dimension] of dimensionsOf(spec)) {
    space = space.withDimension(name as "cells" | "filters", dimension);
  }
  return space.named(spaceName(spec)) as unknown as Space;
}

function refuseParts(base: Space, spec: RefinedSpace): void {
  if (spec.with === undefined) return;
  throw new RangeError(
    `with gives spaces of other families other parts, got ${base.name}; give it values or fix`,
  );
}

const fixedParts = (
  { block, activation }: Pick<RefinedSpace, "block" | "activation">,
  exported: ExportsOf,
): Fixed => ({
  ...(block !== undefined && { block: typeof block === "string" ? blocks[block] : blockIn(block, exported) }),
  ...(activation && { activation }),
});

function dimensionsOf({ values = {}, fix = {} }: RefinedSpace): [string, Dimension][] {
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

function refinementNames(spec: Partial<RefinedSpace>): string[] {
  const { block, activation, stages, values = {}, fix = {}, tieWidths, with: parts = {} } = spec;
  return [
    ...(block ? [`block ${partName(block)}`] : []),
    ...(activation ? [activation] : []),
    ...(stages ? [`${stages} stages`] : []),
    ...Object.entries(values).map(([name, dimension]) => `${name} ${inWords(dimension)}`),
    ...Object.entries(fix).map(([name, value]) => `${name} = ${value}`),
    ...Object.entries(parts).map(([name, value]) => `${name} = ${sayData(value)}`),
    ...(tieWidths ? ["w0 = wa"] : []),
    ...(["share", "nonDecreasing", "nonIncreasing"] as const).flatMap(key =>
      spec[key] ? [`${key} ${spec[key].join(" ")}`] : [],
    ),
  ];
}

function inWords(dimension: z.infer<Schemas["dimension"]>): string {
  if ("oneOf" in dimension) return dimension.oneOf.join(" or ");
  if ("powersOfTwo" in dimension) return `${between(dimension.powersOfTwo)} (powers of two)`;
  if ("logUniform" in dimension) return `${between(dimension.logUniform)} (logarithmic)`;
  return between(dimension.uniform);
}

const between = ([low, high]: readonly number[]): string => `${low} to ${high}`;
