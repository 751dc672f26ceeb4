//! Why a log is not built again, in the reader's language. `deploy/RECOVERY.md` says by these words what is to be done.

use onestop_chassis::refill::{Refusal, Side};

/// The words of a refusal.
pub(crate) fn refusal_words(refused: &Refusal) -> String {
    match refused {
        Refusal::Nothing { own, others } => {
            let mut same = others.iter().filter(|other| other.service == own.service);
            match same.next() {
                None => said!("refill-nothing", own = own),
                Some(first) => {
                    let names = std::iter::once(first).chain(same);
                    let names = names.map(ToString::to_string).collect::<Vec<_>>();
                    said!(
                        "refill-other-instances",
                        own = own,
                        names = names.join(", ")
                    )
                }
            }
        }
        Refusal::Differs {
            position,
            side,
            found,
            built,
        } => match side {
            Side::Base => said!(
                "refill-differs-base",
                position = position,
                found = found,
                built = built
            ),
            Side::Twin => said!(
                "refill-differs-twin",
                position = position,
                found = found,
                built = built
            ),
            Side::Subscriber(by) => said!(
                "refill-differs-subscriber",
                by = by,
                position = position,
                found = found,
                built = built
            ),
        },
        Refusal::Gap { first, last, end } => {
            said!("refill-gap", first = first, last = last, end = end)
        }
        Refusal::NotLost {
            said: position,
            first: Some(first),
        } => said!("refill-lost-other", position = position, first = first),
        Refusal::NotLost {
            said: position,
            first: None,
        } => said!("refill-lost-none", position = position),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use onestop_proto::{field_names::both_languages, text::Words};

    use super::*;

    const RECOVERY: &str = include_str!("../../../deploy/RECOVERY.md");

    fn words_of(refused: &Refusal) -> Words {
        both_languages(&refusal_words(refused))
    }

    /// Who reads a refusal on the screen finds it in the table, in the language in which it was said.
    #[test]
    fn the_document_quotes_what_the_program_says() {
        let differs = |side| Refusal::Differs {
            position: 7,
            side,
            found: "ab…".to_owned(),
            built: "cd".to_owned(),
        };
        let source = "/onestop/referral/main".parse().unwrap();
        let gap = Refusal::Gap {
            first: 3,
            last: 5,
            end: 9,
        };
        for (refused, zh, en) in [
            (gap, "缺少位置", "positions "),
            (
                differs(Side::Base),
                "两段历史：与要接着写的日志",
                "two histories: the log that is to be continued",
            ),
            (
                differs(Side::Subscriber(source)),
                "两段历史：与 /onestop/",
                "two histories: /onestop/",
            ),
        ] {
            let said = words_of(&refused);
            assert!(said.zh.starts_with(zh), "{said:?}");
            assert!(said.en.starts_with(en), "{said:?}");
            assert!(RECOVERY.contains(zh) && RECOVERY.contains(en), "{zh}");
        }
        for quoted in ["正由进程", "有应答：它在某处运行", "问不到"] {
            assert!(RECOVERY.contains(quoted), "{quoted}");
            let zh = include_str!("../locales/zh-CN.ftl");
            assert!(zh.contains(quoted), "{quoted}");
        }
    }

    #[test]
    fn no_refusal_has_words_of_the_other_language() {
        let own: onestop_proto::envelope::Source = "/onestop/intake/main".parse().unwrap();
        let refused = |others| Refusal::Nothing {
            own: own.clone(),
            others,
        };
        for refused in [
            refused(BTreeSet::new()),
            refused(BTreeSet::from(["/onestop/intake/site-a".parse().unwrap()])),
            Refusal::NotLost {
                said: 3,
                first: Some(2),
            },
            Refusal::NotLost {
                said: 3,
                first: None,
            },
        ] {
            let Words { zh, en } = words_of(&refused);
            assert!(en.is_ascii(), "{en}");
            assert!(!zh.contains(" the ") && !zh.contains(" is "), "{zh}");
        }
    }
}
