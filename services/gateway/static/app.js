// What makes the workbench pleasant; every page works without it. No build, no library.
'use strict';
(function () {
  // A form is sent once: a second click on a slow link changes nothing (the server knows its key as well).
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

// Replay: the slider, the keys and ▶ fetch the page of another step and put its #replay in place; every step
// keeps an address of its own, and the focus stays where it was.
(function () {
  const here = function () { return document.getElementById('replay'); };
  if (!here()) { return; }
  let playing = null;

  function go(address, keep) {
    return fetch(address, { credentials: 'same-origin' }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.text();
    }).then(function (text) {
      const fresh = new DOMParser().parseFromString(text, 'text/html').getElementById('replay');
      if (!fresh) { throw new Error('no replay'); }
      const focused = document.activeElement;
      const id = focused && here().contains(focused) ? (focused.id || focused.dataset.key) : null;
      here().replaceWith(fresh);
      if (id) {
        const again = document.getElementById(id) || fresh.querySelector('[data-key="' + id + '"]');
        if (again) { again.focus({ preventScroll: true }); }
      }
      if (keep !== 'no') { history.pushState({ replay: true }, '', address); }
      ready();
    }).catch(function () { location.assign(address); });
  }

  function stop() {
    clearInterval(playing);
    playing = null;
    ready();
  }

  function ready() {
    const button = here().querySelector('[data-play]');
    if (!button) { return; }
    button.hidden = false;
    if (!button.dataset.start) { button.dataset.start = button.textContent; }
    button.textContent = playing ? button.dataset.stop : button.dataset.start;
    const slider = document.getElementById('step');
    if (playing && slider && slider.value === slider.max) { stop(); }
  }

  document.addEventListener('change', function (event) {
    if (event.target.id !== 'step') { return; }
    const form = event.target.form;
    go(form.action + '?' + new URLSearchParams(new FormData(form)));
  });
  document.addEventListener('click', function (event) {
    const play = event.target.closest('[data-play]');
    if (play) {
      if (playing) { stop(); return; }
      playing = setInterval(function () {
        const next = here().querySelector('a[data-key="ArrowRight"][href]');
        if (next) { go(next.href); } else { stop(); }
      }, 1500);
      const first = here().querySelector('a[data-key="Home"][href]');
      const next = here().querySelector('a[data-key="ArrowRight"][href]');
      if (!next && first) { go(first.href); } else { ready(); }
      return;
    }
    const link = event.target.closest('#replay a[data-key][href], #replay .lanes a[href]');
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      go(link.href);
    }
  });
  document.addEventListener('keydown', function (event) {
    const where = event.target;
    if (event.ctrlKey || event.altKey || event.metaKey || where.matches('input, select, textarea, pre, .wide')) { return; }
    const link = here().querySelector('a[data-key="' + event.key + '"][href]');
    if (link) { event.preventDefault(); go(link.href); }
  });
  window.addEventListener('popstate', function () { go(location.href, 'no'); });
  ready();
}());

