// Tells a person who works elsewhere on the screen that work has come: a number in the title and on the icon; by choice a
// notification of the browser and a sound. No notice says whose case it is.
'use strict';
(function () {
  const words = document.body.dataset.arrived;
  const icon = document.querySelector('link[rel=icon]');
  if (!words || !icon) { return; }
  const plain = icon.href;
  let title = document.title;
  // The cases that waited when the person last looked; none before that is known.
  let known = null;
  let shown = 0;

  function isChosen(what) { try { return localStorage.getItem('notice-' + what) === 'on'; } catch (error) { return false; } }
  function choose(what, on) { try { localStorage.setItem('notice-' + what, on ? 'on' : 'off'); return true; } catch (error) { return false; } }

  function numbered(count) {
    const text = count > 99 ? '99' : String(count);
    return 'data:image/svg+xml,' + encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#b3261e"/><text x="16" y="23" font-family="sans-serif" font-size="20" font-weight="700" text-anchor="middle" fill="#fff">' + text + '</text></svg>');
  }
  function show(count) {
    if (shown === 0) { title = document.title; }
    shown = count;
    document.title = count ? '(' + count + ') ' + title : title;
    icon.href = count ? numbered(count) : plain;
  }
  function sound() {
    const Context = window.AudioContext || window.webkitAudioContext;
    if (!Context) { return; }
    const context = new Context();
    [660, 880].forEach(function (pitch, at) {
      const tone = context.createOscillator();
      const volume = context.createGain();
      volume.gain.value = 0.1;
      tone.frequency.value = pitch;
      tone.connect(volume).connect(context.destination);
      tone.start(context.currentTime + at * 0.18);
      tone.stop(context.currentTime + at * 0.18 + 0.15);
      tone.onended = function () { if (at === 1) { context.close(); } };
    });
  }
  function announce(count) {
    if (isChosen('sound')) { sound(); }
    if (!isChosen('desktop') || !window.Notification || Notification.permission !== 'granted') { return; }
    // The same tag replaces the one before: there is one at a time.
    const notice = new Notification(words.replace('%n', count), { tag: 'onestop-work' });
    notice.onclick = function () { window.focus(); notice.close(); };
  }

  // The page asks by itself, also in a tab that its user has left: that keeps no session.
  const byItself = { credentials: 'same-origin', headers: { 'onestop-by-page': '1' } };
  function fetchWork(after) {
    return fetch('/waiting/work' + (after ? '?after=' + encodeURIComponent(after) : ''), byItself)
      .then(function (answer) { return answer.ok && !answer.redirected ? answer.json() : null; });
  }
  // Whether the person looks at this page, or at another of this browser.
  function isSeen() {
    if (!document.hidden) { return Promise.resolve(true); }
    if (!navigator.locks || !navigator.locks.query) { return Promise.resolve(false); }
    return navigator.locks.query().then(function (locks) {
      return locks.held.some(function (lock) { return lock.name === 'onestop-seen'; });
    });
  }
  function compare(after) {
    Promise.all([isSeen(), fetchWork(after)]).then(function (found) {
      if (!found[1]) { return; }
      const cases = found[1].cases;
      if (found[0] || !known) {
        known = cases;
        document.body.dataset.compared = 'yes';
        show(0);
        return;
      }
      const count = cases.filter(function (one) { return known.indexOf(one) < 0; }).length;
      if (count > shown && document.body.dataset.leads) { announce(count); }
      show(count);
    }).catch(function () {});
  }
  function look() {
    if (document.hidden) { compare(''); return; }
    known = null;
    delete document.body.dataset.compared;
    show(0);
    if (!navigator.locks) { return; }
    navigator.locks.request('onestop-seen', { mode: 'shared' }, function () {
      return new Promise(function (resolve) { document.addEventListener('visibilitychange', resolve, { once: true }); });
    });
  }
  document.addEventListener('visibilitychange', look);
  document.addEventListener('onestop-update', function (event) { if (document.hidden) { compare(event.detail); } });
  look();

  // The choices, on the help page.
  const refused = document.querySelector('[data-notice-refused]');
  document.querySelectorAll('[data-notice]').forEach(function (box) {
    const what = box.dataset.notice;
    const may = function () { return what !== 'desktop' || (window.Notification && Notification.permission === 'granted'); };
    box.checked = isChosen(what) && may();
    box.addEventListener('change', function () {
      if (refused) { refused.hidden = true; }
      if (!box.checked) { choose(what, false); return; }
      if (what === 'sound') { box.checked = choose(what, true); sound(); return; }
      const asked = window.Notification ? Notification.requestPermission() : Promise.resolve('denied');
      asked.then(function () {
        box.checked = may() && choose(what, true);
        if (!box.checked && refused) { refused.hidden = false; refused.textContent = refused.dataset.noticeRefused; }
      });
    });
  });
}());
