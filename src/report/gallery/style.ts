/** The gallery's style sheet: light and dark, phones to wide screens, paper. */
export const galleryStyle = `
:root { color-scheme: light dark; --page: #fff; --card: #fff; --ink: #222; --soft: #5d6168; --line: #dcdfe4; --wash: #f4f5f7;
  --accent: #0065a0; --good: #00734f; --bad: #b04a00; --open: #6a6f77; --mixed: #80600b; --shade: #0003; }
@media screen and (prefers-color-scheme: dark) { :root { --page: #0f1115; --card: #16181d; --ink: #e8e8e8; --soft: #a4a8b0;
  --line: #33373f; --wash: #1d2027; --accent: #6fbcee; --good: #4fd0a6; --bad: #ff9d5c; --open: #a4a8b0; --mixed: #e6bf58; --shade: #fff4; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 5.5rem; }
body { margin: 0; color: var(--ink); background: var(--page); -webkit-text-size-adjust: 100%;
  font: 16px/1.5 "Open Sans", system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; }
body > header, main { max-width: 86rem; margin: 0 auto; padding: 0 1.25rem; }
body > header { padding-top: 1.5rem; }
h1 { font-size: 1.7rem; margin: 0 0 0.3rem; line-height: 1.2; }
h2 { font-size: 1.25rem; margin: 2rem 0 0.8rem; }
h3 { font-size: 1.08rem; margin: 1.4rem 0 0.7rem; } h2 + section > h3 { margin-top: 0; }
article > header > :is(h3, h4) { font-size: 1.02rem; margin: 0; line-height: 1.35; }
a { color: var(--accent); } :is(h2, h3, h4) a { color: inherit; text-decoration: none; } :is(h2, h3, h4) a:hover { text-decoration: underline; }
#page-contents { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 0.8rem 2rem; margin: 1rem 0; }
#page-contents > div { min-width: 0; } #page-contents h2 { margin: 0; font-size: 1.1rem; }
.contents ol { list-style: none; margin: 0.4rem 0; padding: 0; font-size: 0.9rem; } .contents li { padding-left: 1.4em; text-indent: -1.4em; }
.made, .source, #page-shown { color: var(--soft); font-size: 0.88rem; }
.made { margin: 0.2rem 0; } #page-shown { min-width: 7.5rem; }
#page-tools { position: sticky; top: 0; z-index: 2; background: var(--page); border-bottom: 1px solid var(--line); }
#page-tools > div { max-width: 86rem; margin: 0 auto; padding: 0.6rem 1.25rem; display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
#page-search { flex: 1 1 12rem; min-width: 0; font: inherit; padding: 0.4rem 0.7rem; color: inherit; background: var(--card);
  border: 1px solid var(--line); border-radius: 6px; }
#page-filters { display: flex; flex-wrap: wrap; gap: 0.4rem; }
button { font: inherit; font-size: 0.88rem; color: inherit; background: var(--wash); border: 1px solid var(--line);
  border-radius: 6px; padding: 0.4rem 0.7rem; cursor: pointer; }
button[aria-pressed=true] { background: var(--ink); color: var(--page); border-color: var(--ink); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 34rem), 1fr)); gap: 1.1rem; align-items: start; }
article { min-width: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 0.9rem 1rem; }
article.open, article.wide { grid-column: 1 / -1; }
/* A wide figure has the page; what is claimed of it is next to it where there is room. */
@media screen and (min-width: 82rem) {
  article.wide:has(> .claims) { display: grid; grid-template-columns: minmax(0, 1fr) 18.5rem; column-gap: 1.2rem; align-items: start; }
  article.wide > header, article.wide > details { grid-column: 1 / -1; } article.wide > .face { grid-column: 1; } }
article[hidden], section[hidden] { display: none; }
article > header { display: flex; flex-wrap: wrap; gap: 0.3rem 0.8rem; justify-content: space-between; align-items: baseline; }
.badge { font-size: 0.8rem; font-weight: 600; }
.badge::before, .claims li::before, .contents li::before { content: "●"; display: inline-block; width: 1.4em; text-indent: 0; }
.contents .none::before { visibility: hidden; }
.badge.replicated, :is(.claims, .contents) .replicated::before { color: var(--good); } .badge.mixed, :is(.claims, .contents) .mixed::before { color: var(--mixed); }
.badge.not-replicated, :is(.claims, .contents) .not-replicated::before { color: var(--bad); }
.badge.not-answerable, :is(.claims, .contents) .not-answerable::before { color: var(--open); }
.badge.mixed::before, :is(.claims, .contents) .mixed::before { content: "◐"; }
.badge.not-replicated::before, :is(.claims, .contents) .not-replicated::before { content: "✗"; }
.badge.not-answerable::before, :is(.claims, .contents) .not-answerable::before { content: "○"; }
.claims { list-style: none; margin: 0.6rem 0; padding: 0; font-size: 0.88rem; }
.claims li { padding-left: 1.4em; text-indent: -1.4em; margin: 0.25rem 0; }
.kind { font-size: 0.92em; color: var(--soft); } .kind::before { content: "("; } .kind::after { content: ")"; }
.evidence { display: none; color: var(--soft); } .open .evidence { display: inline; }
figure { margin: 0.7rem 0; position: relative; }
figure img { display: block; max-width: 100%; height: auto; margin: 0 auto; }
button.enlarge { display: block; width: 100%; padding: 0; border: 0; background: none; cursor: zoom-in; }
figcaption { display: none; color: var(--soft); font-size: 0.9rem; } figure:has(.stack) figcaption { display: block; margin-bottom: 0.5rem; }
.stack > div { position: relative; overflow: hidden; margin: 0 auto 0.6rem; } .stack img { position: absolute; max-width: none; }
dialog { width: 96vw; height: 94vh; max-width: none; max-height: none; padding: 0.8rem 1rem 1rem; color: var(--ink); background: var(--card);
  border: 1px solid var(--line); border-radius: 8px; } dialog[open] { display: flex; flex-direction: column; } dialog::backdrop { background: #000a; }
dialog header { display: flex; justify-content: space-between; gap: 1rem; align-items: start; } dialog h2 { margin: 0; font-size: 1.05rem; }
dialog .scroll { flex: 1; min-height: 0; overflow: auto; margin-top: 0.6rem; } dialog img { display: block; width: 100%; height: auto; margin: 0 auto; }
dialog img { max-width: min(100%, 110rem); max-height: none; } dialog .plot { width: max-content; margin: 0 auto; }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 0.5rem; top: -4rem; z-index: 3; padding: 0.5rem 0.9rem; background: var(--ink); color: var(--page); border-radius: 6px; }
.skip:focus { top: 0.5rem; }
.paper { background: #fff; border-radius: 4px; padding: 0.4rem; }
figure button.live { display: block; margin: 0.3rem 0 0 auto; font-size: 0.78rem; padding: 0.15rem 0.5rem; } figure button.live[hidden] { display: none; }
.plot { overflow-x: auto; }
details { margin-top: 0.5rem; } summary { cursor: pointer; color: var(--accent); font-size: 0.9rem; }
.words { max-width: 46rem; overflow-wrap: break-word; }
sub { line-height: 0; } math { font-size: 1.08em; } math[display=block] { overflow-x: auto; overflow-y: hidden; padding: 0.3rem 0; }
pre, .code pre { background: var(--wash); padding: 0.7rem; overflow-x: auto; font-size: 0.8rem; line-height: 1.45; border-radius: 4px; }
[id=page-main]:focus { outline: none; }
.counts { margin: 0.4rem 0; font-size: 0.95rem; } .counts caption { text-align: left; color: var(--soft); padding-bottom: 0.2rem; }
.counts th, .counts td { border: 0; padding: 0.05rem 1rem 0.05rem 0; white-space: normal; vertical-align: top; } .counts th { font-weight: 500; } .note { color: var(--soft); }
div.problem { padding-left: 0.7rem; font-size: 0.88rem; } .problem { border-left: 3px solid var(--bad); } code { font-size: 0.9em; overflow-wrap: anywhere; }
/* What continues beyond an edge shows as a shade there; nothing in it leaves its frame. */
.scroll { overflow-x: auto; contain: paint; --ground: var(--card); background:
  linear-gradient(to right, var(--ground) 40%, transparent) left / 2rem 100% no-repeat local,
  linear-gradient(to left, var(--ground) 40%, transparent) right / 2rem 100% no-repeat local,
  linear-gradient(to right, var(--shade), transparent) left / 0.7rem 100% no-repeat scroll,
  linear-gradient(to left, var(--shade), transparent) right / 0.7rem 100% no-repeat scroll; }
pre.scroll { --ground: var(--wash); background-color: var(--wash); } .face { margin-top: 0.5rem; }
.population .scroll { --ground: var(--page); }
.scroll .words { max-width: none; } .scroll::-webkit-scrollbar { height: 9px; width: 9px; } .scroll::-webkit-scrollbar-thumb { background: var(--open); border-radius: 5px; }
table { border-collapse: collapse; font-size: 0.84rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.6rem; border-bottom: 1px solid var(--line); white-space: nowrap; text-align: left; }
th { border-bottom: 1.5px solid var(--ink); font-weight: 600; } [align=right] { text-align: right; }
.population td, .population th { text-align: right; }
@media (max-width: 40rem) { body > header, main { padding: 0 0.8rem; } #page-tools > div { padding: 0.5rem 0.8rem; }
  #page-tools { position: static; } html { scroll-padding-top: 0.5rem; } article { padding: 0.7rem; } h1 { font-size: 1.4rem; }
  article.wide figure:not([data-panels]) { overflow-x: auto; } article.wide figure:not([data-panels]) .enlarge { width: 45rem; }
  dialog { width: 100vw; height: 100vh; height: 100dvh; padding: 0.6rem; border-radius: 0; } }
@media print {
  @page { margin: 14mm; }
  :root { color-scheme: light; --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --wash: #f4f5f7; }
  body { font-size: 10pt; }
  #page-tools, .skip, button:not(.enlarge), summary, .code, .source { display: none !important; }
  .cards { display: block; }
  article { border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: 0.6rem 0; }
  article > header, h2, h3 { break-after: avoid; }
  figure, .claims li, tr { break-inside: avoid; }
  .evidence { display: inline; }
  .scroll, .face .scroll { overflow: visible; max-height: none; } table { font-size: 7.5pt; }
  th, td { white-space: normal; padding: 0.15rem 0.35rem; }
  a { color: inherit; text-decoration: none; }
}
`;
