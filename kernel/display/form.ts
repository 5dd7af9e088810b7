/** What a display form is: a way to show values that say nothing themselves. */

import type { MimeBundle } from "./bundle.js";
import type { Extent } from "./plain.js";

/** A form. */
export interface Form {
  /** What errors call it. */
  name: string;
  /**
   * How a value is shown: an object of MIME types, or `{ data, metadata }`, or a value that shows itself, or a promise of
   * one of these. Nothing for values that the form does not know.
   */
  show(value: object, extent: Extent): MimeBundle | PromiseLike<unknown> | undefined;
}
