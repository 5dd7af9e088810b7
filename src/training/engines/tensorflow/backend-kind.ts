/** `"node"`: TensorFlow, through tfjs-node or tfjs-node-gpu; `"portable"`: plain tfjs, in JavaScript. */
export type BackendKind = "node" | "portable";
