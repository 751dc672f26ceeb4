//! Every service, and what each says of itself. A further one joins by a line in [`all`].

use std::{future::Future, pin::Pin};

use onestop_chassis::{Service, node, service::Publishing, settings::Settings, shutdown::Shutdown};
use onestop_intake::Intake;
use onestop_journal::Journal;
use onestop_legal_aid::LegalAid;
use onestop_mediation::Mediation;
use onestop_notarization::Notarization;
use onestop_proto::actor::ServiceName;
use onestop_referral::Referral;

/// A service that runs.
pub(crate) type Run = Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send>>;

/// A service, before it runs.
pub(crate) struct Entry {
    /// Its name.
    pub(crate) name: ServiceName,
    /// Whom it hears.
    pub(crate) hears: Vec<ServiceName>,
    /// Whether it publishes.
    pub(crate) publishing: Publishing,
    /// The subjects of the commands and questions that it sends to others.
    pub(crate) sends: Vec<String>,
    /// Runs it until it is told to stop.
    pub(crate) run: fn(Settings, Shutdown) -> Run,
}

/// All of them, in the order in which a case meets them.
pub(crate) fn all() -> Vec<Entry> {
    vec![
        intake(),
        entry::<Referral>(),
        entry::<LegalAid>(),
        entry::<Notarization>(),
        entry::<Mediation>(),
        entry::<Journal>(),
    ]
}

/// The one that also runs at sites of their own.
pub(crate) fn intake() -> Entry {
    entry::<Intake>()
}

/// Their names.
pub(crate) fn names() -> Vec<ServiceName> {
    all().into_iter().map(|entry| entry.name).collect()
}

fn entry<S: Service>() -> Entry {
    Entry {
        name: S::name(),
        hears: S::subscribes_to(),
        publishing: S::PUBLISHING,
        sends: S::sends(),
        run: |settings, shutdown| Box::pin(node::run::<S>(settings, shutdown)),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_service_of_the_contract_can_be_started() {
        assert_eq!(super::names(), onestop_proto::contract::services());
    }
}
