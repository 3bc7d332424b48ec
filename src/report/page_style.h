/* report/page_style.h - how the page of -www looks
 * SPDX-License-Identifier: Apache-2.0
 *
 *	buf_add_string(out, "<style>" PAGE_STYLE "</style>");
 *
 * Light or dark as the browser prefers, for wide and narrow windows and for
 * paper; nothing is loaded.
 */
#ifndef REPORT_PAGE_STYLE_H
#define REPORT_PAGE_STYLE_H

#define PAGE_STYLE_COLOURS \
	":root{color-scheme:light dark;--back:#f6f7f9;--card:#fff;" \
	"--ink:#1b1f24;--faint:#57606a;--line:#d8dee4;--mark:#0b63c5;" \
	"--good:#11632d;--good-back:#dcf5e3;--bad:#9a1c16;" \
	"--bad-back:#fde7e5;--note:#6a4c00;--note-back:#fdf3d3;" \
	"--plain-back:#eceff2}\n" \
	"@media(prefers-color-scheme:dark){:root{--back:#0f1318;" \
	"--card:#181d24;--ink:#e4e8ed;--faint:#99a4b0;--line:#2e363f;" \
	"--mark:#7cb7ff;--good:#7fdb9a;--good-back:#12331e;--bad:#ff9d94;" \
	"--bad-back:#43191a;--note:#edcb6b;--note-back:#3a2f10;" \
	"--plain-back:#262d35}}\n"

#define PAGE_STYLE_BLOCKS \
	"*{box-sizing:border-box}\n" \
	"body{margin:0 auto;max-width:64rem;padding:1.25rem;" \
	"background:var(--back);color:var(--ink);" \
	"font:1rem/1.5 system-ui,-apple-system,'Segoe UI',Roboto," \
	"'Noto Sans',sans-serif}\n" \
	"header{margin:.5rem 0 1.25rem}\n" \
	"h1{font-size:1.75rem;line-height:1.2;margin:.2rem 0;" \
	"overflow-wrap:anywhere}\n" \
	"h2{font-size:1.15rem;margin:0 0 .6rem}\n" \
	"h3{font-size:1rem;margin:1.3rem 0 .4rem}\n" \
	"p{margin:.4rem 0}\n" \
	".faint,small{color:var(--faint)}\n" \
	"small{font-size:.85rem}\n" \
	"a{color:var(--mark)}\n" \
	"section{background:var(--card);border:1px solid var(--line);" \
	"border-radius:.7rem;padding:1.1rem 1.25rem;margin:0 0 1rem}\n" \
	"code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas," \
	"'DejaVu Sans Mono',monospace;font-size:.86em}\n" \
	"code{overflow-wrap:anywhere}\n" \
	"pre{overflow-x:auto;margin:.6rem 0 0;padding:.8rem;" \
	"background:var(--back);border-radius:.4rem;line-height:1.4}\n" \
	"summary{cursor:pointer;color:var(--mark)}\n" \
	"details{margin:.5rem 0 0}\n" \
	"td details{margin:.15rem 0 0;font-size:.9rem}\n" \
	"footer{color:var(--faint);font-size:.85rem;margin:0 .25rem 1rem}\n"

#define PAGE_STYLE_LISTS \
	"dl{display:grid;grid-auto-flow:dense;gap:.75rem;margin:0;" \
	"grid-template-columns:repeat(auto-fill,minmax(13.5rem,1fr))}\n" \
	"dl div{border:1px solid var(--line);border-radius:.5rem;" \
	"padding:.55rem .75rem;min-width:0}\n" \
	"dl .wide{grid-column:span 2}.wide dd{font-size:.94rem}\n" \
	"dt{color:var(--faint);font-size:.8rem}\n" \
	"dd{margin:0;font-weight:600;overflow-wrap:break-word}\n" \
	"dd small{display:block;font-weight:400}\n" \
	"table{border-collapse:collapse;width:100%;font-size:.93rem}\n" \
	"th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;" \
	"border-top:1px solid var(--line);overflow-wrap:break-word}\n" \
	"thead th{border-top:0;color:var(--faint);font-weight:500;" \
	"font-size:.8rem;white-space:nowrap}\n" \
	"tbody th{font-weight:500;color:var(--faint);width:14rem}\n" \
	"td:first-child,th:first-child{padding-left:0}\n" \
	"td:last-child,th:last-child{padding-right:0}\n" \
	".sides{table-layout:fixed;font-size:.86rem}" \
	".sides thead td{border-top:0}.sides td:last-child{" \
	"padding-right:.4rem}.sides td{overflow-wrap:anywhere}" \
	".sides thead th{white-space:normal}.sides tbody th{width:auto}\n" \
	".number{width:5.2rem;white-space:nowrap}\n" \
	".size{width:4.5rem;text-align:right;white-space:nowrap}\n" \
	"tr.off td{color:var(--faint)}\n" \
	".chips{list-style:none;display:flex;flex-wrap:wrap;gap:.35rem;" \
	"margin:0;padding:0}details .chips{margin-top:.5rem}\n" \
	".chips li,.badge{border-radius:.35rem;padding:.08rem .45rem;" \
	"background:var(--plain-back);font-size:.88rem;" \
	"overflow-wrap:break-word}\n" \
	".badge{display:inline-block;font-size:.76rem;font-weight:500;" \
	"margin-left:.3rem}\n" \
	".chips small{font-size:.78rem}\n" \
	".good,.chips li.good{background:var(--good-back);" \
	"color:var(--good)}\n" \
	".good small{color:inherit}\n" \
	".alert{margin:.6rem 0;padding:.6rem .8rem;border-radius:.5rem}\n" \
	".bad{background:var(--bad-back);color:var(--bad)}\n" \
	".note{background:var(--note-back);color:var(--note)}\n" \
	"@media(max-width:40rem){body{padding:.7rem}" \
	"section{padding:.85rem .85rem}h1{font-size:1.4rem}" \
	"dl{grid-template-columns:1fr 1fr;gap:.5rem}" \
	"dl .wide{grid-column:1/-1}" \
	"tbody th{width:auto;min-width:6.5rem}" \
	".size{display:none}}\n" \
	"@media(max-width:44rem){.sides thead{display:none}" \
	".sides th,.sides td{display:block;width:auto;padding:.1rem .4rem}" \
	".sides td{border-top:0}.sides td::before{content:attr(data-of) " \
	"\": \";color:var(--faint)}.sides th{padding-left:0}}\n" \
	"@media(max-width:30rem){dl{grid-template-columns:1fr}" \
	"thead{display:none}th,td,.number{display:block;width:auto;" \
	"padding:.1rem 0}td{border-top:0}" \
	"tr>:first-child{border-top:1px solid var(--line);" \
	"padding-top:.35rem}h1{font-size:1.25rem}}\n" \
	"@media print{section{break-inside:avoid-page;border:0}}\n"

#define PAGE_STYLE	PAGE_STYLE_COLOURS PAGE_STYLE_BLOCKS PAGE_STYLE_LISTS

#endif
