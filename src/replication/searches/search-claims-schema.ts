/** The form of `data/search-claims.json`. */
import type * as z from "zod";
import { once } from "../../base/once.js";
import { zod } from "../../base/node/zod.js";
import { canonicalJson } from "../../trials/trial.js";

const schemas = once(() => {
  const z = zod();
  const text = z.string().min(1);
  const date = z.iso.date({ error: 'expected a date such as "2026-12-01"' });

  /** A difference that counts for nothing, in the claim's unit: one for both sets of images, or one for each. */
  const margin = z.union(
    [
      z.number().positive(),
      z.strictObject({ procedural: z.number().positive(), "fashion-mnist": z.number().positive() }),
    ],
    { error: 'expected a number > 0, or {"procedural", "fashion-mnist"} with one each' },
  );
  /** Values of each sample, if their number is fixed. */
  const n = z.int().min(4).optional();
  const side = z.enum(["greater", "less"]);

  /** `of` says what the values are; a and b, whose; x, y, values and parameter, which. */
  const test = z.discriminatedUnion("kind", [
    /** a's values are lower than b's; with a margin, by more than that. */
    z.strictObject({
      kind: z.literal("lower"),
      of: text,
      a: text,
      b: text,
      by: z.enum(["welch", "rank-sum"]),
      margin: margin.optional(),
      n,
    }),
    /** a's mean is lower than b's, or higher by less than the margin. */
    z.strictObject({ kind: z.literal("no-worse"), of: text, a: text, b: text, margin, n }),
    /** The means differ by less than the margin. */
    z.strictObject({ kind: z.literal("same"), of: text, a: text, b: text, margin, n }),
    /** A rank correlation is greater, or less, than a number. */
    z.strictObject({
      kind: z.literal("correlation"),
      x: text,
      y: text,
      coefficient: z.enum(["spearman", "kendall"]),
      side,
      than: z.number().gt(-1).lt(1),
      n,
    }),
    /** Values rise, or fall, with a parameter. */
    z.strictObject({
      kind: z.literal("trend"),
      values: text,
      parameter: text,
      direction: z.enum(["rises", "falls"]),
      n,
    }),
    /** A share is greater, or less, than a number. */
    z.strictObject({ kind: z.literal("share"), of: text, side, than: z.number().gt(0).lt(1), n }),
  ]);

  const claim = z.strictObject({
    id: z.string().regex(/^(nas|guide)-\d+-[a-z0-9-]+$/, {
      error: 'expected an id such as "nas-3-evolution-beats-random"',
    }),
    /** The notebook that shows it. */
    notebook: z.string().regex(/^[a-z0-9-]+$/, { error: 'expected a notebook such as "nas-3-evolution"' }),
    /** Who says so. */
    source: text,
    /** What is claimed, in our words. */
    claim: text,
    test,
    /** What differences are in. Default: points of error. */
    unit: text.optional(),
    registered: date,
    /** What had been looked at before, if anything. */
    seen: text.optional(),
  });

  const part = z.record(z.string(), z.unknown());
  const amendment = z.strictObject({
    date,
    claim: text,
    reason: text,
    /** The fields that change, as registered and as amended. */
    before: part,
    after: part,
  });

  const fields = z.strictObject({
    version: z.literal(1),
    purpose: text,
    /** Below a half, from where on a claim and its contrary would both hold. */
    level: z.number().positive().lt(0.5),
    correction: z.literal("Bonferroni"),
    /** What every p is multiplied by, and how many claims there may be. */
    room: z.int().positive(),
    claims: z.array(claim),
    amendments: z.array(amendment),
  });
  return { claim, fields };
});

type Fields = z.output<ReturnType<typeof schemas>["fields"]>;
type Claim = Fields["claims"][number];

/** Checks `data/search-claims.json`, and that its parts fit each other, amendments with them. */
export const searchClaimsSchema = once(() =>
  schemas().fields.superRefine((file, context) => {
    const fail = (path: PropertyKey[], message: string) =>
      context.addIssue({ code: "custom", path, message });
    const { claims, room, amendments } = file;
    if (claims.length > room) {
      fail(["claims"], `expected at most ${room}, for which the correction has room, got ${claims.length}`);
    }
    const ids = new Set<string>();
    for (const [i, { id }] of claims.entries()) {
      if (ids.has(id)) fail(["claims", i, "id"], `expected an id of its own, got ${id} again`);
      ids.add(id);
    }
    let now: readonly Claim[] = claims;
    let last = "";
    for (const [i, each] of amendments.entries()) {
      const wrong = (field: string[], message: string) => fail(["amendments", i, ...field], message);
      const found = now.find(({ id }) => id === each.claim);
      if (!found) {
        wrong(["claim"], `expected one that is registered, got ${each.claim}`);
        continue;
      }
      const earliest = found.registered > last ? found.registered : last;
      if (each.date < earliest) wrong(["date"], `expected one not before ${earliest}, got ${each.date}`);
      last = earliest > each.date ? earliest : each.date;
      for (const key of new Set([...Object.keys(each.before), ...Object.keys(each.after)])) {
        const [standing, given] = [(found as Readonly<Record<string, unknown>>)[key], each.before[key]];
        if (canonicalJson(standing) !== canonicalJson(given)) {
          wrong(
            ["before", key],
            `expected what holds until then, ${canonicalJson(standing)}, got ${canonicalJson(given)}`,
          );
        }
        if (!(key in each.after)) wrong(["after", key], "expected the fields of before, got nothing");
      }
      for (const fixed of ["id", "notebook", "registered"]) {
        if (fixed in each.after)
          wrong(["after", fixed], "expected fields that may change, got one that may not");
      }
      const checked = schemas().claim.safeParse({ ...found, ...each.after });
      if (checked.success) now = amendedBy(now, each);
      else
        for (const issue of checked.error.issues) wrong(["after", ...issue.path.map(String)], issue.message);
    }
  }),
);

/** Claims with an amendment: its fields take the place of what stood there. */
export const amendedBy = (
  claims: readonly Claim[],
  { claim: id, after }: Pick<Fields["amendments"][number], "claim" | "after">,
): readonly Claim[] => claims.map(each => (each.id === id ? { ...each, ...after } : each));
