//! What a command must say: checked here for all specialists, and refused for all fields at once.

use onestop_proto::{field_problems::refuse_all, matter::Rejection, typed::is_blank};

/// Requires texts that can be read: all that are not are named at once.
///
/// # Errors
/// [`Rejection::Incomplete`], or several of it.
pub fn require_texts(fields: &[(&str, &str)]) -> Result<(), Rejection> {
    let blank = fields.iter().filter(|(_, text)| is_blank(text));
    refuse_all(blank.map(|(field, _)| incomplete(field)))
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
        ]);
        let details = refused.unwrap_err().rejected().details;
        let fields = details["problems"].as_array().unwrap().iter();
        let fields: Vec<_> = fields.map(|one| one["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["firm", "licence"]);

        assert_eq!(require_texts(&[("why", "")]), Err(incomplete("why")));
        assert_eq!(require_texts(&[("why", "有事由")]), Ok(()));
    }
}
