//! Kinds of legal aid (法律援助种类): which topics are of which, whether an organ's notice begins it, and which grounds of a
//! refusal and of an early end fit it.

use jiff::civil::Date;
use onestop_proto::{
    ids::{ServiceItem, Topic},
    legal_aid::{AidKind, Organ, RefusalReason, TerminationReason},
};
use serde::Deserialize;

use crate::{Directory, error::Reason, status::Status};

/// What an organ's notice has to do with a kind of aid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeRule {
    /// It is applied for.
    Never,
    /// It is applied for; a notice that comes later takes the place of the application.
    Later,
    /// An organ notifies, or the person asks.
    Possible,
    /// It comes by an organ's notice alone.
    Required,
}

impl NoticeRule {
    /// Whether a notice can open a case.
    pub const fn opens(self) -> bool {
        matches!(self, Self::Possible | Self::Required)
    }
}

/// Whether an organ is informed of who acts, and that the aid has ended (函告办案机关).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InformRule {
    /// The organ whose notice came.
    #[default]
    WhereNotified,
    /// The organ of the case, also where the aid was applied for.
    Always,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AidRules {
    pub kind: AidKind,
    /// What a notice has to do with it.
    pub notice: NoticeRule,
    /// The organs that notify; none where no notice does anything.
    #[serde(default)]
    pub notified_by: Vec<Organ>,
    #[serde(default)]
    pub informs_organ: InformRule,
    /// The grounds of a refusal that fit; none where nothing is reviewed.
    pub refuse: Vec<RefusalReason>,
    /// The grounds of an early end that fit.
    pub terminate: Vec<TerminationReason>,
    pub basis: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Status,
    #[expect(dead_code, reason = "for the reader of the file")]
    note: Option<String>,
}

impl AidRules {
    /// Refuses rules without a law, and notices that no organ writes.
    pub(crate) fn checked(self, before: &[Self]) -> Result<Self, Reason> {
        if self.basis.trim().is_empty() {
            return Err(Reason::NoBasis);
        }
        if before.iter().any(|known| known.kind == self.kind) {
            return Err(malformed(format!(
                "there are two rules for the kind of aid '{}'",
                self.kind
            )));
        }
        if (self.notice == NoticeRule::Never) != self.notified_by.is_empty() {
            return Err(malformed(format!(
                "'{}' says by whom it is notified, unless it never is",
                self.kind
            )));
        }
        Ok(self)
    }
}

/// Refuses a file that has rules for some kinds and not for others: those would fit every ground.
pub(crate) fn check_complete(rules: &[AidRules]) -> Result<(), Reason> {
    let lacks = |kind: &&AidKind| rules.iter().all(|known| known.kind != **kind);
    match AidKind::ALL.iter().find(lacks) {
        Some(kind) if !rules.is_empty() => Err(malformed(format!(
            "there are no rules for the kind of aid '{kind}'"
        ))),
        Some(_) | None => Ok(()),
    }
}

const fn malformed(what: String) -> Reason {
    Reason::Malformed { what }
}

impl Directory {
    /// The kind of aid that a topic is of; a topic that is no longer listed may have been of any.
    pub fn aid_kind(&self, topic: &Topic) -> AidKind {
        let item = self.item(&ServiceItem::legal_aid());
        let topic = item.and_then(|item| item.topic(topic));
        topic.map_or(AidKind::Other, |topic| topic.aid)
    }

    /// The rules of a kind of aid; nothing in a folder from before they were data: everything fits there.
    pub fn aid_rules(&self, kind: AidKind) -> Option<&AidRules> {
        let mut all = self.catalogue.aid_rules.iter();
        all.find(|rules| rules.kind == kind)
    }

    /// The topics of legal aid that an organ's notice can open on a day.
    pub fn notified_topics(&self, on: Date) -> impl Iterator<Item = &Topic> {
        let item = self.item(&ServiceItem::legal_aid());
        let topics = item.into_iter().flat_map(move |item| item.topics_on(on));
        let opens = move |kind| {
            self.aid_rules(kind)
                .is_some_and(|rules| rules.notice.opens())
        };
        topics
            .filter(move |topic| opens(topic.aid))
            .map(|topic| &topic.id)
    }
}
