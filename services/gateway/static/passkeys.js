// Passkeys: asks the browser to make one, or to sign with one, and sends its answer with the form around the button. Codes
// need no script.
'use strict';
(function () {
  const words = document.querySelector('[data-passkey-words]');
  const buttons = document.querySelectorAll('[data-passkey], [data-passkey-new]');
  if (!words || !buttons.length) { return; }

  const decode = function (text) {
    const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    return Uint8Array.from(plain, function (sign) { return sign.charCodeAt(0); });
  };
  const encode = function (buffer) {
    const plain = Array.from(new Uint8Array(buffer), function (byte) { return String.fromCharCode(byte); }).join('');
    return btoa(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  };
  const decodeIds = function (list) { list.forEach(function (one) { one.id = decode(one.id); }); };

  function make(options) {
    options.challenge = decode(options.challenge);
    options.user.id = decode(options.user.id);
    decodeIds(options.excludeCredentials);
    return navigator.credentials.create({ publicKey: options }).then(function (made) {
      return {
        clientDataJSON: encode(made.response.clientDataJSON),
        attestationObject: encode(made.response.attestationObject),
      };
    });
  }

  function sign(options) {
    options.challenge = decode(options.challenge);
    decodeIds(options.allowCredentials);
    return navigator.credentials.get({ publicKey: options }).then(function (signed) {
      const user = signed.response.userHandle;
      return {
        id: encode(signed.rawId),
        clientDataJSON: encode(signed.response.clientDataJSON),
        authenticatorData: encode(signed.response.authenticatorData),
        signature: encode(signed.response.signature),
        userHandle: user && user.byteLength ? encode(user) : null,
      };
    });
  }

  // Why the browser answered nothing, in words of the page.
  function reason(error) {
    if (error.name === 'NotAllowedError' || error.name === 'AbortError') { return words.dataset.cancelled; }
    if (error.name === 'InvalidStateError') { return words.dataset.known; }
    if (error.name === 'SecurityError') { return words.dataset.insecure; }
    return words.dataset.failed;
  }

  buttons.forEach(function (button) {
    const form = button.form;
    const said = form.querySelector('[data-passkey-said]');
    const tell = function (text) {
      said.textContent = text;
      said.hidden = !text;
    };
    if (!window.isSecureContext) { tell(words.dataset.insecure); return; }
    if (!window.PublicKeyCredential || !navigator.credentials) { tell(words.dataset.none); return; }
    button.hidden = false;
    const isNew = 'passkeyNew' in button.dataset;
    // Enter in the field of the name.
    if (isNew) { form.addEventListener('submit', function (event) { event.preventDefault(); button.click(); }); }
    button.addEventListener('click', function () {
      if (isNew && !form.reportValidity()) { return; }
      tell('');
      button.disabled = true;
      const asked = isNew ? make(JSON.parse(button.dataset.passkeyNew)) : sign(JSON.parse(button.dataset.passkey));
      asked.then(function (answer) {
        form.elements.passkey.value = JSON.stringify(answer);
        // Past the check of the field for the code, which stays empty.
        form.submit();
      }).catch(function (error) {
        button.disabled = false;
        tell(reason(error));
      });
    });
  });
}());
