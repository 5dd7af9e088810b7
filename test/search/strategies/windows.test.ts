/** Windows of complexity: no strategy proposes, and so nobody trains or measures, what is outside them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AnyNetXA, type AnyArchitecture, countArchitecture, SmallCells, type Space } from "netspace";
import { label, outcomeOf, strategies } from "../../support/strategies.js";

/** How many candidates of a space a window takes: few, so that one that was not looked at would be seen. */
const cases = [
  {
    space: SmallCells as unknown as Space<AnyArchitecture>,
    resolution: 12,
    flops: [4e5, 6e5],
    params: [2e4, 4e4],
  },
  {
    space: AnyNetXA as unknown as Space<AnyArchitecture>,
    resolution: 32,
    flops: [1e6, 1e7],
    params: [1e5, 1e6],
  },
] as const;

for (const strategy of strategies) {
  for (const { space, resolution, ...where } of cases) {
    test(`${label(strategy)} keeps to windows of flops, params and acts in ${space.name}`, t => {
      const windows = { ...where, acts: [1, 1e6] as const, effectiveFlops: [1, where.flops[1]] as const };
      const searcher = (() => {
        try {
          return strategy.start({ space, seed: 4, where: windows, resolution, budget: 30 });
        } catch (error) {
          // Some strategies count a space through first.
          assert.match((error as Error).message, /choices|ways|counted|functions/);
          t.skip("it cannot search this space");
          return undefined;
        }
      })();
      if (!searcher) return;
      for (let place = 0; place < 30; place++) {
        const [proposal] = searcher.ask(1);
        const { flops, params } = countArchitecture(proposal.way.architecture, resolution);
        assert.ok(flops >= where.flops[0] && flops <= where.flops[1], `${flops} flops at ${place}`);
        assert.ok(params >= where.params[0] && params <= where.params[1], `${params} params at ${place}`);
        searcher.tell(outcomeOf(strategy, proposal, place, flops / 1e6));
      }
    });
  }
}
