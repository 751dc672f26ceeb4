//! Opening documents and photos of a site: the bureau adds them, the public sees the photos, staff read the documents.

use data_encoding::{BASE64, HEXLOWER};
use onestop_proto::{
    case::{MediaType, PIECE},
    command::AcceptedCommand,
    registry::{
        self, AttachEvidence, AttachPiece, Command, EvidenceKind, EvidencePiece, EvidenceQuery,
        WithdrawEvidence,
    },
    rejection::Rejected,
};
use reqwest::{Client, StatusCode};
use sha2::{Digest, Sha256};

use crate::{
    browser::address,
    command_line::run,
    harness::{Deployment, Onestop, found},
    test_user::{DIRECTORY, TestUser, actor},
};

/// A township whose site the files plan, and the bureau above it.
pub(crate) const PLANNED: &str = "530828207";
const PLANNED_ABOVE: &str = "supervisor/wei-hong@530828.bureau";
const ELSEWHERE: &str = "supervisor/li-jun@530821.bureau";

/// A JPEG of two pieces.
pub(crate) fn photo() -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xe0 hall".to_vec();
    bytes.resize(PIECE + 1_000, b'.');
    bytes
}

pub(crate) fn evidence(bytes: &[u8], kind: EvidenceKind, media_type: MediaType) -> AttachEvidence {
    let site = DIRECTORY.site_at(PLANNED.parse().unwrap()).unwrap();
    AttachEvidence {
        site: site.id.clone(),
        kind,
        state: None,
        hash: HEXLOWER.encode(&Sha256::digest(bytes)).parse().unwrap(),
        size: bytes.len() as u64,
        media_type,
        name: "大厅".to_owned(),
    }
}

async fn send(
    user: &TestUser,
    by: &str,
    command: impl Into<Command>,
) -> Result<AcceptedCommand, Rejected> {
    let service = registry::service();
    user.command::<Command>(&service, by, None, command).await
}

pub(crate) async fn attach(user: &TestUser, attach: &AttachEvidence, bytes: &[u8]) {
    for (piece, part) in (0..).zip(bytes.chunks(PIECE)) {
        let piece = AttachPiece {
            site: attach.site.clone(),
            hash: attach.hash.clone(),
            piece,
            data: BASE64.encode(part),
        };
        send(user, PLANNED_ABOVE, piece).await.unwrap();
    }
    send(user, PLANNED_ABOVE, attach.clone()).await.unwrap();
}

fn query(attach: &AttachEvidence) -> EvidenceQuery {
    EvidenceQuery {
        site: attach.site.clone(),
        hash: attach.hash.clone(),
        piece: 0,
    }
}

