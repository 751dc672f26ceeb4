//! The other parties to a dispute (被申请人) in a form: a row of fields each, in the registration and in its correction. Their
//! order is the one by which others name them. A row with anything in it is a party, whose name is asked for.

use onestop_proto::{case::Respondent, typed::half_width};

use super::{
    person_rows::{Field, check_name, check_phone},
    problems::Problems,
    shell::Page,
};
use crate::core::form_data::FormData;

/// What a button says to get more rows.
pub(super) const ADD: &str = "respondent-row";
/// One row behind the last that is filled in is empty; so many are added at a time.
const EMPTY: usize = 1;
/// As many as intake takes.
const MOST: usize = 100;
/// The field that says how many rows a form had.
const COUNT: &str = "respondent-rows";
/// The one field of before, a line a party.
const FORMER: &str = "respondents";
const PARTS: [&str; 3] = ["name", "phone", "address"];

/// A row, ready to be shown.
pub(super) struct RespondentRow {
    /// Which party it is, from 1.
    pub(super) number: usize,
    pub(super) name: Field,
    pub(super) phone: Field,
    pub(super) address: Field,
}

fn field(row: usize, part: &str) -> String {
    format!("respondent-{row}-{part}")
}

/// The rows to show: those with something in them, an empty one, and more where they were asked for.
pub(super) fn rows(typed: &FormData) -> Vec<RespondentRow> {
    let last = filled(typed).last().map_or(0, |last| last + 1);
    let had: usize = typed.get(COUNT).parse().unwrap_or(0);
    let added = if typed.get("do") == ADD { EMPTY } else { 0 };
    let shown = had.min(MOST) + added;
    let shown = shown.max(last + EMPTY).min(MOST);
    let row = |row: usize| {
        let part = |part| {
            let id = field(row, part);
            let text = typed.get(&id).to_owned();
            Field { id, text }
        };
        RespondentRow {
            number: row + 1,
            name: part("name"),
            phone: part("phone"),
            address: part("address"),
        }
    };
    (0..shown).map(row).collect()
}

pub(super) fn filled(typed: &FormData) -> Vec<usize> {
    let is_filled = |row: &usize| {
        let mut parts = PARTS.into_iter();
        parts.any(|part| typed.filled(&field(*row, part)).is_some())
    };
    (0..MOST).filter(is_filled).collect()
}

/// Puts the other parties into the rows of a form.
pub(super) fn fill(typed: &mut FormData, respondents: &[Respondent]) {
    for (row, other) in respondents.iter().enumerate() {
        let known = [&other.phone, &other.address].map(|known| known.clone().unwrap_or_default());
        let [phone, address] = known;
        typed.set(&field(row, "name"), other.name.clone());
        typed.set(&field(row, "phone"), phone);
        typed.set(&field(row, "address"), address);
    }
}

/// The other parties that the rows say.
pub(super) fn respondents(typed: &FormData) -> Vec<Respondent> {
    let text = |row, part| typed.filled(&field(row, part)).map(str::to_owned);
    let one = |row| Respondent {
        name: text(row, "name").unwrap_or_default(),
        phone: text(row, "phone"),
        address: text(row, "address"),
    };
    filled(typed).into_iter().map(one).collect()
}

/// Adds what is wrong with the rows.
pub(super) fn check(typed: &FormData, page: &Page<'_>, problems: &mut Problems) {
    for row in filled(typed) {
        let name = field(row, "name");
        if typed.get(&name).is_empty() {
            let number = (row + 1).to_string();
            let message = page.i18n.t1("respondents-problem-name", "number", number);
            problems.add(&name, message);
        }
        check_name(&name, typed, page, problems);
        check_phone(&field(row, "phone"), typed, page, problems);
    }
}

/// The field of a row for a field of a command, `applicant.respondents[1].phone`; of the list itself that of the first row.
pub(super) fn field_of(path: &str, typed: &FormData) -> Option<String> {
    let rest = path.strip_prefix("applicant.respondents")?;
    let of_one = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let Some((index, rest)) = of_one else {
        return Some(field(0, "name"));
    };
    let index: usize = index.parse().ok()?;
    let row = *filled(typed).get(index)?;
    let part = match rest {
        ".phone" => "phone",
        ".address" => "address",
        _ => "name",
    };
    Some(field(row, part))
}

