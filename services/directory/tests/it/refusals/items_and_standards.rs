//! Mistakes in items and in standards.

use super::*;

fn with_items(from: &str, to: &str) -> Folder {
    Folder::small().replace("items.toml", from, to)
}

#[test]
fn kinds_of_units() {
    refused(
        &with_items("kind = \"legal-aid\"", "kind = \"window\""),
        "items.toml, line of kind = \"legal-aid\": unit kind 'window' is listed twice",
    );
    refused(
        &with_items(
            "at = [\"province\", \"prefecture\", \"county\", \"township\", \"village\"]",
            "at = [\"county\"]",
        ),
        "items.toml: sites of tier 'province' have no window",
    );
    refused(
        &without_a_province(true),
        "items.toml, line of kind = \"window\": unit kind 'window' is at tier 'province', where no site is",
    );
    refused(
        &with_items("{site}窗口", "窗口"),
        "items.toml, line of kind = \"window\": '窗口' is no name pattern here",
    );
    refused(
        &with_items(
            "belongs = \"outside\" # a body",
            "told = \"letter\" # a body",
        ),
        "items.toml, line of kind = \"notarization\": 'notarization' is the bureau's own",
    );
}

#[test]
fn items() {
    refused(
        &with_items("id = \"notarization\"", "id = \"legal-aid\""),
        "items.toml, line of id = \"notarization\": item 'legal-aid' is listed twice",
    );
    refused(
        &with_items("id = \"pension\"", "id = \"maintenance\""),
        "items.toml, line of id = \"maintenance\": 'legal-aid' has topic 'maintenance' twice",
    );
    refused(
        &with_items(
            "worked_by = [{ kind = \"legal-aid\"",
            "worked_by = [{ kind = \"lawyers\"",
        ),
        "items.toml, line of id = \"legal-aid\": item 'legal-aid' is worked by 'lawyers', which is no [[unit]]",
    );
    refused(
        &with_items(
            "\"notarization\", at = [\"county\", \"prefecture\"]",
            "\"notarization\", at = [\"village\"]",
        ),
        "items.toml, line of id = \"notarization\": item 'notarization' is worked by 'notarization' at tier 'village'",
    );
    refused(
        &without_a_province(false).replace(
            "items.toml",
            "received_at = [\"prefecture\"",
            "received_at = [\"province\"",
        ),
        "items.toml, line of id = \"legal-aid\": item 'legal-aid' is received at tier 'province', where no site is",
    );
    let empty = "\n[[item]]\nid = \"archive\"\nname = { zh = \"档\", en = \"archive\" }\nreceived_at = []\n\
                 worked_by = []\njurisdiction = { places = [\"window\"], basis = \"x\", rule = { zh = \"x\", en = \"x\" } }\n";
    refused(
        &Folder::small().append("items.toml", empty),
        "items.toml, line end+2: item 'archive' has no topic",
    );
}

#[test]
fn jurisdictions_of_items() {
    refused(
        &with_items("places = [\"case-organ\", \"dispute\"]", "places = []"),
        "items.toml, line of id = \"legal-aid\": 'places' must name at least one kind of place",
    );
    refused(
        &with_items(
            "places = [\"real-estate\"]",
            "places = [\"real-estate\", \"real-estate\"]",
        ),
        "items.toml, line of id = \"inheritance-real-estate\": 'places' must name at least one",
    );
    refused(
        &with_items("places = [\"case-organ\"", "places = [\"moon\""),
        "items.toml, line of id = \"legal-aid\" + 9: unknown variant `moon`",
    );
    refused(
        &with_items("basis = \"法律援助法第三十八条\"", "basis = \" \""),
        "items.toml, line of id = \"legal-aid\": 'basis' is empty. Name the law",
    );
}

#[test]
fn what_to_bring_and_to_pay() {
    let bring = "bring = [\"application-form\", \"identity-card\", \"means-statement\"]";
    refused(
        &with_items(bring, "bring = [\"moon\"]"),
        "items.toml, line of id = \"legal-aid\": 'legal-aid' wants 'moon', which is no [[material]]",
    );
    refused(
        &with_items(
            "visit = { bring = [\"application-form\", \"identity-card\"] }",
            "visit = { bring = [\"moon\"] }",
        ),
        "items.toml, line of id = \"martyr-honour\": 'legal-aid' wants 'moon'",
    );
    refused(
        &with_items("proof = [\"wage-record\", ", "proof = [\"moon\", "),
        "items.toml, line of id = \"labour-pay\": 'legal-aid' wants 'moon'",
    );
    refused(
        &with_items("zh = \"免费（法律援助法第二条）\"", "zh = \" \""),
        "items.toml, line of id = \"legal-aid\": 'fees' is empty",
    );
}

/// With another limit of the review of legal aid.
fn with_review(fields: &str) -> Folder {
    with_standard(&format!(
        "step = \"legal-aid.review\"\nvalid_from = 2026-01-01\n{fields}"
    ))
}

