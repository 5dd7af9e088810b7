/// <reference types="node" preserve="true" />
/** ONNX: networks with their weights for other runtimes. */

// ## Export a network
export { encodeOnnx, exportOnnx, type OnnxOptions } from "./export-onnx.js";

// ## Try it in the browser
export {
  type BrowserDemo,
  browserDemo,
  type BrowserDemoOptions,
  type TrainedNetwork,
} from "./demo/browser-demo.js";
