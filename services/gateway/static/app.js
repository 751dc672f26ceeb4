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
