/** TensorFlow's own kernels, where tfjs-node is linked. */
import { findTfjsNode } from "../../../../src/training/engines/tensorflow/backend.js";
import { describeAgreement } from "./agreement.js";

const unlinked = 'tfjs-node is not linked: run "node scripts/setup.mjs --engine tensorflow"';
describeAgreement("node", findTfjsNode() === undefined ? unlinked : false);
