// Forms: the focus goes to the problems; topics depend on the item; divisions are suggested; drafts are saved.
'use strict';
(function () {
  const wrong = document.querySelector('[data-focus]');
  if (wrong && !wrong.closest('[data-sample]')) { wrong.focus(); }

  // Readers who do not see the page hear what is wrong with a field when they come to it.
  function describeProblems() {
    document.querySelectorAll('main .field.bad').forEach(function (field) {
      const said = field.querySelector('.wrong');
      const input = field.matches('fieldset') ? field : field.querySelector('input:not([type=hidden]), select, textarea');
      if (!said || !input) { return; }
      said.id = said.id || (input.id || input.name) + '-wrong';
      const described = (input.getAttribute('aria-describedby') || '').split(' ').filter(function (id) { return id && id !== said.id; });
      input.setAttribute('aria-describedby', described.concat(said.id).join(' '));
      if (input !== field) { input.setAttribute('aria-invalid', 'true'); }
    });
  }
  describeProblems();
  document.addEventListener('refused', describeProblems);
  document.querySelectorAll('[data-print]').forEach(function (button) {
    button.hidden = false;
    button.addEventListener('click', function () { window.print(); });
  });

  // A reason is marked as needed where the choice takes a second person.
  document.querySelectorAll('[data-two-form]').forEach(function (form) {
    const must = form.querySelector('[data-must]');
    const mark = function () { must.hidden = !form.querySelector('option[data-two]:checked'); };
    form.addEventListener('change', mark);
    mark();
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
  const formData = function () { return new URLSearchParams(new FormData(form)); };
  const saved = document.querySelector('[data-saved]');
  const notice = form.querySelector('[data-offline-notice]');
  let savedData = formData().toString();
  let sending = false;
  // The server says when it takes drafts again.
  let notBefore = 0;

  function setOnline(online) {
    notice.hidden = online;
    notice.textContent = online ? '' : form.dataset.offline;
    form.querySelectorAll('[data-submit]').forEach(function (button) { button.disabled = !online; });
  }
  function saveDraft() {
    const now = formData().toString();
    if (now === savedData || sending || Date.now() < notBefore) { return; }
    fetch(form.dataset.draft, { method: 'POST', body: formData(), credentials: 'same-origin' }).then(function (answer) {
      setOnline(true);
      if (answer.status === 429 || answer.status === 503) {
        notBefore = Date.now() + 1000 * (Number(answer.headers.get('Retry-After')) || 5);
      }
      if (answer.status === 204) { return null; }
      return answer.ok ? answer.json() : null;
    }).then(function (answer) {
      if (answer) { savedData = now; saved.textContent = answer.saved; }
    }).catch(function () { setOnline(false); });
  }
  setInterval(saveDraft, 5000);
  form.addEventListener('focusout', saveDraft);
  form.addEventListener('keep', function () { saveDraft(); });
  form.addEventListener('submit', function () { sending = true; });
  window.addEventListener('pageshow', function () { sending = false; });
  window.addEventListener('online', function () { setOnline(true); saveDraft(); });
  window.addEventListener('offline', function () { setOnline(false); });

  let waiting = null;
  form.querySelectorAll('[data-no-script]').forEach(function (button) { button.hidden = true; });
  form.addEventListener('change', function (event) {
    if (!/^(item|topic|place|urgent|name|phone|document_number)$/.test(event.target.name)) { return; }
    clearTimeout(waiting);
    waiting = setTimeout(function () {
      fetch(form.dataset.suggest, { method: 'POST', body: formData(), credentials: 'same-origin' })
        .then(function (answer) { return answer.ok ? answer.text() : null; })
        .then(function (panel) { if (panel) { document.getElementById('suggest').innerHTML = panel; } })
        .catch(function () {});
    }, 150);
  });
}());

// While the live connection is down, the workbench is asked before a form is sent: a form that would not reach it stays, with its
// key and everything that was typed, says that nothing was sent, and can be sent again.
(function () {
  function sayUnsent(form, button) {
    const notice = form.querySelector('[data-unsent]') || document.createElement('p');
    const again = document.createElement('button');
    again.type = 'button';
    again.textContent = document.body.dataset.again;
    again.addEventListener('click', function () { form.requestSubmit(button); });
    notice.className = 'offline';
    notice.dataset.unsent = '';
    notice.setAttribute('role', 'alert');
    notice.textContent = document.body.dataset.notSent + ' ';
    notice.append(again);
    form.append(notice);
    again.focus();
  }
  // Whether anything answers, within five seconds.
  function reachesWorkbench() {
    const late = new AbortController();
    const wait = setTimeout(function () { late.abort(); }, 5000);
    const done = function (reached) { return function () { clearTimeout(wait); return reached; }; };
    return fetch('/healthz', { cache: 'no-store', signal: late.signal }).then(done(true), done(false));
  }
  document.addEventListener('submit', function (event) {
    const form = event.target;
    if (document.body.dataset.connected !== 'no' || form.method !== 'post' || !form.closest('main') || !form.requestSubmit) { return; }
    if (form.matches('[data-upload]')) { return; }
    if (form.dataset.reached) { delete form.dataset.reached; return; }
    event.preventDefault();
    event.stopPropagation();
    if (form.dataset.asking) { return; }
    form.dataset.asking = 'yes';
    const button = event.submitter;
    reachesWorkbench().then(function (reached) {
      delete form.dataset.asking;
      if (!reached) { sayUnsent(form, button); return; }
      form.dataset.reached = 'yes';
      form.requestSubmit(button);
    });
  }, true);
}());

// A scanned receipt: its query code stands behind #, which browsers send to nobody.
(function () {
  const input = document.querySelector('[data-hash]');
  const scanned = new URLSearchParams(location.hash.slice(1)).get(input ? input.dataset.hash : '');
  if (!input || !scanned) { return; }
  input.value = scanned;
  history.replaceState(null, '', location.pathname + location.search);
}());

// Previews: a picture is fetched when the reader opens it, because each fetch is recorded as a reading.
document.addEventListener('toggle', function (event) {
  const link = event.target.querySelector('[data-picture]');
  if (!event.target.open || !link || link.querySelector('img')) { return; }
  const image = document.createElement('img');
  image.className = 'preview';
  image.alt = link.textContent;
  image.src = link.href;
  link.replaceChildren(image);
}, true);

// Uploads: shows the progress and the file that is sent. Without a script the browser submits the same form.
(function () {
  const form = document.querySelector('form[data-upload]');
  if (!form) { return; }
  const line = form.querySelector('[data-progress]');
  const bar = line.querySelector('progress');
  const percent = line.querySelector('[data-percent]');

  // The name of the file to which so many bytes reach.
  function nameAt(loaded) {
    let end = 0;
    const files = [];
    form.querySelectorAll('input[type=file]').forEach(function (input) { files.push.apply(files, Array.from(input.files)); });
    const at = files.find(function (file) { end += file.size; return loaded < end; });
    return at ? at.name : '';
  }
  // What was refused is said above the form; what was kept is in the list, and the next try has a key of its own.
  function showRefusal(text) {
    const answer = new DOMParser().parseFromString(text, 'text/html');
    const wrong = answer.querySelector('.problems') || answer.querySelector('main');
    document.querySelectorAll('main .problems').forEach(function (old) { old.remove(); });
    const kept = answer.getElementById('kept');
    if (kept) { document.getElementById('kept').replaceWith(kept); }
    const key = answer.querySelector('form[data-upload] [name=key]');
    if (key) { form.querySelector('[name=key]').value = key.value; }
    line.hidden = true;
    form.before(wrong);
    wrong.focus();
  }

  form.addEventListener('submit', function (event) {
    if (event.defaultPrevented) { return; }
    event.preventDefault();
    const sent = new XMLHttpRequest();
    bar.hidden = false;
    line.hidden = false;
    sent.upload.addEventListener('progress', function (step) {
      if (!step.lengthComputable) { return; }
      bar.value = Math.floor(100 * step.loaded / step.total);
      percent.textContent = bar.value + ' % ' + nameAt(step.loaded);
    });
    sent.addEventListener('load', function () {
      delete form.dataset.sent;
      // After a redirect, goes to its page; after a rejection, keeps the chosen files.
      if (sent.status === 200) { location.assign(sent.responseURL); } else { showRefusal(sent.responseText); }
    });
    sent.addEventListener('error', function () {
      delete form.dataset.sent;
      bar.hidden = true;
      percent.textContent = form.dataset.failed;
    });
    sent.open('POST', form.action);
    sent.send(new FormData(form));
  });
}());

// The receipt of a registration some of whose photos were not kept: what the server said of each.
(function () {
  const notice = document.querySelector('[data-photos-refused]');
  const kept = notice && JSON.parse(sessionStorage.getItem('photos-refused'));
  if (!kept || kept.at !== location.pathname) { return; }
  sessionStorage.removeItem('photos-refused');
  kept.said.forEach(function (text) {
    const line = document.createElement('li');
    line.textContent = text;
    notice.querySelector('ul').append(line);
  });
  notice.hidden = false;
  notice.focus();
}());

// Photos of a registration: they stay in the page until the case is registered, and are sent to it then. Without a script
// the receipt leads to the upload.
(function () {
  const fields = document.querySelector('[data-photos]');
  if (!fields) { return; }
  const form = fields.closest('form');
  const chosen = fields.querySelector('input');
  const kind = fields.querySelector('select');
  const wrong = fields.querySelector('[data-photos-wrong]');
  fields.hidden = false;

  // An idempotency key: a UUID of random bits.
  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, function (byte) { return byte.toString(16).padStart(2, '0'); }).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }
  function sendPhotos(receipt) {
    const files = '/cases/' + new URL(receipt).pathname.split('/')[2] + '/files';
    const body = new FormData();
    body.append('csrf', form.elements.csrf.value);
    body.append('key', newKey());
    body.append('kind', kind.value);
    Array.from(chosen.files).forEach(function (file) { body.append('file', file, file.name); });
    return fetch(files, { method: 'POST', body: body, credentials: 'same-origin' }).then(function (answer) {
      if (answer.ok) { return location.assign(receipt); }
      return answer.text().then(function (text) {
        const said = new DOMParser().parseFromString(text, 'text/html').querySelectorAll('main .problems li');
        leave(receipt, Array.from(said, function (one) { return one.textContent; }));
      });
    }).catch(function () { leave(receipt, []); });
  }
  // The receipt says which photos were not kept, and why.
  function leave(receipt, said) {
    sessionStorage.setItem('photos-refused', JSON.stringify({ at: new URL(receipt).pathname, said: said }));
    location.assign(receipt);
  }
  // The field of a form that a field of the answer belongs to.
  function fieldHere(field) {
    const named = field.id ? field : field.querySelector('[id]');
    const here = named && document.getElementById(named.id);
    return here && here.closest('.field');
  }
  // The form stays with the chosen photos; what was refused is said above it and at the fields, as the server says it.
  function showRefusal(text) {
    const answer = new DOMParser().parseFromString(text, 'text/html');
    const problems = answer.querySelector('.problems');
    if (!problems) { HTMLFormElement.prototype.submit.call(form); return; }
    document.querySelectorAll('main .problems').forEach(function (old) { old.remove(); });
    form.querySelectorAll('.field.bad').forEach(function (old) {
      old.classList.remove('bad');
      old.querySelectorAll('.wrong').forEach(function (said) { said.remove(); });
    });
    answer.querySelectorAll('.field.bad').forEach(function (field) {
      const here = fieldHere(field);
      if (!here) { return; }
      const folded = here.closest('details');
      if (folded) { folded.open = true; }
      here.replaceWith(field);
    });
    const panel = answer.getElementById('suggest');
    if (panel) { document.getElementById('suggest').innerHTML = panel.innerHTML; }
    form.before(problems);
    document.dispatchEvent(new Event('refused'));
    problems.focus();
    stay();
  }
  // What was kept from being sent can be sent again, and is saved as a draft meanwhile: as on a page that has just come.
  function stay() { setTimeout(function () { window.dispatchEvent(new Event('pageshow')); }); }

  // A further row of persons keeps the chosen photos: its fieldset alone is exchanged.
  function addRow(button) {
    const rows = button.closest('fieldset');
    const body = new URLSearchParams(new FormData(form));
    body.set('do', button.value);
    return fetch(form.action, { method: 'POST', body: body, credentials: 'same-origin' }).then(function (answer) {
      return answer.text();
    }).then(function (text) {
      const more = new DOMParser().parseFromString(text, 'text/html').getElementById(rows.id);
      if (more) {
        rows.replaceWith(more);
        const names = more.querySelectorAll('input[id$="-name"]');
        names[names.length - 1].focus();
      }
      stay();
    }, stay);
  }

  form.addEventListener('submit', function (event) {
    const button = event.submitter ? event.submitter.value : '';
    if (!event.defaultPrevented && !form.dataset.sent && chosen.files.length > 0 && button.endsWith('row')) {
      event.preventDefault();
      addRow(event.submitter);
      return;
    }
    if (event.defaultPrevented || form.dataset.sent || chosen.files.length === 0 || (button !== '' && button !== 'submit')) { return; }
    event.preventDefault();
    wrong.hidden = kind.value !== '';
    if (kind.value === '') {
      kind.focus();
      stay();
      return;
    }
    const body = new URLSearchParams(new FormData(form));
    body.set('do', 'submit');
    fetch(form.action, { method: 'POST', body: body, credentials: 'same-origin' }).then(function (answer) {
      if (answer.redirected && answer.url.includes('/receipt')) { return sendPhotos(answer.url); }
      return answer.text().then(showRefusal);
    }).catch(stay);
  });
}());
