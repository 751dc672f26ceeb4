use rusqlite::ffi;

use super::*;

/// In the workbench a second person would confirm it; who is alone at the machine says why.
#[test]
fn what_takes_two_needs_a_reason_at_the_machine() {
    let folder = tempfile::tempdir().unwrap();
    let accounts = Accounts::open(folder.path()).unwrap();
    let account = |id: &str, role| Account {
        id: id.parse().unwrap(),
        name: "何平".to_owned(),
        role,
        unit: "s4k2m9qxa.window".parse().unwrap(),
        other_posts: Vec::new(),
        disabled_at: None,
    };
    let hand = |reason| Hand {
        by: "command-line",
        reason,
    };
    let (silent, told) = (hand(None), hand(Some("只有一名管理员")));
    let put = |account: Account, hand| {
        let password = one_time().unwrap();
        accounts.put(account, &password, hand)
    };
    for (id, role) in [
        ("he-ping", Role::Supervisor),
        ("guan-li", Role::UnitAdministrator),
    ] {
        for nothing in [silent, hand(Some("  "))] {
            assert!(put(account(id, role), nothing).is_err(), "{role}");
        }
        put(account(id, role), told).unwrap();
    }
    put(account("zhang-li", Role::Clerk), silent).unwrap();
    let (clerk, administrator) = ("zhang-li".parse().unwrap(), "guan-li".parse().unwrap());
    accounts.disable(&clerk, silent).unwrap();
    accounts.enable(&clerk, silent).unwrap();
    assert!(accounts.disable(&administrator, silent).is_err());
    assert!(accounts.reset(&clerk, silent).is_err());
    assert!(accounts.reset_second_factor(&clerk, silent).is_err());
    accounts.disable(&administrator, told).unwrap();
    accounts.reset(&clerk, told).unwrap();
    let history = accounts.history(2).unwrap();
    let said: Vec<&str> = history
        .iter()
        .map(|[_, _, _, what]| what.as_str())
        .collect();
    assert_eq!(
        said,
        [
            "password reset at the machine: 只有一名管理员",
            "disabled at the machine: 只有一名管理员"
        ]
    );
}

#[test]
fn an_account_that_exists_is_not_added_a_second_time() {
    let folder = tempfile::tempdir().unwrap();
    let accounts = Accounts::open(folder.path()).unwrap();
    let account = |name: &str| Account {
        id: "cai-yu".parse().unwrap(),
        name: name.to_owned(),
        role: Role::Clerk,
        unit: "s4k2m9qxa.window".parse().unwrap(),
        other_posts: Vec::new(),
        disabled_at: None,
    };
    let hand = Hand {
        by: "command-line",
        reason: None,
    };
    let name = || accounts.list().unwrap().remove(0).name;
    let password = one_time().unwrap();
    accounts
        .add_with_password(account("蔡玉"), &password, hand)
        .unwrap();
    let refused = accounts.add_with_password(account("新同事"), &password, hand);
    assert!(refused.unwrap_err().to_string().contains("蔡玉"));
    assert_eq!(name(), "蔡玉");
    accounts.put(account("蔡玉兰"), &password, hand).unwrap();
    assert_eq!(name(), "蔡玉兰");
}

/// As in the browser: such an account would stand as a blank line wherever colleagues choose a person.
#[test]
fn a_name_that_nobody_can_read_is_refused_at_the_machine_too() {
    let folder = tempfile::tempdir().unwrap();
    let accounts = Accounts::open(folder.path()).unwrap();
    let hand = Hand {
        by: "command-line",
        reason: None,
    };
    let password = one_time().unwrap();
    for name in ["！！", "\u{200B}\u{202E}", "", "张\u{200B}丽"] {
        let account = Account {
            id: "zz-1".parse().unwrap(),
            name: name.to_owned(),
            role: Role::Clerk,
            unit: "s4k2m9qxa.window".parse().unwrap(),
            other_posts: Vec::new(),
            disabled_at: None,
        };
        let tried = [
            accounts.add_with_password(account.clone(), &password, hand),
            accounts.put(account.clone(), &password, hand),
            accounts.add(account, &password, hand),
        ];
        for refused in tried {
            let said = refused.unwrap_err().to_string();
            assert!(said.starts_with("请写姓名"), "{said}");
        }
    }
    assert!(accounts.list().unwrap().is_empty());
}

#[test]
fn a_full_disk_is_no_damage_and_a_file_of_something_else_is() {
    let full = rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_FULL), None);
    let full = anyhow::Error::from(full).context("cannot use the database");
    assert!(!is_damage(&full));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(file());
    std::fs::create_dir(path.parent().unwrap()).unwrap();
    std::fs::write(
        &path,
        "this is no database at all, and longer than its head",
    )
    .unwrap();
    let opened = Accounts::open(folder.path()).and_then(|accounts| accounts.list());
    let error = opened.unwrap_err();
    assert!(is_damage(&error), "{error:#}");
}