/// The field that a field of a row moves to if rows are added behind the first `had`; none for another field.
pub(super) fn moved(name: &str, had: usize, added: usize) -> Option<String> {
    let (row, part) = name.strip_prefix("respondent-")?.split_once('-')?;
    let row: usize = row.parse().ok()?;
    (row >= had).then(|| field(row + added, part))
}

/// A draft of before had one field, a line a party with commas between name, telephone and address: each becomes a row.
pub(super) fn take_over(typed: &mut FormData) {
    let former = typed.get(FORMER).to_owned();
    let first = filled(typed).last().map_or(0, |last| last + 1);
    let lines = former.lines().filter(|line| !line.trim().is_empty());
    for (row, line) in (first..).zip(lines) {
        let mut parts = line.split([',', '，', '\t']).map(str::trim);
        let name = parts.next().unwrap_or_default();
        let (phones, others): (Vec<&str>, Vec<&str>) = parts
            .filter(|part| !part.is_empty())
            .partition(|part| is_phone(part));
        let mut phones = phones.into_iter();
        let phone = phones.next().unwrap_or_default();
        let address: Vec<&str> = others.into_iter().chain(phones).collect();
        typed.set(&field(row, "name"), name);
        typed.set(&field(row, "phone"), phone);
        typed.set(&field(row, "address"), address.join("，"));
    }
    typed.set(FORMER, "");
}

/// Signs of a telephone number alone; whether it is one, intake decides.
fn is_phone(text: &str) -> bool {
    let signs = half_width(text);
    signs.chars().any(|sign| sign.is_ascii_digit())
        && signs
            .chars()
            .all(|sign| sign.is_ascii_digit() || matches!(sign, '+' | '-' | ' ' | '(' | ')'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(typed: &FormData) -> Vec<(String, Option<String>, Option<String>)> {
        let all = respondents(typed).into_iter();
        all.map(|other| (other.name, other.phone, other.address))
            .collect()
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn a_row_with_anything_in_it_is_a_party() {
        let mut typed = FormData::default();
        assert_eq!(rows(&typed).len(), 1);
        typed.set("respondent-0-name", "李岩");
        typed.set("respondent-0-address", "勐梭村,三组");
        typed.set("respondent-2-phone", "13800138000");
        assert_eq!(
            told(&typed),
            [
                ("李岩".to_owned(), None, some("勐梭村,三组")),
                (String::new(), some("13800138000"), None),
            ]
        );
        assert_eq!(rows(&typed).len(), 4);
        typed.set("respondent-rows", "4");
        typed.set("do", ADD);
        assert_eq!(rows(&typed).len(), 5);
        let field = |path: &str| field_of(path, &typed);
        let phone = some("respondent-2-phone");
        assert_eq!(field("applicant.respondents[1].phone"), phone);
        let whole = some("respondent-0-name");
        assert_eq!(field("applicant.respondents"), whole);
        assert_eq!(field("applicant.people[1].phone"), None);
    }

    #[test]
    fn what_is_known_of_a_party_is_read_back() {
        let before = [Respondent {
            name: "李岩".to_owned(),
            phone: some("13800138000"),
            address: some("勐梭村，三组"),
        }];
        let mut typed = FormData::default();
        fill(&mut typed, &before);
        assert!(respondents(&typed) == before);
    }

    #[test]
    fn lines_of_before_become_rows() {
        let mut typed = FormData::default();
        let lines = "李岩，１３８００１３８０００，勐梭村三组\n\n 王五, 勐梭村五组 \n赵六";
        typed.set("respondents", lines);
        take_over(&mut typed);
        assert_eq!(
            told(&typed),
            [
                (
                    "李岩".to_owned(),
                    some("１３８００１３８０００"),
                    some("勐梭村三组")
                ),
                ("王五".to_owned(), None, some("勐梭村五组")),
                ("赵六".to_owned(), None, None),
            ]
        );
        assert_eq!(typed.get("respondents"), "");
    }
}
