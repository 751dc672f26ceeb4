//! How Chinese input methods write what a person meant in half width, and the typed fields of all templates, each read so.

use std::{collections::BTreeSet, fs, path::Path};

use jiff::civil::Date;
use onestop_directory::Directory;
use onestop_proto::{
    case::{DocumentKind, name_fault, phone_fault, read_document_number},
    division::DivisionCode,
    ids::StaffId,
    time::Timestamp,
    typed,
};

use crate::core::{form_data::split_list, typed_dates};

/// The same text in the ways in which it is typed: in full width, with the dashes and the stop of an input method, with blanks
/// around it.
pub(super) fn spellings(text: &str) -> Vec<String> {
    let full = |sign: char| match sign {
        ' ' => '\u{3000}',
        '!'..='~' => char::from_u32(u32::from(sign) + 0xFEE0).unwrap(),
        _ => sign,
    };
    let mut all = vec![
        text.chars().map(full).collect(),
        text.replace('-', "—"),
        text.replace('-', "－").replace(' ', "\u{3000}"),
        format!("\u{3000}{text} "),
    ];
    let has_point = text.contains('.');
    all.extend(has_point.then(|| text.replace('.', "。")));
    all
}

/// How a field of a template is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// Kept as it was typed.
    Text,
    /// Kept or compared sign by sign.
    Secret,
    Name,
    Phone,
    Document,
    Day,
    Moment,
    Case,
    /// A query code, or a code of a second factor.
    Code,
    Account,
    Place,
    /// Words that are compared in half width.
    Words,
    /// Fields of a command, or of a change of a site: their own tests walk them.
    OfCommand,
}

/// How the field of a name is read, in a template where the name alone does not say.
fn reading(template: &str, name: &str) -> Option<Reading> {
    let is_of_account = matches!(template, "account.html" | "second-factor.html");
    Some(match name {
        "old" | "new" | "again" | "password" => Reading::Secret,
        // What a token or a passkey is called.
        "name" if is_of_account => Reading::Text,
        "name" | "agent_name" | "{{ row.name.id }}" => Reading::Name,
        "phone" | "agent_phone" | "{{ row.phone.id }}" => Reading::Phone,
        "document_number" | "{{ row.paper.id }}" => Reading::Document,
        "at" if template == "due.html" => Reading::Place,
        "from" | "occurred_at" | "as_of" | "known_at" | "pause" | "extend"
            if matches!(template, "due.html" | "case.html" | "new-case.html") =>
        {
            Reading::Moment
        }
        "from" | "to" | "as_of" | "on" | "notice_received_on" => Reading::Day,
        "opposed_to" | "related" | "number" => Reading::Case,
        "code" => Reading::Code,
        "staff" | "id" => Reading::Account,
        "place" => Reading::Place,
        "q" | "in" | "text" | "find" => Reading::Words,
        "reason"
        | "why"
        | "note"
        | "summary"
        | "address"
        | "agent_authority"
        | "notice_letter"
        | "{{ row.address.id }}" => Reading::Text,
        "{{ id }}" | "{{ text }}" | "{{ copies }}" => Reading::OfCommand,
        _ => return None,
    })
}

impl Reading {
    /// What a person might type, in half width; nothing where every sign counts.
    const fn sample(self) -> Option<&'static str> {
        match self {
            Self::Text | Self::Secret | Self::OfCommand => None,
            Self::Name => Some("Nguyen Van Khai"),
            Self::Phone => Some("138-0013-8001"),
            Self::Document => Some("11010519491231002X"),
            Self::Day => Some("2026-3-7"),
            Self::Moment => Some("2026-3-7 16:20"),
            Self::Case => Some("s6chnegt3-261128-037"),
            Self::Code => Some("K7PM-2XQ9"),
            Self::Account => Some("zhang-li"),
            Self::Place => Some("530821101201"),
            Self::Words => Some("A-1 2"),
        }
    }

    /// What a text means to programs; nothing if it is refused.
    fn read(self, text: &str, directory: &Directory) -> Option<String> {
        let today = Date::constant(2026, 11, 30);
        let text = text.trim();
        match self {
            Self::Text | Self::Secret | Self::OfCommand => Some(text.to_owned()),
            Self::Name => name_fault(text).is_none().then(|| typed::half_width(text)),
            Self::Phone => phone_fault(text).is_none().then(|| typed::code_signs(text)),
            Self::Document => {
                let signs = typed::code_signs(text);
                let read = read_document_number(DocumentKind::IdentityCard, &signs, today);
                read.ok()?.map(|_| signs)
            }
            Self::Day => Some(
                typed_dates::plain(text, today)
                    .parse::<Date>()
                    .ok()?
                    .to_string(),
            ),
            Self::Moment => {
                let moment = typed_dates::plain(text, today).parse::<Timestamp>();
                Some(moment.ok()?.to_string())
            }
            Self::Case => Some(format!("{:?}", directory.read_case(text).ok()?)),
            Self::Code => Some(typed::code_signs(text)),
            Self::Account => Some(typed::account(text).parse::<StaffId>().ok()?.to_string()),
            Self::Place => {
                let code = typed::half_width(text).parse::<DivisionCode>().ok()?;
                directory.division(code).map(|_| code.to_string())
            }
            Self::Words => {
                let half = typed::half_width(text);
                let words: Vec<&str> = split_list(&half).collect();
                Some(words.join(" "))
            }
        }
    }
}

/// The names of the typed fields of a template.
fn typed_names(template: &str) -> BTreeSet<String> {
    const OTHERS: [&str; 5] = ["hidden", "radio", "checkbox", "file", "range"];
    let mut names = BTreeSet::new();
    for part in template.split('<').skip(1) {
        if !part.starts_with("input") && !part.starts_with("textarea") {
            continue;
        }
        let attribute = |name: &str| {
            let (_, rest) = part.split_once(&format!(" {name}=\""))?;
            Some(rest.split('"').next().unwrap_or_default())
        };
        if attribute("type").is_some_and(|kind| OTHERS.contains(&kind)) {
            continue;
        }
        names.extend(attribute("name").map(str::to_owned));
    }
    names
}

/// A field that is added without saying here how it is read fails.
#[test]
fn every_typed_field_of_a_template_is_read_as_input_methods_write_it() {
    let directory = Directory::built_in().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let template = path.file_name().unwrap().to_string_lossy().into_owned();
        for name in typed_names(&fs::read_to_string(&path).unwrap()) {
            let reading = reading(&template, &name);
            let reading = reading.unwrap_or_else(|| panic!("{template}: how is '{name}' read?"));
            seen.insert(name.clone());
            let Some(sample) = reading.sample() else {
                continue;
            };
            let wanted = reading.read(sample, &directory);
            assert!(wanted.is_some(), "{template} {name}: {sample}");
            for spelling in spellings(sample) {
                let read = reading.read(&spelling, &directory);
                assert_eq!(read, wanted, "{template} {name}: {spelling}");
            }
        }
    }
    assert!(seen.len() > 35, "only {seen:?}: have the templates moved?");
}
