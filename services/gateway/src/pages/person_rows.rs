//! Those who ask together with the first applicant (共同申请人): a row of fields a person, in the registration and in its
//! correction. Nothing that was typed is dropped: a row with anything in it is a person, whose name is asked for.

use onestop_proto::{
    case::{Document, DocumentKind, DocumentShape, Person, name_fault, phone_fault},
    field_names::both_languages,
    typed::{code_signs, half_width, is_blank, wrong_mobile},
};

use super::{
    document_fields::{NumberField, check_number},
    problems::Problems,
    shell::Page,
};
use crate::core::form_data::FormData;

/// Rows of a form, at least; one behind the last that is filled in is empty.
const EMPTY: usize = 2;
/// As many as intake takes besides the first.
const MOST: usize = 99;
/// The field that says how many rows a form had.
const COUNT: &str = "rows";
/// The one field of before, a line a person.
const FORMER: &str = "others";
/// Digits of a telephone number, at least.
const SHORTEST_PHONE: usize = 7;

/// A row, ready to be shown.
pub(super) struct PersonRow {
    /// Which person it is: the second, the third.
    pub(super) number: usize,
    pub(super) name: Field,
    pub(super) phone: Field,
    pub(super) paper: Field,
}

/// A field of a row: its id, and what was typed.
pub(super) struct Field {
    pub(super) id: String,
    pub(super) text: String,
}

pub(super) fn field(row: usize, part: &str) -> String {
    format!("other-{row}-{part}")
}

/// The rows to show: those with something in them, some empty ones, and more where they were asked for.
pub(super) fn rows(typed: &FormData) -> Vec<PersonRow> {
    let last = filled(typed).last().map_or(0, |last| last + 1);
    let had = typed.get(COUNT).parse().unwrap_or(0);
    let asked = if typed.get("do") == "row" {
        had + EMPTY
    } else {
        had
    };
    let shown = asked.max(last + 1).clamp(EMPTY, MOST);
    let shown = (0..shown).map(|row| {
        let part = |part| {
            let id = field(row, part);
            let text = typed.get(&id).to_owned();
            Field { id, text }
        };
        PersonRow {
            number: row + 2,
            name: part("name"),
            phone: part("phone"),
            paper: part("paper"),
        }
    });
    shown.collect()
}

pub(super) fn filled(typed: &FormData) -> Vec<usize> {
    let is_filled = |row: &usize| {
        let mut parts = ["name", "phone", "paper"].into_iter();
        parts.any(|part| typed.filled(&field(*row, part)).is_some())
    };
    (0..MOST).filter(is_filled).collect()
}

/// Puts people into the rows of a form.
pub(super) fn fill<'a>(typed: &mut FormData, people: impl Iterator<Item = &'a Person>) {
    for (row, person) in people.enumerate() {
        let number = person.document.as_ref().and_then(|it| it.number.clone());
        typed.set(&field(row, "name"), person.name.clone());
        typed.set(
            &field(row, "phone"),
            person.phone.clone().unwrap_or_default(),
        );
        typed.set(&field(row, "paper"), number.unwrap_or_default());
    }
}

/// The person of a row: what the row says, and of one who was there already what it does not ask.
pub(super) fn person(typed: &FormData, row: usize, before: Option<&Person>) -> Person {
    let text = |part: &str| typed.get(&field(row, part)).to_owned();
    let some = |part: &str| Some(text(part)).filter(|text| !text.is_empty());
    let mut person = before.cloned().unwrap_or_else(|| Person::named(""));
    person.name = text("name");
    person.phone = some("phone");
    let known = person.document.as_ref();
    let known = known.and_then(|document| document.number.clone());
    if known != some("paper") {
        person.document = some("paper").map(|number| Document {
            kind: kind(&number),
            number: Some(number),
        });
    }
    person
}

/// What kind of paper has a number of this form.
fn kind(number: &str) -> DocumentKind {
    let signs = code_signs(number);
    let is_card = |signs: &str| {
        let (digits, check) = signs.split_at(17);
        digits.bytes().all(|sign| sign.is_ascii_digit())
            && matches!(check.as_bytes(), [b'0'..=b'9' | b'x' | b'X'])
    };
    let digits = signs.bytes().all(|sign| sign.is_ascii_digit());
    match signs.len() {
        15 if digits => DocumentKind::OldIdentityCard,
        18 if signs.is_ascii() && is_card(&signs) => match signs.get(..2) {
            Some("81" | "82" | "83") => DocumentKind::HmtResidencePermit,
            Some(first) if first.starts_with('9') => DocumentKind::PermanentResidenceCard,
            Some(_) | None => DocumentKind::IdentityCard,
        },
        _ => DocumentShape::certain(&signs.to_ascii_uppercase())
            .map_or(DocumentKind::Other, DocumentShape::kind),
    }
}

