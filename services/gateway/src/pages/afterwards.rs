//! What follows from an act that is done already, such as telling the person who asked for it. Where that fails, the act is done
//! all the same: the page that follows says what was done, and what was not.

use tracing::error;

/// What did not follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Undone {
    /// The person who asked does not hear what was decided.
    Told,
    /// The draft is still there.
    DraftForgotten,
    /// The receipt has no query code.
    ReceiptKept,
}

impl Undone {
    /// As an address has it.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Told => "told",
            Self::DraftForgotten => "draft",
            Self::ReceiptKept => "receipt",
        }
    }
}

/// Where the user goes on after an act, with what did not follow from it.
pub(super) fn address(to: &str, undone: Option<Undone>) -> String {
    let Some(undone) = undone else {
        return to.to_owned();
    };
    let joint = if to.contains('?') { '&' } else { '?' };
    format!("{to}{joint}undone={}", undone.as_str())
}

/// Notes what did not follow from an act that is done.
pub(super) fn noted(followed: anyhow::Result<()>, undone: Undone) -> Option<Undone> {
    let failed = followed.err()?;
    error!(
        error = format!("{failed:#}"),
        undone = undone.as_str(),
        "an act is done, and something that follows from it is not"
    );
    Some(undone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_is_not_called_undone() {
        let done = "/erasures?done=intake.erase";
        assert_eq!(address(done, noted(Ok(()), Undone::Told)), done);
        let failed = noted(Err(anyhow::anyhow!("the disk is full")), Undone::Told);
        assert_eq!(
            address(done, failed),
            "/erasures?done=intake.erase&undone=told"
        );
        assert_eq!(address("/today", failed), "/today?undone=told");
    }
}
