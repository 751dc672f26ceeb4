//! Each kind of wrong argument, and what is said of it.

use super::*;

/// What parsers and programs say, and people do not.
const OF_PROGRAMS: &[&str] = &[
    "expected", "invalid", "failed", "parse", "struct", "variant", "enum", "u8", "u32", "i64",
    "error:", "Usage:", "`", "::", "data.", "not in 0",
];

/// What a line is told, in Chinese and in English; each of it is for people.
#[track_caller]
fn told(line: &str) -> (String, String) {
    let line = typed_line(line.split(' ').map(OsString::from));
    let say = |language| {
        let error = read(&line).err().unwrap();
        let said = explained(&line, error, language);
        let of_program = OF_PROGRAMS.iter().find(|word| said.contains(*word));
        assert_eq!(of_program, None, "{said}");
        said
    };
    (say(Language::Zh), say(Language::En))
}

/// A command that lacks nothing.
const OPEN: &str = "onestop case open --item legal-aid --topic labour-pay --name 岩温 --by clerk/zhang-li@530821101";
const CASE: &str = "s4k2m9qxa-261123-001";

/// A line is told what is wrong in both languages, and where the help is.
#[track_caller]
fn says(line: &str, zh: &str, en: &str) {
    let (said_zh, said_en) = told(line);
    assert!(said_zh.contains(zh), "{line}: {said_zh}");
    assert!(said_en.contains(en), "{line}: {said_en}");
    assert!(said_zh.contains(" --help") && said_en.contains(" --help"));
}

#[test]
fn every_kind_of_wrong_option_says_what_is_right() {
    for (line, zh, en) in [
        (
            format!("{OPEN} --place 5"),
            "--place（管辖地）：“5”不是区划代码：请填 2、4、6、9 或者 12 位数字，例如 530821",
            "--place (place): '5' is not a division code: give 2, 4, 6, 9 or 12 digits, such as 530821",
        ),
        (
            format!("{OPEN} --place=5"),
            "--place（管辖地）：“5”",
            "--place (place): '5'",
        ),
        (
            format!("{OPEN} --happened-at 明天"),
            "例如 2026年3月4日 15:20",
            "2026-03-04 15:20",
        ),
        (
            format!("{OPEN} --late-reason because"),
            "可选 outage",
            "which are outage",
        ),
        (
            format!("{OPEN} --late-approver LI"),
            "例如 zhang-li",
            "such as zhang-li",
        ),
        (
            format!("{OPEN} --expect seven"),
            "整数，例如 20",
            "whole number, such as 20",
        ),
        (format!("{OPEN} --key 1"), "UUID，例如", "UUID, such as"),
        (
            format!("{OPEN} --lang fr"),
            "可选 zh、en",
            "which are zh, en",
        ),
        (
            "onestop case open --item".to_owned(),
            "--item（诉求类别）：没有填写",
            "--item (item): it is missing",
        ),
        (
            format!("{OPEN} --colour red"),
            "没有“--colour”",
            "no '--colour'",
        ),
        (
            format!("{OPEN} --json --quiet"),
            "同时使用",
            "cannot be used with",
        ),
    ] {
        says(&line, zh, en);
    }
}

#[test]
fn a_flag_that_is_given_twice_is_refused() {
    let twice = ("填写了两次，请只留一个", "given twice: leave one");
    for line in [
        format!("{OPEN} --place 530821 --place 530822"),
        format!("{OPEN} --place=530821 --place 530822"),
        format!("{OPEN} --by clerk/li-hua@530821101"),
        "onestop --by clerk/li-hua@530821 referral list --by clerk/zhang-li@530821".to_owned(),
        format!("onestop --json replay {CASE} --json"),
        format!("onestop replay {CASE} --step 1 --step=２"),
    ] {
        says(&line, twice.0, twice.1);
    }
    // What else is wrong is said as well; what may be repeated is not refused.
    let both = format!("{OPEN} --topic labour-pay --place 5");
    says(&both, "--place（管辖地）：“5”", "--place (place): '5'");
    says(&both, "--topic（", "--topic (");
    let keys = "onestop verify-proof p.json --key one.pub --key two.pub";
    let keys: Vec<OsString> = keys.split(' ').map(OsString::from).collect();
    assert!(read(&keys).is_ok());
}

