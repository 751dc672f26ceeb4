//! Files of sites that are no more under the code under which they were added: who keeps the present site withdraws them.

use std::path::PathBuf;

use data_encoding::HEXLOWER;
use onestop_chassis::{Service, settings::Settings, shutdown::Shutdown, supervisor::Supervisor};
use onestop_directory::Directory;
use onestop_proto::{
    case::MediaType,
    command::Request,
    division::DivisionCode,
    registry::{Event, EvidenceAttached, EvidenceKind, SERVICE, SiteState},
    rejection::CommonRejection,
};
use onestop_testing::TempStore;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::*;
use crate::service::site_files::SiteFiles;

const COUNTY: &str = "530828";

/// A registry on a disk of its own, and a file of a site that had a code.
struct World {
    log: TempStore,
    registry: Registry,
    attach: AttachEvidence,
    _supervisor: Supervisor,
}

impl World {
    async fn with_file_of(code: DivisionCode, directory: Directory) -> Self {
        let log = TempStore::new(SERVICE);
        let mut supervisor = Supervisor::new(Shutdown::default());
        let settings = Settings {
            data: log.folder().to_owned(),
            ..Settings::default()
        };
        let registry = Registry {
            store: log.store.clone(),
            directory: Arc::new(directory),
            files: SiteFiles::start(&log.store, &settings, &mut supervisor).unwrap(),
        };
        let bytes = b"\xff\xd8\xff\xe0 hall";
        let attach = AttachEvidence {
            site: SiteId::derived(code),
            kind: EvidenceKind::Photo,
            state: None,
            hash: HEXLOWER.encode(&Sha256::digest(bytes)).parse().unwrap(),
            size: bytes.len() as u64,
            media_type: MediaType::Jpeg,
            name: "大厅.jpg".to_owned(),
        };
        let stored = &registry.files.stored;
        let now = registry.store.clock().now();
        stored
            .take(&attach.site, &attach.hash, 0, bytes, now)
            .unwrap();
        stored.keep(&attach).unwrap();
        let world = Self {
            log,
            registry,
            attach,
            _supervisor: supervisor,
        };
        world.record(code).await;
        world
    }

    /// Records what was recorded while the division had its code.
    async fn record(&self, code: DivisionCode) {
        let attach = &self.attach;
        let event = Event::from(EvidenceAttached {
            site: attach.site.clone(),
            unit: format!("{}.window", attach.site).parse().unwrap(),
            division: code,
            from: "2026-03-01".parse().unwrap(),
            kind: attach.kind,
            state: SiteState::Operating,
            hash: attach.hash.clone(),
            size: attach.size,
            media_type: attach.media_type,
            name: attach.name.clone(),
        });
        let store = &self.registry.store;
        let subject = CaseId::of_site(&attach.site);
        let meta = EventMeta::from_timer(store.clock().command(), subject, keeper());
        let decide = |_: Option<&SiteChanges>, _| Ok::<_, Rejection>(vec![event.clone()]);
        let stream = stream_of(subject);
        let done = store.execute(&stream, &meta, None, &RULES, decide);
        done.await.unwrap();
    }

    async fn withdraw(&self, site: &SiteId, by: &Actor) -> Result<AcceptedCommand, Failure> {
        let request = Request {
            id: self.registry.store.clock().command(),
            actor: by.clone(),
            case: None,
            expected_revision: None,
            occurred_at: None,
            late_entry: None,
            traceparent: None,
            data: json!({ "site": site, "hash": self.attach.hash, "reason": "拍到了群众" }),
            proven: None,
        };
        self.registry.command("withdraw-evidence", request).await
    }

    fn kept(&self) -> PathBuf {
        let hash = self.attach.hash.as_str();
        let folder = self.log.folder().join(SERVICE).join("evidence");
        folder.join(&hash[..2]).join(hash)
    }
}

fn keeper() -> Actor {
    let bureau = SiteId::derived(COUNTY.parse().unwrap());
    format!("supervisor/wei-hong@{bureau}.bureau")
        .parse()
        .unwrap()
}

fn former(code: &str, change: &str) -> Directory {
    let row = format!(
        "\n[[former_division]]\ncode = \"{code}\"\nname = \"旧县\"\nuntil = 2026-10-31\n\
         successor = \"{COUNTY}\"\nchange = \"{change}\"\n"
    );
    Directory::built_in_with("sites.toml", &row).unwrap()
}

fn code_of(failure: Failure) -> String {
    match failure {
        Failure::Rejected(rejected) => rejected.code,
        Failure::Internal(error) => panic!("{error:#}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_site_that_moved_was_merged_or_is_listed_no_more_is_withdrawn_and_deleted() {
    let built_in = || Directory::built_in().unwrap();
    let present = SiteId::derived(COUNTY.parse().unwrap());
    // Under which code it was added, and under which it is withdrawn.
    let cases = [
        ("530899", former("530899", "moved"), None),
        ("530899", former("530899", "moved"), Some(present.clone())),
        ("530899", former("530899", "merged"), None),
        ("530828299", built_in(), None),
        (COUNTY, built_in(), None),
    ];
    for (code, directory, named) in cases {
        let code: DivisionCode = code.parse().unwrap();
        let world = World::with_file_of(code, directory).await;
        let named = named.unwrap_or_else(|| world.attach.site.clone());
        let query = || EvidenceQuery {
            site: named.clone(),
            hash: world.attach.hash.clone(),
            piece: 0,
        };
        assert!(world.registry.evidence(query(), None).await.is_ok());
        let elsewhere = SiteId::derived("530821".parse().unwrap());
        let elsewhere = format!("supervisor/li-jun@{elsewhere}.bureau");
        let refused = world.withdraw(&named, &elsewhere.parse().unwrap()).await;
        assert_eq!(code_of(refused.unwrap_err()), "not-your-site", "{code}");
        assert!(world.kept().exists());
        world.withdraw(&named, &keeper()).await.unwrap();
        assert!(!world.kept().exists(), "{code}");
        let gone = world.registry.evidence(query(), None).await;
        assert_eq!(code_of(gone.unwrap_err()), "no-such-evidence", "{code}");
        let again = world.withdraw(&named, &keeper()).await;
        assert!(again.is_err(), "{code}");
    }
}

/// A service that does not answer, or of which it is not known what it wrote, has refused nothing.
#[test]
fn only_what_the_rules_refuse_was_surely_not_recorded() {
    let hash = HEXLOWER.encode(&Sha256::digest(b"")).parse().unwrap();
    let by_rules = Rejection::AttachedBefore { hash }.rejected();
    assert!(is_refusal(&by_rules.into()));
    let who = SERVICE.to_owned();
    for passing in [
        CommonRejection::Unavailable { who: who.clone() },
        CommonRejection::OutcomeUnknown { who },
    ] {
        assert!(!is_refusal(&passing.rejected().into()));
    }
    let failed = Failure::Internal(std::io::Error::other("the disk is gone").into());
    assert!(!is_refusal(&failed));
}
