//! TLS without anything in front: a certificate that is changed is used, and connections of before go on.

use std::{fs, path::Path};

use reqwest::{Client, header, tls::TlsInfo};

use super::{PASSWORD, client_builder, started, try_sign_in};
use crate::harness::until;

/// Writes a certificate and its key, as a tool that renews them does.
fn renew(folder: &Path) {
    let made = rcgen::generate_simple_self_signed(["onestop.example".to_owned()]).unwrap();
    let write = |name: &str, text: String| {
        let next = folder.join("next");
        fs::write(&next, text).unwrap();
        fs::rename(next, folder.join(name)).unwrap();
    };
    write("web.pem", made.cert.pem());
    write("web.key", made.signing_key.serialize_pem());
}

async fn peer_certificate_of(client: &Client, base: &str) -> Vec<u8> {
    let answer = client.get(format!("{base}/places")).send().await.unwrap();
    assert!(answer.status().is_success());
    let info = answer.extensions().get::<TlsInfo>().unwrap();
    let certificate = info.peer_certificate().unwrap().to_vec();
    // A connection is kept once its answer was read.
    answer.bytes().await.unwrap();
    certificate
}

#[tokio::test]
async fn tls_is_spoken_and_a_changed_certificate_is_used_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    renew(folder.path());
    let chain = format!("--web-tls-cert={}", folder.path().join("web.pem").display());
    let key = format!("--web-tls-key={}", folder.path().join("web.key").display());
    let (_onestop, base) = started(&[&chain, &key]).await;
    assert!(base.starts_with("https://"), "{base}");
    // What vouches for a name is another test's; here the certificate itself is looked at.
    let trusting = || {
        client_builder()
            .tls_danger_accept_invalid_certs(true)
            .tls_info(true)
    };
    let kept = trusting().build().unwrap();
    let first = peer_certificate_of(&kept, &base).await;

    let signed_in = try_sign_in(&kept, &base, "", ("zhang-li", PASSWORD)).await;
    let headers = signed_in.headers().clone();
    signed_in.bytes().await.unwrap();
    let cookie = headers[header::SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("__Host-onestop=") && cookie.contains("; Secure"),
        "{cookie}"
    );
    let hsts = headers[header::STRICT_TRANSPORT_SECURITY].to_str();
    assert!(hsts.unwrap().starts_with("max-age="));
    assert_eq!(headers[header::X_FRAME_OPTIONS], "DENY");

    renew(folder.path());
    until("another certificate is shown", async || {
        // A client of before resumes its session, and is not shown another certificate.
        peer_certificate_of(&trusting().build().unwrap(), &base).await != first
    })
    .await;
    // The connection of before was not dropped.
    assert_eq!(peer_certificate_of(&kept, &base).await, first);
}
