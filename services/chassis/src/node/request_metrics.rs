//! Counts and times requests: how many of which, how they ended, and how long their answers took.

use onestop_proto::rejection::{Rejected, RejectionKind};

use crate::metrics::{Ended as EndedLabels, Metrics, RequestName};

/// Whether a request is a command or a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RequestKind {
    Command,
    Question,
}

impl RequestKind {
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Question => "question",
        }
    }
}

/// How a request ended.
pub(super) struct Ended<'a> {
    /// `None`: it was accepted.
    pub(super) rejected: Option<&'a Rejected>,
    /// Seconds until it was answered.
    pub(super) took: f64,
}

pub(super) fn count(metrics: &Metrics, kind: RequestKind, name: &str, ended: &Ended<'_>) {
    let (kind, name) = (kind.label().to_owned(), name.to_owned());
    let asked = RequestName {
        kind: kind.clone(),
        name: name.clone(),
    };
    let code = ended.rejected.map(|rejected| rejected.code.clone());
    let labels = EndedLabels {
        kind,
        name,
        outcome: code.unwrap_or_else(|| "accepted".to_owned()),
        fault: fault(ended.rejected.map(|rejected| rejected.kind)).to_owned(),
    };
    metrics.requests.get_or_create(&labels).inc();
    let times = metrics.request_seconds.get_or_create(&asked);
    times.observe(ended.took);
}

/// Whose fault it is that a request was not accepted: a label of metrics.
pub(super) const fn fault(rejected: Option<RejectionKind>) -> &'static str {
    match rejected {
        None => "none",
        Some(RejectionKind::Unavailable) => "server",
        Some(
            RejectionKind::Invalid
            | RejectionKind::Forbidden
            | RejectionKind::NotFound
            | RejectionKind::Conflict,
        ) => "caller",
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::rejection::{CommonRejection, Explain};

    use super::*;

    #[test]
    fn what_a_caller_did_wrong_is_no_fault_of_the_server() {
        let metrics = Metrics::default();
        let who = "intake".to_owned();
        let unavailable = CommonRejection::Unavailable { who }.rejected();
        let idle = CommonRejection::NothingToDo {}.rejected();
        for rejected in [None, Some(&idle), Some(&unavailable)] {
            let ended = Ended {
                rejected,
                took: 0.25,
            };
            count(&metrics, RequestKind::Command, "open", &ended);
        }
        let text = metrics.text().unwrap();
        for line in [
            r#"{kind="command",name="open",outcome="accepted",fault="none"} 1"#,
            r#"{kind="command",name="open",outcome="nothing-to-do",fault="caller"} 1"#,
            r#"{kind="command",name="open",outcome="unavailable",fault="server"} 1"#,
        ] {
            let line = format!("onestop_requests_total{line}");
            assert!(text.contains(&line), "{line}\n{text}");
        }
        let times = r#"onestop_request_seconds_count{kind="command",name="open"} 3"#;
        assert!(text.contains(times), "{text}");
    }
}
