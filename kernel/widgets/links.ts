/** Links: two traits of widgets that are kept equal in the front end, at once and without the kernel. */

import { CONTROLS } from "./controls/common.js";
import type { Trait } from "./traits.js";
import { wireName } from "./traits.js";
import { type AnyKindOfWidget, type Kind, reference, Widget } from "./widget.js";

type End = readonly [AnyKindOfWidget, string];

const endTrait: Trait<End> = {
  initial: undefined as unknown as End,
  expected: "a widget and the name of one of its traits",
  accepts: value => {
    const [widget, name, ...more] = Array.isArray(value) ? (value as unknown[]) : [];
    return (
      widget instanceof Widget && more.length === 0 && Object.hasOwn(widget.state as object, String(name))
    );
  },
  encode: ([widget, name]) => [reference(widget), wireName(name)],
  decode: () => undefined,
};

const linkTraits = {
  /** The widget and the trait that come first. */
  source: endTrait,
  target: endTrait,
};

/** A link; `close()` ends it. */
export type Link = Widget<typeof linkTraits>;

const kind = (name: string): Kind<typeof linkTraits> => ({
  name,
  model: `${name}Model`,
  view: null,
  ...CONTROLS,
  traits: linkTraits,
});

/** Names of properties that take values of type `V`. */
type Taking<W, V> = { [K in keyof W & string]: V extends W[K] ? K : never }[keyof W & string];

/**
 * Keeps two traits equal, whichever of them changes; at first the target takes the source's value.
 *
 * @throws TypeError when a widget has no trait of that name
 * @example link([slider, "value"], [field, "value"]);
 */
export function link<S extends AnyKindOfWidget, K extends keyof S & string, T extends AnyKindOfWidget>(
  source: readonly [S, K],
  target: readonly [T, Taking<T, S[K]>],
): Link {
  return connect("Link", source, target);
}

/** As `link`, but the source does not follow the target. */
export function directionalLink<
  S extends AnyKindOfWidget,
  K extends keyof S & string,
  T extends AnyKindOfWidget,
>(source: readonly [S, K], target: readonly [T, Taking<T, S[K]>]): Link {
  return connect("DirectionalLink", source, target);
}

function connect(name: string, source: End, target: End): Link {
  const made = new Widget(kind(name), { source, target });
  made.open();
  return made;
}
