//! Trace context as W3C writes it (<https://www.w3.org/TR/trace-context/>, version 00): it travels in
//! commands and events so that one request can be followed through every service.

use sha2::{Digest, Sha256};

use crate::ids::{CommandId, EventId};

text_id! {
    /// `00-<32 hex trace id>-<16 hex span id>-<2 hex flags>`, lower case, neither id all zeros.
    TraceParent, "a traceparent", "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
    "the W3C form 00-<trace id>-<span id>-<flags> is wanted",
    is_trace_parent
}

fn is_trace_parent(text: &str) -> bool {
    let mut parts = text.split('-');
    let fields = (parts.next(), parts.next(), parts.next(), parts.next());
    let (Some("00"), Some(trace), Some(span), Some(flags)) = fields else {
        return false;
    };
    let hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    parts.next().is_none()
        && hex(trace, 32)
        && hex(span, 16)
        && hex(flags, 2)
        && trace.bytes().any(|b| b != b'0')
        && span.bytes().any(|b| b != b'0')
}

impl TraceParent {
    /// The start of a trace, from the id of the command that starts it.
    pub fn start(command: CommandId) -> Self {
        let digest = Sha256::digest(command.uuid().as_bytes());
        Self(format!(
            "00-{}-{}-01",
            hex(&digest[..16]),
            hex(&digest[16..24])
        ))
    }

    /// The same trace, one step further: the span of `event`.
    pub fn step(&self, event: EventId) -> Self {
        let digest = Sha256::digest(event.uuid().as_bytes());
        Self(format!(
            "00-{}-{}-{}",
            self.trace_id(),
            hex(&digest[..8]),
            &self.0[53..]
        ))
    }

    /// The 32 hexadecimal digits that all steps share.
    pub fn trace_id(&self) -> &str {
        &self.0[3..35]
    }
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_share_the_trace() {
        let command: CommandId = "019ab0c4-8000-7000-8000-000000000001".parse().unwrap();
        let start = TraceParent::start(command);
        let step = start.step(command.event(0));
        assert_eq!(start.trace_id(), step.trace_id());
        assert_ne!(start, step);
        assert!(step.as_str().parse::<TraceParent>().is_ok());
        assert!(
            "00-00000000000000000000000000000000-0000000000000001-01"
                .parse::<TraceParent>()
                .is_err()
        );
    }
}
