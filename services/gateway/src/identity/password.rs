//! Passwords: argon2id with the parameters that OWASP's cheat sheet names first (19 MiB, 2 passes, 1 lane),
//! which are the crate's own. One-time passwords of a whole sheet are hashed with fewer: their 80 random bits are not
//! guessed at any speed, and their owners change them first.

use anyhow::anyhow;
use argon2::{Argon2, Params, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};

/// The shortest password accepted (NIST SP 800-63B: length is what counts).
pub(crate) const SHORTEST: usize = 10;

/// Generates a one-time password: 80 random bits, in groups that can be read out.
pub fn one_time() -> anyhow::Result<String> {
    let mut bytes = [0; 10];
    getrandom::fill(&mut bytes)
        .map_err(|error| anyhow!("无法取得随机数：{error} / no randomness: {error}"))?;
    let text = data_encoding::BASE32_NOPAD
        .encode(&bytes)
        .to_ascii_lowercase();
    let groups: Vec<&str> = (0..4)
        .map(|group| &text[group * 4..group * 4 + 4])
        .collect();
    Ok(groups.join("-"))
}

/// Hashes a password in PHC form. Takes tens of milliseconds: the gateway's threads for it run it.
pub(crate) fn hash(password: &str) -> anyhow::Result<String> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed
        .map(|hash| hash.to_string())
        .map_err(|error| anyhow!("密码无法处理：{error} / the password cannot be hashed: {error}"))
}

/// Memory of a hash of one of many one-time passwords, in KiB.
const LIGHT_MEMORY: u32 = 1024;

/// Hashes one of many one-time passwords. Takes a millisecond or two.
pub(crate) fn hash_one_time(password: &str) -> anyhow::Result<String> {
    let params = Params::new(LIGHT_MEMORY, Params::DEFAULT_T_COST, 1, None);
    let params = params
        .map_err(|error| anyhow!("密码无法处理：{error} / no parameters to hash with: {error}"))?;
    let hashed = Argon2::from(params).hash_password(password.as_bytes());
    hashed
        .map(|hash| hash.to_string())
        .map_err(|error| anyhow!("密码无法处理：{error} / the password cannot be hashed: {error}"))
}

/// Verifies a password. Without a hash it takes as long and fails, so that the time of an answer does not reveal
/// which accounts exist.
pub(crate) fn verify(password: &str, hash: Option<&str>) -> bool {
    let Some(hash) = hash.and_then(|hash| PasswordHash::new(hash).ok()) else {
        let _ = Argon2::default().hash_password(password.as_bytes());
        return false;
    };
    if Params::try_from(&hash).is_ok_and(|params| params.m_cost() < Params::DEFAULT_M_COST) {
        let _ = Argon2::default().hash_password(password.as_bytes());
    }
    let verified = Argon2::default().verify_password(password.as_bytes(), &hash);
    verified.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_one_time_password_of_a_sheet_is_verified_like_any_other() {
        let text = one_time().unwrap();
        let hashed = hash_one_time(&text).unwrap();
        assert!(hashed.contains("m=1024,t=2,p=1"), "{hashed}");
        assert!(verify(&text, Some(&hashed)));
        assert!(!verify("aaaa-bbbb-cccc-dddd", Some(&hashed)));
        assert!(!verify(&text, Some("no hash")));
    }

    #[test]
    fn a_password_matches_only_its_own_hash() {
        let hashed = hash("correct horse").unwrap();
        assert!(hashed.starts_with("$argon2id$"), "{hashed}");
        assert!(verify("correct horse", Some(&hashed)));
        assert!(!verify("correct horsf", Some(&hashed)));
        assert!(!verify("correct horse", None));
        assert_ne!(
            hashed,
            hash("correct horse").unwrap(),
            "each has a salt of its own"
        );
    }
}