/// Adds what is wrong with the rows.
pub(super) fn check(typed: &FormData, page: &Page<'_>, problems: &mut Problems) {
    for row in filled(typed) {
        let name = field(row, "name");
        if typed.get(&name).is_empty() {
            let number = (row + 2).to_string();
            let message = page.i18n.t1("others-problem-name", "number", number);
            problems.add(&name, message);
        }
        check_name(&name, typed, page, problems);
        check_phone(&field(row, "phone"), typed, page, problems);
    }
}

/// Adds what is wrong with the numbers of papers, but for those that were taken down before: their kind was chosen elsewhere.
pub(super) fn check_papers(
    typed: &FormData,
    before: &[Person],
    page: &Page<'_>,
    problems: &mut Problems,
) {
    for row in filled(typed) {
        let paper = field(row, "paper");
        let number = typed.get(&paper);
        let known = before.get(row + 1).and_then(|it| it.document.as_ref());
        if known.is_some_and(|known| known.number.as_deref() == Some(number)) {
            continue;
        }
        let place = NumberField {
            field: &paper,
            path: &format!("applicant.people[{}].document.number", row + 1),
        };
        check_number(kind(number), number, &place, page, problems);
    }
}

/// Adds what is wrong with a telephone number.
pub(super) fn check_phone(field: &str, typed: &FormData, page: &Page<'_>, problems: &mut Problems) {
    let text = half_width(typed.get(field));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if let Some(digits) = wrong_mobile(&text) {
        let message = page
            .i18n
            .t1("new-problem-phone", "digits", digits.to_string());
        problems.add(field, message);
    } else if !text.is_empty() && digits < SHORTEST_PHONE {
        problems.add(field, page.i18n.t("new-problem-phone-short"));
    } else if let Some(fault) = phone_fault(&text).filter(|_| !text.is_empty()) {
        problems.add(field, page.i18n.words(&both_languages(fault)));
    }
}

/// Adds what is wrong with a name that is filled in.
pub(super) fn check_name(field: &str, typed: &FormData, page: &Page<'_>, problems: &mut Problems) {
    let name = typed.get(field);
    if let Some(fault) = name_fault(name).filter(|_| !is_blank(name)) {
        problems.add(field, page.i18n.words(&both_languages(fault)));
    }
}

/// The field of a row for a field of a command, `applicant.people[2].phone`.
pub(super) fn field_of(path: &str, typed: &FormData) -> Option<String> {
    let (index, rest) = path.strip_prefix("applicant.people[")?.split_once(']')?;
    let index: usize = index.parse().ok()?;
    let row = *filled(typed).get(index.checked_sub(1)?)?;
    let part = match rest {
        ".phone" => "phone",
        rest if rest.starts_with(".document") => "paper",
        _ => "name",
    };
    Some(field(row, part))
}

/// The field that a field of a row moves to if rows are added behind the first `had`; none for another field.
pub(super) fn moved(name: &str, had: usize, added: usize) -> Option<String> {
    let (row, part) = name.strip_prefix("other-")?.split_once('-')?;
    let row: usize = row.parse().ok()?;
    (row >= had).then(|| field(row + added, part))
}

/// A draft of before had one field, a line a person: each becomes a row.
pub(super) fn take_over(typed: &mut FormData) {
    let former = typed.get(FORMER).to_owned();
    let first = filled(typed).last().map_or(0, |last| last + 1);
    let lines = former.lines().filter(|line| !line.trim().is_empty());
    for (row, line) in (first..).zip(lines) {
        let parts = parts(line);
        for (part, text) in ["name", "phone", "paper"].into_iter().zip(parts) {
            typed.set(&field(row, part), text);
        }
    }
    typed.set(FORMER, "");
}

