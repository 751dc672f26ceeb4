//! What the checks on applicants found: warnings, and to whom special care is due.

use jiff::civil::Date;
use onestop_proto::case::{Care, Warning};

use super::{
    Context,
    identity_number::{IdentityNumber, age},
};

/// 未成年人保护法 art. 2: under eighteen.
const OF_AGE: i16 = 18;
/// 老年人权益保障法 art. 2: sixty and older.
const ELDERLY: i16 = 60;

/// What the checks found that is not personal.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) warnings: Vec<Warning>,
    pub(super) care: Vec<Care>,
}

impl Findings {
    pub(super) fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    pub(super) fn address_of(&mut self, read: &IdentityNumber, context: &Context<'_>) {
        if !read.address_is_known(context.directory) {
            self.warn(Warning::OldAddressCode);
        }
    }

    pub(super) fn care_by(&mut self, birth: Date, today: Date) {
        let care = match age(birth, today) {
            ..OF_AGE => Care::Minor,
            ELDERLY.. => Care::Elderly,
            _ => return,
        };
        if !self.care.contains(&care) {
            self.care.push(care);
        }
    }
}
