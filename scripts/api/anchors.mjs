/** Headings' anchors, as GitHub makes them. */

/** The anchors of one page, asked for in the order of its headings. */
export class Anchors {
  /** @type {Map<string, number>} */
  #taken = new Map();

  /** @param {string} heading its words, with or without Markdown's marks */
  next(heading) {
    const name = heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, "")
      .replaceAll(" ", "-");
    const before = this.#taken.get(name) ?? 0;
    this.#taken.set(name, before + 1);
    // Headings that are alike, such as `study` and `Study`, are told apart.
    return before === 0 ? name : `${name}-${before}`;
  }
}
