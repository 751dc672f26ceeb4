//! Positions as the API hands them out and takes them back. They are sealed: a question waits only for a
//! position that some command was answered with, never for one that nobody wrote.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use onestop_proto::envelope::LogPosition;
use sha2::Sha256;

use crate::{db::Db, db::secrets, live};

/// Seals positions.
pub(crate) struct Positions {
    key: Vec<u8>,
}

impl Positions {
    /// With the key that the file keeps.
    ///
    /// # Errors
    /// If there is no randomness, or the file cannot be used.
    pub(crate) fn new(db: &Db) -> anyhow::Result<Self> {
        let mut fresh = [0; 32];
        getrandom::fill(&mut fresh).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
        let key = db.now(|db| secrets::keep(db, "positions", &fresh))?;
        Ok(Self { key })
    }

    /// `intake.main.<epoch>.<position>.<seal>`.
    pub(super) fn seal(&self, at: &LogPosition) -> String {
        let token = live::token(at);
        let seal = self.mac(&token);
        format!("{token}.{seal}")
    }

    /// The position of a token of ours.
    pub(super) fn open(&self, sealed: &str) -> Option<LogPosition> {
        let (token, _) = sealed.rsplit_once('.')?;
        let at = live::position(token)?;
        (self.seal(&at) == sealed).then_some(at)
    }

    fn mac(&self, token: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else {
            unreachable!("HMAC takes a key of any length")
        };
        mac.update(token.as_bytes());
        HEXLOWER.encode(&mac.finalize().into_bytes()[..12])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_handed_out_is_taken_back() {
        let positions = Positions { key: vec![7; 32] };
        let at = LogPosition {
            source: "/onestop/intake/main".parse().unwrap(),
            epoch: uuid::Uuid::from_u128(7),
            position: 41,
        };
        let sealed = positions.seal(&at);
        assert_eq!(positions.open(&sealed), Some(at.clone()));
        assert_eq!(positions.open(&live::token(&at)), None);
        assert_eq!(positions.open(&sealed.replace(".41.", ".42.")), None);
    }
}
