// The slider, the keys and ▶ fetch the page of another step and replace #replay. Every step has an address, and
// the focus stays where it was.
'use strict';
(function () {
  const replayRegion = function () { return document.getElementById('replay'); };
  if (!replayRegion()) { return; }
  let playing = null;
  // An address without its fragment.
  const pageOf = function (address) { return new URL(address, location.href).href.split('#')[0]; };
  let shown = pageOf(location.href);

  function showStep(address, historyMode) {
    return fetch(address, { credentials: 'same-origin' }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.text();
    }).then(function (text) {
      const page = new DOMParser().parseFromString(text, 'text/html');
      const fresh = page.getElementById('replay');
      if (!fresh) { throw new Error('no replay'); }
      const focused = document.activeElement;
      const id = focused && replayRegion().contains(focused) ? (focused.id || focused.dataset.key) : null;
      const before = replayRegion().querySelector('.swim-scroll');
      const left = before ? before.scrollLeft : 0;
      replayRegion().replaceWith(fresh);
      document.title = page.title;
      shown = pageOf(address);
      showCurrentColumn(left);
      announceStep();
      if (id) {
        const again = document.getElementById(id) || fresh.querySelector('[data-key="' + id + '"]');
        if (again) { again.focus({ preventScroll: true }); }
      }
      if (historyMode !== 'keep') { history.pushState({ replay: true }, '', address); }
      updatePlayButton();
    }).catch(function () { location.assign(address); });
  }

  // One step after another: a press while a step is being fetched goes on from that step.
  let fetched = Promise.resolve();
  function showNext(addressOf, historyMode) {
    fetched = fetched.then(function () {
      const address = addressOf();
      return address ? showStep(address, historyMode) : null;
    });
  }
  // The step that a key leads to, from the one that is there when its turn comes.
  function addressOfKey(key) {
    return function () {
      const link = replayRegion().querySelector('a[data-key="' + key + '"][href]');
      return link && link.href;
    };
  }
  const addressAsIs = function (address) { return function () { return address; }; };

  // The swimlane stays where it was, unless the step would be out of sight.
  function showCurrentColumn(left) {
    const scroll = replayRegion().querySelector('.swim-scroll');
    const current = scroll && scroll.querySelector('[aria-current]');
    if (!current) { return; }
    scroll.scrollLeft = left;
    const frame = scroll.getBoundingClientRect();
    const column = current.getBoundingClientRect();
    if (column.left < frame.left || column.right > frame.right) {
      scroll.scrollLeft += column.left - frame.left - frame.width / 2;
    }
  }

  // Readers who do not see the page hear which step it shows.
  function announceStep() {
    const said = document.querySelector('[data-said]');
    const slider = document.getElementById('step');
    if (said && slider) { said.textContent = slider.getAttribute('aria-valuetext') || ''; }
  }

  function stopPlaying() {
    clearInterval(playing);
    playing = null;
    updatePlayButton();
  }

  function updatePlayButton() {
    const button = replayRegion().querySelector('[data-play]');
    if (!button) { return; }
    button.hidden = false;
    if (!button.dataset.start) { button.dataset.start = button.textContent; }
    button.textContent = playing ? button.dataset.stop : button.dataset.start;
    const slider = document.getElementById('step');
    if (playing && slider && slider.value === slider.max) { stopPlaying(); }
  }

  document.addEventListener('change', function (event) {
    if (event.target.id !== 'step') { return; }
    const form = event.target.form;
    showNext(addressAsIs(form.action + '?' + new URLSearchParams(new FormData(form))));
  });
  document.addEventListener('click', function (event) {
    const play = event.target.closest('[data-play]');
    if (play) {
      if (playing) { stopPlaying(); return; }
      playing = setInterval(function () {
        const next = replayRegion().querySelector('a[data-key="ArrowRight"][href]');
        if (next) { showNext(addressOfKey('ArrowRight')); } else { stopPlaying(); }
      }, 1500);
      const first = replayRegion().querySelector('a[data-key="Home"][href]');
      const next = replayRegion().querySelector('a[data-key="ArrowRight"][href]');
      if (!next && first) { showNext(addressOfKey('Home')); } else { updatePlayButton(); }
      return;
    }
    const link = event.target.closest('#replay a[data-key][href], #replay .lanes a[href], #replay .swim a[href]');
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      showNext(link.dataset.key ? addressOfKey(link.dataset.key) : addressAsIs(link.getAttribute('href')));
    }
  });
  document.addEventListener('keydown', function (event) {
    const where = event.target;
    if (event.ctrlKey || event.altKey || event.metaKey || where.matches('input, select, textarea, pre, .wide')) { return; }
    const link = replayRegion().querySelector('a[data-key="' + event.key + '"][href]');
    if (link) { event.preventDefault(); showNext(addressOfKey(event.key)); }
  });
  window.addEventListener('popstate', function () {
    // The skip link changes the fragment alone: nothing is fetched, and the focus stays.
    if (pageOf(location.href) !== shown) { showNext(function () { return location.href; }, 'keep'); }
  });
  showCurrentColumn(0);
  updatePlayButton();
}());
