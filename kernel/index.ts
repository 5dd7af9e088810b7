/// <reference types="node" preserve="true" />
/** The kernel's public door: registering it, and evaluating cells without a front end. */

export { HostError } from "./hosts/host-package.js";
export type { MimeBundle } from "./display/bundle.js";
export type { Display, DisplayHandle, DisplayOptions } from "./display/display.js";
export { Evaluator, type EvaluatorOptions } from "./evaluator/evaluator.js";
export type { EvaluatorEvent, ExecuteCommand } from "./protocol/evaluator.js";
export {
  installKernelspec,
  KERNEL_NAME,
  KernelspecError,
  type KernelspecOptions,
  type KernelspecPlace,
  kernelspec,
  uninstallKernelspec,
} from "./install/kernelspec.js";
