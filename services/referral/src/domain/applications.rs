//! The applications of a case (申请): when each was made and first received. Statutory clocks count from that, whatever becomes
//! of the offers, and whatever else the window refers the case for in between (法律援助法 art. 43).

use onestop_proto::{
    ids::{HandoffId, ServiceItem},
    referral::{FormerApplication, ReferralSubject},
    time::Timestamp,
};

use super::{
    application_times::{ApplicationEnd, ApplicationTimes, EndedApplication, SetAside},
    custody::Custody,
};

impl Custody {
    /// The times of the application that a referral is about; a first request, at `requested_at`, makes a new one.
    pub(super) fn application_of(
        &self,
        subject: &ReferralSubject,
        requested_at: Option<Timestamp>,
    ) -> ApplicationTimes {
        let same = self.open_application(subject, requested_at);
        let times = same.map_or_else(ApplicationTimes::default, |same| same.times);
        ApplicationTimes {
            requested_at: times.requested_at.or(requested_at),
            ..times
        }
    }

    /// The application for the same item that goes on with a referral.
    fn open_application(
        &self,
        subject: &ReferralSubject,
        requested_at: Option<Timestamp>,
    ) -> Option<SetAside> {
        let resumed = self.resumed_applications(subject, requested_at);
        let known = self.present_application().into_iter();
        let known = known.chain(self.set_aside.iter().cloned());
        let mut all = resumed.into_iter().chain(known);
        all.find(|application| application.item == subject.item)
    }

    /// The application that a new one follows: what was decided on or withdrawn is over, and new facts are applied for anew.
    pub(super) fn former_application(
        &self,
        subject: &ReferralSubject,
        requested_at: Option<Timestamp>,
    ) -> Option<FormerApplication> {
        if self.open_application(subject, requested_at).is_some() {
            return None;
        }
        let mut ended = self.ended_applications.iter();
        let former = ended.find(|ended| ended.item == subject.item)?;
        Some(former.into())
    }

    /// The application that is under way, as one of several.
    fn present_application(&self) -> Option<SetAside> {
        let (item, times) = (self.subject.as_ref()?.item.clone(), self.application);
        (times != ApplicationTimes::default()).then_some(SetAside { item, times })
    }

    /// The ended applications that go on with a referral of the case that was opened again, whatever item the window refers it
    /// for first: with the times from which they count on.
    fn resumed_applications(
        &self,
        subject: &ReferralSubject,
        again_at: Option<Timestamp>,
    ) -> Vec<SetAside> {
        let Some(why) = subject.resumed else {
            return Vec::new();
        };
        let present = self.present_application();
        let is_received = |item: &ServiceItem| {
            let mut known = self.set_aside.iter().chain(&present);
            known.any(|known| known.item == *item && known.times.received_at.is_some())
        };
        let ended = self.ended_applications.iter();
        let ended = ended.filter(|ended| !is_received(&ended.item));
        let resumed = ended.filter_map(|ended| {
            let (item, times) = (ended.item.clone(), ended.resumed(why, again_at)?);
            Some(SetAside { item, times })
        });
        resumed.collect()
    }

    /// Goes on with the application that a referral is about, and sets those for other items aside.
    pub(super) fn take_up_application(
        &mut self,
        subject: &ReferralSubject,
        requested_at: Option<Timestamp>,
    ) {
        let times = self.application_of(subject, requested_at);
        let resumed = self.resumed_applications(subject, requested_at);
        let goes_on = |item: &ServiceItem| resumed.iter().any(|other| other.item == *item);
        self.ended_applications
            .retain(|ended| !goes_on(&ended.item));
        let before = self.present_application();
        self.set_aside.extend(before);
        self.set_aside
            .retain(|other| other.item != subject.item && !goes_on(&other.item));
        let others = resumed.into_iter();
        let others = others.filter(|other| other.item != subject.item);
        self.set_aside.extend(others);
        self.application = times;
    }

    /// The citizen's applications are over: with a result, by a withdrawal, or because the window closed the case.
    pub(super) fn end_applications(
        &mut self,
        how: ApplicationEnd,
        handoff: Option<HandoffId>,
        at: Timestamp,
    ) {
        let times = std::mem::take(&mut self.application);
        let present = self.subject.as_ref().map(|subject| EndedApplication {
            item: subject.item.clone(),
            times,
            how,
            at,
            handoff,
        });
        // What was set aside ends with it, and is not decided on.
        let others = std::mem::take(&mut self.set_aside).into_iter();
        let others = others.map(|SetAside { item, times }| EndedApplication {
            item,
            times,
            how: ApplicationEnd::Left,
            at,
            handoff: None,
        });
        self.ended_applications = present.into_iter().chain(others).collect();
    }
}
