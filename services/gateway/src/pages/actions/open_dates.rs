//! The forms that correct or close a critical date offer the kinds of those that are open, and no others.

use onestop_proto::matter::CriticalDateKind;

use super::form_spec::{FormSpec, Kind};

/// The commands about an open date, and their field for its kind.
const ABOUT_OPEN: [&str; 2] = ["correct-critical-date", "close-critical-date"];
const KIND: &str = "kind";

/// The form with the kinds that are open.
pub(super) fn kept(mut spec: FormSpec, command: &str, open: &[CriticalDateKind]) -> FormSpec {
    if !ABOUT_OPEN.contains(&command) {
        return spec;
    }
    let kind = spec.fields.iter_mut().find(|field| field.name == KIND);
    if let Some(Kind::Choice(choices)) = kind.map(|field| &mut field.kind) {
        choices.retain(|choice| open.iter().any(|kind| kind.as_str() == choice.value));
    }
    spec
}

#[cfg(test)]
mod tests {
    use onestop_proto::legal_aid;

    use super::*;

    #[test]
    fn a_date_that_is_not_open_is_neither_corrected_nor_closed() {
        let open = [CriticalDateKind::CivilAppeal];
        let offered = |command: &str| {
            let spec = FormSpec::of(&legal_aid::service(), command).unwrap();
            let spec = kept(spec, command, &open);
            let mut fields = spec.fields.into_iter();
            let Some(Kind::Choice(listed)) = fields
                .find(|field| field.name == KIND)
                .map(|field| field.kind)
            else {
                panic!("the kind is a choice")
            };
            let values = listed.into_iter().map(|choice| choice.value);
            values.collect::<Vec<_>>()
        };
        for command in ABOUT_OPEN {
            assert_eq!(offered(command), ["civil-appeal"], "{command}");
        }
        assert!(offered("set-critical-date").len() > 1);
    }
}
