// What a page does beyond plain forms: keys, toasts that leave, cells edited in place. Everything here has a way
// without it. Nothing is evaluated, and every request goes to this box.

const byKey = (key) => document.querySelector(`[data-key="${CSS.escape(key)}"]`);
const typing = (el) => el.closest('input, textarea, select, [contenteditable]') !== null;

/** Keys that act on the page as a whole. */
document.addEventListener('keydown', (e) => {
  if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') {
    e.preventDefault();
    location.href = '/search';
    return;
  }
  if (e.target.matches('[data-sql] textarea') && e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
    e.preventDefault();
    e.target.form.requestSubmit();
    return;
  }
  if (e.key === 'Escape') { leave(e); return; }
  if (e.ctrlKey || e.metaKey || e.altKey || typing(e.target) || e.target.closest('dialog')) return;
  if (e.key === '?') { e.preventDefault(); document.getElementById('keys')?.showModal(); return; }
  if (rowKey(e)) return;
  const el = byKey(e.key.toLowerCase());
  if (!el) {
    if (e.key === '/') { e.preventDefault(); location.href = '/search'; }
    return;
  }
  e.preventDefault();
  if (el.matches('input')) { el.focus(); el.select(); } else el.click();
});

/** An opened menu begins at its first field. */
document.addEventListener('toggle', (e) => {
  if (e.target.matches('details[data-menu][open]')) e.target.querySelector('select, input:not([type=hidden])')?.focus();
}, true);

/** Escape leaves the editor, or closes the open menu. */
function leave(e) {
  const form = e.target.closest('[data-editor]');
  if (form) {
    e.preventDefault();
    const cell = form.closest('td');
    const href = form.getAttribute('action') + (cell ? '?as=cell' : '');
    window.htmx.ajax('GET', href, { target: cell || form.closest('.prop'), swap: 'outerHTML' });
    return;
  }
  document.querySelectorAll('details[data-menu][open]').forEach((d) => { d.open = false; d.querySelector('summary').focus(); });
}

/** J and K, and the arrows, walk the rows of a table; Enter opens one, E edits it. */
function rowKey(e) {
  const grid = document.querySelector('[data-grid]');
  if (!grid) return false;
  const rows = [...grid.tBodies[0].rows];
  const at = rows.findIndex((r) => r.getAttribute('aria-selected') === 'true');
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[e.key];
  if (step) {
    e.preventDefault();
    select(rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + step))]);
    return true;
  }
  if (at < 0) return false;
  if (e.key === 'Enter' && !e.target.closest('a, button, summary')) {
    rows[at].querySelector('a[href]')?.click();
    return true;
  }
  if (e.key === 'e') {
    const cell = rows[at].querySelector('td.m2[data-edit], td[data-edit]:not(.m1)');
    if (cell) { e.preventDefault(); edit(cell); }
    return true;
  }
  return false;
}

/** A double click on a cell edits it where it stands. */
document.addEventListener('dblclick', (e) => {
  const cell = e.target.closest('[data-grid] td[data-edit]');
  if (cell && !e.target.closest('a')) edit(cell);
});

function edit(cell) {
  const id = cell.closest('tr').dataset.row;
  const object = cell.closest('[data-grid]').dataset.object;
  const href = `/o/${object}/${id}/field/${cell.dataset.cell}?as=cell&edit=1`;
  window.htmx.ajax('GET', href, { target: cell, swap: 'outerHTML' });
}

/** Which property or cell is being swapped, so that the cursor comes back to it. */
let place = '';
document.addEventListener('htmx:beforeRequest', (e) => {
  const prop = e.detail.target?.closest?.('.prop[id]');
  place = prop ? `#${CSS.escape(prop.id)} .edit` : '';
});

/** In a cell Enter saves and goes down a row; Tab saves and goes on to edit the cell to the right, or left with Shift. */
let next = null;
document.addEventListener('keydown', (e) => {
  const cell = e.target.closest('td.editing');
  if (!cell || (e.key !== 'Enter' && e.key !== 'Tab') || e.target.matches('textarea')) return;
  const row = cell.parentElement;
  if (e.key === 'Enter') {
    select(row.nextElementSibling);
    return;
  }
  const cells = [...row.querySelectorAll('td[data-edit], td.editing')];
  const beside = cells[cells.indexOf(cell) + (e.shiftKey ? -1 : 1)];
  next = beside ? { row: row.dataset.row, field: beside.dataset.cell } : null;
  e.preventDefault();
  e.target.form.requestSubmit();
});

