//! Every mistake is refused with its file, its line, and the mend.

mod items_and_standards;

use std::error::Error;

use onestop_directory::Reason;

use crate::folder::{DIVISIONS, Folder, entry_line, shipped_lines};

/// `line end+2` is the second line behind the shipped file; `line of <text>` is the beginning of the entry
/// in it that has that text first, `+ 3` three lines behind it.
#[track_caller]
fn refused(folder: &Folder, expected: &str) {
    let refusal = folder.refusal();
    let end = expected.split_once(", line end+");
    let entry = expected.split_once(", line of ");
    let expected = match (end, entry) {
        (Some((file, rest)), _) => {
            let (behind, rest) = rest.split_once(':').unwrap();
            let line = shipped_lines(file) + behind.parse::<usize>().unwrap();
            format!("{file}, line {line}:{rest}")
        }
        (None, Some((file, rest))) => {
            let (text, rest) = rest.split_once(':').unwrap();
            let (text, behind) = text.split_once(" + ").unwrap_or((text, "0"));
            let line = entry_line(file, text) + behind.parse::<usize>().unwrap();
            format!("{file}, line {line}:{rest}")
        }
        (None, None) => expected.to_owned(),
    };
    assert!(refusal.starts_with(&expected), "{refusal}");
    let (english, chinese) = refusal.rsplit_once(" / ").unwrap();
    assert!(!english.ends_with(chinese), "not in Chinese: {refusal}");
}

/// What lies in the folder may be a device, which has no end, a pipe, or the image of a disk.
#[test]
fn a_file_that_is_none_or_too_long_is_refused_unread() {
    for folder in [
        Folder::small().leading_to("sites.toml", "/dev/zero"),
        Folder::small().extended_to("sites.toml", (64 << 20) + 1),
    ] {
        let refused = folder.load().unwrap_err();
        let is_unread = matches!(refused.reason, Reason::Unreadable { .. });
        assert!(is_unread, "{refused}");
    }
}

fn with_division(line: &str) -> Folder {
    Folder::small().write("divisions.csv", &format!("{DIVISIONS}{line}\n"))
}

fn with_site(text: &str) -> Folder {
    Folder::small().append("sites.toml", text)
}

/// With something said of the site of the county.
fn with_county_site(fields: &str) -> Folder {
    with_site(&format!("\n[[site]]\ndivision = \"530821\"\n{fields}\n"))
}

fn offer(items: &str, weekdays: &str) -> String {
    format!("[[site.offer]]\nitems = [{items}]\nweekdays = [{weekdays}]\n")
}

fn with_override(fields: &str) -> Folder {
    with_site(&format!(
        "\n[[override]]\nreason = {{ zh = \"修缮\", en = \"repairs\" }}\n{fields}\n"
    ))
}

/// The shipped rule that gives the province a site.
const PROVINCE: &str = "[[rule]]\ntier = \"province\"\nform = \"centre\"\nname = \"{division}公共法律服务中心\"\nvalid_from = 2016-01-01\n";

/// The shipped legal aid agency of the province.
const PROVINCES_AGENCY: &str = "[[site]]\ndivision = \"530000000000\"\n\n[[site.unit]]\nkind = \"legal-aid\"\n\
                                source = \"法律援助法第十二条：县级以上司法行政部门设立法律援助机构；省级机构的名称与设立情况待省司法厅确认\"\n\
                                status = \"unconfirmed\"\n";

/// Without a site in the province, and with what units are still there.
fn without_a_province(units_there: bool) -> Folder {
    let folder = Folder::small().replace("sites.toml", PROVINCE, "\n\n\n\n\n");
    if units_there {
        return folder;
    }
    let (with, less) = ("at = [\"province\", \"prefecture\"", "at = [\"prefecture\"");
    let folder = folder.replace("items.toml", with, less);
    let folder = folder.replace("items.toml", with, less);
    let folder = folder.replace("items.toml", "at_named = [\"province\"]", "at_named = []");
    let folder = folder.replace(
        "items.toml",
        "at = [\"prefecture\", \"county\", \"province\"], own_place_at = [\"province\"]",
        "at = [\"prefecture\", \"county\"]",
    );
    // Its court and its procuratorate.
    let folder = folder.replace("items.toml", with, less);
    let folder = folder.replace("items.toml", with, less);
    let folder = folder.replace("sites.toml", PROVINCES_AGENCY, "\n\n\n\n\n\n\n");
    folder.replace(
        "items.toml",
        "name_at = { province = \"{division}司法厅\" }\n",
        "",
    )
}

