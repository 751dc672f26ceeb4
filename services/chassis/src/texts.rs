//! Free text (自由文本), sealed to the public key of its case: any service seals, intake opens.
//!
//! X25519 with a key pair of the sender for each text, HKDF-SHA256, ChaCha20-Poly1305. The text is bound to its case. The
//! derived key encrypts one text, so its nonce is always zero.

use chacha20poly1305::{
    ChaCha20Poly1305, Key, Nonce,
    aead::{Aead, KeyInit, Payload},
};
use hkdf::Hkdf;
use onestop_proto::{
    free_text::{SealedText, TextKey},
    ids::CaseId,
    problem_words::own,
    rejection::Malformed,
};
use serde_json::Value;
use sha2::Sha256;
use x25519_dalek::{PublicKey, SharedSecret, StaticSecret};

/// What the derived key is for. Persisted.
const PURPOSE: &[u8] = b"onestop sealed text v1";
/// Bytes of a public key.
const PUBLIC: usize = 32;

/// Why a text is not sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    NoRandomness,
    /// The public key is none that anything can be sealed to.
    #[error("nothing can be sealed to the public key of the case")]
    WeakKey,
}

/// Seals a text to the public key of a case. What is sealed already stays as it is: a rule has copied it from an earlier
/// event of the case.
///
/// # Errors
/// Without random bytes, or with a public key that is none.
pub fn seal(key: &TextKey, case: CaseId, text: &str) -> Result<String, SealError> {
    if SealedText::parse(text).is_some() {
        return Ok(text.to_owned());
    }
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|_| SealError::NoRandomness)?;
    let sender = StaticSecret::from(seed);
    let public = PublicKey::from(&sender);
    let shared = sender.diffie_hellman(&PublicKey::from(*key.bytes()));
    let key = one_time_key(&shared, public.as_bytes(), key).ok_or(SealError::WeakKey)?;
    let bound_to = case.uuid();
    let payload = Payload {
        msg: text.as_bytes(),
        aad: bound_to.as_bytes(),
    };
    let Ok(ciphertext) = ChaCha20Poly1305::new(&key).encrypt(&Nonce::default(), payload) else {
        unreachable!("only a text of more than 256 GiB is too long to encrypt")
    };
    let bytes = [public.as_bytes().as_slice(), &ciphertext].concat();
    Ok(SealedText { case, bytes }.to_string())
}

/// Refuses a command with a text that a reader would take for a sealed one.
///
/// # Errors
/// If there is such a text.
pub fn check_typed(data: &Value) -> Result<(), Malformed> {
    if SealedText::is_in(&data.to_string()) {
        return Err(Malformed::new("data", own::TYPED_AS_SEALED.en));
    }
    Ok(())
}

/// The secret half of the key pair of a case.
pub struct TextSecret(StaticSecret);

impl TextSecret {
    /// The secret of 32 bytes that cannot be guessed.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(StaticSecret::from(bytes))
    }

    /// The public half.
    pub fn public(&self) -> TextKey {
        TextKey::new(PublicKey::from(&self.0).to_bytes())
    }

    /// Opens what was sealed to the public half; none if it was altered, or is sealed to another key or for another case.
    pub fn open(&self, case: CaseId, sealed: &SealedText) -> Option<String> {
        if sealed.case != case {
            return None;
        }
        let (sender, ciphertext) = sealed.bytes.split_first_chunk::<PUBLIC>()?;
        let shared = self.0.diffie_hellman(&PublicKey::from(*sender));
        let key = one_time_key(&shared, sender, &self.public())?;
        let bound_to = case.uuid();
        let payload = Payload {
            msg: ciphertext,
            aad: bound_to.as_bytes(),
        };
        let clear = ChaCha20Poly1305::new(&key).decrypt(&Nonce::default(), payload);
        String::from_utf8(clear.ok()?).ok()
    }
}

impl std::fmt::Debug for TextSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TextSecret({})", self.public())
    }
}

/// The key of one text; none if the public key of the other side is of a small order.
fn one_time_key(shared: &SharedSecret, sender: &[u8; PUBLIC], receiver: &TextKey) -> Option<Key> {
    if !shared.was_contributory() {
        return None;
    }
    let mut key = Key::default();
    let purpose = [PURPOSE, sender, receiver.bytes()].concat();
    let derived = Hkdf::<Sha256>::new(None, shared.as_bytes()).expand(&purpose, &mut key);
    derived.ok().map(|()| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(last: u8) -> CaseId {
        let id = format!("019ab0c4-8000-7000-8000-00000000000{last}");
        id.parse().unwrap()
    }

    fn sealed(key: &TextKey, text: &str) -> SealedText {
        SealedText::parse(&seal(key, case(1), text).unwrap()).unwrap()
    }

    #[test]
    fn what_was_sealed_to_a_case_is_opened_with_its_secret_alone() {
        let secret = TextSecret::new([7; 32]);
        let text = "请张三三日内补交工资流水";
        let one = sealed(&secret.public(), text);
        assert_eq!(secret.open(case(1), &one).as_deref(), Some(text));
        assert_eq!(secret.open(case(2), &one), None);
        assert_eq!(TextSecret::new([8; 32]).open(case(1), &one), None);

        let moved = SealedText {
            case: case(2),
            ..one.clone()
        };
        assert_eq!(secret.open(case(2), &moved), None);
        for at in [0, 40, one.bytes.len() - 1] {
            let mut altered = one.clone();
            altered.bytes[at] ^= 1;
            assert_eq!(secret.open(case(1), &altered), None);
        }
        let cut = SealedText {
            bytes: one.bytes[..20].to_vec(),
            ..one
        };
        assert_eq!(secret.open(case(1), &cut), None);
    }

    #[test]
    fn equal_texts_are_not_equal_when_sealed_and_nothing_is_sealed_twice() {
        let key = TextSecret::new([7; 32]).public();
        let one = seal(&key, case(1), "同意").unwrap();
        assert_ne!(one, seal(&key, case(1), "同意").unwrap());
        assert!(!one.contains("同意"));
        assert_eq!(seal(&key, case(1), &one).unwrap(), one);
    }

    #[test]
    fn a_public_key_of_a_small_order_is_refused() {
        let weak = seal(&TextKey::new([0; 32]), case(1), "同意");
        assert_eq!(weak, Err(SealError::WeakKey));
    }
}
