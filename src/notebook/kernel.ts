/// <reference types="node" preserve="true" />
/**
 * `netspace/kernel`: the kernel with this package for its host: registering it, and evaluating cells without a front
 * end. The kernel itself is a package of its own, which names no host.
 */
import {
  Evaluator as HostlessEvaluator,
  type EvaluatorOptions,
  installKernelspec as installHostless,
  kernelspec as hostlessKernelspec,
  type KernelspecOptions,
  type KernelspecPlace,
  uninstallKernelspec as uninstallHostless,
} from "../../kernel/index.js";
import { ownKernel } from "./own-kernel.js";

export type {
  Display,
  DisplayHandle,
  DisplayOptions,
  EvaluatorEvent,
  EvaluatorOptions,
  ExecuteCommand,
  KernelspecOptions,
  MimeBundle,
} from "../../kernel/index.js";

/** The name notebooks know this kernel by. */
export const KERNEL_NAME = ownKernel.name;

/** Evaluates cells, which import this package wherever they are. */
export class Evaluator extends HostlessEvaluator {
  constructor(options: EvaluatorOptions) {
    super({ ...options, hosts: options.hosts ?? ownKernel.hosts });
  }
}

/** Content of `kernel.json`; the program, Node and this package are named by their absolute paths. */
export const kernelspec = (options: KernelspecOptions = {}): Record<string, unknown> =>
  hostlessKernelspec({ ...ownKernel, ...options });

/**
 * Writes the kernelspec, replacing an earlier one of this kernel, and the front end's part of its widgets.
 *
 * @returns the folder written
 * @throws KernelspecError when another kernel has the name, or this Node is too old to run cells
 */
export const installKernelspec = (options: KernelspecOptions = {}): string =>
  installHostless({ ...ownKernel, ...options });

/**
 * Removes the kernelspec, but nothing that was not installed with it.
 *
 * @returns the folder removed
 * @throws KernelspecError when there is none, or it is another kernel's
 */
export const uninstallKernelspec = ({ prefix, name = KERNEL_NAME }: KernelspecPlace = {}): string =>
  uninstallHostless({ ...(prefix !== undefined && { prefix }), name });
