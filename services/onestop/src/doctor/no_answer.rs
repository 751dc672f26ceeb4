//! What to do about a program that gives no answer, or not the one that was wanted: one that runs is not to be started.

use onestop_chassis::client::{ClientError, Sent};
use onestop_gateway::UnreadyGateway;

/// The message about a service whose question failed.
pub(super) fn of_service(error: &anyhow::Error) -> &'static str {
    match error.downcast_ref() {
        Some(ClientError::NoAnswer {
            sent: Sent::Nothing,
            ..
        }) => "doctor-service-missing",
        Some(ClientError::NoAnswer { .. }) => "doctor-service-silent",
        Some(ClientError::Refused { .. }) => "doctor-service-key",
        Some(ClientError::Rejected(_) | ClientError::Decode { .. }) | None => "doctor-service-runs",
    }
}

/// The message about a workbench that is not known to be ready.
pub(super) fn of_workbench(error: &anyhow::Error) -> &'static str {
    if error.is::<UnreadyGateway>() {
        "doctor-workbench-unready"
    } else {
        "doctor-workbench-missing"
    }
}

#[cfg(test)]
mod tests {
    use onestop_chassis::bus::RefusedAct;
    use onestop_proto::{
        case,
        rejection::{CommonRejection, Explain as _},
        text::Language,
    };

    use super::*;
    use crate::output::Output;

    #[test]
    fn who_runs_is_not_said_to_have_stopped() {
        let who = "intake".to_owned();
        let rejected = CommonRejection::Unavailable { who }.rejected();
        let refused = ClientError::Refused {
            service: case::service(),
            sent: Sent::Nothing,
            act: RefusedAct::Asking,
        };
        let errors = [ClientError::Rejected(Box::new(rejected)), refused];
        let mut messages: Vec<&str> = errors
            .into_iter()
            .map(|error| of_service(&error.into()))
            .collect();
        messages.push(of_workbench(
            &UnreadyGateway::new("http://here", "it waits").into(),
        ));
        for language in [Language::Zh, Language::En] {
            let output = Output::text_in(language);
            for message in &messages {
                let said = output.message(message);
                let stopped = said.contains("stopped") || said.contains("停下");
                assert!(!said.is_empty() && !stopped, "{message}: {said}");
            }
        }
        let gone = of_workbench(&anyhow::anyhow!("connection refused"));
        assert_eq!(gone, "doctor-workbench-missing");
    }
}
