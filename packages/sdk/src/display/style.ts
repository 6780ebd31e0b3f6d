/**
 * How tables and figures look, wherever they are put: all rules are for what is inside `.konsil`, and colours are
 * those of the page around it, so that they read in a light and in a dark notebook alike.
 */
export const style: string = `
.konsil{container-type:inline-size;line-height:1.45;color:inherit;overflow-wrap:anywhere}
.konsil h1,.konsil h2,.konsil h3,.konsil h4,.konsil h5{line-height:1.25;margin:0 0 .35em;font-weight:600;text-wrap:balance}
.konsil p{margin:0 0 .8em}
.konsil p.konsil-subtitle{opacity:.75}
.konsil p.konsil-note{font-size:.84em;opacity:.78;margin:.45em 0}
.konsil figure.konsil-figure{margin:1.6em 0 2em}
.konsil .konsil-figure figcaption{font-weight:600;margin:0 0 .7em}
.konsil .konsil-figure svg{display:block;max-width:100%;height:auto}
.konsil .konsil-scroll{overflow-x:auto;margin:1.4em 0 .6em}
.konsil table.konsil-table caption>span,.konsil table.konsil-table tr.konsil-heading th>span{display:inline-block;position:sticky;inset-inline-start:0;max-width:100cqi}
.konsil table.konsil-table .konsil-muted{opacity:.62}
.konsil table.konsil-table thead .konsil-muted{font-weight:400}
.konsil table.konsil-table{border-collapse:collapse;table-layout:auto;margin:0;font-family:"Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif;font-size:13.5px;line-height:1.35;font-variant-numeric:tabular-nums lining-nums;color:inherit;border-block:1.4px solid currentColor}
.konsil table.konsil-table caption{caption-side:top;text-align:start;font-weight:600;padding:0 0 .6em;white-space:normal}
.konsil table.konsil-table tr,.konsil table.konsil-table thead,.konsil table.konsil-table tbody tr{background:none;border:0}
.konsil table.konsil-table th,.konsil table.konsil-table td{text-align:start;vertical-align:baseline;font-weight:400;padding:.3em .7em;border:0;white-space:nowrap;overflow-wrap:normal;max-width:none}
.konsil table.konsil-table th:first-child,.konsil table.konsil-table td:first-child{padding-inline-start:.15em;white-space:normal;min-width:7em;max-width:22em;overflow-wrap:break-word}
.konsil table.konsil-table th:last-child,.konsil table.konsil-table td:last-child{padding-inline-end:.15em}
.konsil table.konsil-table td.konsil-sentence{white-space:normal;min-width:24em}
.konsil table.konsil-table .konsil-end{text-align:end}
.konsil table.konsil-table .konsil-center{text-align:center}
.konsil table.konsil-table thead th{font-weight:600;vertical-align:bottom;white-space:normal;padding-block:.45em}
.konsil table.konsil-table thead tr:last-child th{border-bottom:1px solid rgba(128,128,128,.6)}
.konsil table.konsil-table thead th.konsil-span{text-align:center;font-weight:400;padding-bottom:.15em;box-shadow:inset 0 -1px rgba(128,128,128,.35)}
.konsil table.konsil-table tr.konsil-heading th{font-weight:600;padding-top:.65em}
.konsil table.konsil-grouped tbody tr:not(.konsil-heading) > :first-child{padding-inline-start:1.2em}
.konsil .konsil-numbers{margin:.5em 0 0;font-size:.84em}
.konsil .konsil-numbers summary{cursor:pointer;opacity:.78;width:fit-content}
.konsil .konsil-numbers .konsil-scroll{margin-top:.7em}
@container (max-width:560px){.konsil .konsil-wide{display:none}.konsil .konsil-narrow{display:block !important}.konsil table.konsil-table{font-size:12.5px}.konsil table.konsil-table th,.konsil table.konsil-table td{padding-inline:.4em}.konsil table.konsil-table th:first-child,.konsil table.konsil-table td:first-child{min-width:6.9em;max-width:11em}.konsil table.konsil-grouped tbody tr:not(.konsil-heading) > :first-child{padding-inline-start:.8em}}
@media print{.konsil .konsil-numbers{display:none}.konsil .konsil-scroll{overflow:visible}.konsil figure,.konsil tr,.konsil .konsil-whole{break-inside:avoid}.konsil thead{display:table-header-group}.konsil h1,.konsil h2,.konsil h3,.konsil .konsil-subtitle,.konsil figcaption,.konsil caption,.konsil tr.konsil-heading{break-after:avoid}.konsil p{orphans:3;widows:3}}
`.trim();

