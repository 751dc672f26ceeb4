//! What other services read from legal aid's events.

use super::{
    Archived, Assigned, CooperationAsked, DeemedWithdrawn, Event, Exemption, Forwarded, HandedBack,
    HelpGiven, HelpRequested, MeansCalculation, MeansDetermined, Notified, ObjectionDecided,
    OrganInformed, OrganNotice, ProvidedFirst, Reassigned, Refused, Ruling, Terminated, Withdrawn,
    approval::subsidy,
};
use crate::{
    acting_person::ActingPerson,
    matter::{CriticalDateEvent, with_approval, with_open_dates},
    referral::Outcome,
    summary::{Describe, Summary},
    text::Words,
};

impl Describe for Event {
    fn describe(&self) -> Summary {
        match self {
            Self::Forwarded(forwarded) => Summary::words(forwarded.words()),
            Self::MeansDetermined(determined) => Summary::words(determined.words()),
            Self::SupplementRequested(requested) => Summary::materials(&requested.missing),
            Self::SupplementReceived(received) => Summary::materials(&received.materials),
            Self::DeemedWithdrawn(DeemedWithdrawn { open_dates })
            | Self::Withdrawn(Withdrawn { open_dates }) => {
                with_open_dates(None, open_dates).ending(Outcome::Terminated)
            }
            Self::CooperationAsked(CooperationAsked { agency, letter, .. }) => {
                Summary::untranslated(&format!("{agency}, {letter}"))
            }
            Self::CooperationAnswered(answered) => Summary::untranslated(&answered.letter),
            Self::OrganInformed(informed) => Summary::words(informed.words()),
            Self::HelpRequested(requested) => requested.summary(),
            Self::HelpGiven(given) => given.summary(),
            Self::ProvidedFirst(first) => first.summary(),
            Self::Granted(_) => Summary::title().undertaking(),
            Self::Notified(notified) => Summary::words(notified.words()),
            Self::DecisionDrafted(drafted) => drafted.summary(),
            Self::DecisionSentBack(sent_back) => sent_back.summary(),
            Self::DraftLapsed(lapsed) => lapsed.summary(),
            Self::Refused(refused) => refused.summary(),
            Self::Assigned(assigned) => assigned.summary(),
            Self::Reassigned(again) => with_lawyer(again.words(), &again.licence),
            Self::OtherLawyerAsked(asked) => Summary::untranslated(&asked.why),
            Self::LawyerKept(kept) => Summary::untranslated(&kept.why),
            Self::Contracted(contracted) => Summary::untranslated(&contracted.agreement),
            Self::Concluded(_) => Summary::title().ending(Outcome::Granted),
            Self::FileSubmitted(submitted) => Summary::untranslated(&submitted.file),
            Self::FileReturned(returned) => Summary::untranslated(&returned.why),
            Self::Archived(archived) => archived.summary(),
            Self::Terminated(terminated) => terminated.summary(),
            Self::ObjectionDecided(decided) => decided.summary(),
            Self::ClockCorrected(corrected) => Summary::words(corrected.words()),
            Self::HandedBack(HandedBack { open_dates, .. }) => with_open_dates(None, open_dates),
            Self::CriticalDateSet(_)
            | Self::CriticalDateCorrected(_)
            | Self::CriticalDateClosed(_)
            | Self::CriticalDateNear(_)
            | Self::CriticalDateSupervised(_) => CriticalDateEvent::of(self)
                .map_or_else(Summary::title, |event| Summary::words(event.words())),
            Self::Received(_)
            | Self::Objected(_)
            | Self::OpposingPartyNoted(_)
            | Self::OtherSideEngaged(_)
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

/// Something in words, by which a lawyer comes to give the aid.
fn with_lawyer(words: impl Into<Words>, licence: &str) -> Summary {
    let lawyer = ActingPerson::licensed(super::service(), licence);
    Summary::words(words).engaging([lawyer])
}

impl ProvidedFirst {
    fn summary(&self) -> Summary {
        with_lawyer(self.reason.text(), &self.licence).undertaking()
    }
}

impl Assigned {
    fn summary(&self) -> Summary {
        let Self { firm, licence } = self;
        let words = Words::untranslated(&format!("{firm}, {licence}"));
        with_lawyer(words, licence).undertaking()
    }
}

impl Refused {
    fn summary(&self) -> Summary {
        let facts = with_open_dates(Some(self.reason.text().into()), &self.open_dates);
        with_approval(facts, self.approval.as_ref()).ending(Outcome::Refused)
    }
}

impl Terminated {
    fn summary(&self) -> Summary {
        let facts = with_open_dates(Some(self.reason.text().into()), &self.open_dates);
        with_approval(facts, self.approval.as_ref()).ending(Outcome::Terminated)
    }
}

impl Archived {
    fn summary(&self) -> Summary {
        let facts = Summary::words(subsidy(self.subsidy_fen));
        with_approval(facts, self.approval.as_ref())
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
        if let Some(received_on) = self.received_on {
            let notice = OrganNotice {
                organ: self.organ,
                letter: notice.clone(),
                received_on,
                gravity: self.gravity,
                body: self.body.clone(),
            };
            return notice.words();
        }
        Words {
            zh: format!("{}，{notice}，{}", organ.zh, gravity.zh),
            en: format!("{}, {notice}, {}", organ.en, gravity.en),
        }
    }
}

impl HelpRequested {
    fn summary(&self) -> Summary {
        let notice = self.notice.as_ref();
        notice.map_or_else(Summary::title, |notice| Summary::words(notice.words()))
    }
}

impl HelpGiven {
    fn summary(&self) -> Summary {
        with_lawyer(self.words(), &self.licence).ending(Outcome::Granted)
    }

    fn words(&self) -> Words {
        let Self {
            kinds,
            firm,
            licence,
        } = self;
        let kinds = kinds.iter().map(|one| one.text());
        let (zh, en): (Vec<_>, Vec<_>) = kinds.map(|text| (text.zh, text.en)).unzip();
        Words {
            zh: format!("{}；{firm}，{licence}", zh.join("、")),
            en: format!("{}; {firm}, {licence}", en.join(", ")),
        }
    }
}

impl OrganInformed {
    fn words(&self) -> Words {
        let letter = &self.letter;
        match (&self.lawyer, &self.contact) {
            (Some(lawyer), Some(contact)) => {
                Words::untranslated(&format!("{letter}, {lawyer}, {contact}"))
            }
            (Some(_) | None, _) => Words::untranslated(letter),
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
