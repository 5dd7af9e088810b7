/** The forms of what libraries make, a line each, in the order in which they are asked. */

import type { Form } from "../form.js";
import { arquero } from "./arquero.js";
import { arrow } from "./arrow.js";
import { canvas } from "./canvas.js";
import { danfo } from "./danfo.js";
import { domElement } from "./dom-element.js";
import { duckdb, unreadDuckdb } from "./duckdb.js";
import { pendingPromise } from "./pending-promise.js";
import { plotly } from "./plotly.js";
import { records } from "./records.js";
import { tensor } from "./tensor.js";
import { vega } from "./vega.js";

/** What is known without being registered: by shape, so that the kernel depends on no library and no version. */
export const BUILT_IN: readonly Form[] = [
  records,
  danfo,
  duckdb,
  arquero,
  arrow,
  tensor,
  unreadDuckdb,
  pendingPromise,
  plotly,
  vega,
  canvas,
  domElement,
];
