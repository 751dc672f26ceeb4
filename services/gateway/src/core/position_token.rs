//! Log positions as text for URLs: `intake.main.<epoch>.<position>`.

use onestop_proto::envelope::{LogPosition, Source};

pub(crate) fn format(at: &LogPosition) -> String {
    format!(
        "{}.{}.{}.{}",
        at.source.service, at.source.instance, at.epoch, at.position
    )
}

/// Parses what [`format`] returned.
pub(crate) fn parse(token: &str) -> Option<LogPosition> {
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
    fn a_position_round_trips() {
        let at = LogPosition {
            source: "/onestop/intake/main".parse().unwrap(),
            epoch: uuid::Uuid::from_u128(7),
            position: 41,
        };
        assert_eq!(parse(&format(&at)), Some(at));
        assert_eq!(parse("intake.main"), None);
    }
}
