/// <reference types="node" preserve="true" />
/** ONNX: networks with their weights for other runtimes. */
export { encodeOnnx, exportOnnx, type OnnxOptions } from "./export-onnx.js";
