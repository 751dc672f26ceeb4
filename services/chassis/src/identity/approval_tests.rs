//! What the token of an approval (补录审批) proves.

use onestop_proto::{
    actor::Actor,
    issuer::Unproven,
    late_entry::{APPROVAL_AUDIENCE, ApprovalClaim, ContentHash, LateReason},
    time::Timestamp,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    issuer::{Issuer, IssuerKey},
    roster::{Enrolled, Issuers, KeyState, Known, SpeaksFor},
    token::Stamp,
};

const DAY: i64 = 86_400;

fn moment() -> Timestamp {
    Timestamp::from_micros(1_800_000_000_000_000)
}

fn stamp() -> Stamp {
    Stamp {
        now: moment(),
        id: Uuid::from_u128(9),
    }
}

fn gateway() -> (Issuer, Known) {
    let name = "gateway/main".parse().unwrap();
    let key = IssuerKey::make(&name).unwrap();
    let enrolled = Enrolled {
        issuer: name,
        key: key.public,
        state: KeyState::Active,
        speaks_for: SpeaksFor::Everyone,
        within: None,
        asks: Vec::new(),
    };
    let issuers = vec![enrolled];
    let known = Known::of(Issuers { issuers }).unwrap();
    (Issuer::parse(&key.secret).unwrap(), known)
}

fn content(lawyer: &str) -> ContentHash {
    ContentHash::of(&json!({ "lawyer": lawyer }))
}

fn claim<'a>(doer: &'a Actor, content: &'a ContentHash) -> ApprovalClaim<'a> {
    ApprovalClaim {
        entry: "019ab0c4-8000-7000-8000-000000000001".parse().unwrap(),
        act: "legal-aid.grant",
        case: Some("s4k2m9qxa-261123-001"),
        doer,
        occurred_at: moment().plus_seconds(-20 * DAY),
        reason: LateReason::Outage,
        content,
    }
}

/// It is of one entry, one command with its data about one case, one person who enters it, one moment and one reason, and good for seven days.
#[test]
fn an_approval_is_of_one_entry_and_of_seven_days() {
    let (issuer, known) = gateway();
    let doer: Actor = "clerk/zhang-li@s4k2m9qxa.window".parse().unwrap();
    let other: Actor = "clerk/wang@s4k2m9qxa.window".parse().unwrap();
    let approver: Actor = "clerk/li-hua@s4k2m9qxa.window".parse().unwrap();
    let (said, changed) = (content("李律师"), content("王律师"));
    let approved = claim(&doer, &said);
    let made = issuer.late_approval_at(&approved, &approver, stamp());
    let token = made.unwrap();
    let verify = |claim: &ApprovalClaim<'_>, days: i64| {
        let text = claim.text();
        let signed = (APPROVAL_AUDIENCE, text.as_bytes());
        let now = moment().plus_seconds(days * DAY);
        known.verify(Some(&token), signed, Some(now))
    };
    let proof = verify(&approved, 6).unwrap();
    assert_eq!(proof.actor(), Some(&approver));
    assert_eq!(proof.check_actor(&approver, None), Ok(()));
    assert_eq!(proof.by().token, Uuid::from_u128(9));
    assert_eq!(verify(&approved, 8).unwrap_err(), Unproven::Expired);
    let others = [
        ApprovalClaim {
            entry: "019ab0c4-8000-7000-8000-000000000002".parse().unwrap(),
            ..approved
        },
        ApprovalClaim {
            act: "legal-aid.refuse",
            ..approved
        },
        ApprovalClaim {
            case: Some("s4k2m9qxa-261123-002"),
            ..approved
        },
        ApprovalClaim {
            doer: &other,
            ..approved
        },
        ApprovalClaim {
            occurred_at: moment().plus_seconds(-19 * DAY),
            ..approved
        },
        ApprovalClaim {
            reason: LateReason::Overlooked,
            ..approved
        },
        ApprovalClaim {
            content: &changed,
            ..approved
        },
    ];
    for changed in others {
        let refused = verify(&changed, 0).unwrap_err();
        assert_eq!(refused, Unproven::BadSignature, "{}", changed.text());
    }
}

/// The token of a request approves nothing, and an approval is no request.
#[test]
fn a_request_is_no_approval() {
    let (issuer, known) = gateway();
    let doer: Actor = "clerk/zhang-li@s4k2m9qxa.window".parse().unwrap();
    let approver: Actor = "clerk/li-hua@s4k2m9qxa.window".parse().unwrap();
    let said = content("李律师");
    let approved = claim(&doer, &said);
    let text = approved.text();
    let subject = "cmd.intake.open";
    let request = issuer.token_at(subject, text.as_bytes(), Some(&approver), stamp());
    let approval = issuer.late_approval_at(&approved, &approver, stamp());
    let verify = |token: &Option<String>, audience| {
        let signed = (audience, text.as_bytes());
        known.verify(token.as_deref(), signed, Some(moment()))
    };
    for (token, audience) in [(&request, APPROVAL_AUDIENCE), (&approval, subject)] {
        let refused = verify(token, audience).unwrap_err();
        assert_eq!(refused, Unproven::OtherAudience, "{audience}");
    }
}
