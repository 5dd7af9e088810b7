/** The datasets of the registered claims. */
const datasets = ["procedural", "fashion-mnist"] as const;

/** The datasets that every claim is asked of. */
export type RegisteredDataset = (typeof datasets)[number];
export const registeredDatasets: readonly RegisteredDataset[] = datasets;
