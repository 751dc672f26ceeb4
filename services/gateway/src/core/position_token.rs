//! Log positions in addresses and answers: `intake.main.<epoch>.<position>.<seal>`. A MAC seals them, so that a
//! question waits only for a position that this gateway gave out, never for one that a client made up.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use onestop_proto::envelope::{LogPosition, Source};
use sha2::Sha256;

use super::db::{Db, secrets};

/// Bytes of a seal.
const SEAL: usize = 12;

pub(crate) struct PositionSealer {
    key: Vec<u8>,
}

impl PositionSealer {
    /// Uses the key in the database, which is generated at the first start.
    pub(crate) fn new(db: &Db) -> anyhow::Result<Self> {
        let key = secrets::open(db, "positions")?;
        Ok(Self { key })
    }

    pub(crate) fn seal(&self, at: &LogPosition) -> String {
        let token = format(at);
        let seal = self.mac(&token).finalize().into_bytes();
        format!("{token}.{}", HEXLOWER.encode(&seal[..SEAL]))
    }

    /// The position of a token that [`PositionSealer::seal`] returned.
    pub(crate) fn open(&self, sealed: &str) -> Option<LogPosition> {
        let (token, seal) = sealed.rsplit_once('.')?;
        let seal = HEXLOWER.decode(seal.as_bytes()).ok()?;
        let verified = self.mac(token).verify_truncated_left(&seal);
        if seal.len() != SEAL || verified.is_err() {
            return None;
        }
        parse(token)
    }

    fn mac(&self, token: &str) -> Hmac<Sha256> {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else {
            unreachable!("HMAC takes a key of any length")
        };
        mac.update(token.as_bytes());
        mac
    }
}

fn format(at: &LogPosition) -> String {
    format!(
        "{}.{}.{}.{}",
        at.source.service, at.source.instance, at.epoch, at.position
    )
}

/// Parses what [`format()`] returned.
fn parse(token: &str) -> Option<LogPosition> {
    let mut parts = token.split('.');
    let mut next = || parts.next();
    let (service, instance) = (next()?.parse().ok()?, next()?.parse().ok()?);
    let (epoch, position) = (next()?.parse().ok()?, next()?.parse().ok()?);
    Some(LogPosition {
        source: Source { service, instance },
        epoch,
        position,
    })
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
        assert_eq!(positions.open(&format(&at)), None);
        assert_eq!(positions.open(&sealed.replace(".41.", ".42.")), None);
        assert_eq!(positions.open(&sealed[..sealed.len() - 2]), None);
        assert_eq!(positions.open("intake.main"), None);
    }
}
