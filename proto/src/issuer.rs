//! Issuers: who proves, by a signed token, on whose behalf a request is sent.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::ServiceName;

text_id! {
    /// The issuer of a token, as rosters and events name it: `gateway/main`, `operator/zhang-li`,
    /// `service/intake/main`.
    IssuerName, "the name of an issuer", "^(gateway|operator|service/[a-z][a-z0-9-]{0,39})/[a-z][a-z0-9-]{0,39}$",
    "'gateway/<node>', 'operator/<name>' or 'service/<service>/<instance>' is wanted",
    is_issuer
}

fn is_issuer(text: &str) -> bool {
    let is_name = |part: &str| part.parse::<ServiceName>().is_ok();
    match text.split('/').collect::<Vec<_>>()[..] {
        ["gateway" | "operator", name] => is_name(name),
        ["service", service, instance] => is_name(service) && is_name(instance),
        _ => false,
    }
}

impl IssuerName {
    /// The service that speaks for itself; nothing for a gateway or an operator.
    pub fn service(&self) -> Option<&str> {
        let rest = self.as_str().strip_prefix("service/")?;
        rest.split_once('/').map(|(service, _)| service)
    }
}

/// Who sends a command: a signed-in person, or the operator of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// A person, who signed in or has a key of their own (`operator/<name>`). What takes two people takes another one.
    Person,
    /// The operator of the machine (`operator/main`), who may carry out alone what takes two, and says why.
    Operator,
}

impl Hand {
    /// Who sends it, by the issuer that has proven the actor.
    ///
    /// ```
    /// use onestop_proto::issuer::Hand;
    ///
    /// let hand = |issuer: &str| Hand::of(Some(&issuer.parse().unwrap()));
    /// assert_eq!(hand("operator/main"), Hand::Operator);
    /// assert_eq!(hand("operator/he-ping"), Hand::Person);
    /// assert_eq!(Hand::of(None), Hand::Person);
    /// ```
    pub fn of(issuer: Option<&IssuerName>) -> Self {
        match issuer {
            Some(issuer) if issuer.as_str() == "operator/main" => Self::Operator,
            Some(_) | None => Self::Person,
        }
    }
}

/// The issuer that has proven the actor of a command; recorded in the events that it caused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvenBy {
    /// The issuer, whose enrolled key has signed the token.
    pub issuer: IssuerName,
    /// The id of the token.
    pub token: Uuid,
}

choices! {
    /// Why a request is not proven.
    pub enum Unproven {
        NoToken = "no-token", "请求没有签名令牌", "it carries no signed token";
        Unreadable = "unreadable", "令牌无法读取", "its token cannot be read";
        UnknownIssuer = "unknown-issuer", "签发者未登记", "the issuer of its token is not enrolled";
        Revoked = "revoked", "签发者的密钥已吊销", "the key of its issuer is revoked";
        /// The signature is not by the issuer's key, or of another request.
        BadSignature = "bad-signature", "签名与请求不符", "its signature does not fit this request";
        Expired = "expired", "令牌已过期", "its token has expired";
        NotYet = "not-yet", "令牌尚未生效", "its token is not valid yet";
        OtherAudience = "other-audience", "令牌用于别的请求", "its token is for another command or question";
        /// The token names another actor than the request.
        OtherActor = "other-actor", "令牌所载人员与请求不同", "its token names another person";
        /// The issuer may not speak for this actor.
        NotForThisActor = "not-for-this-actor", "签发者不得代此人办理", "its issuer may not speak for this person";
        /// The actor's unit is outside the issuer's division.
        OtherDivision = "other-division", "该单位不在签发者的区划内", "the unit is outside the division of its issuer";
        NotForThisQuestion = "not-for-this-question", "签发者无权提出此项查询", "its issuer may not ask this question";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_a_gateway_an_operator_or_a_service() {
        for name in [
            "gateway/main",
            "operator/zhang-li",
            "service/legal-aid/main",
        ] {
            assert!(name.parse::<IssuerName>().is_ok(), "{name}");
        }
        for name in [
            "main",
            "gateway/",
            "service/intake",
            "clerk/li",
            "gateway/a/b",
            "operator/A",
        ] {
            assert!(name.parse::<IssuerName>().is_err(), "{name}");
        }
        let intake: IssuerName = "service/intake/main".parse().unwrap();
        assert_eq!(intake.service(), Some("intake"));
        assert_eq!(
            "gateway/main".parse::<IssuerName>().unwrap().service(),
            None
        );
    }
}
