//! Links over TLS, with certificates on both sides: `onestop keys init --server-cert … --client-ca …` and
//! the settings `tls_ca`, `tls_cert`, `tls_key`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use onestop_chassis::{
    bus::{Bus, BusError},
    settings::Settings,
};
use onestop_proto::actor::known_service;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};

use crate::{
    command_line::run,
    harness::{Deployment, Onestop, Part, Tls, clean, onestop},
    invariants::assert_logs,
    journeys::{self, CLERK, VILLAGE, open_by, request},
    sites::{SITE, Site},
    test_user::TestUser,
};

/// An authority, and certificates that it gave out.
pub(crate) struct Authority<'a> {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: &'a Path,
    name: &'static str,
}

impl<'a> Authority<'a> {
    pub(crate) fn new(folder: &'a Path, name: &'static str) -> Self {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let issuer = CertifiedIssuer::self_signed(parameters, key).unwrap();
        fs::write(folder.join(format!("{name}.ca")), issuer.pem()).unwrap();
        Self {
            issuer,
            folder,
            name,
        }
    }

    pub(crate) fn ca(&self) -> PathBuf {
        self.folder.join(format!("{}.ca", self.name))
    }

    /// Makes a certificate for a name, and its key.
    pub(crate) fn certify(&self, who: &str) -> (PathBuf, PathBuf) {
        let parameters = CertificateParams::new(vec![who.to_owned()]).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        let file = |kind: &str| self.folder.join(format!("{}-{who}.{kind}", self.name));
        fs::write(file("cert"), certificate.pem()).unwrap();
        fs::write(file("key"), key.serialize_pem()).unwrap();
        (file("cert"), file("key"))
    }

    fn client(&self) -> Tls {
        let (cert, key) = self.certify("desk");
        let ca = self.ca();
        Tls { ca, cert, key }
    }
}

fn settings(running: &Onestop, tls: Tls) -> Settings {
    Settings {
        nats: running.url(),
        key: Some(running.key("desk")),
        tls_ca: Some(tls.ca),
        tls_cert: Some(tls.cert),
        tls_key: Some(tls.key),
        ..Settings::default()
    }
}

async fn connect(settings: &Settings) -> Result<Bus, BusError> {
    Bus::connect_now(settings, &known_service("desk")).await
}

/// A broker that is reached over the network speaks TLS, unless the operator says aloud that it does not: nothing is
/// written before.
#[test]
fn nothing_listens_on_the_network_without_tls_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("keys");
    let init = |further: &[&str]| {
        let words = ["keys", "init", "--out", out.to_str().unwrap()];
        run(None, &[&words[..], further].concat())
    };
    let near = ["--leaf-listen", "127.0.0.1:7422", "--site", SITE];
    for open in [
        ["--listen", "0.0.0.0:4222"],
        ["--leaf-listen", "192.0.2.7:7422"],
    ] {
        let refused = init(&open);
        assert!(!refused.status.success(), "{open:?}");
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(said.contains("--insecure"), "{said}");
        assert!(!out.exists());
    }
    let at_site = init(&[&near[..], &["--site-listen", "0.0.0.0:4222"]].concat());
    assert!(!at_site.status.success() && !out.exists());
    assert!(
        init(&["--listen", "0.0.0.0:4222", "--insecure"])
            .status
            .success()
    );
    assert!(init(&near).status.success());
    let conf = std::fs::read_to_string(out.join("nats.conf")).unwrap();
    for words in [
        "allowed_connection_types: [ \"STANDARD\" ]",
        "allowed_connection_types: [ \"LEAFNODE\" ]",
        "max_leafnodes: 10",
    ] {
        assert!(conf.contains(words), "{words}: {conf}");
    }
}

