/** What processes that cells have started are known by: an environment variable, which programs hand on to their own. */

import { variable } from "../hosts/hosts.js";

/** The variable's name. */
export const markName = (): string => variable("STARTED_BY");

/** The mark in this process's own environment, `NAME=value`. */
export const ownMark = (): string => `${markName()}=${process.env[markName()] ?? ""}`;

/**
 * A value that no other kernel's mark has. To import node:crypto for one takes longer than all that is done before cells
 * have their process.
 */
export const newMark = (): string =>
  [process.pid, Date.now(), Math.random()].map(each => each.toString(36).replace("0.", "")).join("-");
