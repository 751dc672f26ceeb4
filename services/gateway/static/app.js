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