#[test]
fn standards() {
    refused(
        &with_review("days = 0\nkind = \"calendar\"\nplace = \"5308\""),
        "standards.toml, line end+2: 'legal-aid.review' has 0 days; 1 to 3650 are possible",
    );
    refused(
        &with_review("days = 5\nkind = \"calendar\"\nplace = \"5309\""),
        "standards.toml, line end+2: there is no division 530900000000",
    );
    refused(
        &with_review("days = 5\nkind = \"calendar\"\nvalid_to = 2025-12-31"),
        "standards.toml, line end+2: the period ends on 2025-12-31",
    );
    refused(
        &with_review("days = 5\nkind = \"calendar\""),
        "standards.toml, line end+2: 'legal-aid.review' has two limits for the same place on 2026-01-01",
    );
}

/// A narrower place may be stricter, never less strict.
#[test]
fn standards_that_are_less_strict() {
    refused(
        &with_review("days = 8\nkind = \"calendar\"\nplace = \"5308\""),
        "standards.toml, line end+2: 'legal-aid.review' for 530800000000 is looser than the limit of the \
         wider place in line ",
    );
    // Eight working days never end before seven calendar days; five may, and are compared where they are counted.
    refused(
        &with_review("days = 8\nkind = \"working\"\nplace = \"5308\""),
        "standards.toml, line end+2: 'legal-aid.review' for 530800000000 is looser",
    );
    let tighter = with_review("days = 5\nkind = \"working\"\nplace = \"5308\"");
    assert!(tighter.load().is_ok());
    // More to stand still for, or more time, is looser too.
    for more in [
        "pauses = [\"supplement\", \"cooperation\", \"force-majeure\"]",
        "extension = { days = 1, times = 1, approver = \"主任\" }",
    ] {
        refused(
            &with_review(&format!(
                "days = 7\nkind = \"calendar\"\nplace = \"5308\"\n{more}"
            )),
            "standards.toml, line end+2: 'legal-aid.review' for 530800000000 is looser",
        );
    }
    // Each says in what it is looser, in both languages.
    let longer = with_review("days = 20\nkind = \"calendar\"\nplace = \"530821\"");
    let refusal = longer.refusal();
    for part in [
        "20 calendar days, and there at most 7 calendar days. A lower tier may be stricter",
        " / 530821000000 的“legal-aid.review”比第 ",
        "本条 20 自然日，上级最多 7 自然日。下级可以从严，不得从宽",
    ] {
        assert!(refusal.contains(part), "{refusal}");
    }
    // A county is measured by its prefecture, whichever stands first in the file.
    let county = with_review("days = 6\nkind = \"calendar\"\nplace = \"530821\"");
    let prefecture = "\n[[standard]]\nbasis = \"测试\"\nstatus = \"statute\"\nstep = \"legal-aid.review\"\n\
                      days = 5\nkind = \"calendar\"\nvalid_from = 2026-06-01\nplace = \"5308\"\n";
    refused(
        &county.append("standards.toml", prefecture),
        "standards.toml, line end+2: 'legal-aid.review' for 530821000000 is looser than the limit of the \
         wider place in line ",
    );
}

#[test]
fn rules_of_approval() {
    let with_rule = |decisions: &str, place: &str| {
        let text = format!(
            "\n[[approval]]\ndecisions = [{decisions}]\nplace = \"{place}\"\napprover = \"unit\"\nsource = \"测试\"\nstatus = \"unconfirmed\"\n"
        );
        Folder::small().append("standards.toml", &text)
    };
    refused(
        &with_rule("", "530821"),
        "standards.toml, line end+2: an [[approval]] names no decision",
    );
    refused(
        &with_rule("\"legal-aid.refuse\"", "530602"),
        "standards.toml, line end+2: there is no division 530602000000",
    );
}

/// A line of nowhere would hold for no citizen, and no check would tell.
#[test]
fn lines_of_means() {
    let with_line = |place: &str| {
        let text = format!(
            "\n[[means_line]]\nplace = \"{place}\"\nresidence = \"urban\"\nbase = \"urban-allowance-month\"\n\
             percent = 200\nsource = \"测试\"\nstatus = \"unconfirmed\"\nvalid_from = 2026-01-01\n"
        );
        Folder::small().append("items.toml", &text)
    };
    refused(
        &with_line("530602"),
        "items.toml, line end+2: there is no division 530602000000",
    );
    assert!(with_line("530821").load().is_ok());
}

#[test]
fn rungs_of_the_escalation() {
    let with_rung = |tier: &str, after: &str| {
        let text = format!(
            "\n[[rung]]\ntier = \"{tier}\"\nafter = {after}\nsource = \"测试\"\nstatus = \"unconfirmed\"\n"
        );
        Folder::small().append("standards.toml", &text)
    };
    refused(
        &with_rung("prefecture", "3"),
        "standards.toml, line end+2: there are two [[rung]] for tier 'prefecture'",
    );
    refused(
        &with_rung("county", "0"),
        "standards.toml, line end+2: the [[rung]] of tier 'county' comes after 0 days",
    );
}
