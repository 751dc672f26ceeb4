//! The codes of an authenticator app (TOTP, RFC 6238), as every app makes them: HMAC-SHA-1, six digits, thirty seconds.

use anyhow::anyhow;
use data_encoding::BASE32_NOPAD;
use onestop_proto::{ids::StaffId, time::Timestamp, typed::code_signs};
use ring::hmac;

use crate::core::cookies::WebOrigin;

/// Validity of a code in microseconds.
const STEP: i64 = 30_000_000;
/// An app's clock may be so many steps behind or ahead.
const SKEW: i64 = 1;
/// Digits of a code.
pub(crate) const DIGITS: usize = 6;
/// Bytes of a secret: as long as the hash (RFC 4226, section 4).
const BYTES: usize = 20;

/// What the gateway and a person's app share.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct TotpSecret(Vec<u8>);

impl std::fmt::Debug for TotpSecret {
    /// Prints nothing of it: debug output ends up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret")
    }
}

impl TotpSecret {
    /// Generates a secret.
    pub(crate) fn generate() -> anyhow::Result<Self> {
        let mut bytes = vec![0; BYTES];
        getrandom::fill(&mut bytes).map_err(|error| anyhow!("no randomness: {error}"))?;
        Ok(Self(bytes))
    }

    /// Parses what [`TotpSecret::text`] returned.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        BASE32_NOPAD.decode(text.as_bytes()).ok().map(Self)
    }

    /// In base 32, as apps take it.
    pub(crate) fn text(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// In groups of four characters, for typing.
    pub(crate) fn groups(&self) -> String {
        let text: Vec<char> = self.text().chars().collect();
        let groups: Vec<String> = text.chunks(4).map(|group| group.iter().collect()).collect();
        groups.join(" ")
    }

    /// The address in the QR code that an app reads.
    pub(crate) fn address(&self, staff: &StaffId, origin: &WebOrigin) -> String {
        let host = origin.as_str();
        let host = host.split_once("://").map_or(host, |(_, host)| host);
        let host: String = form_urlencoded::byte_serialize(host.as_bytes()).collect();
        format!(
            "otpauth://totp/{host}:{staff}?secret={}&issuer={host}&algorithm=SHA1&digits={DIGITS}&period=30",
            self.text()
        )
    }

    /// The step of a typed code, if it is one of now and later than the one that was used last.
    pub(crate) fn step_of(&self, typed: &str, now: Timestamp, last: i64) -> Option<i64> {
        let typed = code_signs(typed);
        let present = now.as_micros().div_euclid(STEP);
        let mut steps = (present - SKEW..=present + SKEW).filter(|step| *step > last);
        steps.find(|step| self.code(*step) == typed)
    }

    /// The code of a step (RFC 4226, section 5.3).
    fn code(&self, step: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag[tag.len() - 1] & 0x0f);
        let chosen = [
            tag[offset] & 0x7f,
            tag[offset + 1],
            tag[offset + 2],
            tag[offset + 3],
        ];
        format!("{:06}", u32::from_be_bytes(chosen) % 1_000_000)
    }
}

#[cfg(test)]
impl TotpSecret {
    /// What the person's app shows.
    pub(crate) fn app_code(&self, now: Timestamp) -> String {
        self.code(now.as_micros().div_euclid(STEP))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the test vectors in RFC 6238, appendix B.
    fn of_the_rfc() -> TotpSecret {
        TotpSecret(b"12345678901234567890".to_vec())
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // The last six of its eight digits.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(of_the_rfc().code(seconds / 30), code, "{seconds}");
            assert!(of_the_rfc().step_of(code, at(seconds), 0).is_some());
        }
    }

    #[test]
    fn a_clock_may_be_one_step_off_and_no_more() {
        let step_of = |seconds| of_the_rfc().step_of("005924", at(seconds), 0);
        let own = 1_234_567_890;
        for seconds in [own - 30, own, own + 29, own + 59] {
            assert_eq!(step_of(seconds), Some(own / 30), "{seconds}");
        }
        for seconds in [own - 31, own + 60] {
            assert_eq!(step_of(seconds), None, "{seconds}");
        }
    }

    #[test]
    fn a_code_that_was_used_is_none_any_more_nor_is_an_earlier_one() {
        let (secret, now) = (of_the_rfc(), at(1_234_567_890));
        let step = 1_234_567_890 / 30;
        assert_eq!(secret.step_of("005924", now, step - 1), Some(step));
        assert_eq!(secret.step_of("005924", now, step), None);
        assert_eq!(secret.step_of("005924", now, step + 1), None);
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let now = at(1_234_567_890);
        for typed in ["００５９２４", " 005 924 ", "005-924", "\u{feff}005924"] {
            assert!(of_the_rfc().step_of(typed, now, 0).is_some(), "{typed}");
        }
        for typed in ["", "5924", "0059240", "005925", "00592a"] {
            assert!(of_the_rfc().step_of(typed, now, 0).is_none(), "{typed}");
        }
    }

    #[test]
    fn an_app_reads_the_address_and_a_person_the_groups() {
        let secret = of_the_rfc();
        let origin = WebOrigin::new("http://127.0.0.1:8080");
        let address = secret.address(&"zhang-li".parse().unwrap(), &origin);
        assert_eq!(
            address,
            "otpauth://totp/127.0.0.1%3A8080:zhang-li?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=127.0.0.1%3A8080&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(secret.groups(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(TotpSecret::parse(&secret.text()), Some(secret));
        assert_ne!(
            TotpSecret::generate().unwrap(),
            TotpSecret::generate().unwrap()
        );
    }
}
