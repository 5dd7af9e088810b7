/** The report's style sheet. */
export const pageStyle = `
:root { color-scheme: light; --ink: #222; --soft: #666; --line: #ddd; --accent: #0072B2; }
body { margin: 0; color: var(--ink); background: #fff;
  font: 16px/1.55 "Open Sans", system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
header { border-bottom: 2px solid var(--accent); margin-bottom: 2rem; }
h1 { font-size: 1.7rem; margin: 0.5rem 0; } h2 { font-size: 1.3rem; margin-top: 2.2rem; }
header p, .source { color: var(--soft); font-size: 0.9rem; }
a { color: var(--accent); } nav { margin-bottom: 1rem; }
.words { max-width: 46rem; } section > .words:first-child h1 { font-size: 1.4rem; }
figure { margin: 1.2rem 0; overflow-x: auto; } figure img { max-width: 100%; } figure img, .live { width: 100%; }
pre { background: #f6f6f6; padding: 0.8rem; overflow-x: auto; font-size: 0.85rem; }
.problem { background: #fdecea; }
code { font-size: 0.9em; }
/* What continues beyond an edge shows as a shade there. */
.scroll { overflow-x: auto; --ground: #fff; --shade: #0003; background:
  linear-gradient(to right, var(--ground) 40%, transparent) left / 2rem 100% no-repeat local,
  linear-gradient(to left, var(--ground) 40%, transparent) right / 2rem 100% no-repeat local,
  linear-gradient(to right, var(--shade), transparent) left / 0.7rem 100% no-repeat scroll,
  linear-gradient(to left, var(--shade), transparent) right / 0.7rem 100% no-repeat scroll; }
table { border-collapse: collapse; font-size: 0.88rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.7rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { border-bottom: 2px solid var(--ink); font-weight: 600; }
.sortable th { cursor: pointer; } .sortable th:hover { color: var(--accent); }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1.2rem; font-size: 0.92rem; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; }
.diagram { overflow-x: auto; } .diagram svg { max-width: 100%; height: auto; }
@media screen and (max-width: 45rem) { .diagram svg { max-width: none; } }
@media print { .live { break-inside: avoid; } }
`;
