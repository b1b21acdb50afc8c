/** The style of a page: calm, dense, readable in light and dark, on a phone and on paper. No file, no font and no image is fetched. */
import { DARK, LIGHT } from './palette.ts';
import type { Palette } from './palette.ts';

export function pageStyle(): string {
  return [
    `:root{color-scheme:light dark;${variables(LIGHT)}}`,
    `@media (prefers-color-scheme:dark){:root{${variables(DARK)}}}`,
    STYLE,
    `@media print{:root{color-scheme:light;${variables(LIGHT)}}${PRINT}}`,
  ].join('\n');
}

function variables(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';');
}

const STYLE = `
*{box-sizing:border-box}
html{scroll-padding-top:3.2rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
header,nav ul,main,footer{max-width:74rem;margin:0 auto;padding:0 1.25rem}
h1,h2,h3,h4,p,ul,ol,dl,figure,pre{margin:0}
h1{font-size:1.5rem;line-height:1.25;font-weight:650;letter-spacing:-.01em}
h2{font-size:1.2rem;line-height:1.3;font-weight:650;margin-bottom:.5rem}
h3{font-size:1rem;line-height:1.4;font-weight:650}
a{color:var(--link);text-underline-offset:.15em}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:2px}
code,pre,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.87em}
code,td,th,dd,li,pre,bdi{unicode-bidi:isolate}
th .mono,td>.mono{white-space:nowrap}
.muted,figcaption p,caption{color:var(--muted)}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-99rem;background:var(--page);padding:.4rem .8rem;z-index:2}
.skip:focus{left:1rem;top:.5rem}
header{padding-top:1.6rem;padding-bottom:.8rem}
header p{color:var(--muted);margin-top:.2rem}
nav{position:sticky;top:0;background:var(--page);border-bottom:1px solid var(--line);z-index:1}
nav ul{display:flex;gap:.1rem 1.1rem;list-style:none;overflow-x:auto;padding-top:.45rem;padding-bottom:.45rem;white-space:nowrap;font-size:.92rem}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
section{padding:1.5rem 0 .6rem}
section+section{border-top:1px solid var(--line)}
section>h3{margin-top:1.1rem}
h2+h3{margin-top:0}
section>p{max-width:52rem}
footer{color:var(--muted);font-size:.87rem;padding-top:1rem;padding-bottom:2.5rem}
.banner{border-left:4px solid var(--muted);background:var(--panel);padding:.8rem 1rem;border-radius:0 4px 4px 0;overflow-wrap:anywhere}
.banner+.banner{margin-top:.6rem}
.banner.good{border-color:var(--good);background:var(--good-soft)}
.banner.bad{border-color:var(--bad);background:var(--bad-soft)}
.banner.warn{border-color:var(--warn);background:var(--warn-soft)}
.banner h2{margin:0}
.banner ul{margin:.3rem 0 0;padding-left:1.2rem}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(12rem,1fr));gap:.6rem 1.6rem;margin-top:1rem}
.facts dt{color:var(--muted);font-size:.87rem}
.facts dd{margin:0;font-weight:600;overflow-wrap:anywhere}
.facts dd small{display:block;font-weight:400;color:var(--muted);font-size:.87rem}
.badge{display:inline-block;font-size:.8rem;line-height:1.35;font-weight:600;padding:.06rem .42rem;border-radius:3px;white-space:nowrap;background:var(--panel);color:var(--muted)}
.badge.good{background:var(--good-soft);color:var(--good)}
.badge.bad{background:var(--bad-soft);color:var(--bad)}
.badge.warn{background:var(--warn-soft);color:var(--warn)}
.split{display:grid;grid-template-columns:minmax(0,1fr) minmax(16rem,21rem);gap:1.2rem 2rem;align-items:start}
.aside h3{margin-bottom:.3rem}
.aside .scroll+h3{margin-top:1.1rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .7rem .3rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--muted);font-weight:600;font-size:.82rem;vertical-align:bottom;white-space:nowrap}
tbody th{font-weight:500}
th.number,td.number{text-align:right;white-space:nowrap}
th.prose,td.prose{min-width:13rem}
th button{all:unset;cursor:pointer;font:inherit;color:inherit}
th button:hover{text-decoration:underline}
th button:focus-visible{outline:2px solid var(--link);outline-offset:2px}
th[aria-sort=ascending] button::after{content:" \\2191"}
th[aria-sort=descending] button::after{content:" \\2193"}
.filter{display:flex;flex-wrap:wrap;gap:.4rem .8rem;align-items:center;margin:.4rem 0 .6rem;font-size:.9rem}
.filter input{font:inherit;color:var(--ink);background:var(--page);border:1px solid var(--muted);border-radius:3px;padding:.2rem .5rem;width:min(20rem,100%)}
details>summary{cursor:pointer;border-radius:2px}
details>summary:hover{text-decoration:underline}
figure>details,section>details{margin-top:.6rem}
figure>details>summary,section>details>summary,.evidence>summary{color:var(--link);font-size:.9rem}
td details ul{list-style:none;padding:0;margin:.35rem 0 .2rem}
td details li{padding:.3rem 0 .3rem .8rem;border-left:2px solid var(--line);overflow-wrap:anywhere}
.failure{border:1px solid var(--line);border-left:4px solid var(--bad);border-radius:0 4px 4px 0;padding:.7rem .9rem;margin:.7rem 0;overflow-wrap:anywhere}
.failure.warn{border-left-color:var(--warn)}
.failure h4{font-size:.97rem;font-weight:600;line-height:1.4}
.failure p{margin-top:.3rem}
.evidence{margin-top:.45rem}
pre{background:var(--panel);color:var(--ink);padding:.6rem .8rem;border-radius:4px;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.45;margin-top:.4rem}
.command{display:block;background:var(--panel);color:var(--ink);padding:.4rem .7rem;border-radius:4px;margin-top:.4rem;overflow-wrap:anywhere;user-select:all}
figure{margin:1.1rem 0 1.5rem}
figcaption p{max-width:52rem;font-size:.92rem}
figure.beside{display:grid;grid-template-columns:minmax(0,42rem) minmax(19rem,1fr);gap:.3rem 2rem;align-items:start}
figure.beside figcaption{grid-column:1/-1}
.pairs{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(30rem,100%),1fr));gap:0 2rem}
.drawing{max-width:44rem;margin-top:.4rem}
figure.folded .drawing{max-width:60rem}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;list-style:none;padding:0;font-size:.87rem;color:var(--muted)}
.swatch{width:26px;height:12px;vertical-align:-1px}
.plot{display:block;width:100%;min-width:30rem;height:auto;font-size:12px}
.plot text{fill:var(--muted)}
.plot .row-name{fill:var(--ink)}
.grid{stroke:var(--line);stroke-width:.6}
.axis{stroke:var(--muted);stroke-width:1}
.curve{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.dashed{stroke-dasharray:6 4}
.series-1{stroke:var(--series-1);fill:var(--series-1)}
.series-2{stroke:var(--series-2);fill:var(--series-2)}
.series-3{stroke:var(--series-3);fill:var(--series-3)}
.series-4{stroke:var(--series-4);fill:var(--series-4)}
.bars-1{fill:var(--series-1)}
.bars-2{fill:var(--series-2)}
.bars-3{fill:var(--series-3)}
.bars-4{fill:var(--series-4)}
.series-1 .curve,.series-2 .curve,.series-3 .curve,.series-4 .curve{fill:none}
.tone-good{stroke:var(--good);fill:var(--good)}
.tone-bad{stroke:var(--bad);fill:var(--bad)}
.tone-quiet{stroke:var(--muted);fill:var(--muted)}
.mark{stroke:var(--page);stroke-width:1}
.whisker{stroke-width:2}
.fault{fill:var(--band)}
.fault .strip{fill:var(--fault)}
.interval{fill:var(--line);fill-opacity:.55}
.reference{stroke-width:1.4;stroke-dasharray:2 3}
.reference.target{stroke:var(--good)}
.reference.missed{stroke:var(--bad)}
.reference.knee{stroke:var(--muted)}
.plot .note.target{fill:var(--good)}
.plot .note.missed{fill:var(--bad)}
.plot .note.knee{fill:var(--ink)}
.note{paint-order:stroke;stroke:var(--page);stroke-width:3px;stroke-linejoin:round}
.absent{color:var(--muted);font-size:.92rem}
@media (max-width:60rem){.split,figure.beside{grid-template-columns:minmax(0,1fr)}}
@media (max-width:30rem){header,nav ul,main,footer{padding-left:.8rem;padding-right:.8rem}h1{font-size:1.25rem}}
`;

/** What is folded stays folded, but for the conversation of what failed: paper cannot be opened. */
const PRINT = `
body{font-size:10pt}
nav,.filter,.skip{display:none}
header,main,footer{max-width:none;padding-left:0;padding-right:0}
figure,.failure,tr,.banner{break-inside:avoid}
h2,h3{break-after:avoid}
.scroll{overflow:visible}
.evidence::details-content{content-visibility:visible;block-size:auto}
.plot{min-width:0}
a{color:inherit;text-decoration:none}
`;
