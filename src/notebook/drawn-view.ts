/** When a view of something that runs is drawn: now and then while it runs, and once more at its end. */

/** Time between two drawings, milliseconds: a sweep of small networks ends several in a second. */
const DRAW_MS = 1000;

/** Where something that runs is watched. */
export interface DrawnView<Progress> {
  update(progress: Progress): void;
  /** Shows what stays. Nothing, where there was no progress. */
  end(): void;
}

/** @param draw what is drawn of the last progress; `final`: what stays, with a picture for pages that run no scripts */
export function drawnView<Progress>(draw: (progress: Progress, final: boolean) => void): DrawnView<Progress> {
  let last: Progress | undefined;
  let drawn = Number.NEGATIVE_INFINITY;
  const now = (progress: Progress, final: boolean) => {
    drawn = performance.now();
    draw(progress, final);
  };
  return {
    update(progress) {
      last = progress;
      if (performance.now() - drawn >= DRAW_MS) now(progress, false);
    },
    end() {
      if (last !== undefined) now(last, true);
    },
  };
}