fn with_standard(fields: &str) -> Folder {
    let text = format!("\n[[standard]]\nbasis = \"测试\"\nstatus = \"local-promise\"\n{fields}\n");
    Folder::small().append("standards.toml", &text)
}

#[test]
fn the_small_folder_itself_loads() {
    Folder::small().load().unwrap();
}

#[test]
fn a_missing_file() {
    let folder = Folder::small().without("calendar.toml");
    refused(&folder, "calendar.toml: cannot be read. Put the file there");
    assert!(folder.load().unwrap_err().source().is_some());
}

/// Spreadsheets in Chinese save GB18030: that is said, and not that the file is missing.
#[test]
fn a_file_in_another_encoding() {
    // 云南省.
    let rows = b"code,name,tier\n530000000000,\xd4\xc6\xc4\xcf\xca\xa1,province\n";
    let folder = Folder::small().write_bytes("divisions.csv", rows);
    refused(&folder, "divisions.csv: is not UTF-8 but perhaps GB18030");
    assert!(folder.refusal().contains("另存为“CSV UTF-8”"));
}

#[test]
fn divisions() {
    let header = Folder::small().replace("divisions.csv", "code,name", "name,code");
    refused(
        &header,
        "divisions.csv, line 1: the first line must be code,name,tier",
    );
    refused(
        &with_division("5308x,某乡,township"),
        "divisions.csv, line 8: '5308x' is not a division code",
    );
    refused(
        &with_division("530822100000,某镇"),
        "divisions.csv, line 8: a row needs code, name and tier",
    );
    refused(
        &with_division("530822100000,某镇,village"),
        "divisions.csv, line 8: 530822100000 says 'village', but its digits say 'township'",
    );
    refused(
        &with_division("530822100000, ,township"),
        "divisions.csv, line 8: 530822100000 has no name",
    );
    refused(
        &with_division("530822000000,墨江,county"),
        "divisions.csv, line 8: 530822000000 is listed twice",
    );
    refused(
        &with_division("530901101000,某镇,township"),
        "divisions.csv, line 8: 530901101000 lies in 530901000000, which is not listed",
    );
}

#[test]
fn unknown_fields_and_words() {
    let field = Folder::small().replace(
        "sites.toml",
        "form = \"centre\"",
        "form = \"centre\"\ncolour = 1",
    );
    refused(
        &field,
        "sites.toml, line of tier = \"prefecture\" + 3: unknown field `colour`",
    );
    let state = with_override("division = \"530821\"\nstate = \"asleep\"\nfrom = 2026-01-01");
    refused(&state, "sites.toml, line end+5: unknown variant `asleep`");
    let tier = Folder::small().replace("items.toml", "\"township\"", "\"hamlet\"");
    refused(
        &tier,
        "items.toml, line of kind = \"window\" + 6: unknown variant `hamlet`",
    );
    let syntax = Folder::small().append("standards.toml", "\n[[standard\n");
    refused(&syntax, "standards.toml, line end+2: ");
    let words = Folder::small().replace(
        "items.toml",
        "en = \"window\"",
        "en = \"window\", fr = \"guichet\"",
    );
    refused(
        &words,
        "items.toml, line of kind = \"window\" + 4: unknown field `fr`",
    );
    let date =
        with_standard("step = \"a.b\"\ndays = 1\nkind = \"working\"\nvalid_from = \"2026-01-01\"");
    refused(&date, "standards.toml, line end+8: ");
    let hour = with_standard(
        "step = \"a.b\"\ndays = 1\nkind = \"working\"\nvalid_from = 2026-01-01T08:00:00",
    );
    assert!(
        hour.refusal().contains("is not a day: write 2026-03-01"),
        "{}",
        hour.refusal()
    );
}