#[test]
fn numbers_are_read_in_full_width() {
    for line in [
        format!("onestop replay {CASE} --step ５"),
        format!("onestop replay {CASE} --step=１２"),
        format!("{OPEN} --expect ７"),
    ] {
        assert!(
            read(&typed_line(line.split(' ').map(OsString::from))).is_ok(),
            "{line}"
        );
    }
    // Other words stay as they are.
    let words = ["--name", "５号", "--place=５３０８２１"].map(OsString::from);
    let typed = typed_line(words.clone().into_iter());
    assert_eq!(typed, ["--name", "５号", "--place=530821"]);
}

/// Every code has an example of its own.
#[test]
fn a_wrong_code_says_what_a_right_one_of_its_field_is() {
    let organ = format!("{OPEN} --organ court --letter 5 --received-on 2026-03-04 --body 四川高院");
    says(
        &organ,
        "例如 sichuan-high-court",
        "such as sichuan-high-court",
    );
}

#[test]
fn what_is_missing_or_unknown_is_named() {
    for (line, zh, en) in [
        ("onestop case opne".to_owned(), "是不是 open", "is it open"),
        (
            "onestop case show 5".to_owned(),
            "<CASE>（案件）：“5”不是案件",
            "<CASE> (case): '5' is not a case",
        ),
        (
            "onestop case show".to_owned(),
            "<CASE>（案件）：没有填写",
            "<CASE> (case): it is missing",
        ),
        (
            format!("onestop replay {CASE} --as-of 明天"),
            "截至时间",
            "time up to which",
        ),
        (
            format!("onestop replay {CASE} --step many"),
            "整数",
            "whole number",
        ),
        (
            format!("onestop legal-aid reduce {CASE} --percent 500"),
            "没有“reduce”",
            "no 'reduce'",
        ),
    ] {
        says(&line, zh, en);
    }
}

#[test]
fn every_kind_of_wrong_value_says_what_is_right() {
    for (line, zh, en) in [
        (
            format!(
                "onestop legal-aid request-supplement {CASE} --last-day 明天 --missing wage-record"
            ),
            "--last-day（截止日）：请填日期",
            "--last-day (last day): give a day",
        ),
        (
            format!(
                "onestop mediation add-term {CASE} --party applicant --obligation pay --amount much"
            ),
            "--amount（金额）：“much”不是金额",
            "--amount (amount): 'much' is not a sum of money",
        ),
        (
            "onestop directory due --from".to_owned(),
            "没有填写",
            "missing",
        ),
        ("onestop up --port many".to_owned(), "整数", "whole number"),
        (
            "onestop up --port 99999".to_owned(),
            "0 到 65535",
            "0 to 65535",
        ),
        (
            "onestop doctor --http here".to_owned(),
            "127.0.0.1:9090",
            "127.0.0.1:9090",
        ),
    ] {
        says(&line, zh, en);
    }
}

/// Who types a line mends it in one go.
#[test]
fn all_that_is_wrong_is_said_at_once() {
    let line = "onestop case open --item Legal+Aid --place 5 --late-reason because --colour red \
                --by clerk/zhang-li@530821101 --name 岩温";
    let (zh, en) = told(&line.split_whitespace().collect::<Vec<_>>().join(" "));
    for argument in ["--item", "--place", "--late-reason", "--colour", "--topic"] {
        assert_eq!(
            zh.matches(&format!("  {argument}")).count(),
            1,
            "{argument}: {zh}"
        );
        assert!(en.contains(&format!("  {argument}")), "{argument}: {en}");
    }
    assert!(zh.contains("onestop case open --help"), "{zh}");
}

/// What is left out in order to read on is not said to be missing.
#[test]
fn an_argument_is_named_once() {
    let (zh, _) = told("onestop referral accept 5 --place 5");
    assert_eq!(zh.matches("<CASE>").count(), 1, "{zh}");
}

