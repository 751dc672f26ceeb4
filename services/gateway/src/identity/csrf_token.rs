//! CSRF tokens. Each is bound to the person who signed in, and to the post (岗位) of their session: a form whose session has gone,
//! or goes on in another post, still tells the gateway for whom it was rendered, and in which post.

use anyhow::anyhow;
use data_encoding::BASE64URL_NOPAD;
use onestop_proto::ids::StaffId;

use crate::core::{db::drafts::DraftKey, post::Post};

/// A new CSRF token for a session of this person in this post: the post, sealed for them under a random nonce.
///
/// # Errors
/// If it cannot be sealed.
pub(crate) fn new_token(key: &DraftKey, owner: &StaffId, post: &Post) -> anyhow::Result<String> {
    let sealed = key.encrypt(&binding(owner), &post.to_string());
    let sealed = sealed.ok_or_else(|| anyhow!("a CSRF token cannot be sealed"))?;
    Ok(BASE64URL_NOPAD.encode(&sealed))
}

/// Whether a token was made for a session of this person: in any post, and even if the session has ended.
pub(crate) fn is_of(token: &str, key: &DraftKey, owner: &StaffId) -> bool {
    opened(token, key, owner).is_some()
}

/// The post of the session for which a token was made; nothing of a token of before, or of another person.
pub(crate) fn post_of(token: &str, key: &DraftKey, owner: &StaffId) -> Option<Post> {
    opened(token, key, owner)?.parse().ok()
}

fn opened(token: &str, key: &DraftKey, owner: &StaffId) -> Option<String> {
    let sealed = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
    key.decrypt(&binding(owner), &sealed)
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
        let post: Post = "clerk@s4k2m9qxa.window".parse().unwrap();
        let token = new_token(&key, &owner, &post).unwrap();
        assert_ne!(token, new_token(&key, &owner, &post).unwrap());
        assert_eq!(post_of(&token, &key, &owner), Some(post));
        assert_eq!(post_of(&token, &key, &colleague), None);
        // One of a gateway of before has no post.
        let before = key.encrypt("csrf/zhang-li", "").unwrap();
        let before = BASE64URL_NOPAD.encode(&before);
        assert!(is_of(&before, &key, &owner) && post_of(&before, &key, &owner).is_none());
        assert!(is_of(&token, &key, &owner));
        assert!(!is_of(&token, &key, &colleague));
        assert!(!is_of(&token, &other_key, &owner));
        let draft = key.encrypt("case/zhang-li/1", "").unwrap();
        for foreign in ["", "made-up", &BASE64URL_NOPAD.encode(&draft)] {
            assert!(!is_of(foreign, &key, &owner), "{foreign}");
        }
    }
}
