//! What the checks on applicants found: warnings, and to whom special care is due.

use jiff::civil::Date;
use onestop_directory::{Directory, Figure};
use onestop_proto::case::{Care, Warning};

use super::{
    Context,
    identity_number::{IdentityNumber, age},
};

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

    /// The directory says who is a minor, and who is elderly.
    pub(super) fn care_by(&mut self, birth: Date, today: Date, directory: &Directory) {
        let age = i64::from(age(birth, today));
        let figure = |figure| i64::from(directory.figure(figure, today));
        let care = if age < figure(Figure::MinorBelow) {
            Care::Minor
        } else if age >= figure(Figure::ElderlyFrom) {
            Care::Elderly
        } else {
            return;
        };
        if !self.care.contains(&care) {
            self.care.push(care);
        }
    }
}