/// Waits until a public page shows a text.
pub(crate) async fn page_with(client: &Client, url: &str, text: &str) -> String {
    found(&format!("{url} shows {text}"), async || {
        let page = client.get(url).send().await.unwrap().text().await.unwrap();
        page.contains(text).then_some(page)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_of_a_site_are_public_and_its_documents_are_for_staff() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    let base = address(&onestop.data()).await;
    let bytes = photo();
    let picture = evidence(&bytes, EvidenceKind::Photo, MediaType::Jpeg);
    let refused = send(&user, ELSEWHERE, picture.clone()).await.unwrap_err();
    assert_eq!(refused.code, "not-your-site");
    attach(&user, &picture, &bytes).await;
    let pdf = b"%PDF-1.7 approval".to_vec();
    let document = evidence(&pdf, EvidenceKind::Document, MediaType::Pdf);
    attach(&user, &document, &pdf).await;
    let again = send(&user, PLANNED_ABOVE, document.clone()).await;
    assert_eq!(again.unwrap_err().code, "attached-before");
    let kept = onestop.data().join("registry/evidence");
    let hash = picture.hash.as_str();
    assert_eq!(
        std::fs::read(kept.join(&hash[..2]).join(hash)).unwrap(),
        bytes
    );

    // Without an actor the photo alone.
    let service = registry::service();
    let piece: EvidencePiece = user
        .ask(&service, "evidence", query(&picture))
        .await
        .unwrap();
    assert_eq!((piece.pieces, piece.size), (2, bytes.len() as u64));
    let hidden = user.ask::<EvidencePiece>(&service, "evidence", query(&document));
    assert_eq!(hidden.await.unwrap_err().code, "no-such-evidence");
    let staff = Some(actor(PLANNED_ABOVE));
    let of_document = query(&document);
    let who = (staff, None);
    let client = &user.client;
    let asked = client.question::<EvidencePiece>(&service, "evidence", who, &of_document);
    assert_eq!(asked.await.unwrap().kind, EvidenceKind::Document);

    the_public_sees_the_photo_alone(&base, &picture, &document, &bytes).await;
    let withdraw = WithdrawEvidence {
        site: picture.site.clone(),
        hash: picture.hash.clone(),
        reason: "拍到了群众".to_owned(),
    };
    send(&user, PLANNED_ABOVE, withdraw).await.unwrap();
    let hidden = user.ask::<EvidencePiece>(&service, "evidence", query(&picture));
    assert_eq!(hidden.await.unwrap_err().code, "no-such-evidence");
    // Not on the disk either; the other file stays, and the doctor finds what fits.
    assert!(!kept.join(&hash[..2]).join(hash).exists());
    let other = document.hash.as_str();
    assert!(kept.join(&other[..2]).join(other).exists());
    let doctor = tokio::task::block_in_place(|| run(Some(&onestop), &["doctor", "--lang", "en"]));
    let found = String::from_utf8(doctor.stdout).unwrap();
    assert!(found.contains("files of sites: 1 stored"), "{found}");
}

async fn the_public_sees_the_photo_alone(
    base: &str,
    picture: &AttachEvidence,
    document: &AttachEvidence,
    bytes: &[u8],
) {
    let client = Client::builder().no_proxy().build().unwrap();
    let place = format!("{base}/places?at={PLANNED}");
    let page = page_with(&client, &place, picture.hash.as_str()).await;
    assert!(!page.contains(document.hash.as_str()), "{page}");
    let address =
        |file: &AttachEvidence| format!("{base}/places/files/{}/{}", file.site, file.hash);
    let answer = client.get(address(picture)).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "image/jpeg");
    assert!(header("cache-control").contains("public"));
    assert!(header("content-security-policy").contains("sandbox"));
    assert_eq!(answer.bytes().await.unwrap(), bytes);
    let answer = client.get(address(document)).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    // Counted, and said of the site.
    let counted =
        format!("{base}/coverage/sites?within={PLANNED}&tier=township&state=photographed");
    page_with(&client, &counted, "照片 1 张").await;
    page_with(&client, &counted, "开办依据 1 件").await;
    files_are_as_long_as_their_numbers(&client, base).await;
}

async fn text_of(client: &Client, url: &str) -> String {
    client.get(url).send().await.unwrap().text().await.unwrap()
}

/// The file behind each number of `/coverage` has as many sites, also where they are thousands.
async fn files_are_as_long_as_their_numbers(client: &Client, base: &str) {
    /// Columns of the file of numbers, and their words.
    const CELLS: [(usize, &str); 3] =
        [(5, "operating"), (15, "meets-standard"), (16, "unverified")];
    let within = "within=530000000000";
    let counted = text_of(client, &format!("{base}/coverage.csv?{within}")).await;
    // The villages of the province.
    let villages: Vec<&str> = counted.lines().last().unwrap().split(',').collect();
    for (column, cell) in CELLS {
        let list = format!("{base}/coverage/sites.csv?{within}&tier=village&state={cell}");
        let sites = text_of(client, &list).await.lines().skip(1).count();
        assert_eq!(sites.to_string(), villages[column], "{cell}");
    }
}
