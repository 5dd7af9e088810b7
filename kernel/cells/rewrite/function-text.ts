/**
 * What functions of cells say of themselves: the cell's text without types and without what the kernel put in, so that
 * workers, `vm` contexts and pages of a browser can take it.
 */

import { withoutInserted } from "./inserted-text.js";

/** Makes `Function.prototype.toString` answer for functions of cells; all others are left as they are. */
export function installFunctionText(): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with the function it is asked about
  const native = Function.prototype.toString;
  const methods = {
    // A method is no constructor, as the native one is none.
    toString(this: unknown): string {
      // Looks native itself, as whatever asks a function where it comes from expects.
      const asked = this === methods.toString ? native : this;
      return withoutInserted(Reflect.apply(native, asked, []));
    },
  };
  // oxlint-disable-next-line no-extend-native, typescript/unbound-method -- what `String(f)` gives comes from here
  Object.defineProperty(Function.prototype, "toString", { value: methods.toString });
}
