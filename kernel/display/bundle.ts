/** What a front end is shown: MIME bundles. */

/** Representations of one value by MIME type, the poorest of them `text/plain`. */
export type MimeBundle = Record<string, unknown>;

/** A bundle with what display messages carry beside it. */
export interface DisplayData {
  data: MimeBundle;
  metadata: Record<string, unknown>;
}
