/** The form of `data/claims.json`. */
import type * as z from "zod";
import { once } from "../../base/once.js";
import { zod } from "../../base/node/zod.js";
import { canonicalJson } from "../../trials/trial.js";
import { spaceSchema } from "../../trials/space-spec.js";

const schemas = once(() => {
  const z = zod();
  const text = z.string().min(1);
  const perDataset = z.strictObject({
    procedural: z.number().positive(),
    "fashion-mnist": z.number().positive(),
    /** Why this margin and no other. */
    why: text,
  });
  const marginName = z.enum(["mean", "tail"]);

  /** Part of a spec; what it may hold is checked where it is compared with a population's. */
  const part = z.record(z.string(), z.unknown());

  const bounds = z.tuple([z.number(), z.number()]).refine(([low, high]) => low <= high, {
    error: "expected [low, high] with low ≤ high",
  });

  /** Windows of cost. */
  const windows = z.record(z.string(), bounds);

  /** A population by name; several taken together; or a population's networks inside or outside a range of a parameter. */
  const selection = z.union(
    [
      text,
      z
        .array(text)
        .min(2)
        .refine(names => new Set(names).size === names.length, { error: "expected each population once" }),
      z.strictObject({ population: text, parameter: text, inside: bounds }),
      z.strictObject({ population: text, parameter: text, outside: bounds }),
    ],
    {
      error:
        'expected a population, a list of some, or {"population", "parameter", "inside" or "outside": [low, high]}',
    },
  );

  const statistic = z.enum(["mean", "median", "p10", "bestOf"]);

  const test = z.discriminatedUnion("kind", [
    /** a's statistic is lower than b's. */
    z.strictObject({ kind: z.literal("lower"), a: selection, b: selection, statistic, margin: marginName }),
    /** None of a's statistics is higher than b's by the margin. */
    z.strictObject({
      kind: z.literal("no-worse"),
      a: selection,
      b: selection,
      statistics: z.array(statistic).min(1),
      margin: marginName,
    }),
    /** The means differ by less than the margin. */
    z.strictObject({
      kind: z.literal("same"),
      a: selection,
      b: selection,
      statistic: z.literal("mean"),
      margin: marginName,
    }),
    /** The error rises, or falls, with a parameter. */
    z.strictObject({
      kind: z.literal("trend"),
      population: text,
      parameter: text,
      direction: z.enum(["rises", "falls"]),
    }),
    /** Networks inside a range of a parameter err less than those below and than those above. */
    z.strictObject({
      kind: z.literal("interior"),
      population: text,
      parameter: text,
      inside: z.union([z.strictObject({ values: bounds }), z.strictObject({ quantiles: bounds })], {
        error: 'expected {"values": [low, high]} or {"quantiles": [low, high]}',
      }),
    }),
    /** The best of sizeA random networks of a errs less than the best of sizeB of b. */
    z.strictObject({
      kind: z.literal("search"),
      a: selection,
      sizeA: z.int().positive(),
      b: selection,
      sizeB: z.int().positive(),
    }),
    /** Networks differ by more than `times` what trainings of one network differ by; asks for repeats. */
    z.strictObject({ kind: z.literal("spread"), population: text, times: z.number().positive() }),
  ]);

  const claim = z.strictObject({
    id: z
      .string()
      .regex(/^fig\d\d-[a-z0-9-]+$/, { error: 'expected an id such as "fig09-regnetx-better-than-e"' }),
    /** The figures whose notebooks show it. */
    figures: z.array(z.int().min(1).max(23)).min(1),
    family: z.literal("trained"),
    /** What the paper says, in our words. */
    claim: text,
    test,
    /** The difference that the paper prints, per cent error. */
    paper: z.number().optional(),
  });

  const population = z.strictObject({
    space: spaceSchema(),
    /** Networks; the first n count, however many there are. */
    n: z.int().positive(),
    /** Trainings of each network. */
    repeats: z.int().min(2).optional(),
    /** Of the sampling: the same networks on both datasets. */
    seed: z.int().nonnegative(),
    /** Where it is not trained in the common regime. */
    regime: z
      .strictObject({
        where: windows,
        stem: part,
        dataset: part,
        /** What differs on one of the datasets only. */
        datasets: z.strictObject({ procedural: part, "fashion-mnist": part }).partial(),
        recipe: part,
      })
      .partial()
      .optional(),
  });

  const date = z.iso.date({ error: 'expected a date such as "2026-12-01"' });

  const amendment = z
    .strictObject({
      date,
      claim: text.optional(),
      population: text.optional(),
      reason: text,
      /** The fields that change, as registered and as amended. */
      before: part,
      after: part,
    })
    .refine(each => (each.claim === undefined) !== (each.population === undefined), {
      error: "expected either a claim or a population",
    });

  const fields = z.strictObject({
    version: z.literal(1),
    paper: text,
    purpose: text,
    regime: z.strictObject({
      /** What fixed the regime: date and numbers of the pilot. Null until it is fixed; no verdict is given before. */
      pilot: z.looseObject({ date }).nullable(),
      where: windows,
      stem: part,
      recipe: part,
      engine: text,
      precision: text,
      /** Errors from here on are failures, per cent. */
      failedAt: z.number().positive().max(100),
    }),
    /** Their descriptions in a spec; where their files lie does not count. */
    datasets: z.strictObject({ procedural: part, "fashion-mnist": part }),
    margins: z.strictObject({ mean: perDataset, tail: perDataset }),
    families: z.strictObject({
      trained: z.strictObject({
        /** Below a half, from where on a claim and its contrary would both hold. */
        level: z.number().positive().lt(0.5),
        correction: z.literal("Holm"),
        /** Networks of a random search whose best is compared. */
        bestOf: z.int().positive(),
        /** Resamples and permutations of a test. */
        repeats: z.int().min(1000),
      }),
    }),
    populations: z.record(z.string(), population),
    claims: z.array(claim).min(1),
    amendments: z.array(amendment),
  });
  return { selection, test, claim, population, fields };
});
type Schemas = ReturnType<typeof schemas>;
type Selected = z.output<Schemas["selection"]>;

