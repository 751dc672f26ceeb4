//! Ids of HSDS entries: UUIDs made of a division and of what the entry is about. They are the same at every start,
//! and lead back to the division.

use onestop_proto::division::DivisionCode;
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

/// The bytes of a division's twelve digits as a number.
const DIGITS: usize = 6;

pub(super) fn id_of(division: DivisionCode, about: &str) -> Uuid {
    let number: u64 = division.to_string().parse().unwrap_or_default();
    let digits = number.to_be_bytes().into_iter().skip(8 - DIGITS);
    let hash = Sha256::digest(about.as_bytes());
    let mut bytes = [0; 16];
    for (byte, value) in bytes.iter_mut().zip(digits.chain(hash.iter().copied())) {
        *byte = value;
    }
    Builder::from_custom_bytes(bytes).into_uuid()
}

pub(super) fn division_of(id: Uuid) -> Option<DivisionCode> {
    let mut number = [0; 8];
    for (to, from) in number.iter_mut().skip(8 - DIGITS).zip(id.as_bytes()) {
        *to = *from;
    }
    format!("{:012}", u64::from_be_bytes(number)).parse().ok()
}
