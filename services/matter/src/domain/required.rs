//! What a command must say: checked here for all specialists, and refused for all fields at once.

use onestop_proto::{
    field_problems::refuse_all,
    matter::Rejection,
    numbers::{LONGEST_NUMBER, is_document_number},
    typed::says_nothing,
};

/// Requires texts that can be read: all that are not are named at once.
///
/// # Errors
/// [`Rejection::Incomplete`], or several of it.
pub fn require_texts(fields: &[(&str, &str)]) -> Result<(), Rejection> {
    let blank = fields.iter().filter(|(_, text)| says_nothing(text));
    refuse_all(blank.map(|(field, _)| incomplete(field)))
}

/// Requires numbers of documents. A rule compares them, so they are stored as they were typed: no sentence is taken for one.
///
/// # Errors
/// [`Rejection::Incomplete`], [`Rejection::NotADocumentNumber`], or several of them.
pub fn require_document_numbers(fields: &[(&str, &str)]) -> Result<(), Rejection> {
    let wrong = fields.iter().filter_map(|(field, text)| {
        if says_nothing(text) {
            Some(incomplete(field))
        } else if is_document_number(text) {
            None
        } else {
            let (field, most) = ((*field).to_owned(), LONGEST_NUMBER);
            Some(Rejection::NotADocumentNumber { field, most })
        }
    });
    refuse_all(wrong)
}

/// Requires that a list names something.
///
/// # Errors
/// [`Rejection::Incomplete`].
pub fn require_any<T>(field: &str, named: &[T]) -> Result<(), Rejection> {
    if named.is_empty() {
        return Err(incomplete(field));
    }
    Ok(())
}

/// That a field was left empty, or does not go with the others.
pub fn incomplete(field: &str) -> Rejection {
    let field = field.to_owned();
    Rejection::Incomplete { field }
}

#[cfg(test)]
mod tests {
    use onestop_proto::rejection::Explain;

    use super::*;

    #[test]
    fn all_texts_that_cannot_be_read_are_named_at_once() {
        let refused = require_texts(&[
            ("firm", " \u{3000}\n"),
            ("why", "有事由"),
            ("licence", "\u{200b}\u{202e}"),
            ("letter", "！！"),
        ]);
        let details = refused.unwrap_err().rejected().details;
        let fields = details["problems"].as_array().unwrap().iter();
        let fields: Vec<_> = fields.map(|one| one["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["firm", "licence", "letter"]);

        assert_eq!(require_texts(&[("why", "")]), Err(incomplete("why")));
        assert_eq!(require_texts(&[("why", "有事由")]), Ok(()));
    }

    #[test]
    fn a_sentence_is_no_number_of_a_document() {
        let required = |text: &str| require_document_numbers(&[("letter", text)]);
        for right in ["宁援协〔2026〕2号", "宁援协第十二号", "２０２６－８"] {
            assert_eq!(required(right), Ok(()), "{right}");
        }
        assert_eq!(required(" "), Err(incomplete("letter")));
        let long = format!("{}2号", "岩温住在新塘村，".repeat(6));
        for wrong in ["岩温的协作函", &long] {
            let refused = required(wrong).unwrap_err().rejected();
            assert_eq!(refused.code, "not-a-document-number", "{wrong}");
            assert!(
                refused.message.zh.contains("最多 40 个字"),
                "{}",
                refused.message.zh
            );
        }
    }
}
