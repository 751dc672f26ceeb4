//! Which grounds of a refusal and of an early end fit a kind of aid (法律援助法 art. 24, 25, 28-31, 43, 48): the directory says so.

use onestop_directory::{AidRules, Directory};
use onestop_matter::domain::Matter;
use onestop_proto::legal_aid::{RefusalReason, Rejection, TerminationReason};

use super::{LegalAidRules, organ::kind};

/// The rules of the matter's kind of aid; nothing where the directory has none, and everything fits.
fn rules<'a>(matter: &Matter<LegalAidRules>, directory: &'a Directory) -> Option<&'a AidRules> {
    directory.aid_rules(kind(matter, directory))
}

/// Whether one of some grounds of a refusal fits.
pub(super) fn any_refusal_fits(
    matter: &Matter<LegalAidRules>,
    directory: &Directory,
    wanted: impl Fn(RefusalReason) -> bool,
) -> bool {
    let of_kind = rules(matter, directory).map(|rules| rules.refuse.as_slice());
    let mut grounds = of_kind.unwrap_or(RefusalReason::ALL).iter();
    grounds.any(|ground| wanted(*ground))
}

/// Refuses a ground of a refusal that does not fit, and names those that do.
pub(super) fn check_refusal(
    matter: &Matter<LegalAidRules>,
    ground: RefusalReason,
    directory: &Directory,
) -> Result<(), Rejection> {
    match rules(matter, directory) {
        Some(rules) if !rules.refuse.contains(&ground) => Err(Rejection::RefusalUnfit {
            ground,
            kind: rules.kind,
            fitting: rules.refuse.clone(),
            basis: rules.basis.clone(),
        }),
        Some(_) | None => Ok(()),
    }
}

/// Refuses a ground of an early end that does not fit, and names those that do.
pub(super) fn check_termination(
    matter: &Matter<LegalAidRules>,
    ground: TerminationReason,
    directory: &Directory,
) -> Result<(), Rejection> {
    match rules(matter, directory) {
        Some(rules) if !rules.terminate.contains(&ground) => Err(Rejection::TerminationUnfit {
            ground,
            kind: rules.kind,
            fitting: rules.terminate.clone(),
            basis: rules.basis.clone(),
        }),
        Some(_) | None => Ok(()),
    }
}