#[test]
fn the_language_is_that_of_the_line() {
    let language = |line: &str| {
        let line: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        language_of(&line)
    };
    assert_eq!(language("onestop case opne --lang en"), Language::En);
    assert_eq!(language("onestop --lang=en case"), Language::En);
    assert_eq!(language("onestop --lang zh case"), Language::Zh);
}

/// Each argument of a late entry needs the one before it: none is ignored.
#[test]
fn what_is_said_of_a_late_entry_is_whole() {
    let happened = "--happened-at 2026-03-04T15:20:00+08:00";
    for (arguments, missing) in [
        (String::new(), vec![]),
        (happened.to_owned(), vec![]),
        ("--late-reason outage".to_owned(), vec!["--happened-at"]),
        (
            "--late-approver li-hua".to_owned(),
            vec!["--happened-at", "--late-reason"],
        ),
        (
            format!("{happened} --late-reason outage --late-approval v4.public.x"),
            vec!["--late-approver"],
        ),
        (
            format!("{happened} --late-reason outage --late-approver li-hua"),
            vec![],
        ),
    ] {
        let line = format!("{OPEN} {arguments}");
        let line: Vec<_> = line.split_whitespace().map(OsString::from).collect();
        let cli = read(&line).ok().unwrap();
        assert_eq!(cli.args.missing_of_late_entry(), missing, "{arguments}");
    }
}

/// What describes one act is refused where no act has it: it would be recorded otherwise than was said.
#[test]
fn what_a_command_does_not_heed_is_named() {
    let of_act = "--expect 3 --happened-at 2026-03-04T15:20:00+08:00 --late-reason outage --late-approver li-hua \
                  --late-approval v4.public.x";
    let all = [
        "--expect",
        "--late-approval",
        "--happened-at",
        "--late-reason",
        "--late-approver",
    ];
    let supervisor = "--by supervisor/he-jun@530821.bureau";
    let (key, hash) = ("019ab0c4-8000-7000-8000-000000000001", "0".repeat(64));
    for (command, unheeded) in [
        (OPEN.to_owned(), &[][..]),
        (
            "onestop case attach s4k2m9qxa-261123-001 a.pdf".to_owned(),
            &[][..],
        ),
        (
            "onestop legal-aid show s4k2m9qxa-261123-001".to_owned(),
            &all[..],
        ),
        (
            "onestop case show s4k2m9qxa-261123-001".to_owned(),
            &all[..],
        ),
        (
            format!(
                "onestop referral reassign-all --from 530821.legal-aid --why 撤并 {supervisor}"
            ),
            &all[..],
        ),
        (
            format!(
                "onestop source follow-everywhere /onestop/intake/main --why 恢复 {supervisor}"
            ),
            &all[..],
        ),
        (
            format!("onestop directory import sites.xlsx {supervisor}"),
            &all[..],
        ),
        ("onestop staff import staff.xlsx".to_owned(), &all[..]),
        (
            format!(
                "onestop approve-late-entry --of clerk/zhang-li@530821 --act intake.open --content {hash} --key {key}"
            ),
            &all[..2],
        ),
    ] {
        let line = format!("{command} {of_act}");
        let line: Vec<_> = line.split_whitespace().map(OsString::from).collect();
        let cli = read(&line).unwrap_or_else(|error| panic!("{command}: {error}"));
        assert_eq!(cli.unheeded(), unheeded, "{command}");
    }
}

/// The word for the key of a command is not that of a form.
#[test]
fn the_key_of_a_proof_is_a_public_key() {
    says(
        "onestop verify-proof p.json",
        "--key（公钥）：没有填写",
        "--key (public key): it is missing",
    );
}

/// A refusal offers what is taken.
#[test]
fn a_role_that_nobody_has_is_not_offered() {
    for role in ["chef", "system"] {
        let line = format!("onestop staff add zz --name 张丽 --unit 530821 --role {role}");
        let (zh, en) = told(&line);
        assert!(
            zh.contains("可选 clerk、") && zh.contains("auditor"),
            "{zh}"
        );
        for said in [zh, en] {
            assert!(
                !said
                    .replace("'system'", "")
                    .replace("“system”", "")
                    .contains("system"),
                "{said}"
            );
        }
    }
}
