//! A log restored to a point: from a copy and what came later, up to a position or a moment.

use std::{path::Path, process::Output};

use onestop_chassis::clock::SystemClock;
use serde_json::Value;

use crate::{
    command_line::run,
    harness::{Deployment, Onestop, Part, json},
    journeys,
    test_user::TestUser,
};

/// Copies intake's log, or what of it comes behind `since`.
fn export(onestop: &Onestop, since: u64, file: &Path) -> Value {
    let (since, file) = (since.to_string(), file.display().to_string());
    let words = ["log", "export", "--service", "intake", "--json"];
    let more = ["--since", &since, "--out", &file];
    json(&run(Some(onestop), &[&words[..], &more].concat()))
}

/// Restores files into a folder of their own.
fn import(folder: &Path, name: &str, files: &[&Path], upto: Option<&str>) -> Output {
    let data = folder.join(name).display().to_string();
    let files: Vec<String> = files.iter().map(|it| it.display().to_string()).collect();
    let mut words = vec!["log", "import"];
    words.extend(files.iter().map(String::as_str));
    words.extend(["--service", "intake", "--json", "--data", &data]);
    words.extend(upto.iter().flat_map(|upto| ["--upto", upto]));
    run(None, &words)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_restored_from_increments_up_to_a_position_or_a_moment() {
    let mut onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    journeys::wages(&user).await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (full, later) = (path("full"), path("later"));
    let first = tokio::task::block_in_place(|| export(&onestop, 0, &full));
    let middle = first["events"].as_u64().unwrap();
    let moment = SystemClock.now().to_string();
    journeys::open_wages(&user).await;
    let second = tokio::task::block_in_place(|| export(&onestop, middle, &later));
    let end = second["events"].as_u64().unwrap();
    assert!(middle < end, "{first} {second}");
    assert_eq!(onestop.stop(Part::Everything), Some(0));

    let restored = |name: &str, files: &[&Path], upto: Option<&str>| {
        let done = json(&import(folder.path(), name, files, upto));
        let data = path(name).display().to_string();
        let verify = ["verify", "--offline", "--json", "--data", &data];
        let verified = json(&run(None, &verify));
        assert_eq!(verified["root"], done["root"], "{name}");
        done
    };
    let both = [full.as_path(), later.as_path()];
    let all = restored("all", &both, None);
    assert_eq!(
        (&all["events"], &all["root"]),
        (&second["events"], &second["root"])
    );
    let upto_middle = restored("middle", &both, Some(&middle.to_string()));
    assert_eq!(
        (&upto_middle["events"], &upto_middle["root"]),
        (&first["events"], &first["root"])
    );
    let before = (middle - 1).to_string();
    let one_less = restored("one-less", &both[..1], Some(&before));
    assert_eq!(one_less["events"], middle - 1);
    let then = restored("then", &both, Some(&moment));
    let kept = then["events"].as_u64().unwrap();
    assert!(
        (middle..end).contains(&kept),
        "{middle} {kept} {end} until {moment}"
    );

    for (name, files, upto) in [
        ("alone", &both[1..], None),
        ("twice", &[both[0], both[0]], None),
        ("beyond", &both, Some("1000000")),
    ] {
        let refused = import(folder.path(), name, files, upto);
        assert_eq!(refused.status.code(), Some(1), "{name}");
        assert!(!path(name).join("intake/log").exists(), "{name}");
    }
}