/**
 * How a page looks around them: one column of text on white, or on near black where the reader prefers that. Here the
 * paper's colour is known, so that a table that is wider than the page can show it: its first column stays while the
 * others pass under it, and a shadow lies at the edge behind which there is more (after Verou, 2012: a cover that
 * scrolls with the table hides the shadow where the table ends).
 */
export const pageStyle: string = `
:root{color-scheme:light dark;--ink:#1b1b1f;--paper:#fff;--link:#005f94;--shade:rgba(0,0,0,.22)}
@media (prefers-color-scheme:dark){:root{--ink:#e6e6e9;--paper:#141619;--link:#7cc4f0;--shade:rgba(255,255,255,.26)}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.55 "Iowan Old Style","Palatino Linotype",Palatino,"URW Palladio L",P052,Charter,Georgia,"Liberation Serif",serif;-webkit-text-size-adjust:100%}
main{max-width:768px;margin:0 auto;padding:clamp(28px,7vw,76px) 24px 64px}
header{margin:0 0 3em}
.konsil h1{font-size:clamp(25px,5.4vw,34px);letter-spacing:-.008em;line-height:1.16;margin:0 0 .4em}
.konsil h2{font-size:22px;margin:0 0 .35em}
.konsil h3{font-size:18px}
main>section,main>.konsil>section{margin:0 0 3.4em}
.konsil .konsil-figure figcaption,.konsil table.konsil-table caption{font:600 15px/1.4 "Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif}
.konsil .konsil-note,.konsil .konsil-numbers{font-size:14px}
@media screen{.konsil .konsil-scroll{background:linear-gradient(to left,var(--paper) 40%,transparent) right/36px 100% no-repeat local,linear-gradient(to left,var(--shade),transparent) right/18px 100% no-repeat scroll}
.konsil table.konsil-table tr>:first-child:not([colspan]){position:sticky;inset-inline-start:0;z-index:1;background:var(--paper)}
.konsil table.konsil-table caption{background:var(--paper)}}
@media screen and (min-width:768px){main .konsil-scroll{width:max-content;max-width:max(100%,calc(50vw + 336px))}}
a{color:var(--link)}
pre,code{font:13px/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace}
pre{overflow-x:auto}
footer{border-top:1px solid rgba(128,128,128,.4);padding-top:1em;font-size:14px;opacity:.78}
@media print{:root{color-scheme:light;--ink:#000;--paper:#fff}@page{margin:13mm 16mm 14mm}body{font-size:9.5pt;line-height:1.4}main{padding:0;max-width:none}header{margin-bottom:1.4em}.konsil h1{font-size:20pt}.konsil h2{font-size:14pt}.konsil h3{font-size:12pt}.konsil p{margin-bottom:.6em}main>section,main>.konsil>section{margin-bottom:1.6em}.konsil .konsil-scroll{margin:.9em 0 .4em}.konsil table.konsil-table{font-size:8pt}.konsil table.konsil-table th,.konsil table.konsil-table td{padding:.15em .55em}.konsil figure.konsil-figure{margin:.9em 0}.konsil .konsil-figure figcaption,.konsil table.konsil-table caption{font-size:9.5pt}.konsil .konsil-note{font-size:8.5pt;margin:.3em 0}.konsil .konsil-wide svg{max-width:140mm !important}}
`.trim();
