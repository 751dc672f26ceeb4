//! What the window must see to besides the matter itself (特殊需要).

use onestop_proto::case::{Needs, Rejection};

use super::field_problem::incomplete;

/// Refuses an interpreter without a language, whom no unit could find: of Mandarin none is needed.
pub(super) fn check(needs: &Needs) -> Result<(), Rejection> {
    if needs.interpreter && needs.language.is_none() {
        let problem = "需要翻译的，请写明语言；表中没有的写“其他语言” / \
                       an interpreter is needed: say for which language; of one that is not listed, 'other'";
        return Err(incomplete("needs.language", problem));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::{Correct, Event, SpokenLanguage};

    use super::*;
    use crate::domain::{Reference, test_support::*};

    fn interpreter(language: Option<SpokenLanguage>) -> Needs {
        Needs {
            interpreter: true,
            language,
            ..Needs::default()
        }
    }

    fn is_refused(refused: &Rejection) -> bool {
        matches!(refused, Rejection::Incomplete { field, .. } if field == "needs.language")
    }

    /// On the page, in the API and on the command line alike.
    #[test]
    fn an_interpreter_is_for_a_language_when_a_case_is_opened() {
        let world = world();
        let mut with = open("legal-aid", "labour-pay", TOWN);
        with.needs = interpreter(None);
        let refused = world.after(&[]).when(with.clone()).unwrap_err();
        assert!(is_refused(&refused), "{refused:?}");
        // Beside what else is wrong.
        with.applicant.people[0].phone = Some("12".to_owned());
        let Err(Rejection::Several { problems }) = world.after(&[]).when(with.clone()) else {
            panic!("one problem")
        };
        assert_eq!(problems.len(), 2);
        with.applicant.people[0].phone = None;
        with.needs = interpreter(Some(SpokenLanguage::Lahu));
        assert!(world.after(&[]).when(with).is_ok());
    }

    #[test]
    fn an_interpreter_is_for_a_language_when_it_is_corrected() {
        let world = world();
        let history = [world.opened()];
        let correct = |needs| {
            let correction = Correct {
                needs: Some(needs),
                ..correction()
            };
            let case = world.after(&history).with(Reference::EventOfCase);
            case.when(correction)
        };
        let refused = correct(interpreter(None)).unwrap_err();
        assert!(is_refused(&refused), "{refused:?}");
        let language = Some(SpokenLanguage::Lahu);
        let corrected = correct(interpreter(language)).unwrap();
        assert!(matches!(corrected[0], Event::Corrected(_)));
    }
}
