//! OpenID Connect (统一身份认证): the provider authenticates a user, and an account here says what they may do.
//! The authorization code flow with PKCE; of what the browser brings back, only what the provider has signed
//! for this very sign-in is trusted.
//!
//! | module | content |
//! |---|---|
//! | `attempt` | the cookie between the redirect to the provider and the redirect back |
//! | `provider` | the client: the authorization URL, the exchange of a code |
//! | `discovery` | the provider's endpoints and keys |
//! | `http` | requests to the provider: TLS, limits of time and size |
//! | `used_codes` | authorization codes that were used |
//! | `id_token` | the ID token: signature and claims; pure |

mod attempt;
mod discovery;
mod http;
mod id_token;
mod provider;
mod used_codes;

pub(crate) use attempt::{Attempt, clear_cookie};
pub(crate) use provider::Provider;

/// The redirect URI's path.
pub(crate) const CALLBACK: &str = "/sign-in/oidc/done";

/// Why a sign-in failed. It is logged, so it holds nothing that the browser or the provider wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OpenIdError {
    /// This browser began no such sign-in, or too long ago.
    #[error("the answer belongs to no sign-in that this browser began")]
    UnknownAttempt,
    #[error("the code of this sign-in was used before")]
    CodeReused,
    #[error("the provider refused ({code})")]
    Denied { code: &'static str },
    #[error(transparent)]
    Provider(#[from] http::ProviderError),
    #[error(transparent)]
    IdToken(#[from] id_token::IdTokenError),
}

impl OpenIdError {
    /// An error response of the provider.
    pub(crate) fn denied(code: &str) -> Self {
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
        let known = CODES.into_iter().find(|known| *known == code);
        Self::Denied {
            code: known.unwrap_or("for a reason of its own"),
        }
    }
}
