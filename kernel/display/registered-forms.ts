/** Display forms that cells and packages register for the classes of others. */

import * as util from "node:util";
import type { Form } from "./form.js";
import { expectKnown, type OptionNames } from "./known-options.js";
import { plainText } from "./plain.js";
import { parseCellScript } from "../source/cell-script.js";

/** How a form is registered. */
export interface RegisterOptions {
  /**
   * What the form is called in errors. One of the same name takes the place of the one before, whoever registered it.
   */
  name?: string;
}

export const registerNames: OptionNames<RegisterOptions> = { name: true };

/** Takes a registered form back; also what `using` calls at the end of its block. */
export type Unregister = (() => void) & Disposable;

/** Whether a value is to be shown in a form. */
export type FormTest = (value: object) => boolean;

/** What a form makes of a value, and with `full`, of all of it. */
export type FormBundle = (value: never, extent: { full: boolean }) => unknown;

interface RegisteredForm extends Form {
  key: string;
  /** What ran when it was registered. */
  run: unknown;
}

/** The form that is asked first comes first. */
let forms: readonly RegisteredForm[] = [];
const unregisters = new WeakSet<object>();

/** All registered forms, the latest first. */
export const registeredForms = (): readonly Form[] => forms;

/** Whether a value is what registering returned: a cell that ends with it has nothing to show. */
export const isUnregister = (value: unknown): boolean =>
  typeof value === "function" && unregisters.has(value);

/**
 * Registers a form. It takes the place of one of the same name; without a name, of one with a test of the same text from
 * the same file (all cells are one), unless both were registered in one run: then they are several, as in a loop over
 * classes.
 *
 * @param run what runs now, the same for all that one run of a cell calls
 * @throws TypeError for what is no function, and for a class in place of a test
 */
export function registerForm(
  test: FormTest,
  toBundle: FormBundle,
  options: RegisterOptions = {},
  run?: unknown,
): Unregister {
  expectKnown("display.register", options, registerNames);
  expectTest(test);
  if (typeof toBundle !== "function") {
    throw new TypeError(
      `display.register: expected a function from a value to its bundle, got ${plainText(toBundle)}`,
    );
  }
  const { name } = options;
  if (name !== undefined && (typeof name !== "string" || name === "")) {
    throw new TypeError(`display.register: expected some text as name, got ${plainText(name)}`);
  }
  const text = Function.prototype.toString.call(test);
  const form: RegisteredForm = {
    name: name === undefined ? `for ${shortened(text)}` : JSON.stringify(name),
    key: name === undefined ? `of ${callingFile()}\n${text}` : `name ${name}`,
    run,
    show: (value, { full = false }) => shown(test, toBundle, value, full),
  };
  const isReplaced = ({ key, run: before }: RegisteredForm): boolean =>
    key === form.key && (name !== undefined || before !== run);
  forms = [form, ...forms.filter(each => !isReplaced(each))];
  const remove = (): void => {
    forms = forms.filter(each => each !== form);
  };
  const unregister = Object.assign(remove, { [Symbol.dispose]: remove });
  unregisters.add(unregister);
  return unregister;
}

function shown(test: FormTest, toBundle: FormBundle, value: object, full: boolean) {
  const answer: unknown = test(value);
  if (typeof (answer as { then?: unknown } | null | undefined)?.then === "function") {
    throw new TypeError("display.register: test must return true or false at once, got a promise");
  }
  if (!answer) return undefined;
  const made = (toBundle as (value: object, extent: { full: boolean }) => object | undefined)(value, {
    full,
  });
  if (made !== undefined) return made as Record<string, unknown>;
  throw new TypeError(
    'display.register: toBundle must return an object of MIME types such as { "text/html": "…" }, got undefined',
  );
}

function expectTest(test: unknown): void {
  const example = "expected a test such as value => value instanceof Molecule";
  if (typeof test !== "function") {
    throw new TypeError(`display.register: ${example}, got ${plainText(test)}`);
  }
  if (/^class\b/.test(Function.prototype.toString.call(test))) {
    throw new TypeError(`display.register: ${example}, got the class ${test.name}`);
  }
}

/** The first line of a test, as far as it says which one it is. */
function shortened(text: string): string {
  const [line = ""] = text.split("\n", 1);
  return line.length > 60 || line.length < text.length ? `${line.slice(0, 60)}…` : line;
}

/** Files that stand between who registers and this one, in this and other copies of the package. */
const BETWEEN = /\/kernel\/display\/(?:index|display|registered-forms)\.[jt]s$/;

/** The file whose code registers; all cells count as one, since an edited cell has another name. */
function callingFile(): string {
  // Library code may run on a Node that has no such function; there are no cells there that run again.
  const frames = util.getCallSites?.() ?? [];
  const script = frames.find(({ scriptName }) => !BETWEEN.test(scriptName))?.scriptName ?? "";
  return parseCellScript(script) ? "cells" : script;
}
