/// <reference types="node" preserve="true" />
/** ONNX: networks with their weights for other runtimes. */
export { encodeOnnx, exportOnnx, type OnnxOptions } from "./export-onnx.js";
export {
  type BrowserDemo,
  browserDemo,
  type BrowserDemoOptions,
  type TrainedNetwork,
} from "./demo/browser-demo.js";
