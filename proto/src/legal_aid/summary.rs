//! What other services read from legal aid's events.

use super::{
    Archived, Assigned, CooperationAnswered, CooperationAsked, Event, Exemption, Forwarded,
    MeansCalculation, MeansDetermined, Notified, ObjectionDecided, OrganInformed, Reassigned,
    Ruling,
};
use crate::{
    referral::Outcome,
    specialist::{Describe, Summary},
    text::Words,
};

impl Describe for Event {
    fn describe(&self) -> Summary {
        match self {
            Self::Forwarded(forwarded) => Summary::words(forwarded.words()),
            Self::MeansDetermined(determined) => Summary::words(determined.words()),
            Self::SupplementRequested(requested) => Summary::materials(&requested.missing),
            Self::SupplementReceived(received) => Summary::materials(&received.materials),
            Self::DeemedWithdrawn(_) | Self::Withdrawn(_) => {
                Summary::title().ending(Outcome::Terminated)
            }
            Self::CooperationAsked(CooperationAsked { agency, letter }) => {
                Summary::untranslated(&format!("{agency}, {letter}"))
            }
            Self::CooperationAnswered(CooperationAnswered { letter })
            | Self::OrganInformed(OrganInformed { letter }) => Summary::untranslated(letter),
            Self::ProvidedFirst(first) => Summary::words(first.reason.text()),
            Self::Notified(notified) => Summary::words(notified.words()),
            Self::Refused(refused) => {
                Summary::words(refused.reason.text()).ending(Outcome::Refused)
            }
            Self::Assigned(Assigned { firm, licence }) => {
                Summary::untranslated(&format!("{firm}, {licence}"))
            }
            Self::Reassigned(reassigned) => Summary::words(reassigned.words()),
            Self::Contracted(contracted) => Summary::untranslated(&contracted.agreement),
            Self::Concluded(_) => Summary::title().ending(Outcome::Granted),
            Self::FileSubmitted(submitted) => Summary::untranslated(&submitted.file),
            Self::FileReturned(returned) => Summary::untranslated(&returned.why),
            Self::Archived(Archived { subsidy_fen }) => {
                let (yuan, fen) = (subsidy_fen / 100, subsidy_fen % 100);
                Summary::words(Words {
                    zh: format!("补贴 {yuan}.{fen:02} 元"),
                    en: format!("subsidy {yuan}.{fen:02} yuan"),
                })
            }
            Self::Terminated(terminated) => {
                Summary::words(terminated.reason.text()).ending(Outcome::Terminated)
            }
            Self::ObjectionDecided(decided) => decided.summary(),
            Self::ClockCorrected(corrected) => Summary::words(corrected.words()),
            Self::Received(_)
            | Self::Granted(_)
            | Self::Objected(_)
            | Self::OpposingPartyNoted(_)
            | Self::HandedBack(_)
            | Self::ClockStarted(_)
            | Self::ClockPaused(_)
            | Self::ClockResumed(_)
            | Self::ClockExtended(_)
            | Self::ClockDueSoon(_)
            | Self::ClockOverdue(_)
            | Self::ClockSupervised(_)
            | Self::ClockStopped(_) => Summary::title(),
        }
    }
}

impl ObjectionDecided {
    fn summary(&self) -> Summary {
        let (ruling, letter) = (self.ruling.text(), &self.letter);
        let summary = Summary::words(Words {
            zh: format!("{}，{letter}", ruling.zh),
            en: format!("{}, {letter}", ruling.en),
        });
        match self.ruling {
            Ruling::Uphold => summary,
            Ruling::Correct => summary.ordering_correction(),
        }
    }
}

impl MeansDetermined {
    fn words(&self) -> Words {
        let mut words = Words::from(self.means.text());
        if let Some(Exemption { group, evidence }) = &self.exemption {
            let group = group.text();
            words.zh = format!("{}：{}，{evidence}", words.zh, group.zh);
            words.en = format!("{}: {}, {evidence}", words.en, group.en);
        }
        if let Some(reckoned) = &self.calculation {
            let MeansCalculation {
                household,
                income_per_head,
                line,
                source,
                ..
            } = reckoned;
            words.zh = format!(
                "{}：{household}人，人均年收入{income_per_head}元，标准{line}元（{source}）",
                words.zh
            );
            words.en = format!(
                "{}: {household} people, {income_per_head} yuan a head and year, line {line} yuan ({source})",
                words.en
            );
        }
        words
    }
}

impl Forwarded {
    fn words(&self) -> Words {
        let (from, timeliness) = (self.from.text(), self.timeliness.text());
        Words {
            zh: format!("{}，{}", from.zh, timeliness.zh),
            en: format!("{}, {}", from.en, timeliness.en),
        }
    }
}

impl Notified {
    fn words(&self) -> Words {
        let (organ, gravity, notice) = (self.organ.text(), self.gravity.text(), &self.notice);
        Words {
            zh: format!("{}，{notice}，{}", organ.zh, gravity.zh),
            en: format!("{}, {notice}, {}", organ.en, gravity.en),
        }
    }
}

impl Reassigned {
    fn words(&self) -> Words {
        let (firm, licence, reason) = (&self.firm, &self.licence, self.reason.text());
        Words {
            zh: format!("{firm}，{licence}：{}", reason.zh),
            en: format!("{firm}, {licence}: {}", reason.en),
        }
    }
}
