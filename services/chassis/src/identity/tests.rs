//! What a token proves, and what it does not.

use onestop_proto::{
    actor::Actor,
    issuer::{IssuerName, Unproven},
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    files::Roster,
    issuer::{Issuer, IssuerKey},
    roster::{Enrolled, Issuers, KeyState, Known, NamedQuestion, Proof, SpeaksFor},
    token::Stamp,
};
use crate::settings::Settings;

const SUBJECT: &str = "cmd.referral.accept";
const BODY: &[u8] = b"{\"id\":1}";
const CLERK: &str = "clerk/zhang-li@s4k2m9qxa.window";

/// An issuer, and its entry on a roster.
struct Pair {
    issuer: Issuer,
    enrolled: Enrolled,
}

fn pair(name: &str, speaks_for: SpeaksFor) -> Pair {
    let name: IssuerName = name.parse().unwrap();
    let key = IssuerKey::make(&name).unwrap();
    Pair {
        issuer: Issuer::parse(&key.secret).unwrap(),
        enrolled: Enrolled {
            issuer: name,
            key: key.public,
            state: KeyState::Active,
            speaks_for,
            within: None,
            asks: Vec::new(),
        },
    }
}

fn gateway() -> Pair {
    pair("gateway/main", SpeaksFor::Everyone)
}

fn clerk() -> Actor {
    CLERK.parse().unwrap()
}

fn moment() -> Timestamp {
    Timestamp::from_micros(1_800_000_000_000_000)
}

fn token(issuer: &Issuer, actor: Option<&Actor>) -> String {
    let stamp = Stamp {
        now: moment(),
        id: Uuid::from_u128(7),
    };
    issuer.token_at(SUBJECT, BODY, actor, stamp).unwrap()
}

fn verify(
    roster: &[Enrolled],
    token: Option<&str>,
    request: (&str, &[u8]),
    now: Timestamp,
) -> Result<Proof, Unproven> {
    let issuers = roster.to_vec();
    let known = Known::of(Issuers { issuers }).unwrap();
    known.verify(token, request, Some(now))
}

/// The proof of a token that the issuer has made for the actor.
fn proof(pair: &Pair, actor: Option<&Actor>) -> Proof {
    let token = token(&pair.issuer, actor);
    let roster = std::slice::from_ref(&pair.enrolled);
    verify(roster, Some(&token), (SUBJECT, BODY), moment()).unwrap()
}

fn refused(pair: &Pair, token: &str, request: (&str, &[u8]), now: Timestamp) -> Unproven {
    let roster = std::slice::from_ref(&pair.enrolled);
    verify(roster, Some(token), request, now).unwrap_err()
}

#[test]
fn a_token_proves_its_actor_and_names_itself() {
    let gateway = gateway();
    let proof = proof(&gateway, Some(&clerk()));
    assert_eq!(proof.check_actor(&clerk(), None), Ok(()));
    let by = proof.by();
    assert_eq!(by.issuer.as_str(), "gateway/main");
    assert_eq!(by.token, Uuid::from_u128(7));
}

#[test]
fn a_token_is_of_one_subject_and_one_body() {
    let gateway = gateway();
    let token = token(&gateway.issuer, Some(&clerk()));
    let other_subject = ("cmd.referral.decline", BODY);
    let other_body = (SUBJECT, &b"{\"id\":2}"[..]);
    assert_eq!(
        refused(&gateway, &token, other_subject, moment()),
        Unproven::OtherAudience
    );
    assert_eq!(
        refused(&gateway, &token, other_body, moment()),
        Unproven::BadSignature
    );
}

#[test]
fn a_token_holds_for_its_time_as_clocks_go() {
    let gateway = gateway();
    let token = token(&gateway.issuer, Some(&clerk()));
    let at = |hours: i64| moment().plus_seconds(hours * 3_600);
    let roster = std::slice::from_ref(&gateway.enrolled);
    for hours in [-12, 0, 12] {
        let verified = verify(roster, Some(&token), (SUBJECT, BODY), at(hours));
        assert!(verified.is_ok(), "{hours}");
    }
    let request = (SUBJECT, BODY);
    assert_eq!(
        refused(&gateway, &token, request, at(14)),
        Unproven::Expired
    );
    assert_eq!(
        refused(&gateway, &token, request, at(-14)),
        Unproven::NotYet
    );
}

