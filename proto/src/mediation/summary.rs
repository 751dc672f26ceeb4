//! What other services read from mediation's events.

use super::{
    AgreedInWriting, AgreedOrally, Broken, Consented, Event, Failed, MediatorsNamed, NotAccepted,
    NotConfirmed, OtherWay, Party, PartyRefused, RespondentDeclined, parties::party_words,
};
use crate::{
    acting_person::{ActingPerson, ActingRole},
    ids::StaffId,
    matter::{CriticalDateEvent, with_open_dates},
    referral::Outcome,
    summary::{Describe, Summary},
    text::{Text, Words},
};

impl Describe for Event {
    fn describe(&self) -> Summary {
        match self {
            Self::RespondentsCounted(counted) => Summary::words(counted.words()),
            Self::Consented(Consented { party, person }) => {
                Summary::words(party_words(*party, *person))
            }
            Self::RespondentDeclined(RespondentDeclined { person }) => {
                Summary::words(party_words(Party::Respondent, Some(*person)))
            }
            Self::PartyRefused(refused) => refused.summary(),
            Self::SupplementRequested(requested) => Summary::materials(&requested.missing),
            Self::SupplementReceived(received) => Summary::materials(&received.materials),
            Self::NotAccepted(not) => not.summary(),
            Self::MediatorsNamed(named) => {
                let mediators = named.mediators.iter().cloned().map(mediator);
                Summary::words(named.words()).engaging(mediators)
            }
            Self::MediatorChallenged(challenged) => Summary::words(challenged.words()),
            Self::DangerReported(reported) => Summary::untranslated(&reported.to),
            Self::AgreedInWriting(agreed) => agreed.summary(),
            Self::AgreedOrally(agreed) => agreed.summary(),
            Self::TermAdded(term) => Summary::words(term.words()),
            Self::TermRecorded(recorded) => Summary::words(recorded.words()),
            Self::CourtAsked(asked) => Summary::untranslated(&asked.court),
            Self::Confirmed(confirmed) => Summary::untranslated(&confirmed.ruling),
            Self::Broken(Broken { told }) | Self::NotConfirmed(NotConfirmed { told, .. }) => {
                Summary::words(ways(told))
            }
            Self::Failed(failed) => failed.summary(),
            Self::Archived(archived) => Summary::untranslated(&archived.file),
            Self::DecisionDrafted(drafted) => drafted.summary(),
            Self::DecisionSentBack(sent_back) => sent_back.summary(),
            Self::DraftLapsed(lapsed) => lapsed.summary(),
            Self::HandedBack(left) => with_open_dates(None, &left.open_dates),
            Self::ExtensionApproved(approved) => approved.summary(),
            Self::ClockCorrected(corrected) => Summary::words(corrected.words()),
            Self::CriticalDateSet(_)
            | Self::CriticalDateCorrected(_)
            | Self::CriticalDateClosed(_)
            | Self::CriticalDateNear(_)
            | Self::CriticalDateSupervised(_) => CriticalDateEvent::of(self)
                .map_or_else(Summary::title, |event| Summary::words(event.words())),
            Self::Accepted(_) => Summary::title().undertaking(),
            Self::Received(_)
            | Self::OtherSideEngaged(_)
            | Self::Performed(_)
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

fn mediator(staff: StaffId) -> ActingPerson {
    ActingPerson::known(super::service(), ActingRole::Impartial, staff)
}

impl PartyRefused {
    fn summary(&self) -> Summary {
        let who = party_words(self.party, self.person);
        with_open_dates(Some(who), &self.open_dates).ending(Outcome::Refused)
    }
}

impl NotAccepted {
    fn summary(&self) -> Summary {
        let why = self.reason.text().into();
        with_open_dates(Some(why), &self.open_dates).ending(Outcome::Refused)
    }
}

impl AgreedInWriting {
    fn summary(&self) -> Summary {
        let number = Words::untranslated(&self.number);
        with_open_dates(Some(number), &self.open_dates).ending(Outcome::Granted)
    }
}

impl AgreedOrally {
    fn summary(&self) -> Summary {
        with_open_dates(None, &self.open_dates).ending(Outcome::Granted)
    }
}

impl Failed {
    fn summary(&self) -> Summary {
        let told = ways(&self.told);
        with_open_dates(Some(told), &self.open_dates).ending(Outcome::Unresolved)
    }
}

impl MediatorsNamed {
    fn words(&self) -> Words {
        let who: Vec<&str> = self.mediators.iter().map(StaffId::as_str).collect();
        let by = self.named_by.text();
        Words {
            zh: format!("{}（{}）", who.join("、"), by.zh),
            en: format!("{} ({})", who.join(", "), by.en),
        }
    }
}

fn ways(told: &[OtherWay]) -> Words {
    let list = |of: fn(Text) -> &'static str, by: &str| {
        let words: Vec<&str> = told.iter().map(|way| of(way.text())).collect();
        words.join(by)
    };
    Words {
        zh: format!("已告知：{}", list(|text| text.zh, "、")),
        en: format!("told of: {}", list(|text| text.en, ", ")),
    }
}
