//! Signing in with OpenID Connect (统一身份认证): another service says who somebody is, and an account here
//! says what they may do. The authorization code flow with PKCE; nothing of what the browser carries back is
//! believed but what the provider has signed for this very sign-in.
//!
//! | room | what is in it |
//! |---|---|
//! | `attempt` | what a browser keeps between leaving for the provider and coming back |
//! | `provider` | the provider and how we are known to it: where browsers are sent, the exchange of a code |
//! | `published` | what it publishes of itself: where it is asked, and its keys |
//! | `ask` | asking it: TLS, and an end to time and size |
//! | `used` | codes that came once |
//! | `token` | the ID token: signature and claims; pure |

mod ask;
mod attempt;
mod provider;
mod published;
mod token;
mod used;

pub(crate) use attempt::{Attempt, clear};
pub(crate) use provider::Provider;

/// The one address to which the provider sends browsers back.
pub(crate) const DONE: &str = "/sign-in/oidc/done";

/// Why nobody got in. None of it holds what the browser or the provider wrote: it is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    /// What came back does not belong to what this browser began, or came too late.
    #[error("the answer belongs to no sign-in that this browser began")]
    Stray,
    /// The code came before.
    #[error("the code of this sign-in was used before")]
    Used,
    /// The provider says no.
    #[error("the provider refused ({code})")]
    Denied {
        /// One of the protocol's own words.
        code: &'static str,
    },
    /// The provider cannot be used now.
    #[error(transparent)]
    Unusable(#[from] ask::Unusable),
    /// The ID token does not hold.
    #[error(transparent)]
    Bad(#[from] token::Bad),
}

impl Refused {
    /// The provider's word for a no, if the protocol has it.
    pub(crate) fn denied(said: &str) -> Self {
        /// RFC 6749, 4.1.2.1 and 5.2; OpenID Connect Core, 3.1.2.6.
        const CODES: [&str; 14] = [
            "access_denied",
            "account_selection_required",
            "consent_required",
            "interaction_required",
            "invalid_client",
            "invalid_grant",
            "invalid_request",
            "invalid_scope",
            "login_required",
            "server_error",
            "temporarily_unavailable",
            "unauthorized_client",
            "unsupported_grant_type",
            "unsupported_response_type",
        ];
        let known = CODES.into_iter().find(|code| *code == said);
        Self::Denied {
            code: known.unwrap_or("for a reason of its own"),
        }
    }
}
