// Forms: the focus goes to the problems; topics depend on the item; divisions are suggested; drafts are saved.
'use strict';
(function () {
  const wrong = document.querySelector('[data-focus]');
  if (wrong && !wrong.closest('[data-sample]')) { wrong.focus(); }
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
