/**
 * The two style sheets, served from our own host. Type, space and rules carry the page; colour only marks what can be
 * pressed. Every size follows the reader's own, and nothing is told by colour alone.
 */

export const PAGE_CSS = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --card: #ffffff; --ink: #1d1c1a; --soft: #5d5a54; --line: #d9d5cc;
  --accent: #0b5d51; --wash: #e7f1ee; --warn: #8a2c1b; --focus: #0a62c4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #161513; --card: #1f1e1b; --ink: #f0ede6; --soft: #b3ada1; --line: #3a3732;
    --accent: #7fd1c1; --wash: #1b2d29; --warn: #ff9d88; --focus: #8cc0ff;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  overflow-wrap: break-word; hyphens: auto;
}
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: .08em; }
a:hover { text-decoration-thickness: .16em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 3px; border-radius: 4px; }
:target { scroll-margin-top: 1rem; }
.skip { position: absolute; left: 1rem; top: -6rem; background: var(--card); padding: .6rem 1rem; z-index: 1; }
.skip:focus { top: .5rem; }
.top, main { max-width: 46rem; margin-inline: auto; padding-inline: clamp(1.1rem, 4vw, 2rem); }
.top {
  display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: center; justify-content: space-between;
  padding-block: 1rem; font-size: .9375rem;
}
.top nav ul { display: flex; flex-wrap: wrap; gap: .1rem; margin: 0 -.5rem; padding: 0; list-style: none; }
.top a { display: inline-block; padding: .55rem .5rem; margin-inline: -.5rem; }
.top nav a { margin: 0; }
.top nav a[aria-current] { color: inherit; font-weight: 650; text-decoration: none; }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; letter-spacing: -.012em; hyphens: manual; }
h1 { font-size: clamp(1.9rem, 1.4rem + 2.6vw, 2.75rem); margin: 1.2rem 0 .8rem; font-weight: 720; }
h2 { font-size: 1.4rem; margin: 0 0 .5rem; font-weight: 680; }
h3 { font-size: 1.0625rem; margin: 0; font-weight: 650; }
p { margin: .5rem 0; }
.lead { font-size: 1.1875rem; line-height: 1.55; color: var(--soft); margin-bottom: 1rem; }
.contents ul { display: flex; flex-wrap: wrap; gap: .1rem 1.4rem; margin: 0 0 1.6rem; padding: 0; list-style: none; }
.contents a { display: inline-block; padding-block: .45rem; }
section { padding-block: 2rem; border-top: 1px solid var(--line); }
.soft { color: var(--soft); }
.small { font-size: .9375rem; }
.note { background: var(--wash); border-inline-start: 4px solid var(--accent); border-radius: 0 8px 8px 0; padding: .8rem 1rem; margin: 1rem 0; }
.note p { margin: 0; }
.note.warn { border-color: var(--warn); }
.state { font-size: 1.25rem; font-weight: 620; line-height: 1.4; }
.pair { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; margin-top: 1.25rem; }
.pair > * { display: flex; flex-direction: column; gap: .5rem; margin: 0; }
.pair p { margin: 0; }
@media (min-width: 40rem) { .pair { grid-template-columns: 1fr 1fr; gap: 1.5rem; } }
button, .button {
  font: inherit; font-weight: 600; line-height: 1.3; min-height: 3rem; max-width: 100%; padding: .7rem 1.25rem; border-radius: 10px; cursor: pointer;
  display: inline-flex; align-items: center; justify-content: center; text-align: center; text-decoration: none;
  color: var(--ink); background: var(--card); border: 1.5px solid var(--soft);
}
button:hover, .button:hover { border-color: var(--accent); background: var(--wash); }
.slight { min-height: 2.75rem; padding: .45rem .9rem; font-size: .9375rem; font-weight: 550; }
.danger { border-color: var(--warn); color: var(--warn); }
.danger:hover { border-color: var(--warn); }
.row { display: flex; flex-wrap: wrap; gap: .6rem; margin-top: .8rem; align-items: center; }
fieldset { border: 0; margin: 1.25rem 0 0; padding: 0; min-width: 0; }
legend { font-weight: 650; padding: 0; margin-bottom: .4rem; }
.choice { display: grid; grid-template-columns: auto minmax(0, 1fr); align-content: start; gap: .1rem .9rem; padding: .85rem 0; border-top: 1px solid var(--line); cursor: pointer; }
.choice.still { cursor: default; }
.choice:hover .name { text-decoration: underline; text-decoration-thickness: .08em; text-underline-offset: .2em; }
.choice.still:hover .name { text-decoration: none; }
.choice input { width: 1.45rem; height: 1.45rem; margin: .1rem 0 0; accent-color: var(--accent); grid-row: span 2; }
.choice .always { grid-row: span 2; width: 1.45rem; text-align: center; color: var(--soft); }
.choice .name { font-weight: 600; }
.choice .about { color: var(--soft); font-size: .9375rem; line-height: 1.5; }
@media (min-width: 40rem) { .grid { display: grid; grid-template-columns: 1fr 1fr; column-gap: 2.25rem; } }
.save { margin-top: 1.25rem; }
.items { list-style: none; margin: 1rem 0 0; padding: 0; display: grid; grid-template-columns: minmax(0, 1fr); gap: .9rem; }
.item { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.15rem 1.05rem; }
.item > p, .item > ul { margin: .35rem 0 0; }
.item ul { padding-inline-start: 1.15rem; }
.facts { display: grid; grid-template-columns: fit-content(50%) minmax(0, 1fr); gap: .15rem .9rem; margin: .75rem 0 0; padding-top: .65rem; border-top: 1px dashed var(--line); font-size: .9375rem; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; min-width: 0; }
@media (max-width: 21rem) { .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: .35rem; } }
.plain { display: grid; grid-template-columns: fit-content(50%) minmax(0, 1fr); gap: .3rem 1.2rem; margin: 1rem 0 0; }
.plain dt { color: var(--soft); }
.plain dd { margin: 0; min-width: 0; }
@media (max-width: 30rem) { .plain { grid-template-columns: 1fr; gap: 0; } .plain dd { margin-bottom: .6rem; } }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { text-align: start; padding: .55rem .25rem; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: inherit; overflow-wrap: anywhere; }
thead th { color: var(--soft); font-size: .9375rem; }
td:last-child, thead th:last-child { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
.number { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; hyphens: none; }
@media print { .top nav, .skip, .contents, .pair, button, a.button, [aria-labelledby=rights] { display: none; } body { background: none; } }
@media (forced-colors: active) { .note { border: 1px solid; } }
`.trim()

/** For the mark on the shop's own pages: it takes the page's colours and type, only smaller. */
export const WHY_CSS = `
.selvedge-why { display: block; max-width: 34rem; margin: .35em 0; padding: 0; border: 0; background: none; font-size: .8125rem; font-weight: 400; font-style: normal; line-height: 1.45; letter-spacing: normal; text-align: start; text-transform: none; }
.selvedge-why > summary { display: inline-block; min-height: 24px; padding: .15em 0; cursor: pointer; opacity: .8; text-decoration: underline dotted; text-underline-offset: .25em; list-style: none; }
.selvedge-why > summary::-webkit-details-marker { display: none; }
.selvedge-why > summary:hover, .selvedge-why[open] > summary { opacity: 1; }
.selvedge-why > summary:focus-visible, .selvedge-why a:focus-visible, .selvedge-why button:focus-visible { outline: 2px solid; outline-offset: 2px; }
.selvedge-why > div { margin: .4em 0; padding: .1em .9em .3em; border: 1px solid; border-radius: .6em; }
.selvedge-why p { margin: .5em 0; font-size: inherit; line-height: inherit; }
.selvedge-why form { display: flex; flex-wrap: wrap; gap: .5em; margin: .6em 0; }
.selvedge-why button { min-height: 2.5em; margin: 0; padding: .4em .9em; border: 1px solid; border-radius: .5em; background: none; color: inherit; font: inherit; cursor: pointer; }
.selvedge-why button:hover { text-decoration: underline; }
.selvedge-why a { color: inherit; }
`.trim()
