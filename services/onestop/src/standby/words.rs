//! What a standby does and why it refuses, in the words of the catalogues.

use onestop_chassis::standby::{FollowProgress, StandbyRefused};

use crate::output::Output;

/// What it does, what it waits for and how far it is behind.
pub(crate) fn progress(progress: &FollowProgress, output: &Output) -> String {
    match progress {
        FollowProgress::Seeking => output.message("standby-seeking"),
        FollowProgress::CatchingUp { term, behind } => counted(
            output,
            "standby-catching-up",
            ("term", *term),
            ("behind", *behind),
        ),
        FollowProgress::Following { term, behind } => counted(
            output,
            "standby-following",
            ("term", *term),
            ("behind", *behind),
        ),
        FollowProgress::Silent { held } => {
            let held = held.to_string();
            output.message_with("standby-silent", &[("held", &held)])
        }
        FollowProgress::Withheld { held, missing } => counted(
            output,
            "standby-withheld",
            ("held", *held),
            ("missing", *missing),
        ),
    }
}

/// The same, with what to do about it.
pub(crate) fn progress_and_advice(said: &FollowProgress, output: &Output) -> String {
    let what = progress(said, output);
    let to_do = match said {
        FollowProgress::Following { .. } => return what,
        FollowProgress::CatchingUp { .. } => output.message("standby-catching-up-do"),
        FollowProgress::Seeking | FollowProgress::Silent { .. } => {
            output.message("standby-silent-do")
        }
        FollowProgress::Withheld { .. } => output.message("standby-withheld-do"),
    };
    format!("{what}\n{to_do}")
}

/// A message with two numbers, each under its name.
fn counted(
    output: &Output,
    id: &str,
    one: (&'static str, u64),
    other: (&'static str, u64),
) -> String {
    let (first, second) = (one.1.to_string(), other.1.to_string());
    output.message_with(id, &[(one.0, &first), (other.0, &second)])
}

/// Why it does not follow, and what to do.
pub(crate) fn refusal(refused: &StandbyRefused, output: &Output) -> String {
    match refused {
        StandbyRefused::AtSite => output.message("standby-at-site"),
        StandbyRefused::NoCopy { place } => {
            output.message_with("standby-no-copy", &[("place", place)])
        }
        StandbyRefused::NotProven { own } => {
            output.message_with("standby-not-proven", &[("service", own)])
        }
        StandbyRefused::Differs { own, place, why } => {
            let arguments = [("service", own.as_str()), ("place", place), ("why", why)];
            output.message_with("standby-differs", &arguments)
        }
        StandbyRefused::OtherKey { own } => {
            output.message_with("standby-other-key", &[("service", own)])
        }
        StandbyRefused::NoMasterKey { file } => {
            output.message_with("standby-no-master-key", &[("file", file)])
        }
        StandbyRefused::OtherMasterKey => output.message("standby-other-master-key"),
        StandbyRefused::MasterKeyChanging { place } => {
            output.message_with("standby-master-key-changing", &[("place", place)])
        }
        StandbyRefused::OtherKeys { place } => {
            output.message_with("standby-other-keys", &[("place", place)])
        }
        StandbyRefused::Unusable { place, why } => {
            let arguments = [("place", place.as_str()), ("why", why)];
            output.message_with("standby-unusable", &arguments)
        }
        StandbyRefused::OtherSealingKey { own, file } => {
            let arguments = [("service", own.as_str()), ("file", file)];
            output.message_with("standby-other-sealing-key", &arguments)
        }
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::text::Language;

    use super::*;

    #[test]
    fn each_refusal_is_a_sentence_that_names_what_it_is_about() {
        let output = Output::text_in(Language::Zh);
        let (own, place) = ("/onestop/referral/main".to_owned(), "/data".to_owned());
        let all = [
            StandbyRefused::AtSite,
            StandbyRefused::NoCopy {
                place: place.clone(),
            },
            StandbyRefused::NotProven { own: own.clone() },
            StandbyRefused::Differs {
                own: own.clone(),
                place: place.clone(),
                why: "at 4".to_owned(),
            },
            StandbyRefused::OtherKey { own: own.clone() },
            StandbyRefused::NoMasterKey {
                file: place.clone(),
            },
            StandbyRefused::OtherMasterKey,
            StandbyRefused::MasterKeyChanging {
                place: place.clone(),
            },
            StandbyRefused::OtherKeys {
                place: place.clone(),
            },
            StandbyRefused::Unusable {
                place: place.clone(),
                why: "at 4".to_owned(),
            },
            StandbyRefused::OtherSealingKey { own, file: place },
        ];
        for refused in all {
            let said = refusal(&refused, &output);
            assert!(said.contains('。') || said.contains('，'), "{said}");
            let is_about =
                |name: &str| format!("{refused:?}").contains(name) == said.contains(name);
            assert!(is_about("/onestop/referral/main"), "{said}");
            assert!(is_about("/data"), "{said}");
        }
    }
}
