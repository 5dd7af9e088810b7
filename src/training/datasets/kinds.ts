/** The kinds of datasets that there are: a new one is a file of its own and a line here. */
import type * as z from "zod";
import { cifar10, cifar100 } from "./cifar/cifar-kinds.js";
import type { DatasetKind } from "./dataset-kind.js";
import { images } from "./folder/images-kind.js";
import { idx } from "./idx/idx-kind.js";
import { procedural } from "./procedural/procedural-kind.js";

export const kinds = [procedural, images, idx, cifar10, cifar100] as const;

/** Which dataset, as JSON-able data: enough to load the same one in another process. */
export type DatasetSpec = z.infer<ReturnType<(typeof kinds)[number]["schema"]>>;

/** The kind of a description, undefined where there is none of that name. */
export const kindOf = ({ kind }: { readonly kind: unknown }): DatasetKind<DatasetSpec> | undefined =>
  kinds.find(known => known.kind === kind);
