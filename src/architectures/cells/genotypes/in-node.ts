/** `read-genotype.ts`, loaded with the first genotype; a browser has the file itself instead. */
import { later } from "../../../base/node/later.js";

type Genotypes = typeof import("./read-genotype.js");
const genotypes = later<Genotypes>(import.meta.url, "./read-genotype.js");

/** See `read-genotype.ts`. */
export const readGenotype: Genotypes["readGenotype"] = (...given) => genotypes().readGenotype(...given);
