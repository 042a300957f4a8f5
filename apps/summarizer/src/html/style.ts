/** Light and dark, on paper too; nothing is loaded from anywhere. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --soft: #f3f4f6; --line: #d8dce2; --link: #1d4ed8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8eb; --paper: #14171a; --soft: #1f2429; --line: #39424c; --link: #8ab4ff; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1rem 4rem; max-width: 46rem; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); overflow-wrap: anywhere; }
h1, h2 { line-height: 1.2; }
h2 { margin-top: 2rem; }
a { color: var(--link); }
code { background: var(--soft); padding: 0.1em 0.3em; border-radius: 4px; }
.claim { position: relative; }
.claim .mark { margin-left: 0.15em; font-size: 0.7em; vertical-align: super; text-decoration: none; }
.claim .hover { display: none; position: absolute; z-index: 1; left: 0; top: 100%; width: min(34rem, 90vw); padding: 0.6rem 0.8rem; background: var(--soft); border: 1px solid var(--line); border-radius: 6px; font-size: 0.85rem; }
.claim:hover .hover, .claim:focus-within .hover { display: block; }
q { display: block; margin: 0.2rem 0; }
q::before, q::after { content: none; }
q + small { display: block; opacity: 0.75; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th, td { text-align: left; padding: 0.35rem 0.6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
svg { width: 100%; height: auto; display: block; margin: 0.4rem 0; }
figure { margin: 0; }
figcaption { font-size: 0.9rem; opacity: 0.8; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.4rem 1rem; padding: 0; margin: 0.3rem 0; font-size: 0.85rem; }
.legend span { display: inline-block; width: 0.8em; height: 0.8em; margin-right: 0.4em; border-radius: 2px; }
.evidence li { margin: 0.8rem 0; padding: 0.3rem 0.5rem; }
.evidence li:target { background: var(--soft); }
.evidence .back { text-decoration: none; }
footer { margin-top: 3rem; font-size: 0.85rem; opacity: 0.75; }
`;
