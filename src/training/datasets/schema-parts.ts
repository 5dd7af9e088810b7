/** Fields that descriptions of several kinds of datasets have. */
import { once } from "../../base/once.js";
import { zod } from "../../base/node/zod.js";

export const schemaParts = once(() => {
  const z = zod();
  const count = z.int().positive().max(0xffff_ffff).optional();
  return {
    /** Where the files lie. */
    folder: z.string().min(1),
    /** How many images of a set on disk; see `Selection`. */
    selection: {
      train: count,
      validation: count,
      test: count,
      splitSeed: z.int().nonnegative().max(0xffff_ffff).optional(),
    },
    /** Height and width that every image is brought to, pixels. */
    resolution: z.number().refine(value => Number.isInteger(value) && value >= 8 && value <= 1024, {
      error: "expected an integer from 8 to 1024",
    }),
    /** What the files hold: put in by `describeDataset`, and from then on insisted on. */
    content: z
      .string()
      .regex(/^[0-9a-f]{32}$/, { error: "expected 32 hexadecimal digits, as describeDataset() puts them in" })
      .optional(),
  };
});
