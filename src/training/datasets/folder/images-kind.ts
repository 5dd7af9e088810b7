/** Folders of images as a kind of dataset: `images:FOLDER:64`, `images:FOLDER:64:0.2`. */
import { zod } from "../../../base/node/zod.js";
import { datasetKind } from "../dataset-kind.js";
import { schemaParts } from "../schema-parts.js";
import { imagesName, loadImageFolder } from "./image-folder.js";

export const images = datasetKind({
  kind: "images",
  form: "images:FOLDER:RESOLUTION[:TEST-SHARE]",
  schema: () => {
    const z = zod();
    const { folder, resolution, selection, content } = schemaParts();
    return z
      .strictObject({
        kind: z.literal("images"),
        /** In ImageNet's layout; see `loadImageFolder`. */
        folder,
        resolution,
        /** For a folder without test images: the share of each class that becomes them, and which ones. */
        testShare: z
          .number()
          .refine(value => value > 0 && value < 1, { error: "expected a number in (0, 1)" })
          .optional(),
        ...selection,
        /** What the folder holds: put in by `describeDataset`, and from then on insisted on. */
        classes: z.int().min(2).optional(),
        content,
      })
      .refine(({ classes, content: known }) => (classes === undefined) === (known === undefined), {
        error: "classes and content come together; leave both out, and they are found out",
      });
  },
  parse(rest) {
    // The last colons, since a folder's name may have some.
    const [, folder, resolution, share] = /^(.+?):(\d+)(?::(\d*\.\d+))?$/s.exec(rest) ?? [];
    if (folder === undefined) return undefined;
    const spec = { kind: "images", folder, resolution: Number(resolution) } as const;
    return share === undefined ? spec : { ...spec, testShare: Number(share) };
  },
  facts: spec => {
    const { classes, content, resolution } = spec;
    if (classes === undefined || content === undefined) return undefined;
    return { identity: imagesName(content, resolution, spec), classes, resolution };
  },
  // The folder tells its classes itself.
  load: ({ kind: _kind, folder, classes: _classes, content: _content, ...options }) =>
    loadImageFolder(folder, options),
  found: {
    changed: "images were added, removed or changed, or another version of sharp decodes them",
  },
});
