/** CIFAR-10 and CIFAR-100 as kinds of dataset: `cifar10:FOLDER`, `cifar100:FOLDER`. */
import { zod } from "../../../base/node/zod.js";
import type { Dataset } from "../../dataset.js";
import { datasetKind } from "../dataset-kind.js";
import { schemaParts } from "../schema-parts.js";
import { type Selection, selectionSuffix } from "../select-splits.js";
import { CIFAR10, CIFAR100, type CifarFormat, loadCifar10, loadCifar100 } from "./cifar.js";

/** Images of the training and the test files. */
const IMAGES = { train: 50_000, test: 10_000 };

const cifar = <K extends CifarFormat["name"]>(
  kind: K,
  { name, classes, resolution }: CifarFormat,
  load: (folder: string, selection: Selection) => Promise<Dataset>,
) =>
  datasetKind({
    kind,
    form: `${kind}:FOLDER`,
    schema: () => {
      const { folder, selection } = schemaParts();
      return zod().strictObject({ kind: zod().literal(kind), folder, ...selection });
    },
    parse: rest => (rest === "" ? undefined : ({ kind, folder: rest } as never)),
    facts: spec => ({ identity: `${name}${selectionSuffix(spec)}`, classes, resolution }),
    load: spec => load(spec.folder, spec),
    images: ({ train, validation, test }) => ({
      train: train ?? IMAGES.train - (validation ?? 0),
      ...(validation !== undefined && { validation }),
      test: test ?? IMAGES.test,
    }),
  });

export const cifar10 = cifar("cifar10", CIFAR10, loadCifar10);
export const cifar100 = cifar("cifar100", CIFAR100, loadCifar100);
