//! What waits for a user's decision, as the navigation counts it.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waiting {
    /// Cases that wait for the user's unit (待我决定).
    Decisions,
    /// Acts on accounts that wait for a second person.
    Requests,
    /// Changes of sites that wait for the user's bureau.
    Changes,
}

impl Waiting {
    pub(super) const ALL: [Self; 3] = [Self::Decisions, Self::Requests, Self::Changes];

    /// As the address has it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Decisions => "decisions",
            Self::Requests => "requests",
            Self::Changes => "changes",
        }
    }
}