/** Networks of one population on both sides are compared with themselves; inside and outside one range they are not. */
function shareNetworks(a: Selected, b: Selected): boolean {
  const [ofA, ofB] = [partsOf(a), partsOf(b)];
  return ofA.some(one => ofB.some(other => one.population === other.population && !areApart(one, other)));
}

interface Part {
  readonly population: string;
  readonly parameter?: string;
  readonly inside?: readonly [number, number];
  readonly outside?: readonly [number, number];
}

function partsOf(of: Selected): readonly Part[] {
  if (typeof of === "string") return [{ population: of }];
  return "population" in of ? [of] : of.map(population => ({ population }));
}

function areApart(a: Part, b: Part): boolean {
  if (a.parameter === undefined || a.parameter !== b.parameter) return false;
  if (a.inside && b.inside) return a.inside[1] < b.inside[0] || b.inside[1] < a.inside[0];
  const [inside, outside] = [a.inside ?? b.inside, a.outside ?? b.outside];
  return !!inside && !!outside && outside[0] <= inside[0] && inside[1] <= outside[1];
}

/** The populations that a test speaks of. */
export function populationsOf(of: z.output<Schemas["test"]>): string[] {
  const named = (given: Selected): readonly string[] => {
    if (typeof given === "string") return [given];
    return "population" in given ? [given.population] : given;
  };
  return "population" in of ? [of.population] : [...new Set([...named(of.a), ...named(of.b)])];
}

type Fields = z.output<Schemas["fields"]>;
/** What amendments may change. */
export type Amendable = Pick<Fields, "claims" | "populations">;
type Fail = (path: PropertyKey[], message: string) => void;

/** Claims and populations with an amendment: its fields take the place of what stood there. */
export function amended(
  now: Amendable,
  { claim: id, population: name, after }: Fields["amendments"][number],
): Amendable {
  const { claims, populations } = now;
  if (id !== undefined) {
    return {
      populations,
      claims: claims.map(each => (each.id === id ? { ...each, ...after } : each)),
    };
  }
  const entries = Object.entries(populations).map(([key, each]): [string, typeof each] => [
    key,
    key === name ? { ...each, ...after } : each,
  ]);
  return { claims, populations: Object.fromEntries(entries) };
}

