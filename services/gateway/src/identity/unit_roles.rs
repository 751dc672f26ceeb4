//! Roles that not every unit has: supervisors and auditors are of units of the bureau, in whatever way they get the post.

use anyhow::bail;
use onestop_directory::Directory;
use onestop_proto::{
    actor::Role,
    text::{Text, Words},
};

use crate::core::post::Post;

/// Refuses a post of a role that its unit does not have, as the workbench does.
///
/// # Errors
/// In words, if a body outside the bureau would get a supervisor or an auditor.
pub fn check_post(post: &Post, directory: &Directory) -> anyhow::Result<()> {
    if directory.has_role(&post.unit, post.role) {
        return Ok(());
    }
    let words = role_not_there(post.role);
    bail!("{} / {}", words.zh, words.en)
}

/// Why a body outside the bureau has no post of a role.
pub(crate) fn role_not_there(role: Role) -> Words {
    let Text { zh, en } = role.text();
    Words {
        zh: format!(
            "{zh}只设在司法行政机关及其所属单位：公安、法院、公证处、人民调解委员会等外单位不设。请改选单位，或改选岗位"
        ),
        en: format!(
            "only the bureau and its own units have a {en}; a body outside it, such as the police, a court, a notary office or a \
             committee of mediators, has none. Take another unit, or another role"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A police station, a court, a notary office, a mediation committee: their staff oversee nothing.
    #[test]
    fn a_body_outside_the_bureau_has_no_supervisor_and_no_auditor_at_the_machine_either() {
        let directory = Directory::built_in().unwrap();
        let at = |role: Role, place: &str, kind: &str| {
            let unit = directory.unit_at(place.parse().unwrap(), &kind.parse().unwrap());
            let unit = unit.unwrap().id.clone();
            check_post(&Post { role, unit }, &directory)
        };
        for (place, kind) in [
            ("530821101", "police"),
            ("530821", "court"),
            ("530821", "notarization"),
            ("530821", "mediation"),
        ] {
            for role in [Role::Supervisor, Role::Auditor] {
                let said = at(role, place, kind).unwrap_err().to_string();
                assert!(said.contains(role.text().zh), "{said}");
            }
            for role in [Role::Clerk, Role::Specialist, Role::UnitAdministrator] {
                assert!(at(role, place, kind).is_ok(), "{role} at {kind}");
            }
        }
        for role in [Role::Supervisor, Role::Auditor] {
            assert!(at(role, "530821", "bureau").is_ok());
            assert!(at(role, "530821101", "window").is_ok());
        }
    }
}
