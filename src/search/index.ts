/// <reference types="node" preserve="true" />
/** Search: strategies that are asked for architectures and told what came of them. */
export { type RandomSearchOptions, randomSearch } from "./random-search.js";
export { type Search, searchSource } from "./search-source.js";
export type { MakeSearcher, Outcome, Proposal, Searcher } from "./searcher.js";
