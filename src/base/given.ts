/** Objects with a private field of one's own on them. */

/** Returns what it is given, so that a subclass puts its fields on that. */
export class Given {
  declare readonly given?: never;

  constructor(given: object) {
    // oxlint-disable-next-line no-constructor-return
    return given;
  }
}
