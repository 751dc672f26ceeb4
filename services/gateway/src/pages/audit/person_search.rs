//! The person of an audit, by account or by name. Of names, those of the user's division alone are found.

use onestop_proto::{
    ids::StaffId,
    typed::{account, half_width},
};

use crate::{
    app::App,
    core::{
        db::staff::{self, Staff},
        page_error::PageError,
        visibility::Visibility,
    },
    identity::session::Session,
};

/// People to choose from.
const MOST: usize = 20;

/// Who is meant by what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PersonSearch {
    Nothing,
    One(StaffId),
    /// No account of this gateway; the journal may know it.
    Elsewhere(StaffId),
    Several(Vec<Staff>),
    Unknown,
}

pub(super) async fn find(
    app: &App,
    session: &Session,
    typed: &str,
) -> Result<PersonSearch, PageError> {
    let typed = half_width(typed).trim().to_owned();
    if typed.is_empty() {
        return Ok(PersonSearch::Nothing);
    }
    let visibility = Visibility::of(&session.actor(), &app.directory);
    let mut people = app.db.with(|db| staff::all(db)).await?;
    people.retain(|one| {
        one.units()
            .any(|unit| visibility.includes_unit(unit, &app.directory))
    });
    Ok(search(people, &typed))
}

/// An account as it is; else the people who have the name, else those whose name or account has it within.
fn search(people: Vec<Staff>, typed: &str) -> PersonSearch {
    let account = account(typed).parse::<StaffId>().ok();
    if let Some(id) = &account
        && people.iter().any(|one| one.id == *id)
    {
        return PersonSearch::One(id.clone());
    }
    let lower = typed.to_lowercase();
    let is_within =
        |one: &Staff| one.name.to_lowercase().contains(&lower) || one.id.as_str().contains(&lower);
    let (exact, others): (Vec<Staff>, Vec<Staff>) =
        people.into_iter().partition(|one| one.name == typed);
    let found = if exact.is_empty() {
        others.into_iter().filter(is_within).collect()
    } else {
        exact
    };
    match (found.as_slice(), account) {
        ([], Some(id)) => PersonSearch::Elsewhere(id),
        ([], None) => PersonSearch::Unknown,
        ([one], None) => PersonSearch::One(one.id.clone()),
        (_, _) => PersonSearch::Several(found.into_iter().take(MOST).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(typed: &str) -> PersonSearch {
        let people = [
            ("zhang-li", "张丽"),
            ("zhang-li-2", "张丽"),
            ("he-jun", "何军"),
            ("he-junhua", "何军华"),
        ];
        search(
            people.map(|(id, name)| Staff::clerk(id, name)).into(),
            typed,
        )
    }

    fn one(id: &str) -> PersonSearch {
        PersonSearch::One(id.parse().unwrap())
    }

    #[test]
    fn a_person_is_found_by_account_or_name_and_chosen_where_several_have_it() {
        assert_eq!(found("zhang-li"), one("zhang-li"));
        // The whole name goes before a part of one.
        assert_eq!(found("何军"), one("he-jun"));
        assert_eq!(found("军华"), one("he-junhua"));
        let PersonSearch::Several(both) = found("张丽") else {
            panic!("two have this name");
        };
        assert_eq!(both.len(), 2);
        assert!(matches!(found("zhang"), PersonSearch::Several(_)));
        assert_eq!(found("王敏"), PersonSearch::Unknown);
        let elsewhere = PersonSearch::Elsewhere("wang-min".parse().unwrap());
        assert_eq!(found("wang-min"), elsewhere);
    }
}
