use std::sync::{Arc, LazyLock};

use onestop_proto::{actor::Role, time::Timestamp};

use super::{
    held_sheets::{HeldSheet, ImportOutcome},
    *,
};
use crate::{
    core::db::{Db, drafts::DraftKey, staff, staff_history},
    identity::password,
};

static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| Directory::built_in().unwrap());

const KEY: &str = "0195f0a0-0000-7000-8000-000000000001";
fn moment() -> Timestamp {
    Timestamp::from_micros(1_800_000_000_000_000)
}

fn administrator(division: &str) -> Staff {
    let window = onestop_directory::WINDOW.parse().unwrap();
    let unit = DIRECTORY.unit_named(division.parse().unwrap(), &window);
    let (id, unit) = ("guan-li".parse().unwrap(), unit.unwrap().id.clone());
    Staff::new(id, "管理", Role::UnitAdministrator, unit)
}

fn sheet(rows: &str) -> Vec<u8> {
    format!("账号,姓名,角色,单位\n{rows}").into_bytes()
}

fn plan(bytes: &[u8], accounts: &[Account], asker: &Staff, reason: &str) -> ImportPlan {
    ImportPlan::of(&read(bytes).unwrap(), accounts, asker, &DIRECTORY, reason)
}

/// What is handed out.
fn list(outcome: &ImportOutcome) -> Vec<(&str, &str)> {
    let added = outcome.added.iter();
    added
        .map(|one| (one.account.id.as_str(), one.one_time.as_str()))
        .collect()
}

fn ids(rows: &[RowAccount]) -> Vec<&str> {
    rows.iter().map(|one| one.account.id.as_str()).collect()
}

#[test]
fn given_a_sheet_when_it_is_planned_then_each_row_goes_the_way_of_one_colleague() {
    let bytes = sheet(
        "he-jun,何军,窗口人员,530821\nyu-zhen,玉珍,单位管理员,530821\nzhang-li,张丽,窗口人员,530821101201\nli-jun,李军,审计人员,530821\n",
    );
    let planned = plan(&bytes, &[], &administrator("530821"), "新开的窗口");
    assert_eq!(ids(&planned.added), ["he-jun"]);
    assert_eq!(ids(&planned.requested), ["yu-zhen", "zhang-li"]);
    assert_eq!(planned.wrong_rows(), 1);
    assert_eq!(planned.problems[0].row, 5);
}

#[test]
fn given_more_accounts_than_a_second_person_confirms_then_the_rest_is_refused_by_row() {
    let rows: Vec<String> = (0..=MOST_REQUESTS)
        .map(|number| format!("a-{number},何军,单位管理员,530821\n"))
        .collect();
    let planned = plan(
        &sheet(&rows.concat()),
        &[],
        &administrator("530821"),
        "全县换届",
    );
    assert_eq!(planned.requested.len(), MOST_REQUESTS);
    let last = planned.problems.iter().map(|one| one.row);
    assert_eq!(last.collect::<Vec<_>>(), [MOST_REQUESTS + 2]);
}

#[test]
fn given_too_many_rows_when_a_file_is_read_then_it_is_refused_as_a_whole() {
    let row = "he-jun,何军,窗口人员,530821\n";
    assert!(read(&sheet(&row.repeat(MOST_ROWS))).is_ok());
    let refused = read(&sheet(&row.repeat(MOST_ROWS + 1)));
    assert_eq!(refused.unwrap_err(), FileRefusal::TooManyRows);
}

#[test]
fn given_a_sheet_that_was_carried_out_when_it_is_sent_again_then_the_same_list_is_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).unwrap();
    let asker = administrator("530821");
    db.blocking(|db| staff::put(db, &asker, None, staff_history::own(&asker.id, moment())))
        .unwrap();
    let bytes = sheet("he-jun,何军,窗口人员,530821\nyu-zhen,玉珍,单位管理员,530821\n");
    let held = HeldSheet::new(KEY.parse().unwrap(), bytes, "新开的窗口".to_owned());
    let held = Arc::new(held);
    let work = || {
        let planned = plan(&held.bytes, &[], &asker, &held.reason);
        let one_time = password::one_time().unwrap();
        let new = |one| NewRow::new(one, one_time.clone(), "hash".to_owned());
        ImportWork {
            held: Arc::clone(&held),
            added: planned.added.into_iter().map(new).collect(),
            requested: planned.requested,
            problems: planned.problems,
            asker: asker.clone(),
            now: moment(),
            ends_at: moment().plus_seconds(3600),
        }
    };
    let first = db
        .blocking(|db| work().carry_out(db, &DraftKey::of_test()))
        .unwrap();
    assert_eq!((first.added.len(), first.requested.len()), (1, 1));
    let second = db
        .blocking(|db| work().carry_out(db, &DraftKey::of_test()))
        .unwrap();
    assert_eq!(list(&first), list(&second));
    let added = db.blocking(|db| staff::all(db)).unwrap();
    assert_eq!(added.len(), 2);
    let found = added.iter().find(|one| one.id.as_str() == "he-jun");
    assert!(
        found.unwrap().must_change,
        "a one-time password is changed first"
    );
}

#[test]
fn given_an_account_that_was_added_since_the_check_then_it_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).unwrap();
    let asker = administrator("530821");
    let there = Staff {
        id: "he-jun".parse().unwrap(),
        name: "何君".to_owned(),
        role: Role::Clerk,
        ..asker.clone()
    };
    let author = staff_history::own(&asker.id, moment());
    db.blocking(|db| staff::put(db, &there, None, author))
        .unwrap();
    let bytes = sheet("he-jun,何军,窗口人员,530821\n");
    // The plan was made before.
    let planned = plan(&bytes, &[], &asker, "");
    let work = ImportWork {
        held: Arc::new(HeldSheet::new(KEY.parse().unwrap(), bytes, String::new())),
        added: planned
            .added
            .into_iter()
            .map(|one| NewRow::new(one, "aaaa".to_owned(), "hash".to_owned()))
            .collect(),
        requested: Vec::new(),
        problems: Vec::new(),
        asker,
        now: moment(),
        ends_at: moment(),
    };
    let outcome = db
        .blocking(|db| work.carry_out(db, &DraftKey::of_test()))
        .unwrap();
    assert_eq!(list(&outcome), []);
    assert_eq!(outcome.problems[0].row, 2);
    let kept = db.blocking(|db| staff::find(db, &there.id)).unwrap();
    assert_eq!(kept.unwrap().name, "何君");
}