// Keys: single letters outside fields, unless switched off on the help page; Ctrl+Enter sends, Ctrl+S keeps.
(function () {
  const inField = function (where) { return where.matches('input:not([type=radio]):not([type=checkbox]), select, textarea, [contenteditable]'); };
  const off = function () { try { return localStorage.getItem('keys') === 'off'; } catch (error) { return false; } };
  const rows = function () { return Array.prototype.slice.call(document.querySelectorAll('[data-rows] tbody tr')); };

  function step(by) {
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
    choice.checked = off();
    choice.addEventListener('change', function () {
      try { localStorage.setItem('keys', choice.checked ? 'off' : 'on'); } catch (error) { choice.checked = false; }
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
    if (event.ctrlKey || event.altKey || event.metaKey || off()) { return; }
    if (inField(where)) { return; }
    const search = document.querySelector('[data-search]');
    const hot = document.querySelector('[data-hotkey="' + event.key.toLowerCase().replace(/["\\]/g, '') + '"]');
    if (event.key === '/' && search) { event.preventDefault(); search.focus(); search.select(); }
    else if (event.key === '?') { location.assign('/help'); }
    else if (event.key === 'j') { step(1); }
    else if (event.key === 'k') { step(-1); }
    else if (hot) { event.preventDefault(); hot.click(); }
    else if (/^[1-9]$/.test(event.key)) {
      const pick = document.querySelector('.digits [data-digit="' + event.key + '"]');
      if (pick) { pick.checked = true; pick.focus(); pick.dispatchEvent(new Event('change', { bubbles: true })); }
    }
  });
}());

// Forms: problems get the focus; topics follow the item; places as one types; drafts; what is offline.
(function () {
  const wrong = document.querySelector('[data-focus]');
  if (wrong) { wrong.focus(); }
  document.querySelectorAll('[data-print]').forEach(function (button) {
    button.hidden = false;
    button.addEventListener('click', function () { window.print(); });
  });

  const byItem = document.querySelector('[data-by-item]');
  if (byItem) {
    const groups = Array.prototype.slice.call(byItem.querySelectorAll('optgroup'));
    const filter = function () {
      const item = document.querySelector('input[name=item]:checked');
      groups.forEach(function (group) {
        const fits = !item || group.dataset.item === item.value;
        if (fits && !group.parentNode) { byItem.appendChild(group); }
        if (!fits && group.parentNode) { group.remove(); }
      });
    };
    document.addEventListener('change', function (event) { if (event.target.name === 'item') { filter(); } });
    filter();
  }

  document.querySelectorAll('[data-places]').forEach(function (input) {
    let waiting = null;
    input.addEventListener('input', function () {
      clearTimeout(waiting);
      waiting = setTimeout(function () {
        fetch(input.dataset.places + '?q=' + encodeURIComponent(input.value), { credentials: 'same-origin' })
          .then(function (answer) { return answer.ok ? answer.text() : ''; })
          .then(function (options) { document.getElementById(input.getAttribute('list')).innerHTML = options; })
          .catch(function () {});
      }, 200);
    });
  });

  document.querySelectorAll('[data-limit]').forEach(function (area) {
    const counter = document.querySelector('[data-counter="' + area.id + '"]');
    const count = function () { counter.textContent = Array.from(area.value).length + ' / ' + area.dataset.limit; };
    if (counter) { area.addEventListener('input', count); }
  });

  const form = document.querySelector('form[data-draft]');
  if (!form) { return; }
  const typed = function () { return new URLSearchParams(new FormData(form)); };
  const saved = document.querySelector('[data-saved]');
  const notice = form.querySelector('[data-offline-notice]');
  let kept = typed().toString();
  let sending = false;

  function reachable(is) {
    notice.hidden = is;
    notice.textContent = is ? '' : form.dataset.offline;
    form.querySelectorAll('[data-submit]').forEach(function (button) { button.disabled = !is; });
  }
  function keep() {
    const now = typed().toString();
    if (now === kept || sending) { return; }
    fetch(form.dataset.draft, { method: 'POST', body: typed(), credentials: 'same-origin' }).then(function (answer) {
      reachable(true);
      if (answer.status === 204) { return null; }
      return answer.ok ? answer.json() : null;
    }).then(function (told) {
      if (told) { kept = now; saved.textContent = told.saved; }
    }).catch(function () { reachable(false); });
  }
  setInterval(keep, 5000);
  form.addEventListener('focusout', keep);
  form.addEventListener('keep', function () { keep(); });
  form.addEventListener('submit', function () { sending = true; });
  window.addEventListener('pageshow', function () { sending = false; });
  window.addEventListener('online', function () { reachable(true); keep(); });
  window.addEventListener('offline', function () { reachable(false); });

  let asked = null;
  form.querySelectorAll('[data-no-script]').forEach(function (button) { button.hidden = true; });
  form.addEventListener('change', function (event) {
    if (!/^(item|topic|place|urgent|name|phone|document_number)$/.test(event.target.name)) { return; }
    clearTimeout(asked);
    asked = setTimeout(function () {
      fetch(form.dataset.suggest, { method: 'POST', body: typed(), credentials: 'same-origin' })
        .then(function (answer) { return answer.ok ? answer.text() : null; })
        .then(function (panel) { if (panel) { document.getElementById('suggest').innerHTML = panel; } })
        .catch(function () {});
    }, 150);
  });
}());

// Live: one stream a browser, which its tabs share; rows never move by themselves. Without a stream: polling.
(function () {
  const news = document.querySelector('[data-news]');
  const dot = document.querySelector('[data-link]');
  if (!document.body.hasAttribute('data-live')) { return; }
  const channel = window.BroadcastChannel ? new BroadcastChannel('onestop-live') : null;
  const asOf = news ? news.textContent : '';
  let down = false;

  function state(up) {
    if (dot) { dot.textContent = up ? dot.dataset.up : dot.dataset.down; }
    if (news && down === up) { news.textContent = up ? asOf : asOf + ' · ' + news.dataset.stale; }
    down = !up;
  }
  // The page as it is once it shows what was told of last.
  let newest = '';
  function fresh() {
    const address = new URL(location.href);
    if (newest) { address.searchParams.set('after', newest); }
    return fetch(address, { credentials: 'same-origin' }).then(function (answer) { return answer.text(); })
      .then(function (text) { return new DOMParser().parseFromString(text, 'text/html'); });
  }
  // Who has it now, where the buttons were.
  function tellWho(row) {
    fetch('/cases/' + row.dataset.case + '/who', { credentials: 'same-origin' }).then(function (answer) {
      return answer.ok ? answer.text() : '';
    }).then(function (text) {
      if (text) { row.lastElementChild.textContent = text; }
    }).catch(function () {});
  }
  // A row whose case another has taken is greyed where it stands; the list says that there is more to see.
  function look() {
    const list = document.getElementById('list');
    if (!list) { return; }
    fresh().then(function (page) {
      const there = page.getElementById('list');
      if (!there) { return; }
      let count = 0;
      list.querySelectorAll('tr[data-case]').forEach(function (row) {
        const same = there.querySelector('tr[data-case="' + row.dataset.case + '"]');
        if (!same) {
          count += 1;
          if (!row.classList.contains('gone')) { tellWho(row); }
          row.classList.add('gone');
          row.querySelectorAll('button').forEach(function (button) { button.disabled = true; });
        } else if (same.textContent !== row.textContent) { count += 1; }
      });
      there.querySelectorAll('tr[data-case]').forEach(function (row) {
        if (!list.querySelector('tr[data-case="' + row.dataset.case + '"]')) { count += 1; }
      });
      if (!count || !news) { return; }
      news.textContent = news.dataset.newsText.replace('%n', count) + ' → ';
      const show = document.createElement('button');
      show.type = 'button';
      show.textContent = news.dataset.newsShow;
      show.addEventListener('click', function () { location.reload(); });
      news.appendChild(show);
    }).catch(function () { state(false); });
  }
  let soon = null;
  function hear(told, after) {
    if (told === 'down') { state(false); return; }
    state(true);
    if (told === 'up') { return; }
    newest = after || '';
    // Soon, and however much goes on: what comes until then is looked at together.
    if (!soon) { soon = setTimeout(function () { soon = null; look(); }, 300); }
  }
  function pass(told, after) { hear(told, after); if (channel) { channel.postMessage([told, after]); } }
  function lead() {
    const source = new EventSource('/live');
    source.onopen = function () { pass('up'); };
    source.onerror = function () { pass('down'); };
    source.onmessage = function (event) { const told = JSON.parse(event.data); pass(told.case || 'behind', told.after); };
    return new Promise(function () {});
  }
  if (channel) { channel.onmessage = function (event) { hear(event.data[0], event.data[1]); }; }
  if (navigator.locks && channel && window.EventSource) {
    state(true);
    navigator.locks.request('onestop-live', lead);
  } else {
    setInterval(function () { if (!document.hidden) { look(); } }, 30000);
  }
  const lost = document.querySelector('[data-lost]');
  window.addEventListener('offline', function () { state(false); lost.hidden = false; lost.textContent = lost.dataset.lostText; });
  window.addEventListener('online', function () { lost.hidden = true; look(); });
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

// Files: how far an upload has come. Without a script the browser sends the same form by itself.
(function () {
  const form = document.querySelector('form[data-upload]');
  if (!form) { return; }
  form.addEventListener('submit', function (event) {
    if (event.defaultPrevented) { return; }
    event.preventDefault();
    const line = form.querySelector('.progress');
    const bar = line.querySelector('progress');
    const percent = line.querySelector('[data-percent]');
    const sent = new XMLHttpRequest();
    line.hidden = false;
    sent.upload.addEventListener('progress', function (step) {
      if (!step.lengthComputable) { return; }
      bar.value = Math.floor(100 * step.loaded / step.total);
      percent.textContent = bar.value + ' %';
    });
    sent.addEventListener('load', function () {
      // The page that comes after a redirect has an address of its own; with a "no", what was chosen stays.
      if (sent.status === 200) { location.assign(sent.responseURL); return; }
      const answer = new DOMParser().parseFromString(sent.responseText, 'text/html');
      const wrong = answer.querySelector('.problems') || answer.querySelector('main');
      document.querySelectorAll('main .problems').forEach(function (old) { old.remove(); });
      line.hidden = true;
      delete form.dataset.sent;
      form.before(wrong);
      wrong.focus();
    });
    sent.addEventListener('error', function () { line.hidden = true; delete form.dataset.sent; });
    sent.open('POST', form.action);
    sent.send(new FormData(form));
  });
}());