#[test]
fn sites() {
    let rule = "\n[[rule]]\ntier = \"county\"\nform = \"centre\"\nname = \"{division}\"\nvalid_from = 2016-01-01\n";
    refused(
        &with_site(rule),
        "sites.toml, line end+2: there are two rules for tier 'county'",
    );
    let pattern = Folder::small().replace("sites.toml", "{division}公共", "{place}公共");
    refused(
        &pattern,
        "sites.toml, line of tier = \"prefecture\": '{place}公共法律服务中心' is no name pattern here",
    );
    refused(
        &with_override("division = \"530823\"\nstate = \"pilot\"\nfrom = 2026-01-01"),
        "sites.toml, line end+2: there is no division 530823000000",
    );
    refused(
        &without_a_province(false).append(
            "sites.toml",
            "\n[[override]]\nreason = { zh = \"修缮\", en = \"repairs\" }\ndivision = \"53\"\nstate = \"pilot\"\nfrom = 2026-01-01\n",
        ),
        "sites.toml, line end+2: 530000000000 has no site",
    );
    refused(
        &with_override(
            "division = \"530821\"\nstate = \"pilot\"\nfrom = 2026-01-02\nuntil = 2026-01-01",
        ),
        "sites.toml, line end+2: the period ends on 2026-01-01, before it begins on 2026-01-02",
    );
    let first = with_override(
        "division = \"530821\"\nstate = \"suspended\"\nfrom = 2026-01-01\nuntil = 2026-02-01",
    );
    let second = "\n[[override]]\ndivision = \"530821\"\nstate = \"pilot\"\nfrom = 2026-02-01\n\
                  reason = { zh = \"试点\", en = \"trial\" }\n";
    refused(
        &first.append("sites.toml", second),
        "sites.toml, line end+9: 530821000000 has two overrides on 2026-02-01",
    );
}

/// What is said of a site, or not: each mistake has the line of its own entry.
#[test]
fn single_sites() {
    let twice = with_county_site("").append("sites.toml", "\n[[site]]\ndivision = \"530821\"\n");
    refused(
        &twice,
        "sites.toml, line end+6: the site of 530821000000 is described in line ",
    );
    refused(
        &with_site("\n[[site]]\ndivision = \"530823\"\n"),
        "sites.toml, line end+2: there is no division 530823000000",
    );
    refused(
        &with_county_site("languages = [\"lahu\", \"klingon\"]"),
        "sites.toml, line end+2: there is no [[language]] 'klingon'. Add it with its name",
    );
    let host =
        |body: &str, from: &str| format!("[[site.host]]\nbody = \"{body}\"\nfrom = {from}\n");
    refused(
        &with_county_site(&format!(
            "{}{}",
            host("own", "2018-07-01"),
            host("justice-office", "2020-01-01")
        )),
        "sites.toml, line end+7: the site of 530821000000 has two hosts on 2020-01-01",
    );
    refused(
        &with_county_site(&host("castle", "2018-07-01")),
        "sites.toml, line end+5: unknown variant `castle`",
    );
}

#[test]
fn offers_of_single_sites() {
    refused(
        &with_county_site(&offer("\"weddings\"", "\"mon\"")),
        "sites.toml, line end+4: there is no item 'weddings' in items.toml",
    );
    refused(
        &with_county_site(&offer("\"legal-aid\"", "")),
        "sites.toml, line end+4: an offer needs at least one item and one weekday",
    );
    refused(
        &with_county_site(&offer("\"legal-aid\"", "\"monday\"")),
        "sites.toml, line end+6: unknown variant `monday`",
    );
    let late = offer("\"legal-aid\"", "\"mon\"") + "hours = [\"12:00-09:00\"]";
    refused(
        &with_county_site(&late),
        "sites.toml, line end+7: '12:00-09:00' are no hours: write 09:00-12:00",
    );
    let narrow = Folder::small().replace(
        "items.toml",
        "received_at = [\"prefecture\", \"county\", \"township\", \"village\"]",
        "received_at = [\"township\"]",
    );
    let village = "\n[[site]]\ndivision = \"530821101201\"\n".to_owned();
    refused(
        &narrow.append(
            "sites.toml",
            &(village + &offer("\"legal-aid\"", "\"mon\"")),
        ),
        "sites.toml, line end+4: 'legal-aid' is neither received nor worked at tier 'village'",
    );
}

