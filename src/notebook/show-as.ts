/**
 * How a notebook shows values that say nothing of it themselves, as plain data: a kernel whose `display`
 * (`globalThis[Symbol.for("Jupyter.output")]`) has `register` is told the form. Elsewhere nothing happens.
 */
interface Host {
  register?(
    test: (value: object) => boolean,
    form: (value: object) => unknown,
    options: { readonly name: string },
  ): unknown;
}

/** @param form makes a value that shows itself, or a bundle, of a value that the test holds for */
export function showAs(
  name: string,
  test: (value: object) => boolean,
  form: (value: object) => unknown,
): void {
  const host = (globalThis as { [key: symbol]: unknown })[Symbol.for("Jupyter.output")] as Host | undefined;
  if (typeof host?.register === "function") host.register(test, form, { name });
}
