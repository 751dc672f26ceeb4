//! Takes invisible signs out of what was typed of persons: they hide in names that are pasted, and turn the direction of
//! what is written beside them. Numbers are kept as a telephone or another office takes them: not in the full width of a
//! Chinese keyboard.

use onestop_proto::{
    case::{Applicant, Command, Document},
    typed::{half_width, is_invisible},
};

/// A command whose personal part has visible characters alone, and numbers that can be dialled.
pub(super) fn visible(mut command: Command) -> Command {
    if let Command::Open(open) = &mut command {
        clean_applicant(&mut open.applicant);
    }
    if let Command::Correct(correct) = &mut command
        && let Some(applicant) = &mut correct.applicant
    {
        clean_applicant(applicant);
    }
    command
}

fn clean_applicant(applicant: &mut Applicant) {
    for person in &mut applicant.people {
        clean(&mut person.name);
        person.phone.iter_mut().for_each(clean_number);
        person.address.iter_mut().for_each(clean);
        clean_document(person.document.as_mut());
    }
    if let Some(agent) = &mut applicant.agent {
        clean(&mut agent.name);
        clean(&mut agent.authority);
        agent.phone.iter_mut().for_each(clean_number);
        clean_document(agent.document.as_mut());
    }
    for other in &mut applicant.respondents {
        clean(&mut other.name);
        other.phone.iter_mut().for_each(clean_number);
        other.address.iter_mut().for_each(clean);
    }
    clean(&mut applicant.summary);
}

fn clean_document(document: Option<&mut Document>) {
    let number = document.and_then(|document| document.number.as_mut());
    number.into_iter().for_each(clean_number);
}

fn clean(text: &mut String) {
    text.retain(|sign| matches!(sign, '\n' | '\r' | '\t') || !is_invisible(sign));
}

fn clean_number(number: &mut String) {
    clean(number);
    *number = half_width(number);
}

#[cfg(test)]
mod tests {
    use super::{clean, clean_number};

    #[test]
    fn numbers_are_kept_in_half_width() {
        let mut phone = "１３８７\u{200b}６５０００１１".to_owned();
        clean_number(&mut phone);
        assert_eq!(phone, "13876500011");
        let mut officers = "军字第１２号".to_owned();
        clean_number(&mut officers);
        assert_eq!(officers, "军字第12号");
    }

    #[test]
    fn what_nobody_sees_is_taken_out_and_lines_stay() {
        let mut text = "\u{202e}岩\u{200b}温\u{feff}\n工地\t欠薪\u{2066}".to_owned();
        clean(&mut text);
        assert_eq!(text, "岩温\n工地\t欠薪");
        let mut joined = "م\u{200c}ن".to_owned();
        clean(&mut joined);
        assert_eq!(
            joined.chars().count(),
            3,
            "writing that joins letters stays"
        );
    }
}
