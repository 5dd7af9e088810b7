/** tfjs as the engine uses it: the interface of tfjs-core, which tfjs-node exports as well. */
export type Tf = typeof import("@tensorflow/tfjs-core");
