//! Exit codes, and how failures are printed.

use std::{collections::BTreeSet, path::Path, process::ExitCode};

use onestop_chassis::{
    bus::BusError,
    client::{ClientError, Sent},
    data_lock::LockError,
    lease::Fenced,
    node::{BAD_SETTINGS, IN_USE},
    settings::{Flags, Settings, SettingsError},
    standby::StandbyRefused,
};
use onestop_proto::{
    ids::{CaseNumber, InvalidId, UnitId},
    problem_words::problem_words,
    rejection::{CommonRejection, Explain as _, Rejected, RejectionKind},
};

use crate::{
    broker,
    failure_words::{words_of, words_of_cause},
    keys::{self, acl::CLI},
    output::Output,
    remote, standby,
};

/// The exit code when a log or a proof does not verify.
pub(crate) const NOT_VERIFIED: u8 = 8;

/// The exit code when the answer is not available now.
pub(crate) const UNAVAILABLE: u8 = 7;

/// Reads the settings. Where they name no broker, the one that `onestop up` started on this data is used, with the
/// key of the command line.
pub(crate) fn settings(flags: &Flags) -> Result<Settings, SettingsError> {
    let mut settings = Settings::load(flags)?;
    if settings.nats == Settings::default().nats
        && let Ok(url) = std::fs::read_to_string(crate::broker::url_file(&settings.data))
    {
        settings.nats = url.trim().to_owned();
        let key = keys::key_file(&broker::keys_folder(&settings.data), CLI);
        if settings.key.is_none() && key.is_file() {
            settings.key = Some(key);
        }
    }
    Ok(settings)
}

/// Prints a failure and returns its exit code.
pub(crate) fn report(error: &anyhow::Error, flags: &Flags, output: &Output) -> ExitCode {
    if let Some(error) = error.downcast_ref::<SettingsError>() {
        output.print_error(output.words(&words_of_cause(error)));
        return ExitCode::from(BAD_SETTINGS);
    }
    if let Some(LockError::InUse { path, by }) = error.downcast_ref::<LockError>() {
        output.print_error(&in_use(path, by.process(), output));
        return ExitCode::from(IN_USE);
    }
    // As a service's own executable ends.
    if error.downcast_ref::<Fenced>().is_some() {
        output.print_error(&format!("onestop: {}", output.failure(error)));
        return ExitCode::from(IN_USE);
    }
    if let Some(refused) = error.downcast_ref::<StandbyRefused>() {
        output.print_error(&standby::refusal(refused, output));
        return ExitCode::FAILURE;
    }
    if let Some(error) = error.downcast_ref::<BusError>() {
        output.print_error(output.words(&words_of_cause(error)));
        return ExitCode::from(code(RejectionKind::Unavailable));
    }
    let rejected = match error.downcast_ref::<ClientError>() {
        Some(ClientError::Rejected(rejected)) => Some((**rejected).clone()),
        Some(
            unanswered @ (ClientError::NoAnswer { service, sent, .. }
            | ClientError::Refused { service, sent, .. }
            | ClientError::Decode { service, sent, .. }),
        ) => {
            output.print_error(output.words(&words_of_cause(unanswered)));
            if *sent == Sent::Command {
                let who = service.to_string();
                let unknown = CommonRejection::OutcomeUnknown { who }.rejected();
                let text = format!("[{}]: {}", unknown.code, output.words(&unknown.message));
                output.print_failure(&unknown, &text);
            }
            return ExitCode::from(code(RejectionKind::Unavailable));
        }
        None => error.downcast_ref::<Rejected>().cloned(),
    };
    let Some(rejected) = rejected else {
        let invalid = error.chain().find_map(|it| it.downcast_ref::<InvalidId>());
        let words = invalid.map_or_else(
            || words_of(error),
            |invalid| problem_words("", &invalid.to_string()),
        );
        let said = output.words(&words);
        output.print_error(&format!("onestop: {said}"));
        return ExitCode::FAILURE;
    };
    let label = output.message("refused");
    let sentence = with_names(output.words(&rejected.message), flags);
    let text = format!("{label} [{}]: {sentence}", rejected.code);
    let kind = rejected.kind;
    output.print_failure(&output.in_words(rejected), &text);
    ExitCode::from(code(kind))
}

