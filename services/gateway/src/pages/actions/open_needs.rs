//! The form that records how a need was seen to offers the needs that wait, and no others.

use onestop_proto::{actor::ServiceName, case, ledger::CaseRow};

use super::form_spec::{FormSpec, Kind};

/// The command, and its field for the need.
const SETTLE: &str = "settle-need";
const NEED: &str = "need";
/// The command before which the form lists the open needs.
const CLOSE: &str = "close";

/// The form with the needs that wait.
pub(super) fn kept(
    mut spec: FormSpec,
    service: &ServiceName,
    command: &str,
    row: &CaseRow,
) -> FormSpec {
    if service.as_str() != case::SERVICE || command != SETTLE {
        return spec;
    }
    let open = row.open_needs();
    let need = spec.fields.iter_mut().find(|field| field.name == NEED);
    if let Some(Kind::Choice(choices)) = need.map(|field| &mut field.kind) {
        choices.retain(|choice| open.iter().any(|need| need.as_str() == choice.value));
    }
    spec
}

/// Whether the form lists the open needs before a person sends the command.
pub(super) fn are_told(service: &ServiceName, command: &str) -> bool {
    service.as_str() == case::SERVICE && command == CLOSE
}
