//! What a receipt prints besides the case: the query code, and the applicants' names as the clerk typed them. It is stored sealed
//! for the clerk who registered the case, as drafts are.

use super::person_rows;
use crate::core::form_data::FormData;

const CODE: &str = "code";
const NAME: &str = "name";
const WARNING: &str = "warning";

#[derive(Default)]
pub(super) struct ReceiptText {
    /// The query code; none where the case was not opened on this page, or that was long ago.
    pub(super) code: Option<String>,
    /// Who applies, in the order of the form.
    pub(super) names: Vec<String>,
    /// What the clerk should look at again, in the language of the registration.
    pub(super) warnings: Vec<String>,
}

impl ReceiptText {
    /// Of a registration as it was typed.
    pub(super) fn of(code: &str, typed: &FormData, warnings: Vec<String>) -> Self {
        let others = person_rows::filled(typed).into_iter();
        let others = others.map(|row| person_rows::field(row, NAME));
        let fields = std::iter::once(NAME.to_owned()).chain(others);
        let names = fields.map(|field| typed.get(&field).to_owned());
        Self {
            code: Some(code.to_owned()),
            names: names.filter(|name| !name.is_empty()).collect(),
            warnings,
        }
    }

    pub(super) fn encode(&self) -> String {
        let mut text = FormData::default();
        text.set(CODE, self.code.as_deref().unwrap_or_default());
        for name in &self.names {
            text.add(NAME, name.as_str());
        }
        for warning in &self.warnings {
            text.add(WARNING, warning.as_str());
        }
        text.encode()
    }

    /// Parses what was stored. Before names were stored with it, it was the code alone.
    pub(super) fn parse(stored: &str) -> Self {
        if !stored.contains('=') {
            return Self {
                code: Some(stored.to_owned()),
                ..Self::default()
            };
        }
        let text = FormData::parse(stored);
        Self {
            code: text.filled(CODE).map(str::to_owned),
            names: text.all(NAME).map(str::to_owned).collect(),
            warnings: text.all(WARNING).map(str::to_owned).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_has_the_names_of_all_who_apply_and_what_to_look_at_again() {
        let mut typed = FormData::default();
        typed.set("name", "李四");
        typed.set("other-0-name", "王五");
        let warnings = vec!["未带证件，请在办理前补核".to_owned()];
        let kept = ReceiptText::of("ABCD-2345", &typed, warnings.clone());
        let read = ReceiptText::parse(&kept.encode());
        assert_eq!(read.code.as_deref(), Some("ABCD-2345"));
        assert_eq!(read.names, ["李四", "王五"]);
        assert_eq!(read.warnings, warnings);
    }

    #[test]
    fn a_code_that_was_stored_alone_is_read() {
        let read = ReceiptText::parse("ABCD-2345");
        assert_eq!(read.code.as_deref(), Some("ABCD-2345"));
        assert!(read.names.is_empty());
    }
}
