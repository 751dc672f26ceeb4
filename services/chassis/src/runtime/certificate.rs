//! Until when a certificate is valid. The rest of it is read by the TLS library.

use data_encoding::BASE64;
use onestop_proto::time::Timestamp;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// Tags of DER.
const INTEGER: u8 = 0x02;
const SEQUENCE: u8 = 0x30;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// The version of a certificate, which is left out in version 1.
const VERSION: u8 = 0xa0;

/// When the first certificate of a PEM file expires; `None` if the file holds none that can be read.
pub fn valid_until(pem: &str) -> Option<Timestamp> {
    let blocks = pem.split(BEGIN).skip(1);
    let texts = blocks.filter_map(|block| Some(block.split_once(END)?.0));
    texts.filter_map(of_block).min()
}

fn of_block(text: &str) -> Option<Timestamp> {
    let plain: String = text.split_whitespace().collect();
    not_after(&BASE64.decode(plain.as_bytes()).ok()?)
}

/// The end of the validity of an X.509 certificate (RFC 5280, 4.1).
fn not_after(certificate: &[u8]) -> Option<Timestamp> {
    let mut to_be_signed = Der(Der(Der(certificate).tagged(SEQUENCE)?).tagged(SEQUENCE)?);
    let (mut tag, _) = to_be_signed.element()?;
    if tag == VERSION {
        (tag, _) = to_be_signed.element()?;
    }
    if tag != INTEGER {
        return None;
    }
    // Algorithm and issuer.
    to_be_signed.tagged(SEQUENCE)?;
    to_be_signed.tagged(SEQUENCE)?;
    let mut validity = Der(to_be_signed.tagged(SEQUENCE)?);
    validity.element()?;
    let (tag, time) = validity.element()?;
    moment(tag, std::str::from_utf8(time).ok()?)
}

/// `YYMMDDhhmmssZ` or `YYYYMMDDhhmmssZ`.
fn moment(tag: u8, text: &str) -> Option<Timestamp> {
    let (year, rest) = match tag {
        UTC_TIME => {
            let (year, rest) = text.split_at_checked(2)?;
            let century = if year < "50" { "20" } else { "19" };
            (format!("{century}{year}"), rest)
        }
        GENERALIZED_TIME => {
            let (year, rest) = text.split_at_checked(4)?;
            (year.to_owned(), rest)
        }
        _ => return None,
    };
    let part = |from: usize| rest.get(from..from + 2);
    let (month, day) = (part(0)?, part(2)?);
    let (hour, minute, second) = (part(4)?, part(6)?, part(8)?);
    format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z")
        .parse()
        .ok()
}

/// Elements of DER one after the other.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// The next element: its tag and its content.
    fn element(&mut self) -> Option<(u8, &'a [u8])> {
        let (tag, rest) = self.0.split_first()?;
        let (first, rest) = rest.split_first()?;
        let (length, rest) = match *first {
            length @ 0..=0x7f => (usize::from(length), rest),
            digits @ 0x81..=0x84 => {
                let (digits, rest) = rest.split_at_checked(usize::from(digits & 0x7f))?;
                let add = |length: usize, digit: &u8| (length << 8) | usize::from(*digit);
                (digits.iter().fold(0, add), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((*tag, content))
    }

    /// The content of the next element, if it has that tag.
    fn tagged(&mut self, wanted: u8) -> Option<&'a [u8]> {
        let (tag, content) = self.element()?;
        (tag == wanted).then_some(content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82][..], &length, content].concat()
    }

    /// The fields of a certificate up to its validity.
    fn certificate(tag: u8, until: &str) -> Vec<u8> {
        let validity = [
            element(UTC_TIME, b"260101000000Z"),
            element(tag, until.as_bytes()),
        ];
        let fields = [
            element(VERSION, &element(INTEGER, &[2])),
            element(INTEGER, &[7]),
            element(SEQUENCE, &[]),
            element(SEQUENCE, &[]),
            element(SEQUENCE, &validity.concat()),
        ];
        element(SEQUENCE, &element(SEQUENCE, &fields.concat()))
    }

    fn pem(der: &[u8]) -> String {
        format!("{BEGIN}\n{}\n{END}\n", BASE64.encode(der))
    }

    #[test]
    fn the_first_of_a_chain_to_expire_counts() {
        let chain = [
            pem(&certificate(GENERALIZED_TIME, "20510203040506Z")),
            pem(&certificate(UTC_TIME, "270203040506Z")),
        ];
        let wanted = "2027-02-03T04:05:06Z".parse().unwrap();
        assert_eq!(valid_until(&chain.concat()), Some(wanted));
        let later = "2051-02-03T04:05:06Z".parse().unwrap();
        assert_eq!(valid_until(&chain[0]), Some(later));
    }

    #[test]
    fn what_is_no_certificate_says_nothing() {
        let whole = certificate(UTC_TIME, "270203040506Z");
        for end in 0..whole.len() {
            assert_eq!(valid_until(&pem(&whole[..end])), None, "{end}");
        }
        let strange = certificate(UTC_TIME, "二七0203040506Z");
        assert_eq!(valid_until(&pem(&strange)), None);
        assert_eq!(valid_until("no certificate"), None);
    }
}
