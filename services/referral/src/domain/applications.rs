//! The applications of a case (申请): when each was made and first received. Statutory clocks count from that, whatever becomes
//! of the offers, and whatever else the window refers the case for in between (法律援助法 art. 43).

use onestop_proto::{ids::ServiceItem, referral::ReferralSubject, time::Timestamp};

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
        let same = |item: &ServiceItem| *item == subject.item;
        let is_present = self.subject.as_ref().is_some_and(|now| same(&now.item));
        let known = if is_present {
            self.application
        } else {
            let mut others = self.set_aside.iter();
            let other = others.find(|other| same(&other.item));
            other.map_or_else(ApplicationTimes::default, |other| other.times)
        };
        let mut ended = self.ended_applications.iter();
        let ended = ended.find(|ended| same(&ended.item));
        let resumed = ended
            .filter(|_| known == ApplicationTimes::default())
            .zip(subject.resumed)
            .and_then(|(ended, why)| ended.resumed(why, requested_at));
        let times = resumed.unwrap_or(known);
        ApplicationTimes {
            requested_at: times.requested_at.or(requested_at),
            ..times
        }
    }

    /// Goes on with the application that a referral is about, and sets that for another item aside.
    pub(super) fn take_up_application(
        &mut self,
        subject: &ReferralSubject,
        requested_at: Option<Timestamp>,
    ) {
        let times = self.application_of(subject, requested_at);
        let before = self.subject.as_ref().map(|before| before.item.clone());
        if let Some(item) = before.filter(|before| *before != subject.item)
            && self.application != ApplicationTimes::default()
        {
            let times = self.application;
            self.set_aside.push(SetAside { item, times });
        }
        self.set_aside.retain(|other| other.item != subject.item);
        self.application = times;
    }

    /// The citizen's applications are over: with a result, by a withdrawal, or because the window closed the case.
    pub(super) fn end_applications(&mut self, how: ApplicationEnd, at: Timestamp) {
        let times = std::mem::take(&mut self.application);
        let present = self.subject.as_ref().map(|subject| EndedApplication {
            item: subject.item.clone(),
            times,
            how,
            at,
        });
        // What was set aside ends with it, and is not decided on.
        let others = std::mem::take(&mut self.set_aside).into_iter();
        let others = others.map(|SetAside { item, times }| EndedApplication {
            item,
            times,
            how: ApplicationEnd::Left,
            at,
        });
        self.ended_applications = present.into_iter().chain(others).collect();
    }
}
