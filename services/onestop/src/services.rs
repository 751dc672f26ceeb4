//! The list of services, and what each declares of itself. A new service is added by a line in [`all`].

use std::{future::Future, pin::Pin};

use onestop_chassis::{
    Service, lease::Taken, node, refill, service::Publishing, settings::Settings,
    shutdown::Shutdown, standby::SidecarCopy,
};
use onestop_intake::Intake;
use onestop_journal::Journal;
use onestop_legal_aid::LegalAid;
use onestop_mediation::Mediation;
use onestop_notarization::Notarization;
use onestop_proto::{actor::ServiceName, envelope::Envelope};
use onestop_referral::Referral;
use onestop_registry::Registry;

/// A running service.
pub(crate) type Run = Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send>>;

/// Opens the copy of what a service keeps besides its log, if it keeps anything.
type OpenSidecarCopy = fn(&Settings) -> anyhow::Result<Option<Box<dyn SidecarCopy>>>;

/// What a service declares of itself.
pub(crate) struct ServiceInfo {
    pub(crate) name: ServiceName,
    /// The services whose events it processes.
    pub(crate) sources: Vec<ServiceName>,
    /// The services whose logs it reads besides.
    pub(crate) follows: Vec<ServiceName>,
    pub(crate) publishing: Publishing,
    /// The subjects of the commands and questions that it sends to others.
    pub(crate) sends: Vec<String>,
    /// The streams of its log that may hold an event.
    pub(crate) streams: fn(&Envelope) -> Vec<String>,
    /// Opens what its standby keeps besides the copy of the log.
    pub(crate) open_sidecar_copy: OpenSidecarCopy,
    /// Runs it until the shutdown.
    pub(crate) run: fn(Settings, Shutdown) -> Run,
    /// Runs it on a copy of its log, whose standby has taken the lease.
    pub(crate) run_taken: fn(Settings, Shutdown, Taken) -> Run,
}

/// All services, in the order in which a case meets them; last the one that no case meets.
pub(crate) fn all() -> Vec<ServiceInfo> {
    vec![
        intake(),
        info::<Referral>(),
        info::<LegalAid>(),
        info::<Notarization>(),
        info::<Mediation>(),
        info::<Journal>(),
        info::<Registry>(),
    ]
}

/// Intake, which also runs at sites with a broker of their own.
pub(crate) fn intake() -> ServiceInfo {
    info::<Intake>()
}

pub(crate) fn names() -> Vec<ServiceName> {
    all().into_iter().map(|service| service.name).collect()
}

fn info<S: Service>() -> ServiceInfo {
    ServiceInfo {
        name: S::name(),
        sources: S::subscribes_to(),
        follows: S::follows(),
        publishing: S::PUBLISHING,
        sends: S::sends(),
        streams: refill::streams::<S>,
        open_sidecar_copy: S::open_sidecar_copy,
        run: |settings, shutdown| Box::pin(node::run::<S>(settings, shutdown)),
        run_taken: |settings, shutdown, taken| {
            Box::pin(node::run_taken::<S>(settings, shutdown, taken))
        },
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_service_of_the_contract_can_be_started() {
        assert_eq!(super::names(), onestop_proto::contract::services());
    }

    #[test]
    fn the_contract_says_who_subscribes_to_whom() {
        for service in super::all() {
            let declared = onestop_proto::contract::subscriptions(&service.name);
            assert_eq!(declared, service.sources, "{}", service.name);
        }
    }
}