/// Makes the keys of a hub whose broker has a certificate of the authority.
fn make_keys(running: &Onestop, authority: &Authority<'_>, further: &[&str]) {
    let (cert, key) = authority.certify("127.0.0.1");
    let mut keys = Command::new(onestop());
    clean(&mut keys);
    let made = keys
        .args(["keys", "init", "--training"])
        .args(["--listen", &running.url().replace("nats://", "")])
        .arg("--out")
        .arg(running.keys())
        .arg("--store")
        .arg(running.broker_store())
        .arg("--server-cert")
        .arg(&cert)
        .arg("--server-key")
        .arg(&key)
        .args(further)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
}

/// The authority of the hub's certificate is none that the site's system knows.
#[tokio::test]
async fn a_site_is_linked_over_tls_by_the_authority_that_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(folder.path(), "bureau");
    let running = Onestop::new(Deployment::Separate, &[]);
    make_keys(&running, &authority, &[]);
    let mut hub = running.start_encrypted(authority.client()).await;
    let ca = authority.ca().display().to_string();
    let site = Site::start_with(&mut hub, &["--leaf-ca", &ca]).await;
    hub.wait_until_ready().await;
    let above = TestUser::new(hub.client().await);
    let window = site.user(&hub).await;
    let wages = request("legal-aid", "labour-pay", VILLAGE);
    let case = open_by(&window, CLERK, wages).await;
    above.wait_for_event(case, "referral.offered", 1).await;
}

/// The broker says only that it is not reached.
#[test]
fn the_doctor_names_a_certificate_that_has_expired() {
    let folder = tempfile::tempdir().unwrap();
    let mut expired = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    expired.not_after = date_time_ymd(2020, 1, 31);
    let key = KeyPair::generate().unwrap();
    let expired = expired.self_signed(&key).unwrap();
    let file = folder.path().join("broker.pem");
    fs::write(&file, expired.pem()).unwrap();
    let valid = Authority::new(folder.path(), "bureau").ca();
    let named = [&valid, &file].map(|file| file.display().to_string());
    let [authority, own] = &named;
    let data = folder.path().display().to_string();
    let words = ["doctor", "--lang", "en", "--data", &data];
    let certificates = ["--tls-ca", authority, "--tls-cert", own];
    let said = run(None, &[&words[..], &certificates].concat());
    assert_eq!(said.status.code(), Some(1));
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(
        said.contains(&format!("✓ certificate {authority}: ")),
        "{said}"
    );
    assert!(said.contains(&format!("✗ certificate {own}: ")), "{said}");
}

#[tokio::test]
async fn cases_go_their_way_over_mutual_tls_and_strangers_stay_outside() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(folder.path(), "bureau");
    let running = Onestop::new(Deployment::Separate, &[]);
    let ca = authority.ca().display().to_string();
    make_keys(&running, &authority, &["--client-ca", &ca]);
    let mut running = running.start_encrypted(authority.client()).await;
    let user = TestUser::new(running.client().await);
    journeys::wages(&user).await;
    running.kill(Part::Broker);
    running.run(Part::Broker);
    journeys::at_the_window(&user).await;
    assert_logs(&user, &[]).await;

    let known = authority.client();
    connect(&settings(&running, known.clone())).await.unwrap();
    // A foreign certificate, none at all, and a broker whose authority is not trusted.
    let other = Authority::new(folder.path(), "stranger");
    let foreign = Tls {
        ca: known.ca.clone(),
        ..other.client()
    };
    let mut nobody = settings(&running, known.clone());
    (nobody.tls_cert, nobody.tls_key) = (None, None);
    let doubtful = Tls {
        ca: other.ca(),
        ..known.clone()
    };
    for refused in [
        settings(&running, foreign),
        nobody,
        settings(&running, doubtful),
    ] {
        let error = connect(&refused).await.unwrap_err();
        assert!(matches!(error, BusError::Connect { .. }), "{error:?}");
    }
    let missing = Tls {
        cert: folder.path().join("nothing-here"),
        ..known
    };
    let error = connect(&settings(&running, missing)).await.unwrap_err();
    assert!(error.to_string().contains("tls_cert"), "{error}");
}