/// Name, telephone and number of a paper in a line; what is neither number is name.
fn parts(line: &str) -> [String; 3] {
    let between = |sign: char| {
        sign.is_whitespace() || matches!(sign, ',' | '，' | '、' | ';' | '；' | ':' | '：')
    };
    let mut parts = [String::new(), String::new(), String::new()];
    let [name, phone, paper] = &mut parts;
    for word in line.split(between).filter(|word| !word.is_empty()) {
        let signs = code_signs(word);
        let is_paper = matches!(signs.len(), 15 | 18) && kind(&signs) != DocumentKind::Other;
        let is_number = signs
            .bytes()
            .all(|sign| sign.is_ascii_digit() || sign == b'+');
        if is_paper && paper.is_empty() {
            word.clone_into(paper);
        } else if is_number && signs.len() >= SHORTEST_PHONE && phone.is_empty() {
            word.clone_into(phone);
        } else {
            let space = if name.is_empty() { "" } else { " " };
            *name += &format!("{space}{word}");
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_with_anything_in_it_is_a_person() {
        let mut typed = FormData::default();
        typed.set("other-0-name", "李四");
        typed.set("other-0-phone", "13987654321");
        typed.set("other-2-phone", "13800138000");
        typed.set("other-3-paper", "  ");
        assert_eq!(filled(&typed), [0, 2]);
        assert_eq!(rows(&typed).len(), 4);
        typed.set("rows", "3");
        typed.set("do", "row");
        assert_eq!(rows(&typed).len(), 5);
        assert!(
            person(&typed, 2, None).name.is_empty(),
            "and its name is asked for"
        );
        let field = |path: &str| field_of(path, &typed);
        assert_eq!(
            field("applicant.people[1].phone"),
            Some("other-0-phone".to_owned())
        );
        assert_eq!(
            field("applicant.people[2].name"),
            Some("other-2-name".to_owned())
        );
        let paper = Some("other-2-paper".to_owned());
        assert_eq!(field("applicant.people[2].document.number"), paper);
        for none in ["applicant.people[0].phone", "applicant.people[3]", "place"] {
            assert_eq!(field(none), None, "{none}");
        }
    }

    #[test]
    fn the_kind_of_a_paper_is_told_by_its_number() {
        for (number, wanted) in [
            ("11010519491231002X", DocumentKind::IdentityCard),
            ("１１０１０５ 19491231 002x", DocumentKind::IdentityCard),
            ("110105491231002", DocumentKind::OldIdentityCard),
            ("810000199408230021", DocumentKind::HmtResidencePermit),
            ("911124198108030024", DocumentKind::PermanentResidenceCard),
            ("E12345678", DocumentKind::Passport),
            ("Ｇ１２３４５６７８", DocumentKind::Passport),
            ("H12345678", DocumentKind::HmtTravelPermit),
            ("ea1234567", DocumentKind::Passport),
            ("M1234567802", DocumentKind::HmtTravelPermit),
            ("0012345601(B)", DocumentKind::TaiwanTravelPermit),
            ("USA110082112301", DocumentKind::ResidencePermit),
            ("M12345678", DocumentKind::Other),
            ("证字十", DocumentKind::Other),
            ("证字第十二号证字第十二号证字第十二号", DocumentKind::Other),
        ] {
            assert_eq!(kind(number), wanted, "{number}");
        }
    }

    #[test]
    fn what_is_not_asked_of_a_person_stays() {
        let before = Person {
            address: Some("新塘村三组".to_owned()),
            document: Some(Document {
                kind: DocumentKind::Passport,
                number: Some("E12345678".to_owned()),
            }),
            ..Person::named("李四")
        };
        let mut typed = FormData::default();
        fill(&mut typed, [&before].into_iter());
        assert!(person(&typed, 0, Some(&before)) == before);
        typed.set("other-0-name", "李思");
        let after = person(&typed, 0, Some(&before));
        assert!(after.name == "李思" && after.document == before.document);
        assert!(after.address == before.address);
    }

    #[test]
    fn lines_of_before_become_rows() {
        let mut typed = FormData::default();
        let lines = "李四，139 8765\n王五,１３８００１３８０００\n\n艾尼瓦尔·买买提 买买提 13800138001 11010519491231002X\n13700137000";
        typed.set("others", lines);
        take_over(&mut typed);
        let said = |row, part| typed.get(&field(row, part)).to_owned();
        assert_eq!(said(0, "name"), "李四 139 8765", "nothing is dropped");
        assert_eq!(
            [said(1, "name"), said(1, "phone")],
            ["王五", "１３８００１３８０００"]
        );
        assert_eq!(said(2, "name"), "艾尼瓦尔·买买提 买买提");
        assert_eq!(said(2, "paper"), "11010519491231002X");
        assert_eq!([said(3, "name"), said(3, "phone")], ["", "13700137000"]);
        assert_eq!(typed.get("others"), "");
        assert_eq!(filled(&typed), [0, 1, 2, 3]);
    }
}