/// Which folder another process uses, and which process that is, if it is known.
fn in_use(path: &Path, process: Option<u32>, output: &Output) -> String {
    let path = path.display().to_string();
    let Some(process) = process.map(|process| process.to_string()) else {
        return output.message_with("data-in-use", &[("path", path.as_str())]);
    };
    let arguments = [("path", path.as_str()), ("process", process.as_str())];
    output.message_with("data-in-use-by", &arguments)
}

/// Replaces the ids of units by their names, and the numbers of cases by what people call them.
fn with_names(sentence: &str, flags: &Flags) -> String {
    let directory = settings(flags).map(|settings| remote::load_directory(&settings));
    let Ok(Ok(directory)) = directory else {
        return sentence.to_owned();
    };
    let part_of_an_id = |letter: char| letter.is_ascii_alphanumeric() || ".-".contains(letter);
    let words = sentence.split(|letter| !part_of_an_id(letter));
    let words: BTreeSet<&str> = words.map(|word| word.trim_end_matches('.')).collect();
    words.iter().fold(sentence.to_owned(), |text, word| {
        let unit = word.parse::<UnitId>().ok();
        let unit = unit.and_then(|id| directory.unit(&id).map(|unit| unit.name.clone()));
        let number = || word.parse::<CaseNumber>().ok();
        let name = unit.or_else(|| number().map(|number| directory.case_name(&number)));
        name.map_or_else(|| text.clone(), |name| text.replace(word, &name))
    })
}

fn code(kind: RejectionKind) -> u8 {
    match kind {
        RejectionKind::Invalid => 3,
        RejectionKind::NotFound => 4,
        RejectionKind::Conflict => 5,
        RejectionKind::Forbidden => 6,
        RejectionKind::Unavailable => UNAVAILABLE,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use clap::CommandFactory as _;
    use onestop_proto::text::Language;

    use super::*;
    use crate::{cli::Cli, usage::USAGE};

    const MAN_PAGE: &str = include_str!("../../../deploy/debian/onestop.8");

    /// The codes that the help says, with what each means.
    fn of_help() -> BTreeMap<u8, String> {
        let help = Cli::command().get_after_help().unwrap().to_string();
        let (_, codes) = help.split_once("Exit codes: ").unwrap();
        let codes = codes.split_whitespace().collect::<Vec<_>>().join(" ");
        let codes = codes.trim_end_matches('.').split(", ").map(|one| {
            let (code, meaning) = one.split_once(' ').unwrap();
            (code.parse().unwrap(), meaning.to_owned())
        });
        codes.collect()
    }

    #[test]
    fn the_manual_and_the_help_say_the_same_codes_and_all_that_are_given() {
        let (_, section) = MAN_PAGE.split_once(".SH EXIT STATUS\n").unwrap();
        let section = section.split(".SH ").next().unwrap();
        let of_manual = section.split(".TP\n").skip(1).map(|entry| {
            let (code, meaning) = entry.split_once('\n').unwrap();
            let code = code.trim_start_matches(".B ").parse().unwrap();
            (code, meaning.trim().to_owned())
        });
        assert_eq!(of_manual.collect::<BTreeMap<u8, String>>(), of_help());
        let kinds = [
            RejectionKind::Invalid,
            RejectionKind::NotFound,
            RejectionKind::Conflict,
            RejectionKind::Forbidden,
            RejectionKind::Unavailable,
        ];
        let given = [0, 1, USAGE, NOT_VERIFIED, BAD_SETTINGS, IN_USE].into_iter();
        let given: BTreeSet<u8> = given.chain(kinds.map(code)).collect();
        assert_eq!(of_help().into_keys().collect::<BTreeSet<_>>(), given);
    }

    #[test]
    fn a_folder_in_use_is_told_in_one_language() {
        let folder = Path::new("/data");
        for (language, known, unknown) in [
            (Language::Zh, "正由进程 7 使用", "正由另一进程使用"),
            (
                Language::En,
                "in use by process 7",
                "in use by another process",
            ),
        ] {
            let output = Output::text_in(language);
            assert!(in_use(folder, Some(7), &output).contains(known));
            assert!(in_use(folder, None, &output).contains(unknown));
        }
    }
}
