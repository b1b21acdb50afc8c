/**
 * What a page gains where scripts run: a filter, tables sorted by their columns, and a link that opens what it points to. Nothing is
 * hidden without it. Plain JavaScript: it runs in the reader's browser as it stands here.
 */
export const PAGE_SCRIPT = `
'use strict';
for (const table of document.querySelectorAll('table.sortable')) {
  table.tHead.rows[0].querySelectorAll('th').forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => sort(table, head, column));
  });
}
function sort(table, head, column) {
  const ascending = head.getAttribute('aria-sort') !== 'ascending';
  for (const each of table.tHead.rows[0].cells) each.removeAttribute('aria-sort');
  head.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
  const key = (row) => {
    const cell = row.cells[column];
    return cell.dataset.value ?? cell.textContent.trim();
  };
  const order = new Intl.Collator('en', { numeric: true }).compare;
  const rows = [...table.tBodies[0].rows].sort((a, b) => order(key(a), key(b)));
  table.tBodies[0].append(...(ascending ? rows : rows.reverse()));
}
for (const place of document.querySelectorAll('[data-filter]')) {
  const rows = [...document.getElementById(place.dataset.filter).querySelectorAll('tbody > tr')];
  const box = Object.assign(document.createElement('input'), { type: 'search', id: place.dataset.filter + '-filter' });
  const label = Object.assign(document.createElement('label'), { htmlFor: box.id, textContent: place.dataset.label });
  const count = document.createElement('output');
  place.append(label, box, count);
  box.addEventListener('input', () => {
    const words = box.value.toLowerCase().split(/\\s+/);
    for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
    const shown = rows.filter((row) => !row.hidden).length;
    count.textContent = shown === rows.length ? '' : shown + ' of ' + rows.length;
  });
}
function open() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let each = target; each; each = each.parentElement) if (each.tagName === 'DETAILS') each.open = true;
  target?.querySelector('details')?.setAttribute('open', '');
}
addEventListener('hashchange', open);
if (location.hash) open();
`;