function select(row) {
  if (!row) return;
  row.parentElement.querySelectorAll('[aria-selected]').forEach((r) => r.removeAttribute('aria-selected'));
  row.setAttribute('aria-selected', 'true');
  row.scrollIntoView({ block: 'nearest' });
}

/** After a swap the cursor stands in the new editor, or where it was before; a new toast begins its time. */
document.addEventListener('htmx:afterSettle', () => {
  const field = document.querySelector('[data-editor] [data-autofocus]');
  if (!field && next) {
    const cell = document.querySelector(`tr[data-row="${CSS.escape(next.row)}"] td[data-cell="${CSS.escape(next.field)}"]`);
    next = null;
    if (cell) edit(cell);
  }
  if (field && !field.closest('form').contains(document.activeElement)) { field.focus(); field.select?.(); }
  if (!field && place && document.activeElement === document.body) document.querySelector(place)?.focus();
  toasts();
});

/** Whoever goes on typing does so behind what stands there. */
const typed = document.querySelector('input[autofocus]');
typed?.setSelectionRange(typed.value.length, typed.value.length);

/** A choice in a cell is saved at once. */
document.addEventListener('change', (e) => {
  if (e.target.matches('td [data-editor] select')) e.target.form.requestSubmit();
  if (e.target.matches('[data-resend]')) e.target.form.requestSubmit(e.target.form.querySelector('button.quiet'));
  if (e.target.matches('[data-type]')) fieldsFor(e.target);
});

/** The form of a field shows what its type needs. */
function fieldsFor(select) {
  select.form.querySelectorAll('[data-for]').forEach((el) => { el.hidden = !el.dataset.for.split(' ').includes(select.value); });
}
document.querySelectorAll('[data-type]').forEach(fieldsFor);

/** "Leave" goes back to the value without a reload. */
document.addEventListener('click', (e) => {
  const button = e.target.closest('[data-leave-button]');
  if (button && window.htmx) { e.preventDefault(); leave(e); return; }
  document.querySelectorAll('details[data-menu][open]').forEach((d) => { if (!d.contains(e.target)) d.open = false; });
});

/** A button says what it is doing while the page waits. */
document.addEventListener('submit', (e) => {
  const button = e.submitter;
  if (!button?.dataset.busy) return;
  button.dataset.rest = button.textContent;
  button.textContent = button.dataset.busy;
});
const rest = () => document.querySelectorAll('[data-rest]').forEach((b) => { b.textContent = b.dataset.rest; delete b.dataset.rest; });
document.addEventListener('htmx:afterRequest', rest);
addEventListener('pageshow', rest);

/** A toast stays 8 seconds, longer while somebody points at it or stands in it. */
function toasts() {
  document.querySelectorAll('[data-toast]:not([data-timed])').forEach((toast) => {
    toast.dataset.timed = '';
    let timer = 0;
    const go = () => { clearTimeout(timer); timer = setTimeout(() => toast.remove(), 8000); };
    const stay = () => clearTimeout(timer);
    toast.addEventListener('pointerenter', stay);
    toast.addEventListener('focusin', stay);
    toast.addEventListener('pointerleave', go);
    toast.addEventListener('focusout', go);
    go();
  });
}
toasts();

function tell(text) {
  const box = document.getElementById('toasts');
  if (!box) return;
  const toast = document.createElement('div');
  toast.className = 'toast bad';
  toast.dataset.toast = '';
  const p = document.createElement('p');
  p.textContent = text;
  toast.append(p);
  box.replaceChildren(toast);
  toasts();
}
document.addEventListener('htmx:sendError', () => tell('No connection to the box. What you see is what was here before.'));

/** Files may be dropped on the import form. */
document.querySelectorAll('[data-drop]').forEach((zone) => {
  const input = zone.querySelector('input[type=file]');
  zone.addEventListener('dragover', (e) => { e.preventDefault(); zone.dataset.over = ''; });
  zone.addEventListener('dragleave', () => delete zone.dataset.over);
  zone.addEventListener('drop', (e) => {
    e.preventDefault();
    delete zone.dataset.over;
    input.files = e.dataTransfer.files;
  });
});
