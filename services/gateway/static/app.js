// On every page: forms, keys, reading aloud. Every page works without scripts. No build, no library.
'use strict';
(function () {
  // Submits a form once: a second click on a slow connection does nothing.
  document.addEventListener('submit', function (event) {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = 'yes';
    setTimeout(function () { delete form.dataset.sent; }, 8000);
  });
  window.addEventListener('pageshow', function () {
    document.querySelectorAll('form[data-sent]').forEach(function (form) { delete form.dataset.sent; });
  });
}());

// Going back to the answer to a form, or loading it again, shows the page of its address: it sends nothing once more, and the browser
// reports no error. What was done is said once, not again when its page is loaded again or gone back to.
(function () {
  const answer = document.body.dataset.answer;
  if (answer) {
    try { history.replaceState(null, '', answer); } catch (error) { /* The address stays. */ }
  }
  const done = document.querySelector('[data-done]');
  const visit = performance.getEntriesByType('navigation')[0];
  if (done && visit && visit.type !== 'navigate') { done.remove(); }
}());

// Keys: single letters outside fields, unless switched off on the help page; Ctrl+Enter submits, Ctrl+S saves.
(function () {
  const isField = function (where) { return where.matches('input:not([type=radio]):not([type=checkbox]), select, textarea, [contenteditable]'); };
  const keysDisabled = function () { try { return localStorage.getItem('keys') === 'off'; } catch (error) { return false; } };
  const rows = function () { return Array.prototype.slice.call(document.querySelectorAll('[data-rows] tbody tr')); };

  function moveRow(by) {
    const all = rows();
    if (!all.length) { return; }
    const at = all.findIndex(function (row) { return row.classList.contains('at'); });
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    all.forEach(function (row) { row.classList.remove('at'); });
    next.classList.add('at');
    const link = next.querySelector('a[href]');
    if (link) { link.focus(); }
    next.scrollIntoView({ block: 'nearest' });
  }

  const choice = document.querySelector('[data-keys-off]');
  if (choice) {
    choice.checked = keysDisabled();
    choice.addEventListener('change', function () {
      try { localStorage.setItem('keys', choice.checked ? 'off' : 'on'); } catch (error) { choice.checked = false; }
    });
  }

  // Whether rows show all of their text: as chosen last in this browser.
  const density = document.querySelector('[data-density]');
  if (density) {
    try { density.checked = localStorage.getItem('rows') === 'full'; } catch (error) { density.checked = false; }
    density.addEventListener('change', function () {
      try { localStorage.setItem('rows', density.checked ? 'full' : 'line'); } catch (error) { return; }
    });
  }

  document.addEventListener('keydown', function (event) {
    const where = event.target;
    if (event.ctrlKey && event.key === 'Enter') {
      const form = where.closest('form') || document.querySelector('main form.intake, main form.move');
      const button = form && form.querySelector('[data-submit]');
      if (button && !button.disabled) { event.preventDefault(); button.click(); }
      return;
    }
    if (event.ctrlKey && event.key === 's') {
      const save = document.querySelector('[data-save]');
      if (save) { event.preventDefault(); save.dispatchEvent(new Event('keep', { bubbles: true })); }
      return;
    }
    const search = document.querySelector('[data-search]');
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k' && search) {
      event.preventDefault();
      search.focus();
      search.select();
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || keysDisabled()) { return; }
    if (isField(where)) { return; }
    const hot = document.querySelector('[data-hotkey="' + event.key.toLowerCase().replace(/["\\]/g, '') + '"]');
    if (event.key === '/' && search) { event.preventDefault(); search.focus(); search.select(); }
    else if (event.key === '?') { location.assign('/help'); }
    else if (event.key === 'j') { moveRow(1); }
    else if (event.key === 'k') { moveRow(-1); }
    // A key opens a page; what binds is sent by Enter on its button.
    else if (hot) { event.preventDefault(); if (hot.matches('a')) { hot.click(); } else { hot.focus(); } }
    else if (/^[1-9]$/.test(event.key)) {
      const pick = document.querySelector('.digits [data-digit="' + event.key + '"]');
      if (pick) { pick.checked = true; pick.focus(); pick.dispatchEvent(new Event('change', { bubbles: true })); }
    }
  });
}());

// The account menu closes with Escape and with a press beside it.
(function () {
  const menu = document.querySelector('[data-menu]');
  if (!menu) { return; }
  document.addEventListener('keydown', function (event) {
    if (event.key !== 'Escape' || !menu.open) { return; }
    menu.open = false;
    menu.querySelector('summary').focus();
  });
  document.addEventListener('click', function (event) {
    if (menu.open && !menu.contains(event.target)) { menu.open = false; }
  });
}());

// Reads a page aloud, each passage in its language.
(function () {
  const button = document.querySelector('[data-aloud]');
  if (!button || !window.speechSynthesis) { return; }
  const start = button.textContent;
  button.hidden = false;
  const stop = function () { speechSynthesis.cancel(); button.textContent = start; };
  button.addEventListener('click', function () {
    if (speechSynthesis.speaking) { stop(); return; }
    const said = new SpeechSynthesisUtterance(document.getElementById('main').innerText);
    said.lang = document.documentElement.lang;
    said.onend = stop;
    button.textContent = button.dataset.aloudStop;
    speechSynthesis.speak(said);
  });
  window.addEventListener('pagehide', stop);
}());