#[test]
fn what_is_changed_unknown_or_revoked_proves_nothing() {
    let gateway = gateway();
    let made = token(&gateway.issuer, Some(&clerk()));
    let request = (SUBJECT, BODY);

    // Another key that says it is the same issuer.
    let forger = pair("gateway/main", SpeaksFor::Everyone);
    let forged = token(&forger.issuer, Some(&clerk()));
    assert_eq!(
        refused(&gateway, &forged, request, moment()),
        Unproven::BadSignature
    );
    let stranger = pair("gateway/elsewhere", SpeaksFor::Everyone);
    let strange = token(&stranger.issuer, Some(&clerk()));
    assert_eq!(
        refused(&gateway, &strange, request, moment()),
        Unproven::UnknownIssuer
    );

    // One character of the claims, or of the issuer's name.
    let (claims, footer) = made.rsplit_once('.').unwrap();
    let mut changed = claims.as_bytes().to_vec();
    let at = "v4.public.".len() + 20;
    changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
    let changed = format!("{}.{footer}", String::from_utf8(changed).unwrap());
    assert_eq!(
        refused(&gateway, &changed, request, moment()),
        Unproven::BadSignature
    );
    assert_eq!(
        refused(&gateway, claims, request, moment()),
        Unproven::Unreadable
    );
    for junk in ["", "v4.public.", "v2.public.AAAA", &"x".repeat(5_000)] {
        assert_eq!(
            refused(&gateway, junk, request, moment()),
            Unproven::Unreadable
        );
    }

    let mut revoked = gateway.enrolled.clone();
    revoked.state = KeyState::Revoked;
    let verified = verify(&[revoked], Some(&made), request, moment());
    assert_eq!(verified.unwrap_err(), Unproven::Revoked);
    let verified = verify(&[gateway.enrolled], None, request, moment());
    assert_eq!(verified.unwrap_err(), Unproven::NoToken);
}

/// An event waits for its readers as long as it must: what its instance signed stays signed, until its key is revoked.
#[test]
fn an_instance_signs_its_events_for_good() {
    let intake = pair("service/intake/town", SpeaksFor::Itself);
    let name = intake.enrolled.issuer.clone();
    let token = token(&intake.issuer, None);
    let known = |state: KeyState| {
        let mut enrolled = intake.enrolled.clone();
        enrolled.state = state;
        let issuers = vec![enrolled];
        Known::of(Issuers { issuers }).unwrap()
    };
    let active = known(KeyState::Active);
    let years_later = moment().plus_seconds(4 * 365 * 86_400);
    let verified = |request: (&str, &[u8]), now| active.verify(Some(&token), request, now);
    assert!(verified((SUBJECT, BODY), None).is_ok());
    let expired = verified((SUBJECT, BODY), Some(years_later));
    assert_eq!(expired.unwrap_err(), Unproven::Expired);
    let changed = verified((SUBJECT, b"{}"), None);
    assert_eq!(changed.unwrap_err(), Unproven::BadSignature);
    let moved = verified(("evt.intake.opened", BODY), None);
    assert_eq!(moved.unwrap_err(), Unproven::OtherAudience);
    assert!(active.active(&name).is_some());
    let revoked = known(KeyState::Revoked);
    assert!(revoked.active(&name).is_none());
    let refused = revoked.verify(Some(&token), (SUBJECT, BODY), None);
    assert_eq!(refused.unwrap_err(), Unproven::Revoked);
}

/// After a rotation both keys count, until the former one is revoked.
#[test]
fn an_issuer_may_have_two_keys() {
    let (former, new) = (gateway(), gateway());
    let made = [&former.issuer, &new.issuer].map(|issuer| token(issuer, None));
    let mut roster = [former.enrolled, new.enrolled];
    for token in &made {
        assert!(verify(&roster, Some(token), (SUBJECT, BODY), moment()).is_ok());
    }
    roster[0].state = KeyState::Revoked;
    let verified = verify(&roster, Some(&made[0]), (SUBJECT, BODY), moment());
    assert_eq!(verified.unwrap_err(), Unproven::Revoked);
    assert!(verify(&roster, Some(&made[1]), (SUBJECT, BODY), moment()).is_ok());
}

#[test]
fn an_issuer_speaks_for_its_division_alone() {
    let mut site = pair("gateway/town", SpeaksFor::Everyone);
    site.enrolled.within = Some("530821101".parse().unwrap());
    let proof = proof(&site, Some(&clerk()));
    let at = |division: &str| proof.check_actor(&clerk(), Some(division.parse().unwrap()));
    assert_eq!(at("530821101"), Ok(()));
    assert_eq!(at("530821101201"), Ok(()));
    for elsewhere in ["53", "530821", "530821102"] {
        assert_eq!(at(elsewhere), Err(Unproven::OtherDivision), "{elsewhere}");
    }
    // A unit that the directory does not know is in no division.
    assert_eq!(
        proof.check_actor(&clerk(), None),
        Err(Unproven::OtherDivision)
    );
}