/** Checks `data/claims.json`, and that its parts fit each other, before and after its amendments. */
export const registrationSchema = once(() =>
  schemas().fields.superRefine((file, context) => {
    const fail: Fail = (path, message) => context.addIssue({ code: "custom", path, message });
    checkReferences(file, fail);
    checkSeeds(file, fail);
    const after = checkAmendments(file, fail);
    if (!after || file.amendments.length === 0) return;
    const failAmended: Fail = (path, message) =>
      fail(["amendments"], `${path.join(".")} as amended: ${message}`);
    checkReferences(after, failAmended);
    checkSeeds(after, failAmended);
  }),
);

/** Ids are distinct, and tests speak of registered populations. */
function checkReferences({ claims, populations }: Amendable, fail: Fail): void {
  const ids = new Set<string>();
  for (const [i, { id, test: each }] of claims.entries()) {
    if (ids.has(id)) fail(["claims", i, "id"], `expected an id of its own, got ${id} again`);
    ids.add(id);
    if (!("population" in each) && shareNetworks(each.a, each.b)) {
      fail(["claims", i, "test", "b"], "expected other networks than those of a, got some that both have");
    }
    for (const name of populationsOf(each)) {
      const found = Object.hasOwn(populations, name) ? populations[name] : undefined;
      if (!found) fail(["claims", i, "test"], `expected populations out of those registered, got ${name}`);
      else if (each.kind === "spread" && !found.repeats) {
        fail(["claims", i, "test", "population"], `expected a population with repeats, got ${name}`);
      }
    }
  }
}

/** Populations of one seed might share networks, and with them the seeds that they are trained with. */
function checkSeeds({ populations }: Pick<Amendable, "populations">, fail: Fail): void {
  const owners = new Map<number, string>();
  for (const [name, { seed }] of Object.entries(populations)) {
    const owner = owners.get(seed);
    if (owner === undefined) owners.set(seed, name);
    else fail(["populations", name, "seed"], `expected a seed of its own, got ${seed}, which ${owner} has`);
  }
}

/** Each amendment names what holds until then, and leaves a claim or a population behind. */
function checkAmendments(
  { claims, populations, amendments, regime: { pilot } }: Fields,
  fail: Fail,
): Amendable | undefined {
  const { population, claim } = schemas();
  let now: Amendable = { claims, populations };
  let sound = true;
  // The pilot ends what can be changed unseen.
  let [last, ofWhat] = [pilot?.date ?? "", "the registration's pilot"];
  for (const [i, each] of amendments.entries()) {
    const wrong = (field: string[], message: string) => {
      fail(["amendments", i, ...field], message);
      sound = false;
    };
    const { claim: id, population: name = "", before, after } = each;
    if (each.date < last)
      wrong(["date"], `expected one not before ${last}, the date of ${ofWhat}, got ${each.date}`);
    [last, ofWhat] = [each.date, "the amendment before it"];
    const [kind, schema] =
      id === undefined ? (["population", population] as const) : (["claim", claim] as const);
    const found: Readonly<Record<string, unknown>> | undefined =
      id === undefined
        ? Object.entries(now.populations).find(([key]) => key === name)?.[1]
        : now.claims.find(({ id: own }) => own === id);
    if (!found) {
      wrong([kind], `expected one that is registered, got ${id ?? name}`);
      continue;
    }
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const [standing, given] = [found[key], before[key]].map(value => canonicalJson(value));
      if (standing !== given)
        wrong(["before", key], `expected what holds until then, ${standing}, got ${given}`);
      if (!(key in after)) wrong(["after", key], "expected the fields of before, got nothing");
    }
    const checked = schema.safeParse({ ...found, ...after });
    const [issue] = checked.success ? [] : checked.error.issues;
    if (issue) wrong(["after", ...issue.path.map(String)], issue.message);
    else if (id !== undefined && "id" in after && after.id !== id) {
      wrong(["after", "id"], `expected the claim's own id, got ${canonicalJson(after.id)}`);
    } else now = amended(now, each);
  }
  return sound ? now : undefined;
}
