/**
 * Where tfjs computes: with TensorFlow's kernels through tfjs-node when that is there, else in JavaScript.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import util from "node:util";
import { EngineUnavailableError } from "../torch/addon.js";
import type { BackendKind } from "./backend-kind.js";
import type { Kernels } from "./kernels/kernels.js";
import { type NodeBackend, NodeKernels } from "./kernels/node-kernels.js";
import { portableKernels } from "./kernels/portable-kernels.js";
import type { Tf } from "./tf.js";

export interface Backend {
  readonly kind: BackendKind;
  /** For people: `"tfjs-node 4.22.0 on TensorFlow 2.21.0"`. */
  readonly description: string;
  readonly tf: Tf;
  readonly kernels: Kernels;
}

/** The package's own folder, from dist/src/training/engines/tensorflow/. */
const packageRoot = fileURLToPath(new URL("../../../../../", import.meta.url));

/** How to get TensorFlow's kernels. */
export const remedy = `run "node ${join(packageRoot, "scripts", "setup.mjs")} --engine tensorflow" (needs Python with pip and a C++ compiler), or install @tensorflow/tfjs-node with its binary`;

/** The tfjs-node that would be used, as its folder, or undefined. Looks, and loads nothing. */
export function findTfjsNode(): string | undefined {
  const named = process.env.NETSPACE_TFJS_NODE;
  if (named !== undefined) return hasBinding(named) ? named : undefined;
  const own = join(packageRoot, ".setup", "tensorflow", "node_modules", "@tensorflow", "tfjs-node");
  const places = [own];
  for (const base of [join(process.cwd(), "package.json"), import.meta.url]) {
    const require = createRequire(base);
    for (const name of ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"]) {
      try {
        const manifest = require.resolve(`${name}/package.json`);
        // Under this name there may be another package: danfo.js's override puts plain tfjs there.
        const { name: actual } = JSON.parse(readFileSync(manifest, "utf8")) as { name: string };
        if (actual === name) places.push(dirname(manifest));
      } catch {
        // Not installed there.
      }
    }
  }
  return places.find(hasBinding);
}

/** Whether the package's native part was built or downloaded. */
function hasBinding(folder: string): boolean {
  const lib = join(folder, "lib");
  return (
    existsSync(lib) && readdirSync(lib).some(version => existsSync(join(lib, version, "tfjs_binding.node")))
  );
}

/**
 * Loads tfjs, once per process: it has one engine, and with it one backend.
 *
 * @param kind default: `"node"` where it is there, else `"portable"`
 * @throws EngineUnavailableError when `"node"` is asked for and not there, or does not load
 */
export async function loadBackend(kind?: BackendKind): Promise<Backend> {
  const folder = kind === "portable" ? undefined : findTfjsNode();
  if (folder !== undefined) return loadNode(folder);
  if (kind === "node") {
    const named = process.env.NETSPACE_TFJS_NODE;
    const where = named === undefined ? "" : ` at $NETSPACE_TFJS_NODE, ${named}`;
    throw new EngineUnavailableError(
      `engine tensorflow: expected a tfjs-node with its binding${where}, found none; ${remedy}`,
    );
  }
  return loadPortable();
}

async function loadPortable(): Promise<Backend> {
  const require = createRequire(import.meta.url);
  const tf = require("@tensorflow/tfjs-core") as Tf;
  // Its advice to install tfjs-node is given by the engine, where it matters.
  tf.enableProdMode();
  // Registers itself.
  await import("@tensorflow/tfjs-backend-cpu");
  await tf.setBackend("cpu");
  return {
    kind: "portable",
    description: `plain tfjs ${tf.version_core}, in JavaScript`,
    tf,
    kernels: portableKernels(tf),
  };
}

function loadNode(folder: string): Backend {
  // tfjs-node 4.22 calls functions that Node 23 took away.
  const legacy = util as { isNullOrUndefined?: unknown; isArray?: unknown };
  legacy.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  legacy.isArray ??= Array.isArray;
  let tf: Tf & { readonly version: Record<string, string> };
  try {
    tf = createRequire(import.meta.url)(folder) as typeof tf;
  } catch (cause) {
    throw new EngineUnavailableError(
      `engine tensorflow: tfjs-node at ${folder} does not load (${String(cause)}); was Node or TensorFlow changed since? Remove it, or ${remedy}`,
      { cause },
    );
  }
  tf.enableProdMode();
  const backend = tf.backend() as unknown as NodeBackend;
  const { "tfjs-node": version } = tf.version;
  return {
    kind: "node",
    description: `tfjs-node ${version} on TensorFlow ${String(backend.binding.TF_Version)}`,
    tf,
    kernels: new NodeKernels(tf, backend),
  };
}