#[test]
fn an_issuer_speaks_for_whom_it_is_enrolled() {
    let other: Actor = "clerk/wang@s4k2m9qxa.window".parse().unwrap();
    let supervisor: Actor = "supervisor/zhang-li@s4k2m9qxa.window".parse().unwrap();
    let own = pair("operator/zhang-li", SpeaksFor::Persons(vec![clerk()]));
    assert_eq!(
        proof(&own, Some(&clerk())).check_actor(&clerk(), None),
        Ok(())
    );
    for somebody_else in [other, supervisor] {
        let proof = proof(&own, Some(&somebody_else));
        assert_eq!(
            proof.check_actor(&somebody_else, None),
            Err(Unproven::NotForThisActor)
        );
    }
    // The request names another actor than its token.
    let proof = proof(&gateway(), Some(&clerk()));
    let other: Actor = "clerk/wang@s4k2m9qxa.window".parse().unwrap();
    assert_eq!(proof.check_actor(&other, None), Err(Unproven::OtherActor));
}

#[test]
fn a_service_alone_speaks_for_its_rules() {
    let rule: Actor = "system/referral@s4k2m9qxa.window".parse().unwrap();
    let referral = pair("service/referral/main", SpeaksFor::Itself);
    assert_eq!(
        proof(&referral, Some(&rule)).check_actor(&rule, None),
        Ok(())
    );
    assert_eq!(
        proof(&referral, Some(&clerk())).check_actor(&clerk(), None),
        Err(Unproven::NotForThisActor)
    );
    for other in ["service/intake/main", "gateway/main", "operator/referral"] {
        let other = pair(other, SpeaksFor::Everyone);
        assert_eq!(
            proof(&other, Some(&rule)).check_actor(&rule, None),
            Err(Unproven::NotForThisActor)
        );
    }
}

/// A question to referral.
fn to_referral(question: &str) -> NamedQuestion<'_> {
    NamedQuestion {
        service: "referral",
        question,
    }
}

#[test]
fn logs_are_for_those_enrolled_to_ask_for_them() {
    let mut site = pair("gateway/town", SpeaksFor::Everyone);
    site.enrolled.asks = vec!["track".to_owned()];
    let alone = proof(&site, None);
    let in_own_name = |question| alone.check_question(&to_referral(question), None, None);
    assert_eq!(in_own_name("track"), Ok(()));
    for question in ["log", "backup", "proof", "parked", "sources", "custody"] {
        assert_eq!(
            in_own_name(question),
            Err(Unproven::NotForThisQuestion),
            "{question}"
        );
    }
    let for_clerk = proof(&site, Some(&clerk()));
    let ask = |question| for_clerk.check_question(&to_referral(question), Some(&clerk()), None);
    assert_eq!(ask("case"), Ok(()));
    assert_eq!(ask("log"), Err(Unproven::NotForThisQuestion));
    // A token for a person does for no question in the issuer's own name.
    assert_eq!(
        for_clerk.check_question(&to_referral("track"), None, None),
        Err(Unproven::OtherActor)
    );
}

#[test]
fn an_entry_may_name_the_one_service_that_is_asked() {
    let mut site = pair("gateway/town", SpeaksFor::Everyone);
    site.enrolled.asks = vec!["registry.log".to_owned()];
    let alone = proof(&site, None);
    let of = |service, question| NamedQuestion { service, question };
    let in_own_name = |asked| alone.check_question(&asked, None, None);
    assert_eq!(in_own_name(of("registry", "log")), Ok(()));
    for other in [of("referral", "log"), of("registry", "proof")] {
        let refused = in_own_name(other);
        assert_eq!(refused, Err(Unproven::NotForThisQuestion), "{other:?}");
    }
}

/// A program that was enrolled a moment ago need not wait until the service looks at the file again.
#[test]
fn a_key_counts_as_soon_as_it_is_on_the_roster() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("issuers.json");
    let town = pair("gateway/town", SpeaksFor::Everyone);
    let write = |issuers: Vec<Enrolled>| {
        let text = serde_json::to_vec(&Issuers { issuers }).unwrap();
        std::fs::write(&file, text).unwrap();
    };
    let main = gateway().enrolled;
    write(vec![main.clone()]);
    let settings = Settings {
        issuers: Some(file.clone()),
        ..Settings::default()
    };
    let roster = Roster::open(&settings).unwrap();
    let token = token(&town.issuer, Some(&clerk()));
    let verify = || roster.verify(Some(&token), (SUBJECT, BODY), moment());
    assert_eq!(verify().unwrap_err(), Unproven::UnknownIssuer);
    write(vec![main, town.enrolled.clone()]);
    verify().unwrap();
}
