//! A running service follows the file of its roster.

use std::{fs, path::Path};

use onestop_proto::{
    envelope::Source,
    issuer::{IssuerName, Unproven},
};
use tempfile::TempDir;

use super::{Enrolled, Issuer, IssuerKey, Issuers, KeyState, Roster, SpeaksFor};
use crate::{clock::SystemClock, settings::Settings};

const SUBJECT: &str = "qry.referral.custody";
const BODY: &[u8] = b"{}";

/// An issuer that a broker's operator enrols, and its secret key.
fn pair(name: &str) -> (Enrolled, Issuer) {
    let name: IssuerName = name.parse().unwrap();
    let key = IssuerKey::make(&name).unwrap();
    let issuer = Issuer::parse(&key.secret).unwrap();
    let enrolled = Enrolled {
        issuer: name,
        key: key.public,
        state: KeyState::Active,
        speaks_for: SpeaksFor::Everyone,
        within: None,
        asks: Vec::new(),
    };
    (enrolled, issuer)
}

/// Puts a new file in place of the former one, as the operator's program does.
fn write(file: &Path, enrolled: &[&Enrolled]) {
    let issuers = enrolled.iter().copied().cloned().collect();
    let text = serde_json::to_vec(&Issuers { issuers }).unwrap();
    let new = file.with_extension("new");
    fs::write(&new, text).unwrap();
    fs::rename(new, file).unwrap();
}

/// The folder of a roster, and the roster as a service has opened it.
fn opened(enrolled: &[&Enrolled]) -> (TempDir, Roster) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("issuers.json");
    write(&file, enrolled);
    let settings = Settings {
        issuers: Some(file),
        ..Settings::default()
    };
    (folder, Roster::open(&settings).unwrap())
}

fn verified(roster: &Roster, issuer: &Issuer) -> Result<(), Unproven> {
    let token = issuer.token(SUBJECT, BODY, None);
    let request = (SUBJECT, BODY);
    let verified = roster.verify(token.as_deref(), request, SystemClock.now());
    verified.map(|_| ())
}

/// Who is enrolled while services run is believed from the first request on, and no service is restarted for it.
#[test]
fn a_key_counts_as_soon_as_it_is_enrolled() {
    let (hub, _) = pair("gateway/main");
    let (site, issuer) = pair("gateway/town");
    let (folder, roster) = opened(&[&hub]);
    assert_eq!(verified(&roster, &issuer), Err(Unproven::UnknownIssuer));
    let file = folder.path().join("issuers.json");
    write(&file, &[&hub, &site]);
    assert_eq!(verified(&roster, &issuer), Ok(()));

    // The same name with another key.
    let (rotated, issuer) = pair("gateway/town");
    assert_eq!(verified(&roster, &issuer), Err(Unproven::BadSignature));
    write(&file, &[&hub, &site, &rotated]);
    assert_eq!(verified(&roster, &issuer), Ok(()));
}

#[test]
fn an_instance_counts_as_soon_as_it_is_enrolled() {
    let (hub, _) = pair("service/intake/main");
    let (site, issuer) = pair("service/intake/town");
    let (folder, roster) = opened(&[&hub]);
    let source: Source = "/onestop/intake/town".parse().unwrap();
    assert!(roster.instance(&source).is_none());
    let file = folder.path().join("issuers.json");
    write(&file, &[&hub, &site]);
    let instance = roster.instance(&source).unwrap();
    let (rotated, new) = pair("service/intake/town");
    write(&file, &[&hub, &site, &rotated]);
    for issuer in [issuer, new] {
        let token = issuer.token(SUBJECT, BODY, None);
        assert!(roster.has_signed(&instance, token.as_deref(), (SUBJECT, BODY)));
    }
}

/// What was enrolled before goes on counting while the file is damaged, and the file is read once for each change.
#[test]
fn a_damaged_file_changes_nothing() {
    let (hub, issuer) = pair("gateway/main");
    let (_, stranger) = pair("gateway/town");
    let (folder, roster) = opened(&[&hub]);
    let file = folder.path().join("issuers.json");
    for damaged in ["", "{}}", "[1]"] {
        fs::write(&file, damaged).unwrap();
        assert_eq!(verified(&roster, &stranger), Err(Unproven::UnknownIssuer));
        assert_eq!(verified(&roster, &issuer), Ok(()));
    }
    fs::remove_file(&file).unwrap();
    assert_eq!(verified(&roster, &stranger), Err(Unproven::UnknownIssuer));
    assert_eq!(verified(&roster, &issuer), Ok(()));
}
