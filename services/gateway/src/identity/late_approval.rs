//! Who may have approved that a colleague enters an act late (补录审批): another person with an account that can sign in, of the
//! same unit, or of a bureau above it. A name that no account has approves nothing.

use onestop_directory::Directory;
use onestop_proto::{
    actor::{Actor, Role},
    http::ApiRejection,
    late_entry::{LateEntry, ONE_PERSON_OFFICE},
    referral::SUPERVISOR,
};

use crate::{
    app::App,
    core::{
        db::staff::{self, Staff},
        post::Post,
    },
};

/// The refusal of an approver who cannot be one. That people do not approve their own entries, and that a unit has one person,
/// the service checks.
///
/// # Errors
/// If the accounts cannot be read.
pub(crate) async fn refusal(
    app: &App,
    doer: &Actor,
    entry: Option<&LateEntry>,
) -> anyhow::Result<Option<ApiRejection>> {
    let named = entry.and_then(|entry| entry.approved_by.clone());
    let named = named.filter(|named| named.as_str() != ONE_PERSON_OFFICE && *named != doer.staff);
    let Some(approver) = named else {
        return Ok(None);
    };
    let key = approver.clone();
    let found = app.db.with(move |db| staff::find(db, &key)).await?;
    let approves = found.is_some_and(|found| may_approve(&found, doer, &app.directory));
    Ok((!approves).then_some(ApiRejection::UnknownApprover { approver }))
}

/// Whether a person may approve what another enters late.
pub(crate) fn may_approve(approver: &Staff, doer: &Actor, directory: &Directory) -> bool {
    let own = approver.post();
    let mut posts = std::iter::once(&own).chain(&approver.other_posts);
    approver.disabled_at.is_none()
        && approver.id != doer.staff
        && posts.any(|post| of_unit(post, doer) || is_above(post, doer, directory))
}

fn of_unit(post: &Post, doer: &Actor) -> bool {
    let acts = match post.role {
        Role::Clerk | Role::Specialist | Role::UnitAdministrator | Role::Supervisor => true,
        Role::Auditor | Role::System => false,
    };
    acts && post.unit == doer.unit
}

/// A supervisor or the administrator of a bureau in whose division the unit is.
fn is_above(post: &Post, doer: &Actor, directory: &Directory) -> bool {
    let decides = matches!(post.role, Role::Supervisor | Role::UnitAdministrator);
    let (bureau, unit) = (directory.unit(&post.unit), directory.unit(&doer.unit));
    let (Some(bureau), Some(unit)) = (bureau, unit) else {
        return false;
    };
    decides && bureau.kind.as_str() == SUPERVISOR && bureau.division.contains(unit.division)
}

#[cfg(test)]
mod tests {
    use onestop_proto::time::Timestamp;

    use super::*;
    use crate::core::db::staff::Preferences;

    fn post(directory: &Directory, text: &str) -> Post {
        let (role, unit) = text.split_once('@').unwrap();
        let (code, kind) = unit.split_once('.').unwrap();
        let unit = directory.unit_at(code.parse().unwrap(), &kind.parse().unwrap());
        format!("{role}@{}", unit.unwrap().id).parse().unwrap()
    }

    fn person(directory: &Directory, id: &str, posts: &[&str]) -> Staff {
        let mut posts: Vec<Post> = posts.iter().map(|text| post(directory, text)).collect();
        let Post { role, unit } = posts.remove(0);
        Staff {
            id: id.parse().unwrap(),
            name: "李华".to_owned(),
            role,
            unit,
            other_posts: posts,
            disabled_at: None,
            preferences: Preferences::default(),
            must_change: false,
            second_factor: false,
        }
    }

    /// 补录审批: by a colleague, or by the bureau above, in whatever post; not by the doer, a stranger, an auditor, or an account
    /// that cannot sign in.
    #[test]
    fn another_person_of_the_unit_or_of_the_bureau_above_approves() {
        let directory = Directory::built_in().unwrap();
        let of = |id: &str, posts: &[&str]| person(&directory, id, posts);
        let doer = of("zhang-li", &["clerk@530821.window"]).actor();
        let may = |approver: &Staff| may_approve(approver, &doer, &directory);
        for posts in [
            &["clerk@530821.window"][..],
            &["unit-administrator@530821.window"],
            &["supervisor@530821.bureau"],
            &["supervisor@5308.bureau"],
            &["specialist@530802.legal-aid", "supervisor@530821.bureau"],
        ] {
            assert!(may(&of("li-hua", posts)), "{posts:?}");
        }
        for posts in [
            &["clerk@530802.window"][..],
            &["specialist@530821.legal-aid"],
            &["auditor@530821.bureau"],
            &["supervisor@530802.bureau"],
        ] {
            assert!(!may(&of("li-hua", posts)), "{posts:?}");
        }
        let own = ["supervisor@530821.bureau", "clerk@530821.window"];
        assert!(!may(&of("zhang-li", &own)));
        let disabled = Staff {
            disabled_at: Some("2026-03-02 10:00:00".parse::<Timestamp>().unwrap()),
            ..of("li-hua", &["clerk@530821.window"])
        };
        assert!(!may(&disabled));
    }
}
