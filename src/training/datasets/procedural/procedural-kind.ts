/** The procedural set as a kind of dataset: `procedural`, `procedural:16`. */
import { zod } from "../../../base/node/zod.js";
import { datasetKind } from "../dataset-kind.js";
import { checkProcedural, proceduralClasses, proceduralDataset, proceduralName } from "./procedural.js";

/** When only the resolution is said: enough images for a tiny network, drawn in a second. */
const USUAL = { train: 5000, test: 2000, seed: 1 } as const;
const USUAL_RESOLUTION = 32;

export const procedural = datasetKind({
  kind: "procedural",
  form: "procedural[:RESOLUTION]",
  schema: () => {
    const z = zod();
    return z
      .strictObject({
        kind: z.literal("procedural"),
        /** Height and width, pixels. */
        resolution: z.number(),
        /** Numbers of images. */
        train: z.number(),
        /** Further images to choose by; see `ProceduralOptions`. */
        validation: z.number().optional(),
        test: z.number(),
        seed: z.number(),
        classes: z.number().optional(),
      })
      .superRefine((options, context) => {
        try {
          checkProcedural(options);
        } catch (error) {
          context.addIssue({
            code: "custom",
            message: error instanceof Error ? error.message : String(error),
          });
        }
      });
  },
  parse(rest) {
    const resolution = rest === "" ? USUAL_RESOLUTION : Number(rest);
    return Number.isInteger(resolution) ? { kind: "procedural" as const, resolution, ...USUAL } : undefined;
  },
  facts: spec => ({
    identity: proceduralName(spec),
    classes: proceduralClasses(spec),
    resolution: spec.resolution,
  }),
  load: proceduralDataset,
  images: spec => spec,
});
