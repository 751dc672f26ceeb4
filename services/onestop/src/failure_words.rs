//! A failure in both languages, with its causes: what this program says of it is in the catalogue; of what others say, so is
//! what happens often.

use std::{error::Error, io};

use onestop_chassis::{
    bus::{BusError, RefusedAct},
    client::ClientError,
    refill::Refusal,
    settings::SettingsError,
};
use onestop_proto::{
    field_names::both_languages,
    text::{Language, Words},
};

use crate::{messages::failure, refill_refusal::refusal_words};

/// A failure and its causes.
pub(crate) fn words_of(error: &anyhow::Error) -> Words {
    let parts: Vec<Words> = error.chain().map(words_of_cause).collect();
    let joined = |language| {
        let parts = parts.iter().map(|part| part.in_language(language));
        parts.collect::<Vec<&str>>().join(": ")
    };
    Words {
        zh: joined(Language::Zh),
        en: joined(Language::En),
    }
}

/// A failure without its type, as the cause of another one that says what is to be done.
pub(crate) fn said_alone(error: &anyhow::Error) -> anyhow::Error {
    let Words { zh, en } = words_of(error);
    if zh == en {
        anyhow::anyhow!(zh)
    } else {
        anyhow::anyhow!("{zh} / {en}")
    }
}

/// One cause of a failure.
pub(crate) fn words_of_cause(cause: &(dyn Error + 'static)) -> Words {
    let known = of_system(cause)
        .or_else(|| of_broker(cause))
        .or_else(|| of_service(cause))
        .or_else(|| of_settings(cause))
        .or_else(|| cause.downcast_ref::<Refusal>().map(refusal_words));
    in_its_languages(&known.unwrap_or_else(|| cause.to_string()))
}

fn of_system(cause: &(dyn Error + 'static)) -> Option<String> {
    let error = cause.downcast_ref::<io::Error>()?;
    // Others name what they are about.
    error.raw_os_error()?;
    let known = [
        (io::ErrorKind::NotFound, "io-not-found"),
        (io::ErrorKind::PermissionDenied, "io-denied"),
        (io::ErrorKind::AlreadyExists, "io-exists"),
        (io::ErrorKind::StorageFull, "io-full"),
    ];
    let found = known.iter().find(|(kind, _)| *kind == error.kind());
    found.map(|(_, id)| failure(id, &[]))
}

fn of_broker(cause: &(dyn Error + 'static)) -> Option<String> {
    match cause.downcast_ref::<BusError>()? {
        BusError::Connect { url, .. } => Some(said!("broker-not-reached", url = url)),
        BusError::SignIn { url, .. } => Some(said!("broker-sign-in", url = url)),
        BusError::Address { url, .. } => Some(said!("broker-no-address", url = url)),
        BusError::Key { file, .. } => Some(said!("broker-key-not-read", path = file.display())),
        BusError::Certificate { file, setting, .. } => {
            let path = file.display();
            Some(said!(
                "broker-certificate-not-read",
                path = path,
                setting = setting
            ))
        }
        BusError::Issuer(_) => None,
    }
}

fn of_service(cause: &(dyn Error + 'static)) -> Option<String> {
    match cause.downcast_ref::<ClientError>()? {
        ClientError::NoAnswer { service, .. } => {
            Some(said!("service-no-answer", service = service))
        }
        ClientError::Refused { service, act, .. } => Some(match act {
            RefusedAct::Asking => said!("service-asking-refused", service = service),
            RefusedAct::Listening => said!("service-hearing-refused", service = service),
        }),
        ClientError::Decode { service, .. } => {
            Some(said!("service-other-version", service = service))
        }
        ClientError::Rejected(_) => None,
    }
}

fn of_settings(cause: &(dyn Error + 'static)) -> Option<String> {
    match cause.downcast_ref::<SettingsError>()? {
        SettingsError::NoFile { file } => Some(said!("settings-no-file", path = file.display())),
        SettingsError::Unreadable { file, source } => Some(said!(
            "settings-unreadable",
            path = file.display(),
            reason = source
        )),
        SettingsError::Bad { .. } => None,
    }
}

/// A failure that is written in both languages, as `中文 / English`, in each; any other in both as it is.
fn in_its_languages(said: &str) -> Words {
    match said.split_once(" / ") {
        Some((zh, _)) if !zh.is_ascii() => both_languages(said),
        Some(_) | None => Words::untranslated(said),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use anyhow::{Context, anyhow};

    use super::*;

    #[test]
    fn a_failure_that_is_written_in_both_languages_is_said_in_one() {
        let words = in_its_languages("目录中没有区划 5 / there is no division 5");
        assert_eq!(words.zh, "目录中没有区划 5");
        assert_eq!(words.en, "there is no division 5");
        let words = in_its_languages("cannot read a / b");
        assert_eq!(words.zh, "cannot read a / b");
    }

    /// Each of a failure's causes is said in one language, that of the file system too.
    #[test]
    fn a_failure_with_its_causes_is_said_in_one_language() {
        let failed = fs::read_to_string("/there/is/none");
        let failed = failed.with_context(|| said!("cannot-read", path = "x.toml"));
        let failed = failed.context(anyhow!(said!("the-broker")));
        let words = words_of(&failed.unwrap_err());
        let zh = "消息服务: 无法读取 x.toml: 没有这个文件或文件夹";
        assert_eq!(words.zh, zh);
        let en = "the broker: cannot read x.toml: there is no such file or folder";
        assert_eq!(words.en, en);
    }

    /// A cause is no part of a sentence: each language would get half of it.
    #[test]
    fn a_failure_in_both_languages_is_the_cause_of_another() {
        let cause = anyhow!(said!("log-not-read", service = "intake"));
        let asked = said_alone(&cause).context(said!("the-broker"));
        let words = words_of(&asked);
        assert_eq!(words.zh, "消息服务: 无法读取 intake 的日志");
        assert_eq!(words.en, "the broker: the log of intake cannot be read");
        assert_eq!(said_alone(&anyhow!("E7")).to_string(), "E7");
    }
}
