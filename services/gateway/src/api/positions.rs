//! Log positions in API responses. A MAC seals them, so that a question waits only for a position that a
//! command's answer contained, never for one that a client made up.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use onestop_proto::envelope::LogPosition;
use sha2::Sha256;

use crate::core::{
    db::{Db, secrets},
    position_token,
};

pub(crate) struct PositionSealer {
    key: Vec<u8>,
}

impl PositionSealer {
    /// Uses the key in the database, which is generated at the first start.
    ///
    /// # Errors
    /// If there is no randomness, or the database cannot be used.
    pub(crate) fn new(db: &Db) -> anyhow::Result<Self> {
        let mut fresh = [0; 32];
        getrandom::fill(&mut fresh).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
        let key = db.blocking(|db| secrets::get_or_insert(db, "positions", &fresh))?;
        Ok(Self { key })
    }

    /// `intake.main.<epoch>.<position>.<seal>`.
    pub(super) fn seal(&self, at: &LogPosition) -> String {
        let token = position_token::format(at);
        let seal = self.mac(&token);
        format!("{token}.{seal}")
    }

    /// The position of a token that [`PositionSealer::seal`] returned.
    pub(super) fn open(&self, sealed: &str) -> Option<LogPosition> {
        let (token, _) = sealed.rsplit_once('.')?;
        let at = position_token::parse(token)?;
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
    fn only_sealed_positions_are_accepted() {
        let positions = PositionSealer { key: vec![7; 32] };
        let at = LogPosition {
            source: "/onestop/intake/main".parse().unwrap(),
            epoch: uuid::Uuid::from_u128(7),
            position: 41,
        };
        let sealed = positions.seal(&at);
        assert_eq!(positions.open(&sealed), Some(at.clone()));
        assert_eq!(positions.open(&position_token::format(&at)), None);
        assert_eq!(positions.open(&sealed.replace(".41.", ".42.")), None);
    }
}
