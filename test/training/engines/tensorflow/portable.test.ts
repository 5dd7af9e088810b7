/** The kernels in JavaScript, which need nothing but npm packages. */
import { describeAgreement } from "./agreement.js";

describeAgreement("portable", false);
