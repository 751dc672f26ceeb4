//! Exit codes, and how failures are printed.

use std::{collections::BTreeSet, process::ExitCode};

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
        let (path, by) = (path.display().to_string(), by.to_string());
        let arguments = [("path", path.as_str()), ("by", by.as_str())];
        output.print_error(&output.message_with("data-in-use", &arguments));
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
