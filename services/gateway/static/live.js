// Live updates: one stream for each browser, which its tabs share; rows are never moved. Without a stream: polling.
'use strict';
(function () {
  const news = document.querySelector('[data-news]');
  const dot = document.querySelector('[data-link]');
  if (!document.body.hasAttribute('data-live')) { return; }
  const channel = window.BroadcastChannel ? new BroadcastChannel('onestop-live') : null;
  const asOf = news ? news.textContent : '';
  let down = false;
  // What the page asks for by itself keeps no session of a user who has left.
  const byItself = { credentials: 'same-origin', headers: { 'onestop-by-page': '1' } };

  function setConnected(up) {
    document.body.dataset.connected = up ? 'yes' : 'no';
    if (dot) { dot.textContent = dot.title = up ? dot.dataset.up : dot.dataset.down; }
    if (news && down === up) { news.textContent = up ? asOf : asOf + ' · ' + news.dataset.stale; }
    down = !up;
  }
  // The position of the latest update.
  let newest = '';
  function fetchPage() {
    const address = new URL(location.href);
    if (newest) { address.searchParams.set('after', newest); }
    return fetch(address, byItself).then(function (answer) { return answer.text(); })
      .then(function (text) { return new DOMParser().parseFromString(text, 'text/html'); });
  }
  // Shows the holder in place of the buttons.
  function showHolder(row) {
    fetch('/cases/' + row.dataset.case + '/who', byItself).then(function (answer) {
      return answer.ok ? answer.text() : '';
    }).then(function (text) {
      if (text) { row.lastElementChild.textContent = text; }
    }).catch(function () {});
  }
  // Greys a row whose case another user has taken, and says how many rows have changed.
  function compareList() {
    const list = document.getElementById('list');
    if (!list) { return; }
    fetchPage().then(function (page) {
      const there = page.getElementById('list');
      if (!there) { return; }
      let count = 0;
      list.querySelectorAll('tr[data-case]').forEach(function (row) {
        const same = there.querySelector('tr[data-case="' + row.dataset.case + '"]');
        if (!same) {
          count += 1;
          if (!row.classList.contains('gone')) { showHolder(row); }
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
    }).catch(function () { setConnected(false); });
  }
  // Beside an entry of the navigation, how much waits for a decision.
  function countWaiting() {
    document.querySelectorAll('[data-waiting]').forEach(function (number) {
      fetch(number.dataset.waiting, byItself).then(function (answer) {
        return answer.ok && !answer.redirected ? answer.json() : null;
      }).then(function (found) {
        if (!found) { return; }
        number.hidden = found.count === 0;
        number.textContent = found.count;
      }).catch(function () {});
    });
  }
  countWaiting();
  let soon = null;
  function handleUpdate(update, after) {
    if (update === 'down') { setConnected(false); return; }
    setConnected(true);
    if (update === 'up') { return; }
    newest = after || '';
    // Collects updates for a moment.
    if (!soon) { soon = setTimeout(function () { soon = null; compareList(); countWaiting(); document.dispatchEvent(new CustomEvent('onestop-update', { detail: newest })); }, 300); }
  }
  function broadcast(update, after) { handleUpdate(update, after); if (channel) { channel.postMessage([update, after]); } }
  function openStream() {
    // Of the tabs of a browser this one tells what has come.
    document.body.dataset.leads = 'yes';
    const source = new EventSource('/live');
    source.onopen = function () { broadcast('up'); };
    source.onerror = function () { broadcast('down'); };
    source.onmessage = function (event) { const update = JSON.parse(event.data); broadcast(update.case || 'behind', update.after); };
    return new Promise(function () {});
  }
  if (channel) { channel.onmessage = function (event) { handleUpdate(event.data[0], event.data[1]); }; }
  if (navigator.locks && channel && window.EventSource) {
    setConnected(true);
    navigator.locks.request('onestop-live', openStream);
  } else {
    setInterval(function () { if (!document.hidden) { compareList(); } }, 30000);
  }
  const lost = document.querySelector('[data-lost]');
  window.addEventListener('offline', function () { setConnected(false); lost.hidden = false; lost.textContent = lost.dataset.lostText; });
  window.addEventListener('online', function () { lost.hidden = true; compareList(); });
}());
