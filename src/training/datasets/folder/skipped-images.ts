/** Images of a folder that are in no dataset because they could not be decoded. */

export interface SkippedImage {
  /** Relative to the dataset's folder. */
  readonly file: string;
  readonly reason: string;
}

/** Files that a line names. */
const NAMED = 3;

/** `4 images of photos could not be decoded and are left out: a.jpg (reason), …, and 1 more`. */
export function skippedLine(of: string, skipped: readonly SkippedImage[]): string {
  const named = skipped.slice(0, NAMED).map(({ file, reason }) => `${file} (${reason})`);
  const rest = skipped.length > NAMED ? `, and ${skipped.length - NAMED} more` : "";
  const images = skipped.length === 1 ? "1 image" : `${skipped.length} images`;
  const are = skipped.length === 1 ? "is" : "are";
  return `${images} of ${of} could not be decoded and ${are} left out: ${named.join(", ")}${rest}`;
}
