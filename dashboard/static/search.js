'use strict';
// Opens the search by "/" or Ctrl-K, and lists what is found while one types.
(() => {
  const dialog = document.getElementById('search');
  if (!dialog) return;
  const form = dialog.querySelector('form');
  const input = form.querySelector('input[name="q"]');
  const list = dialog.querySelector('.found');
  const pause = 120; // milliseconds after the last key
  let waiting = 0;
  let asked = null;

  const hits = () => [...list.querySelectorAll('a')];

  async function find() {
    if (asked) asked.abort();
    const own = new AbortController();
    asked = own;
    try {
      const answer = await fetch('/search/hits?' + new URLSearchParams(new FormData(form)), { signal: own.signal });
      const html = answer.ok && !answer.redirected ? await answer.text() : null;
      if (own.signal.aborted) return;
      if (html === null) list.textContent = dialog.dataset.failed;
      else list.innerHTML = html;
    } catch {
      if (!own.signal.aborted) list.textContent = dialog.dataset.failed;
    }
  }

  function open() {
    if (dialog.open) return;
    dialog.showModal();
    input.select();
    find();
  }

  function typing(target) {
    return target.closest('input, select, textarea, [contenteditable]') !== null;
  }

  document.addEventListener('keydown', (event) => {
    const chord = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k';
    const slash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target);
    if (!chord && !slash) return;
    event.preventDefault();
    open();
  });
  document.querySelectorAll('a[data-search]').forEach((link) => link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  }));

  input.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, pause);
  });
  form.addEventListener('submit', (event) => {
    const first = hits()[0];
    if (!first || !input.value.trim()) return; // the page says that nothing was found
    event.preventDefault();
    first.click();
  });
  dialog.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [input, ...hits()];
    const at = all.indexOf(document.activeElement);
    all[(Math.max(at, 0) + step + all.length) % all.length].focus();
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close(); // beside it
  });
})();
