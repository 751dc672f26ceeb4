//! Whether this node's intake has signed what its list of erasures says, where another node keeps it.

use onestop_chassis::settings::{ErasureListAddress, Settings};
use onestop_intake::erasures::ErasureList;
use onestop_proto::case;

use super::{Finding, State};
use crate::output::Output;

/// So many cases are named.
const NAMED: usize = 20;

/// Nothing where no intake is on this machine, or its list is a file.
pub(super) fn finding(settings: &Settings, output: &Output) -> Option<Finding> {
    let address = settings.erasure_list.as_ref()?;
    let (ErasureListAddress::Node(_), true) = (address, settings.data.join(case::SERVICE).exists())
    else {
        return None;
    };
    let about = format!("{} {address}", output.message("doctor-erasures"));
    let list = match ErasureList::begun_at(address, settings) {
        Ok(list) => list.unwrap_or_default(),
        Err(error) => {
            let to_do = output.message("doctor-erasures-unreadable");
            let found = Finding::good(about, output.failure(&error.into()));
            return Some(found.but(State::Bad, to_do));
        }
    };
    let unsigned = list.unsigned();
    if unsigned.is_empty() {
        let count = list.cases().len().to_string();
        let found = output.message_with("doctor-erasures-signed", &[("count", &count)]);
        return Some(Finding::good(about, found));
    }
    let count = unsigned.len().to_string();
    let cases: Vec<String> = unsigned
        .iter()
        .take(NAMED)
        .map(ToString::to_string)
        .collect();
    let cases = cases.join(", ");
    let arguments = [("count", count.as_str()), ("cases", cases.as_str())];
    let found = output.message_with("doctor-erasures-unsigned", &arguments);
    let to_do = output.message("doctor-erasures-unsigned-next");
    Some(Finding::good(about, found).but(State::Look, to_do))
}
