//! CSRF tokens. Each is bound to the person who signed in: a form whose session has gone still tells the gateway for whom it
//! was rendered.

use anyhow::anyhow;
use data_encoding::BASE64URL_NOPAD;
use onestop_proto::ids::StaffId;

use crate::core::db::drafts::DraftKey;

/// A new CSRF token for a session of this person: an empty text that is sealed for them, under a random nonce.
///
/// # Errors
/// If it cannot be sealed.
pub(crate) fn new_token(key: &DraftKey, owner: &StaffId) -> anyhow::Result<String> {
    let sealed = key.encrypt(&binding(owner), "");
    let sealed = sealed.ok_or_else(|| anyhow!("a CSRF token cannot be sealed"))?;
    Ok(BASE64URL_NOPAD.encode(&sealed))
}

/// Whether a token was made for a session of this person: in any post, and even if the session has ended.
pub(crate) fn is_of(token: &str, key: &DraftKey, owner: &StaffId) -> bool {
    let sealed = BASE64URL_NOPAD.decode(token.as_bytes());
    sealed.is_ok_and(|sealed| key.decrypt(&binding(owner), &sealed).is_some())
}

/// What a token is sealed for: nothing else that the key seals is taken for one.
fn binding(owner: &StaffId) -> String {
    format!("csrf/{owner}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Signing in again, and working in another post, make another token of the same person.
    #[test]
    fn a_token_tells_whose_it_is_after_its_session_has_gone() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let key = DraftKey::open(folder.path()).unwrap();
        let other_key = DraftKey::open(elsewhere.path()).unwrap();
        let (owner, colleague) = ("zhang-li".parse().unwrap(), "li-qiang".parse().unwrap());
        let token = new_token(&key, &owner).unwrap();
        assert_ne!(token, new_token(&key, &owner).unwrap());
        assert!(is_of(&token, &key, &owner));
        assert!(!is_of(&token, &key, &colleague));
        assert!(!is_of(&token, &other_key, &owner));
        let draft = key.encrypt("case/zhang-li/1", "").unwrap();
        for foreign in ["", "made-up", &BASE64URL_NOPAD.encode(&draft)] {
            assert!(!is_of(foreign, &key, &owner), "{foreign}");
        }
    }
}
