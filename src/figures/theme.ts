/**
 * Whether figures show themselves in dark colours: what no kernel is told by its front end, the user says once, by
 * `%env NETSPACE_THEME=dark` in a cell, or for all notebooks by `netspace kernel install --env NETSPACE_THEME=dark`.
 */

/** As it is when a figure is shown; without `process`, as in a browser, never. */
export const showsDark = (): boolean => globalThis.process?.env?.NETSPACE_THEME === "dark";
