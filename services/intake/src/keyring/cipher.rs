//! XChaCha20-Poly1305 with a random nonce, which is written before the ciphertext.

use chacha20poly1305::{
    Key, XChaCha20Poly1305, XNonce,
    aead::{Aead, Generate, KeyInit, Payload},
};

/// Bytes of a key.
pub(super) const KEY: usize = 32;
/// Bytes of a nonce: long enough to be random.
const NONCE: usize = 24;
/// Bytes by which a ciphertext is longer than its text: the nonce, and the tag that verifies it.
pub(super) const SEALING: usize = NONCE + 16;

/// Encrypts a text, bound to what it belongs to.
pub(super) fn encrypt(key: &Key, bound_to: &[u8], text: &[u8]) -> Vec<u8> {
    let nonce = XNonce::generate();
    let payload = Payload {
        msg: text,
        aad: bound_to,
    };
    let Ok(ciphertext) = XChaCha20Poly1305::new(key).encrypt(&nonce, payload) else {
        unreachable!("only a text of more than 256 GiB is too long to encrypt")
    };
    [nonce.as_slice(), &ciphertext].concat()
}

/// Decrypts what [`encrypt`] made; none if it was altered, or made with another key or for another thing.
pub(super) fn decrypt(key: &Key, bound_to: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    let (nonce, ciphertext) = bytes.split_at_checked(NONCE)?;
    let nonce = XNonce::try_from(nonce).ok()?;
    let payload = Payload {
        msg: ciphertext,
        aad: bound_to,
    };
    XChaCha20Poly1305::new(key).decrypt(&nonce, payload).ok()
}