#[test]
fn units_of_single_sites() {
    let unit = |fields: &str| with_county_site(&format!("[[site.unit]]\n{fields}"));
    refused(
        &unit("kind = \"barber\""),
        "sites.toml, line end+4: there is no [[unit]] 'barber' in items.toml",
    );
    refused(
        &unit("kind = \"hotline\""),
        "sites.toml, line end+4: there is no 'hotline' at tier 'county'",
    );
    refused(
        &unit("kind = \"legal-aid\"\ncapacity = 0"),
        "sites.toml, line end+4: 'legal-aid' with a capacity of 0 could take nothing",
    );
    for phone in ["12", "0879-", "0879 3231234"] {
        refused(
            &unit(&format!("kind = \"legal-aid\"\nphone = \"{phone}\"")),
            &format!("sites.toml, line end+4: '{phone}' of 'legal-aid' is no telephone number"),
        );
    }
    refused(
        &unit("kind = \"legal-aid\"\ntold = \"letter\""),
        "sites.toml, line end+4: 'legal-aid' is the bureau's own and reads its worklist here",
    );
}

#[test]
fn address_and_telephone_of_a_site() {
    for phone in ["12", "0879-", "拨打"] {
        refused(
            &with_county_site(&format!("phone = \"{phone}\"")),
            &format!(
                "sites.toml, line end+2: '{phone}' of the site of 530821000000 is no telephone number"
            ),
        );
    }
    refused(
        &with_county_site("address = \" \""),
        "sites.toml, line end+2: 'address' is empty. Write what is known",
    );
    refused(
        &with_county_site("[[site.unit]]\nkind = \"court\"\naddress = \"\""),
        "sites.toml, line end+4: 'address' is empty",
    );
}

/// Two codes whose hashes begin with the same forty bits, found by trying; neither exists.
#[test]
fn two_sites_with_one_id() {
    let villages = "\
530812000000,某县,county
530812182000,某乡,township
530812182381,某村,village
530822396000,某乡,township
530822396312,某村,village
";
    refused(
        &Folder::small().append("divisions.csv", villages),
        "sites.toml: the sites of 530812182381 and 530822396312 get the same id s",
    );
}

/// Every mistake is explained in Chinese, too.
#[test]
fn in_chinese() {
    let year = Folder::small().replace("calendar.toml", "year = 2026", "year = 2025");
    let refusal = year.refusal();
    assert!(
        refusal.ends_with("Keep one / 2025 年列了两次。请保留一个"),
        "{refusal}"
    );
}

#[test]
fn calendars() {
    let calendar = |from: &str, to: &str| Folder::small().replace("calendar.toml", from, to);
    refused(
        &calendar("month = 1, day = 1", "month = 2, day = 29"),
        "calendar.toml, line 7: 2-29 is no day",
    );
    refused(
        &calendar("year = 2026", "year = 2025"),
        "calendar.toml, line 61: year 2025 is listed twice",
    );
    refused(
        &calendar(
            "from = 2026-01-01, to = 2026-01-03",
            "from = 2026-01-03, to = 2026-01-01",
        ),
        "calendar.toml, line 67: the period ends on 2026-01-01",
    );
    refused(
        &calendar("to = 2026-02-23", "to = 2026-03-23"),
        "calendar.toml, line 68: '春节' has 37 days off; more than 15 is a typing error",
    );
    refused(
        &calendar("from = 2026-01-01", "from = 2025-12-24"),
        "calendar.toml, line 67: 2025-12-24 does not belong to 2026",
    );
    refused(
        &calendar("to = 2026-10-07", "to = 2026-10-15")
            .replace("calendar.toml", "from = 2026-09-25", "from = 2026-10-09")
            .replace("calendar.toml", "to = 2026-09-27", "to = 2026-10-09"),
        "calendar.toml, line 73: 2026-10-09 is a day off twice",
    );
    refused(
        &calendar("2026-05-09", "2026-05-08"),
        "calendar.toml, line 75: 2026-05-08 cannot be a moved working day",
    );
    refused(
        &calendar("2026-05-09", "2026-05-03"),
        "calendar.toml, line 75: 2026-05-03 cannot be a moved working day",
    );
    refused(
        &calendar("2026-05-09", "2027-05-08"),
        "calendar.toml, line 75: 2027-05-08 does not belong to 2026",
    );
    refused(
        &calendar("from = 2026-10-01", "from = 2026-10-02"),
        "calendar.toml, line 61: 2026-10-01 is a day off by law and missing from year 2026",
    );
}
