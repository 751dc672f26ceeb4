//! Answering the citizen at the window (答复).

use onestop_proto::{
    case::{AnswerCitizen, Answered, Event},
    typed::says_nothing,
};

use crate::domain::{Context, Decision, field_problem::incomplete};

pub(super) fn decide(answer: &AnswerCitizen, context: &Context<'_>) -> Decision {
    if says_nothing(&answer.answer) {
        return Err(incomplete("answer", "写明答复内容 / what was answered"));
    }
    Ok(vec![Event::from(Answered {
        answer: context.sealed.clone(),
    })])
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::{Ciphertext, Close, Closed, Rejection, Stage};

    use super::*;
    use crate::domain::test_support::*;

    #[test]
    fn signs_alone_are_no_answer() {
        let world = world();
        let answer = AnswerCitizen {
            answer: "……！".to_owned(),
        };
        let refused = world.after(&[world.opened()]).when(answer);
        assert!(matches!(refused, Err(Rejection::Incomplete { field, .. }) if field == "answer"));
    }

    #[test]
    fn a_question_is_answered_at_the_window_and_closed() {
        let world = world();
        let answer = AnswerCitizen {
            answer: "可以申请仲裁".to_owned(),
        };
        let answered = Event::from(Answered {
            answer: Ciphertext("sealed".to_owned()),
        });
        assert_eq!(
            world.after(&[world.opened()]).when(answer).unwrap(),
            std::slice::from_ref(&answered)
        );
        let closed = world
            .after(&[world.opened(), answered])
            .when(Close {})
            .unwrap();
        assert_eq!(
            closed,
            [Event::from(Closed {
                after: Stage::Answered,
                reopen_until: Some("2026-12-24 00:00:00".parse().unwrap()),
                open_needs: Vec::new(),
            })]
        );
    }
}
