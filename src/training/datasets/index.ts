/**
 * Datasets: the procedural set, CIFAR, folders of images, files in MNIST's format, their descriptions as plain data, and pictures of them.
 */
export { type ContactSheet, type ContactSheetOptions, contactSheet } from "./contact-sheet.js";
export { type IdxDataset, type IdxOptions, loadIdx } from "./idx/idx.js";
export type { Selection } from "./select-splits.js";
export { loadCifar10, loadCifar100 } from "./cifar/cifar.js";
export { DatasetError } from "./dataset-error.js";
export {
  type ImageFolder,
  type ImageFolderOptions,
  loadImageFolder,
} from "./folder/image-folder.js";
export type { SkippedImage } from "./folder/skipped-images.js";
export { describeDataset, loadDataset } from "./load-dataset.js";
export { PROCEDURAL_VERSION, type ProceduralOptions, proceduralDataset } from "./procedural/procedural.js";
export { SILHOUETTES, type Silhouette } from "./procedural/silhouettes.js";
export { type DatasetFacts, type DatasetSpec, datasetFacts, datasetSchema } from "./dataset-facts.js";
export { datasetByName } from "./dataset-by-name.js";
