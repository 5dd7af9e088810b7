/// <reference types="node" preserve="true" />
/** Sweeps: populations sampled and trained, here or by a cluster, planned beforehand and trained again. */

// ## Run a sweep
export { sweep, type SweepOptions } from "./sweep.js";
export { sweepStatus, type SweepStatus } from "./cluster/cluster-sweep.js";

// ## List and label sweeps
export { listSweeps, type ListedSweep, type ListOptions } from "./list-sweeps.js";
export { labelSweep, type LabelOptions } from "./label-sweep.js";
export type { Labels } from "../trials/store/labels.js";

// ## Plan a sweep
export {
  fitThroughput,
  type Measured,
  makespan,
  measuredIn,
  measuredOnV100,
  type PlanOptions,
  planSweep,
  type SweepPlan,
  type ThroughputModel,
} from "./plan-sweep.js";
export type { Images } from "./images-of.js";

// ## Train again
export { type Retrained, type RetrainOptions, retrain, seedNoise } from "./retrain.js";
export { type Verified, verifyPopulation, type VerifyOptions } from "./verify-population.js";

// ## On a cluster
export { cancelSweep, type ClusterTask, submitSweep } from "./cluster/cluster-sweep.js";
export type { Submission } from "./cluster/cluster-queue.js";
export { SchedulerError } from "./cluster/scheduler-error.js";
